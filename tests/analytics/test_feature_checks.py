"""Checks before a score: each fault is planted in a table in which nothing else is to be found."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols

from study.analytics import feature_checks, splits
from study.analytics.errors import BadValue, MissingColumn

N = 6000


def clean(seed=5):
    """Customers of three waves: a treatment by lot within two strata, an outcome that depends on a behaviour and the treatment."""
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "wave": np.repeat([1, 2, 3], N // 3),
            "risk": random.choice(["HIGH", "LOW"], N),
            "branch": random.integers(0, 40, N),
            "province": random.choice(["a", "b", "c"], N),
            "silent": random.gamma(2, 4, N),
            "woman": random.integers(0, 2, N),
        }
    )
    table["offer"] = (random.random(N) < np.where(table["risk"] == "HIGH", 0.7, 0.3)).astype(int)
    table["applied"] = (random.random(N) < 1 / (1 + np.exp(1.2 + 0.08 * table["silent"] - 0.3 * table["offer"]))).astype(int)
    return table


ROLES = {"offer": "treatment", "applied": "outcome", "silent": "behavioural"}
FEATURES = ["silent", "woman", "province"]


def examined(table, features=FEATURES, **more):
    cut = {"time": splits.by_time(table["wave"], 2), "random": splits.at_random(len(table), 3, 1)}
    given = {"splits": cut, "roles": ROLES, "randomised": {"offer": ["risk"]}, "period": "wave", "group": "branch"} | more
    return feature_checks.examine(table, outcome="applied", features=features, **given)


def test_nothing_is_found_where_nothing_is():
    for seed in range(20):
        found = examined(clean(seed))
        assert found.findings.empty, found.findings
        found.refuse()


def test_a_treatment_or_an_outcome_as_a_feature_is_refused():
    table = clean().assign(revenue=lambda t: 10.0 * t["applied"])
    with pytest.raises(BadValue, match=r"2 of the features are no features: 'offer' \(treatment\), 'revenue' \(outcome\)"):
        examined(table, [*FEATURES, "offer", "revenue"], roles=ROLES | {"revenue": "outcome"}).refuse()


def test_a_planted_leak_ranks_too_well():
    table = clean().assign(after=lambda t: t["applied"] + np.linspace(0, 0.5, N))
    found = examined(table, [*FEATURES, "after"]).of("too good")
    assert found["column"].tolist() == ["after"] and found["value"].iloc[0] == 1.0


def test_a_leak_in_one_period_only():
    random, table = np.random.default_rng(3), clean()
    known = np.where(random.random(N) < 0.8, table["applied"], 0)
    table["promise"] = np.where(table["wave"] == 1, known, random.integers(0, 2, N))
    (line,) = examined(table, [*FEATURES, "promise"]).of("one period").itertuples()
    ones = table[(table["wave"] == 1) & (table["applied"] == 1)]["promise"].mean()
    assert (line.column, line.place) == ("promise", "1")
    assert line.value == pytest.approx((1 + ones) / 2)  # zeros never have it: area = (1 + sensitivity) / 2


def test_a_level_that_the_training_rows_do_not_have():
    table = clean()
    table["province"] = np.where((table["wave"] == 3) & (np.arange(N) % 4 == 0), "d", table["province"])
    (line,) = examined(table).of("unseen").itertuples()
    assert (line.column, line.split, line.place, line.rows, line.of) == ("province", "time", 2, N // 12, N // 3)


def test_a_column_with_one_value_in_training_and_one_outside_its_range():
    table = clean()
    table["province"] = np.where(table["wave"] == 1, "a", table["province"])
    table["silent"] = table["silent"] + 1000 * (table["wave"] == 3)
    found = examined(table)
    (one,) = found.of("one value").itertuples()
    assert (one.column, one.split, one.place, one.rows, one.of) == ("province", "time", 1, N // 3, N // 3)
    (out,) = found.of("outside").itertuples()
    assert (out.column, out.place, out.rows, out.of) == ("silent", 2, N // 3, N // 3)


def test_a_planted_imbalance_is_the_slope_of_a_regression_within_strata():
    table = clean()
    wave = table["wave"] == 2
    table.loc[wave, "silent"] += 3.0 * table.loc[wave, "offer"]
    (line,) = examined(table).of("imbalance").itertuples()
    assert (line.column, line.split, line.place) == ("offer", "2", "silent")
    part = table[wave]
    ranks = table["silent"].rank()[wave]
    fit = ols("y ~ offer + C(risk)", part.assign(y=ranks / ranks.std())).fit()
    assert line.value == pytest.approx(fit.params["offer"], rel=1e-10)


def test_a_treatment_that_whole_branches_got():
    table = clean()
    wave = table["wave"] == 2
    table.loc[wave, "offer"] = (table.loc[wave, "branch"] % 2).astype(int)
    (line,) = examined(table).of("groups").itertuples()
    assert (line.column, line.split, line.place, line.rows) == ("offer", "2", "branch", 40)
    assert line.value > 0.99


def test_arms_in_words_are_tested_level_by_level():
    table = clean()
    arms = np.random.default_rng(2).choice(["gift", "none", "rate"], N)
    table["arm"] = arms
    table["silent"] = table["silent"] + 4.0 * (arms == "gift")
    found = examined(table, randomised={"arm": []}).of("imbalance")
    assert set(found["column"]) >= {"arm gift"} and (found["place"] == "silent").all()


def test_what_is_not_there_is_refused():
    with pytest.raises(MissingColumn, match="'month'"):
        examined(clean(), [*FEATURES, "month"])
    with pytest.raises(BadValue, match="neither 0 nor 1"):
        examined(clean().assign(applied=2))


def test_the_level_that_is_used_most_of_those_hardly_learned_is_found_with_its_rows():
    table = pd.DataFrame({"wave": [1] * 20 + [2] * 20, "woman": [0, 1] * 20})
    table["province"] = ["a"] * 18 + ["b"] * 2 + ["b"] * 15 + ["a"] * 4 + ["c"]
    (split,) = splits.by_time(table["wave"], 1)
    found = feature_checks.least_learned(table, ["woman", "province"], split)
    assert found.to_dict("records") == [{"column": "province", "level": "b", "train": 2, "test": 15}]  # c is learned from nobody, and used on one
    assert feature_checks.least_learned(table, ["woman"], split).empty and feature_checks.least_learned(table, [], split).empty
