"""Readers end in the customer model: each real source in what its documentation counts, and broken tables refused."""

import numpy as np
import pandas as pd
import pytest

from study import data
from study.data import DataError, model, own, registry
from study.design import load
from study.design.contract import Filled

DESIGN = load()
SOURCES = [pytest.param(n, marks=pytest.mark.needs_data(n)) for n in DESIGN.sources]


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_ends_in_the_model(tables, name):
    """`registry.read` has checked it; the money of each is whole cents or has a float's digits, and ids are there once."""
    arm = DESIGN.sources[name].arm or name
    model.check(arm, {table: frame for table, frame in tables.items() if table != "about"})
    assert set(tables) == {*DESIGN.filled[arm].filled, "about"}
    for table, frame in tables.items():
        assert list(frame.index) == list(range(len(frame))), table
    if "customers" in tables:
        assert tables["customers"]["customer_id"].is_unique


@pytest.mark.needs_data("kz_lender")
def test_the_lender_s_letters_are_offers(tables):
    """Counts: SOURCE.md of the lender, and the article."""
    offers, customers = tables["offers"], tables["customers"]
    assert (offers["applied"].sum(), offers["accepted"].sum(), len(tables["branches"])) == (4540, 3887, 110)
    assert offers["stratum"].value_counts()["HIGH 3"] == 24095 and offers["stratum"].nunique() == 9
    assert offers["rate"].between(3.25, 14.75).all() and (offers["sent"] == 1).all()
    assert customers["earlier_loans"].isna().sum() == 256 == customers["age"].isna().sum()
    assert customers["income"].median() < 10_000  # rand a month, in the file thousands of them
    assert offers.loc[offers["accepted"] == 0, "past_due"].isna().all()


@pytest.mark.needs_data("akiba")
def test_the_ledger_is_transactions_and_the_endline_a_survey(tables):
    """Counts: SOURCE.md; the ledger has 5,514 deposits of which one is negative, and 21 rows of nobody."""
    moved, survey, offers = tables["transactions"], tables["survey"], tables["offers"]
    kinds = moved["operation"].value_counts().to_dict()
    assert kinds == {"deposit": 5514, "prize": 1936, "withdrawal": 75, "refund": 32}
    assert ((moved["operation"] == "deposit") & (moved["direction"] == "debit")).sum() == 1 and "date" not in moved
    assert moved["customer_id"].isna().sum() == 21 and moved.loc[moved["customer_id"].isna(), "account_id"].nunique() == 7
    assert moved["customer_id"].nunique() == 277
    top = survey[survey["answer"] == survey["maximum"]]["item"].value_counts()
    assert (top["akiba_trust_1"], top["akiba_confidence_1"]) == (260, 264)
    assert survey["customer_id"].nunique() == 284
    assert offers["arm"].value_counts().to_dict() == {"control": 105, "lottery": 103, "regret": 103}


@pytest.mark.needs_data("status_goods")
def test_an_upgrade_offer_has_its_stratum_and_an_answer_of_those_reached(tables):
    offers = tables["offers"]
    reached = offers[offers["reached"] == 1].groupby("arm")["accepted"].agg(["size", "sum"])
    assert reached.to_dict() == {"size": {"benefits": 271, "merit": 283, "platinum": 281}, "sum": {"benefits": 37, "merit": 65, "platinum": 59}}
    assert offers["stratum"].nunique() == 6 and offers.loc[offers["reached"] == 0, "accepted"].isna().all()


@pytest.mark.needs_data("uci_bank_marketing")
def test_each_call_is_a_customer_of_its_own(tables):
    offers = tables["offers"]
    assert len(offers) == 41188 == offers["customer_id"].nunique() and offers["accepted"].sum() == 4640
    assert (offers["campaign"].astype(int) == offers["block"]).all() and set(offers["channel"]) == {"cellular", "telephone"}


@pytest.mark.needs_data("berka_pkdd99")
def test_accounts_are_customers_and_cards_loans_and_orders_are_holdings(tables, source):
    """Counts: SOURCE.md; whole days only: 1,154 of the 99,999 rows of the head are of the cut day."""
    held = tables["holdings"]
    assert held["type"].value_counts().to_dict() == {"order": 6471, "card": 892, "loan": 682}
    products = held["product"].value_counts()
    assert (products["household"], products["repayment"], products["insurance"], products["leasing"], products["other"]) == (
        3502,
        717,
        532,
        341,
        1379,
    )
    assert held.loc[held["type"] == "loan", "status"].value_counts().to_dict() == {"C": 403, "A": 203, "D": 45, "B": 31}
    assert round(held.loc[held["type"] == "loan", "amount"].mean() / 100, 2) == 151410.18
    assert (held["variety"] == "gold").sum() == 88
    if len(source["trans"]) == 99999:
        assert len(tables["transactions"]) == 99999 - 1154 and tables["about"]["as_of"][0] == pd.Timestamp("1994-10-30")
    owner = source["disp"].query("type == 'OWNER'").merge(source["client"], on="client_id").set_index("account_id")
    customers = tables["customers"].set_index("customer_id")
    assert (owner["birth_year"].reindex(customers.index) == customers["birth_year"]).all()


@pytest.mark.needs_data("bankchurners_kaggle")
def test_the_teaching_data_s_leavers(tables):
    assert tables["customers"]["left"].sum() == 1627


