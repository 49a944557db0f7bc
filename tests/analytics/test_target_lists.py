"""Targets by risk and by response: six customers by hand, and an experiment with a known answer."""

import numpy as np
import pandas as pd
import pytest

from study import analytics
from study.analytics import splits
from study.analytics.errors import BadValue, TooFew

SIX = pd.DataFrame({"risk": [0.9, 0.8, 0.7, 0.3, 0.2, 0.1], "response": [-0.1, 0.0, 0.3, 0.2, 0.1, 0.05]}, index=list("abcdef"))


def test_lists_of_six_customers():
    found = analytics.target_lists(SIX, risk="risk", response="response", capacity=2, seed=1)
    assert found.lists.index[found.lists["risk"]].tolist() == ["a", "b"]
    assert found.lists.index[found.lists["response"]].tolist() == ["c", "d"]
    table = found.table.set_index("list")
    assert table.loc["risk", "expected_prevented"] == pytest.approx(-0.1)
    assert table.loc["response", "expected_prevented"] == pytest.approx(0.5)
    assert found.overlap == 0
    # ranks 6 5 4 3 2 1 against 1 2 6 5 4 3: d = 5 3 -2 -2 -2 -2, 1 - 6 * 50 / 210
    assert found.rank_correlation == pytest.approx(1 - 6 * 50 / 210)
    assert found.notes == ("no experiment: expected_prevented favours the response list by construction",)


def test_a_share_of_the_customers():
    assert analytics.target_lists(SIX, risk="risk", response="response", capacity=0.5, seed=1).lists.sum().tolist() == [3, 3, 3]


def test_realised_prevention_is_a_difference_of_means():
    # the two on the risk list twice over: treated 1, 0 and untreated 1, 1 events
    experiment = pd.DataFrame({"risk": [9, 9, 9, 9, 1, 1, 1, 1.0], "response": [0, 0, 0, 0, 1, 1, 1, 1.0]})
    experiment = experiment.assign(treated=[1, 1, 0, 0] * 2, event=[1, 0, 1, 1, 0, 0, 1, 0])
    found = analytics.target_lists(experiment, risk="risk", response="response", capacity=4, treated="treated", event="event", seed=1)
    table = found.table.set_index("list")
    assert table.loc["risk", "prevented_per_customer"] == pytest.approx(0.5)
    assert table.loc["response", "prevented_per_customer"] == pytest.approx(0.5)
    assert table.loc["risk", "std_error"] == pytest.approx(np.sqrt(0.5 / 2 + 0))
    assert found.rank_correlation == pytest.approx(-1)


def test_the_difference_of_two_lists_counts_shared_customers_once():
    table = responses(experiment())
    asked = {"capacity": 900, "treated": "contact", "event": "left", "seed": 1}
    whole = analytics.target_lists(table, risk="risk", response="response", **asked | {"capacity": len(table)})
    assert whole.difference == (0, 0)  # both lists are everybody
    apart = analytics.target_lists(table.assign(response=-table["risk"]), risk="risk", response="response", **asked)
    lists = apart.table.set_index("list")
    assert apart.overlap == 0  # two samples without a customer in common
    assert apart.difference[0] == pytest.approx(lists.loc["risk", "prevented_per_customer"] - lists.loc["response", "prevented_per_customer"])
    assert apart.difference[1] == pytest.approx(np.hypot(*lists.loc[["risk", "response"], "std_error"]))


def test_equal_scores_are_drawn_by_chance_and_said():
    flat = SIX.assign(response=0.2)
    found = analytics.target_lists(flat, risk="risk", response="response", capacity=2, seed=1)
    assert np.isnan(found.rank_correlation) and found.notes[0].startswith("risk or response is the same for everybody")


def experiment(n=3000, seed=4):
    """The contact saves those with x > 0 only; risk is highest where z is."""
    random = np.random.default_rng(seed)
    x, z, contact = random.choice([-1.0, 1.0], n), random.normal(size=n), random.integers(0, 2, n)
    chance = np.clip(0.5 + 0.15 * z - 0.3 * contact * (x > 0), 0.02, 0.98)
    return pd.DataFrame({"x": x, "z": z, "contact": contact, "left": (random.random(n) < chance).astype(int)})


def responses(table):
    parts = splits.at_random(len(table), 2, 1)
    return analytics.risk_and_response(table, parts, treated="contact", event="left", numeric=["x", "z"], seed=1)


def test_those_whom_the_contact_saves_have_the_response():
    table = experiment()
    found = responses(table)
    assert found.index.equals(table.index)
    assert found.groupby("x")["response"].mean().tolist() == pytest.approx([0, 0.3], abs=0.06)
    lists = analytics.target_lists(found, risk="risk", response="response", capacity=0.3, treated="contact", event="left", seed=1)
    realised = lists.table.set_index("list")["prevented_per_customer"]
    assert realised["response"] == pytest.approx(0.3, abs=0.08) and realised["risk"] < 0.25


def test_scores_come_from_the_other_half():
    table = experiment(400)
    found = responses(table)
    own = table.index[splits.at_random(400, 2, 1)[0].test]
    changed = responses(table.assign(left=table["left"].where(~table.index.isin(own), 1 - table["left"])))
    assert (found.loc[own, "response"] == changed.loc[own, "response"]).all() and not found["response"].equals(changed["response"])


@pytest.mark.parametrize(
    ("table", "changed", "error", "message"),
    [
        (SIX, {"capacity": 7}, BadValue, "capacity 7 is above the 6 customers"),
        (SIX, {"capacity": 0}, BadValue, "capacity is 0"),
        (SIX, {"capacity": 0.1}, TooFew, "capacity 0.1 of 6 customers is less than one"),
        (SIX.assign(risk=[np.nan] + [1.0] * 5), {}, BadValue, "risk: 1 of 6 values are missing"),
        (SIX.assign(treated=1), {"treated": "treated"}, BadValue, "give both `treated` and `event`, or neither"),
        (SIX.assign(treated=1, event=1), {"treated": "treated", "event": "event"}, TooFew, "2 treated and 0 untreated"),
        (SIX.assign(treated=2, event=1), {"treated": "treated", "event": "event"}, BadValue, "treated: 2 of 2 values are neither 0 nor 1"),
    ],
)
def test_wrong_input_is_refused(table, changed, error, message):
    with pytest.raises(error, match=message):
        analytics.target_lists(table, **({"risk": "risk", "response": "response", "capacity": 2, "seed": 1} | changed))
