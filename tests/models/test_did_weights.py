"""Goodman-Bacon's comparisons, entropy balancing and matching."""

import diff_diff
import numpy as np
import pandas as pd
import pytest
from adoption import COLUMNS, THEIRS, three_cohorts, world
from answers import check
from sklearn.linear_model import LogisticRegression

from study import models


def test_bacon_by_hand():
    # treated 3/4 and 2/4 of the time; weights before scaling: 3/16, 4/16 (never), 1/16, 2/16 (timing), sum 10/16
    # estimates: (19/3 - 1) - (22/3 - 5) = 3; (8.5 - 2.5) - (8 - 5.5) = 3.5; (4 - 1) - (3 - 2) = 2; (8.5 - 3) - (7.5 - 4) = 2
    table = models.did.bacon(three_cohorts(), **COLUMNS)
    assert table["weight"].to_list() == pytest.approx([0.3, 0.4, 0.1, 0.2])
    assert table["estimate"].to_list() == pytest.approx([3, 3.5, 2, 2])
    assert table["kind"].to_list()[2:] == ["earlier against later treated", "later against already treated"]
    assert table[["treated", "control"]].to_numpy().tolist() == [[2, np.inf], [3, np.inf], [2, 3], [3, 2]]
    check("did.bacon.hand", (table["weight"] * table["estimate"]).sum())
    assert models.did.fit(three_cohorts(), **COLUMNS, estimator="twfe").row("ATT")["estimate"] == pytest.approx(2.9)


@pytest.mark.parametrize("never", [True, False])
def test_bacon_reproduces_two_way_fixed_effects_and_diff_diff(never):
    data = world(never=never)
    table = models.did.bacon(data, **COLUMNS)
    twfe = models.did.fit(data, **COLUMNS, estimator="twfe").row("ATT")["estimate"]
    assert (table["weight"] * table["estimate"]).sum() == pytest.approx(twfe, rel=1e-10)
    other = diff_diff.BaconDecomposition().fit(data, **THEIRS).to_dataframe()
    ours = table.sort_values(["weight", "estimate"])[["weight", "estimate"]].to_numpy()
    theirs = other.sort_values(["weight", "estimate"])[["weight", "estimate"]].to_numpy()
    assert ours == pytest.approx(theirs, rel=1e-8)


def test_bacon_wants_a_balanced_panel_and_a_comparison():
    with pytest.raises(models.NotEstimable, match="balanced panel: 7 of 40 units lack 8 unit-periods"):
        data = world(40)
        models.did.bacon(data.drop(index=[0, 1, *range(15, 200, 32)]), **COLUMNS)
    with pytest.raises(models.NotEstimable, match="one cohort and no unit never treated"):
        models.did.bacon(world(40).query("g == 4"), **COLUMNS)


def units(n=300, seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 3))
    d = (random.uniform(size=n) < 1 / (1 + np.exp(1 - x[:, 0] + 0.5 * x[:, 1]))).astype(int)
    return pd.DataFrame(x, columns=["a", "b", "c"]).assign(d=d)


@pytest.mark.parametrize("moments", [1, 2])
def test_entropy_balance_reproduces_the_moments_exactly(moments):
    data = units()
    weights = models.did.entropy_balance(data, treated="d", covariates=["a", "b", "c"], moments=moments)
    treated, controls = data[data["d"] == 1], data[data["d"] == 0]
    w = weights[data["d"] == 0]
    assert (weights[data["d"] == 1] == 1).all()
    assert w.sum() == pytest.approx(len(treated)) and (w > 0).all()
    for name in "abc":
        assert np.average(controls[name], weights=w) == pytest.approx(treated[name].mean(), abs=1e-10)
        if moments == 2:
            mean = treated[name].mean()
            assert np.average((controls[name] - mean) ** 2, weights=w) == pytest.approx(treated[name].var(ddof=0), abs=1e-10)


def test_entropy_balance_of_one_binary_covariate_by_hand():
    # treated: 3 of 4 have x = 1; controls: 1 of 5. Weights: 3 on the one with x = 1, 1/4 on each of the four others
    data = pd.DataFrame({"d": [1] * 4 + [0] * 5, "x": [1, 1, 1, 0, 1, 0, 0, 0, 0]})
    weights = models.did.entropy_balance(data, treated="d", covariates=["x"])
    assert weights.to_list() == pytest.approx([1] * 4 + [3] + [0.25] * 4)
    check("did.entropy.hand", weights[4])


