"""The same expressions on Spark give the same rows."""

import importlib.util
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from study.variables import customer_months
from study.variables.customer_months import CustomerMonthError

SPEC = importlib.util.spec_from_file_location("month_tables", Path(__file__).parent / "month_tables.py")
month_tables = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(month_tables)

pytestmark = pytest.mark.needs_spark


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """DuckDB and Spark, or a skip that says which part of Spark is absent."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("needs pyspark: make spark")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("needs Java 17 or 21")
    spark = customer_months.connect("spark", memory="1GB", temporary=tmp_path_factory.mktemp("spark"))
    yield {"duckdb": customer_months.connect("duckdb", memory="500MB"), "spark": spark}
    spark.disconnect()


def built(engine, frames):
    tables = {name: customer_months.table(engine, name, frame) for name, frame in frames.items()}
    return customer_months.build(tables["customers"], tables["transactions"], tables["holdings"], last=month_tables.LAST)


def test_the_rows_are_the_same_to_the_last_digit(engines):
    frames = month_tables.tables(seed=11, customers=40)
    one, other = (customer_months.collect(built(engine, frames)) for engine in engines.values())
    assert len(one) > 300
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_bad_input_has_the_same_message(engines):
    frames = month_tables.tables(seed=11, customers=40)
    frames["transactions"].loc[0, "customer"] = 5
    messages = set()
    for engine in engines.values():
        with pytest.raises(CustomerMonthError) as caught:
            built(engine, frames)
        messages.add(str(caught.value))
    wrong = frames["transactions"].loc[0, "transaction"]
    assert messages == {f"transactions: 1 are of a customer who is not in customers; first: {wrong}"}
