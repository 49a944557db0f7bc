"""Offers, loans and arms as the questions take them: counts of the documentation, nothing from after the event."""

import pandas as pd
import pytest

from study import data, design, sample
from study.data import registry
from study.design import Settings
from study.sample import Built
from study.variables import profile, purchase

DESIGN = design.load()


@pytest.fixture
def built(require):
    def call(arm):
        require(registry.of_arm(arm)[0])
        return sample.build(arm, data.read(arm), DESIGN, "strict")

    return call


def bank(customers, **tables):
    return Built("own", customers, {"customers": customers, **tables}, pd.DataFrame(), units=customers)


def test_loans_are_those_of_the_documentation(built):
    rows = purchase.loans(built("berka"), DESIGN.settings("berka", "09_credit_risk"))
    assert (len(rows), rows["bad"].sum()) == (682, 76)
    assert (rows["finished"].sum(), rows.query("finished == 1")["bad"].sum()) == (203 + 31, 31)  # status A, B
    with_card = rows[rows["held_first"] == 1]
    assert (len(with_card), with_card["bad"].sum(), with_card["finished"].sum()) == (36, 0, 10)  # EMPIRICAL_DESIGN 5(a)
    assert rows.notna().all().all() and rows["age"].between(10, 80).all()


def test_loans_of_a_bank_in_whole_cents():
    customers = pd.DataFrame({"customer_id": [1, 2], "branch_id": ["a", "b"], "birth_year": [1980, 1990]})
    branches = pd.DataFrame({"branch_id": ["b", "a"], "region_income": [5000.0, 2500.0], "region_unemployment": [4.0, 6.0]})
    since = pd.to_datetime(["2019-05-01", "2020-05-01", "2021-05-01"])
    held = {"customer_id": [1, 1, 2], "type": ["card", "loan", "loan"], "since": since, "amount": [None, 100000, 200000], "term": [None, 24, 12]}
    holdings = pd.DataFrame(held | {"payment": [None, 5000, 20000], "status": [None, "late", "paid"]}).astype({"amount": "Int64", "payment": "Int64"})
    settings = Settings({"bad": ["late"], "finished": ["late", "paid"], "earlier": "card"}, {})
    rows = purchase.loans(bank(customers, branches=branches, holdings=holdings), settings)
    assert rows["held_first"].tolist() == [1, 0] and rows["age"].tolist() == [40, 31]
    assert rows["burden"].tolist() == [50 / 2500, 200 / 5000]  # the instalment is in whole cents, the income is not
    assert rows["years"].tolist() == [2.0, 1.0] and rows["unemployment"].tolist() == [6.0, 4.0]


def test_only_contracts_at_the_offered_rate_are_as_offered():
    rows = pd.DataFrame({"rate": [5.0, 6.0, 7.0], "contract": [5.0, 4.0, None]})
    assert purchase.as_offered(rows, "contract")["rate"].tolist() == [5.0]
    assert purchase.as_offered(rows, "").empty and list(purchase.as_offered(rows, "")) == list(rows)


def test_offers_count_every_customer_mailed(built):
    rows = purchase.offers(built("kz_lender"))
    assert len(rows) == 53178
    assert rows[["response", "take_up", "revenue", "past_due", "term"]].notna().all().all()
    assert (rows["past_due"] == 0).sum() >= (rows["accepted"] == 0).sum()


def test_offers_take_the_first_of_a_customer_and_units_of_the_currency():
    customers = pd.DataFrame({"customer_id": [1, 2, 3], "income": pd.array([100000, 200000, 300000], "Int64")})
    offers = {"customer_id": [2, 1, 2], "campaign": ["a", "a", "b"], "applied": [1, 0, 1], "accepted": [1, 0, 0]}
    offers = pd.DataFrame(offers | {"revenue": pd.array([1250, 0, 0], "Int64"), "past_due": pd.array([300, None, None], "Int64")})
    rows = purchase.offers(bank(customers, offers=offers)).set_index("customer_id")
    assert rows.index.tolist() == [1, 2] and rows["campaign"].tolist() == ["a", "a"]
    assert rows["revenue"].tolist() == [0, 12.5] and rows["past_due"].tolist() == [0, 3.0] and rows["income"].tolist() == [1000, 2000]
    assert rows["response"].tolist() == [0, 100]


def test_upgrades_do_not_take_not_reached_for_no(built):
    made = built("status_goods")
    rows = purchase.assigned(made, profile.build(made, DESIGN.profiles["status_goods"].root))
    assert rows["accepted"].isna().sum() == 425 and rows["taken"].notna().all()
    accepted = rows.groupby("arm")["accepted"].agg(["sum", "count"])
    assert accepted.loc["benefits"].tolist() == [37, 271]
    assert accepted.loc["platinum"].tolist() == [59, 281]
    assert accepted.loc["merit"].tolist() == [65, 283]
    assert pd.crosstab(rows["arm"], rows["reached"]).to_numpy().sum() == 1260


def test_people_of_an_experiment_have_their_answers_beside_the_profile(built):
    made = built("akiba")
    rows = purchase.assigned(made, profile.build(made, DESIGN.profiles["akiba"].root))
    assert len(rows) == 311 and rows.columns.is_unique
    plan = DESIGN.experiments["akiba"]
    assert {*plan.baseline, plan.observed, *(name for names in plan.families.values() for name in names)} <= set(rows)
    assert rows.loc[rows["endline"] == 0, "akiba_confidence_1"].isna().all()
