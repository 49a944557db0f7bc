"""Own data: the demo runs, the contract's page is fresh, values are taken strictly."""

import pandas as pd
import pytest

from study.data import DataError, own
from study.data.own import mapping
from study.data.own.mapping import TableMapping
from study.data.own.values import typed
from study.design import load, root
from study.design.contract import ModelColumn
from study.run import contract_page


@pytest.fixture
def key(monkeypatch):
    monkeypatch.setenv("STUDY_KEY", "0123456789abcdef0123456789abcdef")


@pytest.fixture
def demo(tmp_path):
    own.demo.write(tmp_path / "own")
    return tmp_path / "own"


def test_the_demo_has_every_table_of_the_contract_and_no_fault(demo):
    checked = own.check(demo)
    assert checked.faults == []
    assert set(checked.tables) == set(load().own)
    assert checked.mapping.synthetic and len(checked.tables["customers"]) == 400
    answers = own.allowed(checked.tables)
    assert tuple(name for name, answer in answers.items() if answer.given) == load().arms["own"].stages
    alone = own.allowed({"customers": checked.tables["customers"].drop(columns="customer_id")})
    assert alone["01_sample"].lacks == ("customers.customer_id",)


def test_two_demos_are_the_same_bytes_and_another_seed_is_not(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        own.demo.write(tmp_path / name, seed)
    first, second, other = ((tmp_path / name / "transactions.csv").read_bytes() for name in "abc")
    assert first == second != other


def test_the_demo_is_never_written_over_tables(demo):
    with pytest.raises(DataError, match="has banks.csv, branches.csv, .* already"):
        own.demo.write(demo)


def test_what_is_read_has_pseudonyms_cents_and_no_free_text(demo, key):
    table = pd.read_csv(demo / "customers.csv", dtype=str)
    table.assign(remarks="likes funds").to_csv(demo / "customers.csv", index=False)
    read = own.read(demo)
    customers = read["customers"]
    assert "remarks" not in customers and not set(customers["customer_id"]) & set(table["customer_id"])
    assert customers["customer_id"].nunique() == 400
    assert read["transactions"]["customer_id"].isin(customers["customer_id"]).all()
    assert (customers["income"] == (table["income"].astype(float) * 100).round().astype(int)).all()
    assert read["about"].loc[0, "synthetic"]


def test_the_contract_page_is_fresh():
    text = root().joinpath(*contract_page.PAGE).read_text(encoding="utf-8")
    assert contract_page.page(text) == text


def cells(kind, texts, how=TableMapping(dates="%d.%m.%Y", months="%Y-%m", decimal=",", thousands="."), **limits):
    meaning = {"en": "x", "zh": "x"}
    return typed(pd.Series(texts, dtype="str"), ModelColumn(kind=kind, meaning=meaning, **limits), how)


@pytest.mark.parametrize(
    ("kind", "good", "values", "bad"),
    [
        (
            "money",
            ["1.234,56", "0,5", "-7", "12"],
            [123456, 50, -700, 1200],
            ["1,234.56", "1234.56", "12.34", "1.23,4", "1e3", "1,234", "--1", "１", "nan"],
        ),
        (
            "date",
            ["28.02.1998", "29.02.2000"],
            [pd.Timestamp("1998-02-28"), pd.Timestamp("2000-02-29")],
            ["31.02.1998", "1.2.1998", "1998-02-28", "28.02.98", "00.01.2000"],
        ),
        ("month", ["1998-02"], [pd.Timestamp("1998-02-01")], ["1998-13", "1998-2", "02.1998", "1998"]),
        ("whole", ["7", "-3"], [7, -3], ["7,0", "7.5", "", "x", "1e2"][1:2] + ["x", "1_000"]),
        ("number", ["1,5", "-,5", "2"], [1.5, -0.5, 2.0], ["1.5", "inf", "nan", "0x1", "1,5,2"]),
        ("flag", ["1", "no", "TRUE"], [1.0, 0.0, 1.0], ["2", "j", "-"]),
    ],
)
def test_values_are_taken_strictly(kind, good, values, bad):
    found = cells(kind, good)
    assert not found.bad.any() and found.values.tolist() == values
    assert cells(kind, bad).bad.all(), cells(kind, bad).values.tolist()
    assert not cells(kind, [""]).bad.any() and cells(kind, [""]).values.isna().all()


def test_a_proposed_mapping_keeps_what_is_said_of_all_tables(tmp_path):
    own.demo.write(tmp_path)
    text, _ = own.templates.draft(tmp_path)
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    again = mapping.read(tmp_path)
    assert again.synthetic and again.currency == "CNY"
