"""Transactions for the detectors: order and signs of the files; reasons of few accounts are joined."""

import pandas as pd
import pytest

from study import analytics, design, sample
from study.data.sources import berka
from study.design import settings
from study.variables import transactions


def made_of(arm, tables):
    plan = design.load()
    return transactions.build(sample.build(arm, tables, plan, "strict"), plan.settings(arm, "08_anomalies"))


@pytest.mark.needs_data("berka_pkdd99")
def test_the_head_ends_on_its_last_whole_day_and_balances_follow_the_signed_amounts(source, tables):
    made = made_of("berka", tables)
    table = made.table
    assert len(table) == 99999 - (source["trans"]["date"] == berka.CUT_DAY).sum() and table["day"].max() == pd.Timestamp("1994-10-30")
    by_account = table.groupby("account")
    alone = table.groupby(["account", "day"])["amount"].transform("size") == 1
    step = (by_account["balance"].diff() - table["amount"])[alone & alone.groupby(table["account"]).shift(1, fill_value=False)]
    assert len(step) > 40_000 and (step.abs() <= 100).all()  # the file rounds: within a crown where days have one row
    assert table.loc[made.eligible, "kind"].str.endswith(", none").all() and not table.loc[made.eligible, "kind"].str.startswith("none").any()


@pytest.mark.needs_data("akiba")
def test_deposits_of_sixty_days_can_carry_the_anomalies(tables):
    made = made_of("akiba", tables)
    assert made.table["day"].between(1, 60).all() and (made.table["amount"] > 0).all() and "balance" not in made.names
    put = analytics.injection.inject(made.table, **made.names, **made.planted, eligible=made.eligible, episodes=5, seed=1)
    assert put.episodes["injected"].value_counts().to_dict() == dict.fromkeys(made.planted["kinds"], 5)


def a_bank(**given):
    moved = pd.DataFrame({"customer_id": [1, 2, 1], "date": pd.to_datetime(["2024-03-02", "2024-03-01", "2024-03-02"]), "amount": [5, 7, 9]})
    moved = moved.assign(direction=["credit", "debit", "debit"], operation=["in", "out", "fee"])
    customers = pd.DataFrame({"customer_id": [1, 2]})
    built = sample.Built("own", customers, {"customers": customers, "transactions": moved}, pd.DataFrame(), units=customers)
    return transactions.build(built, settings.of(design.load().questions["08_anomalies"].settings, given))


def test_a_bank_of_which_nothing_is_said():
    made = a_bank()
    assert made.table["amount"].tolist() == [5, -7, -9] and made.table["kind"].tolist() == ["in", "out", "fee"]  # order of the file
    assert made.eligible.all() and made.watched == {} and "drained" not in made.planted["kinds"] and made.planted["quiet"] == (60, 120)


def test_what_is_said_of_a_bank():
    made = a_bank(started=["in", "out"], round_to=1000)
    assert made.eligible.tolist() == [True, True, False] and made.watched == {"round_to": 1000}
    assert a_bank(activity="in").table["account"].tolist() == [1]  # credits of the operation alone
    assert a_bank(activity="out").table.empty


def alerts(*lines):
    """One alert of each of the first n accounts for every (method, reason, n)."""
    parts = [pd.DataFrame({"method": m, "reason": r, "account": range(n)}) for m, r, n in lines]
    return pd.concat(parts, ignore_index=True)


def test_reasons_of_few_accounts_are_joined_until_none_is_left():
    given = alerts(("rules", "amount", 30), ("rules", "silence", 12), ("rules", "round", 4), ("forest", "amount", 20), ("forest", "silence", 15))
    found = transactions.reasons(given, ("rules", "forest"), 10).set_index(["reason", "method"])
    # round has 4 accounts and is not enough as "other": silence joins it (12 accounts, of which 4 are the same)
    assert found["alerts"].to_dict() == {("amount", "rules"): 30, ("amount", "forest"): 20, ("other", "rules"): 16, ("other", "forest"): 15}
    assert found.loc[("other", "rules"), "accounts"] == 12


def test_a_reason_that_a_method_never_gives_is_zero_and_stays():
    given = alerts(("rules", "amount", 30), ("rules", "drain", 12), ("forest", "amount", 42), ("random", "amount", 3))
    found = transactions.reasons(given, ("rules", "forest"), 10)
    assert found["alerts"].tolist() == [30, 42, 12, 0] and found["reason"].tolist() == ["amount", "amount", "drain", "drain"]
