"""Facts beside the source report's figures: the nearest year, worked on a table of four cells."""

import pandas as pd
import pytest

from study.design.entries import ReportFigure, Text
from study.sample.bank_facts import Cells
from study.variables import report

TABLE = pd.DataFrame(
    {
        "bank": ["CCB", "CCB", "CCB", "CMB"],
        "variable": ["retail_customers", "retail_customers", "mobile_users", "retail_customers"],
        "year": [2024, 2020, 2022, 2022],
        "value": [771.0, 700.0, 440.0, 184.0],
        "lines": [(3,), (2,), (7,), (9,)],
    }
)


def figure(year, beside):
    text = Text(en="x", zh="x")
    return ReportFigure(bank="CCB", year=year, indicator=text, printed=text, status="checkable", beside=beside)


def test_the_nearest_year_stands_beside_and_of_two_the_earlier():
    found = report.beside({"a": figure(2022, ["retail_customers", "mobile_users"])}, Cells(TABLE, None, None))
    assert found[["variable", "year", "value"]].to_numpy().tolist() == [["retail_customers", 2020, 700], ["mobile_users", 2022, 440]]
    assert found["lines"].tolist() == [(2,), (7,)]


def test_a_variable_without_facts_gives_no_row():
    assert report.beside({"a": figure(2022, ["retail_aum"])}, Cells(TABLE, None, None)).empty


def test_a_figure_without_year_can_have_nothing_beside_it():
    with pytest.raises(ValueError, match="report figure 'a' has no year"):
        report.beside({"a": figure(None, ["mobile_users"])}, Cells(TABLE, None, None))