def test_entropy_weights_have_the_form_that_the_dual_gives():
    data = units()
    weights = models.did.entropy_balance(data, treated="d", covariates=["a", "b"])[data["d"] == 0]
    x = np.column_stack([np.ones(len(weights)), data.loc[data["d"] == 0, ["a", "b"]]])
    fitted = x @ np.linalg.lstsq(x, np.log(weights), rcond=None)[0]
    assert fitted == pytest.approx(np.log(weights).to_numpy(), abs=1e-8)


def test_balanced_controls_remove_a_trend_in_a_covariate():
    data = world(400, seed=3)
    data["y"] += 0.5 * data["x"] * data["t"]
    data = data[data["g"].isin([0, 6])]
    shifted = data[(data["g"] == 0) | (data["x"] > 0)]
    base = shifted[shifted["t"] == 1].assign(d=lambda d: (d["g"] > 0) * 1)
    base["w"] = models.did.entropy_balance(base, treated="d", covariates=["x"])
    weighted = shifted.merge(base[["id", "w"]], on="id")
    naive = models.did.fit(weighted, **COLUMNS, window=(2, 2)).row("ATT")
    fit = models.did.fit(weighted, **COLUMNS, window=(2, 2), weights="w").row("ATT")
    truth = 1 + 0.2 * 2 + 0.1 * 6
    assert naive["ci_low"] > truth
    assert fit["ci_low"] < truth < fit["ci_high"]


def test_matching_takes_the_nearest_propensity():
    data = units(120)
    weights = models.did.propensity_match(data, treated="d", covariates=["a", "b"])
    logit = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(data[["a", "b"]], data["d"])
    index = logit.decision_function(data[["a", "b"]])
    treated, controls = np.flatnonzero(data["d"] == 1), np.flatnonzero(data["d"] == 0)
    expected = np.zeros(120)
    expected[treated] = 1
    for i in treated:
        expected[controls[np.abs(index[controls] - index[i]).argmin()]] += 1
    assert weights.to_numpy() == pytest.approx(expected)
    two = models.did.propensity_match(data, treated="d", covariates=["a", "b"], neighbours=2, caliper=0.05)
    assert two[data["d"] == 0].sum() == pytest.approx(two[data["d"] == 1].sum())
    assert 0 < (two[data["d"] == 1] == 0).sum() < len(treated)


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        ({"a": [9.0] * 3 + [0.0] * 3, "d": [1] * 3 + [0] * 3}, {}, models.Collinear, "a has one value among the controls"),
        ({"a": [9.0, 9, 8, 0, 1, 2]}, {}, models.NotEstimable, "no weights of the 3 controls .* a stays .* standard deviations"),
        ({"d": 1}, {}, models.NotEstimable, "6 of 6 units are treated"),
        ({"d": [0, 1, 2, 0, 1, 0]}, {}, models.ModelError, "'d' must be 0 or 1"),
        ({"a": [np.nan, 1, 2, 3, 4, 5]}, {}, models.ModelError, "1 of 6 units have missing values"),
        ({"a": [np.inf, 1, 2, 3, 4, 5]}, {}, models.InfiniteValues, "'a' holds 1 infinite"),
        ({"b": [0.0, 2, 4, 6, 8, 10]}, {"covariates": ["a", "b"]}, models.Collinear, "a, b are a combination"),
        ({}, {"covariates": []}, models.ModelError, "no covariates are named"),
        ({}, {"covariates": ["aa"]}, models.MissingColumn, "no column 'aa'"),
        ({}, {"moments": 3}, models.ModelError, "moments 3 must be 1"),
    ],
)
def test_what_can_not_be_balanced_is_refused(change, options, error, message):
    data = pd.DataFrame({"d": [1, 1, 1, 0, 0, 0], "a": [0.0, 1, 2, 3, 4, 5]}).assign(**change)
    with pytest.raises(error, match=message):
        models.did.entropy_balance(data, **{"treated": "d", "covariates": ["a"], **options})


def test_what_can_not_be_matched_is_refused():
    data = pd.DataFrame({"d": [1, 1, 1, 0, 0, 0], "a": [3.0, 4, 5, 0, 1, 2]})
    with pytest.raises(models.Separated, match="propensity of 'd': the covariates separate the treated"):
        models.did.propensity_match(data, treated="d", covariates=["a"])
    data["a"] = [0.0, 3, 5, 1, 2, 4]
    with pytest.raises(models.NotEstimable, match="none of 3 treated units has 1 controls within 0.001"):
        models.did.propensity_match(data, treated="d", covariates=["a"], caliper=0.001)
    with pytest.raises(models.ModelError, match="neighbours 4 must be between 1 and the 3 controls"):
        models.did.propensity_match(data, treated="d", covariates=["a"], neighbours=4)