@pytest.mark.needs_data("worldbank_findex2025")
def test_an_aggregate_has_no_region(tables):
    adults = tables["place_periods"].query("group == 'all'")
    assert len(adults) == 771 and adults.loc[adults["region"].notna(), "place_id"].nunique() == 162


FILLED = Filled.model_validate(
    {
        "unit": "customers",
        "filled": {
            "customers": {
                "rows": [3],
                "columns": ["customer_id", "age", "income", "sex"],
                "extra": {"grade": {"kind": "whole", "meaning": "a grade"}},
            },
            "offers": {"rows": [3], "columns": ["customer_id", "campaign", "accepted"], "may_miss": {"campaign": 1}},
            "survey": {"rows": [2], "columns": ["customer_id", "item", "answer", "minimum", "maximum"]},
        },
    }
)
GOOD = {
    "customers": pd.DataFrame(
        {"customer_id": [1, 2, 3], "age": [30.5, np.nan, 40], "income": [100, 200, 300], "sex": ["man", "woman", None], "grade": [1, 2, 3]}
    ),
    "offers": pd.DataFrame({"customer_id": [1, 2, 3], "campaign": ["a", "a", None], "accepted": [0, 1, np.nan]}),
    "survey": pd.DataFrame({"customer_id": [1, 1], "item": ["q1", "q2"], "answer": [4, 0], "minimum": [1, 0], "maximum": [4, 1]}),
}


def changed(table, **columns):
    return GOOD | {table: GOOD[table].assign(**columns)}


def test_tables_that_fit_are_taken():
    model.check("a_source", GOOD, FILLED)


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ({k: v for k, v in GOOD.items() if k != "offers"}, "offers: is filled, says the data set, and is not there"),
        (GOOD | {"offer": GOOD["offers"]}, "offer: is no table that the data set says it fills; did you mean 'offers'?"),
        (GOOD | {"customers": GOOD["customers"].drop(columns="age")}, "customers, age: is a column, says the data set, and is not there"),
        (changed("customers", grad=1), "customers, grad: is no column of the model that the data set fills, nor an extra one; did you mean 'grade'?"),
        (changed("customers", customer_id=[1, 2, 2]), "customers, row 3, customer_id: '2' is there in an earlier row too"),
        (changed("customers", customer_id=[1.5, 2, 3]), "customers, row 1, customer_id: '1.5' is not a text or a whole number"),
        (changed("customers", age=[30, 40, 130]), "customers, row 3, age: '130' is outside 0 to 120"),
        (changed("customers", age=["30", "40", "50"]), "customers, rows 1, 2, 3, age: '30' is not a finite number (3 rows)"),
        (changed("customers", income=[100, -1, 3]), "customers, row 2, income: '-1' is outside 0 to"),
        (changed("customers", sex=["man", "women", None]), "customers, row 2, sex: 'women' is not one of woman, man"),
        (changed("customers", grade=[1, 2.5, 3]), "customers, row 2, grade: '2.5' is not a whole number"),
        (changed("customers", grade=[1, np.nan, 3]), "customers, row 2, grade: must not be empty"),
        (GOOD | {"customers": GOOD["customers"].iloc[:2]}, "customers: has 2 rows; the data set says 3"),
        (changed("offers", customer_id=[1, 2, 9]), "offers, row 3, customer_id: '9' is in no row of customers"),
        (changed("offers", accepted=[0, 1, 2]), "offers, row 3, accepted: '2' is not 1 or 0"),
        (changed("offers", campaign=["a", None, None]), "offers, rows 2, 3, campaign: is empty in 2 rows; the data set says 1"),
        (changed("survey", answer=[5, 0]), "survey, row 1, answer: '5' is not on the scale of its item"),
    ],
)
def test_a_table_that_breaks_the_model_is_refused_with_its_place(tables, fault):
    with pytest.raises(DataError) as error:
        model.check("a_source", tables, FILLED)
    assert "src/study/data/sources/a_source.py breaks the customer model" in str(error.value)
    assert fault in str(error.value), str(error.value)


@pytest.mark.needs_data("status_goods")
def test_a_reader_that_breaks_the_model_reads_nothing(monkeypatch, source):
    reader = registry.reader("status_goods")
    right = reader.model
    monkeypatch.setattr(reader, "model", lambda provided: right(provided) | {"offers": right(provided)["offers"].assign(arm=1)})
    with pytest.raises(DataError, match="offers, rows 1, 2, 3, ..., arm: '1' is not a text"):
        registry.read("status_goods")


def test_the_demo_of_an_own_bank_is_in_the_same_model(tmp_path, monkeypatch):
    """Its tables, read as a bank's own, pass the check that the sources pass."""
    monkeypatch.setenv("STUDY_KEY", "0123456789abcdef0123456789abcdef")
    own.demo.write(tmp_path)
    read = {name: frame for name, frame in own.read(tmp_path).items() if name != "about"}
    said = {name: {"rows": [len(frame)], "columns": list(frame)} for name, frame in read.items()}
    found = model.faults(read, Filled.model_validate({"unit": "customers", "filled": said}), DESIGN.tables)
    assert not found, list(map(str, found))
    assert set(read) == set(DESIGN.own)


def test_units_of_money():
    assert data.units(pd.Series([150, None], dtype="Int64")).iloc[0] == 1.5
    assert data.units(pd.Series([150])).tolist() == [1.5] and data.units(pd.Series([150.25])).tolist() == [150.25]
