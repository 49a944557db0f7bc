"""Days at risk of savers: nothing from after the day, nothing twice."""

import numpy as np
import pandas as pd
import pytest

from study import design, sample
from study.design import settings
from study.variables import saving_days

SETTINGS = design.load().settings("akiba", "06_lapse_warning")


@pytest.mark.needs_data("akiba")
def test_the_next_day_is_the_only_thing_that_is_not_known_on_the_day(source, tables):
    built = sample.build("akiba", tables, design.load(), "strict")
    made = saving_days.build(built, SETTINGS, 14)
    rows = made.rows
    assert rows["period"].max() == 46 and rows["account"].nunique() == 277  # of SOURCE.md: accounts in both files
    ledger = source["ledger"]
    paid = set(ledger[(ledger["kind"] == "deposit") & (ledger["amount_cents"] > 0)][["account", "period"]].itertuples(index=False, name=None))
    some = rows.iloc[::97]
    assert some["returns"].tolist() == [int((a, p + 1) in paid) for a, p in zip(some["account"], some["period"])]
    silences = rows.groupby("silence")
    assert silences["returns"].sum().max() == 1 and (silences["period"].max() - silences["period"].min() + 1 == silences.size()).all()
    assert (rows["silent"] == rows["since"] + 1).all() and rows["silent"].between(1, 14).all()
    assert (
        np.exp(some["log_silent"]).round(9).tolist() == some["silent"].tolist()
        and np.exp(some["log_times"]).round(9).tolist() == some["times"].tolist()
    )
    last = rows[rows["stops"] == 1].set_index("account")["period"]
    assert rows["gone"].tolist() == [int(a in last.index and p > last[a]) for a, p in zip(rows["account"], rows["period"])]
    people = source["people"].dropna(subset="account").set_index("account")["arm"]
    assert (rows["regret"] == (rows["account"].map(people) == "regret")).all() and not (rows["lottery"] + rows["regret"] > 1).any()


@pytest.mark.needs_data("akiba")
def test_spells_and_people_are_those_of_the_rows(source, tables):
    built = sample.build("akiba", tables, design.load(), "strict")
    rows = saving_days.build(built, SETTINGS, 14).rows
    spells, people = saving_days.spells(rows, SETTINGS.arms), saving_days.people(built, SETTINGS, rows)
    assert len(spells) == people["active"].sum() == 277 and len(people) == 311  # of SOURCE.md: people of the experiment
    assert spells["stops"].sum() == people.loc[people["active"] == 1, "stopped"].sum() == rows["stops"].sum()
    assert (people.loc[people["active"] == 0, "stopped"] == 1).all() and set(people.loc[people["active"] == 1, "account"]) == set(rows["account"])
    assert (spells["last"] - spells["first"] + 1).sum() == (rows["gone"] == 0).sum()
    ended = spells[spells["stops"] == 1].set_index("account")["last"]
    assert ended.to_dict() == rows[rows["stops"] == 1].set_index("account")["period"].to_dict()
    assert (spells.loc[spells["stops"] == 0, "last"] == 46).all()
    arm = people["account"].map(source["people"].set_index("account")["arm"])
    woman = people["account"].map(source["people"].set_index("account")["demo_female_0"])
    assert (people["sex"] == woman).all()
    assert (people["treated"] == (arm != "control")).all() and not people.isna().any().any()


def a_bank(**offers):
    """Three customers of a bank that knows days, one of whom only pays out; no account has a number of its own."""
    customers = pd.DataFrame({"customer_id": [1, 2, 3], "sex": ["woman", "man", "woman"], "age": [30, 40, 50]})
    moved = pd.DataFrame({"customer_id": [1, 2, 1, 3, 2, 1], "amount": [5, 7, 0, 3, 4, 2], "operation": "in"})
    moved["date"] = pd.to_datetime(["2024-03-01", "2024-03-01", "2024-03-02", "2024-03-03", "2024-03-20", "2024-03-30"])
    moved["direction"] = ["credit", "credit", "credit", "debit", "credit", "credit"]
    tables = {"customers": customers, "transactions": moved} | ({"offers": pd.DataFrame(offers)} if offers else {})
    return sample.Built("own", customers, tables, pd.DataFrame(), units=customers)


def chosen(**given):
    return settings.of(design.load().questions["06_lapse_warning"].settings, given)


def test_a_bank_with_days_and_nothing_drawn_by_lot():
    built = a_bank()
    found = saving_days.deposits(built, chosen())
    assert found.to_dict("list") == {"account": [1, 2, 2, 1], "period": [1, 1, 20, 30]}  # neither a debit nor nothing paid in
    assert saving_days.last_day(built, chosen()) == 30 and saving_days.last_day(built, chosen(last=25)) == 25
    assert len(saving_days.deposits(built, chosen(last=25))) == 3 and not len(saving_days.deposits(built, chosen(operation="out")))
    made = saving_days.build(built, chosen(), 14)
    assert made.counts["people"] == 2 and made.counts["lapses"] == 2 and made.counts["returned"] == 2
    assert saving_days.people(built, chosen(), made.rows).empty
    assert list(saving_days.spells(made.rows, [])) == ["account", "first", "last", "stops"]


def test_arms_drawn_by_lot_and_those_who_were_never_active():
    built = a_bank(customer_id=[1, 2, 3], campaign="x", arm=["plain", "prize", "prize"], randomised=[1, 1, 1])
    said = chosen(arms=["prize"], control="plain", asked=["sex", "age"])
    rows = saving_days.build(built, said, 14).rows
    assert rows.groupby("account")["prize"].first().to_dict() == {1: 0.0, 2: 1.0}
    people = saving_days.people(built, said, rows).set_index("account")
    assert people["treated"].to_dict() == {1: 0, 2: 1, 3: 1} and people["active"].to_dict() == {1: 1, 2: 1, 3: 0}
    assert people["stopped"].to_dict() == {1: 1, 2: 1, 3: 1} and people["sex"].to_dict() == {1: 1.0, 2: 0.0, 3: 1.0}
