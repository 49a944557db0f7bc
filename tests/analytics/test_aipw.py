"""AIPW: by hand and by statsmodels in the saturated case, by simulation with a known effect elsewhere."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from answers import check
from statsmodels.treatment.treatment_effects import TreatmentEffect

from study.analytics import BadValue, MissingColumn, NoVariation, TooFew, UnknownChoice, aipw
from study.analytics.policy.aipw import _inside

# block a: 3 treated with mean 2, 1 untreated with 1; block b: 1 treated with 5, 3 untreated with mean 1
SMALL = pd.DataFrame({"block": list("aaaabbbb"), "d": [1, 1, 1, 0, 1, 0, 0, 0], "y": [1.0, 2, 3, 1, 5, 0, 1, 2]})


def test_saturated_case_by_hand():
    # half of (2 - 1) and half of (5 - 1)
    fit = aipw(SMALL, outcome="y", treatment="d", block="block", learner="cells", folds=1, min_arm=1, seed=1)
    check("analytics.aipw.saturated", fit.row("ate")["estimate"])
    assert fit.row("mean_treated")["estimate"] == pytest.approx(3.5) and fit.row("mean_untreated")["estimate"] == pytest.approx(1)
    # influence: treated of a: 1 + (y - 2) / .75, untreated of a: 1, treated of b: 4, untreated of b: 4 - (y - 1) / .75
    psi = [1 - 4 / 3, 1, 1 + 4 / 3, 1, 4, 4 + 4 / 3, 4, 4 - 4 / 3]
    assert fit.row("ate")["std_error"] == pytest.approx(np.std(psi, ddof=1) / np.sqrt(8))


def test_saturated_case_is_that_of_statsmodels():
    random = np.random.default_rng(2)
    x = random.integers(0, 2, 500)
    d = (random.random(500) < 0.3 + 0.4 * x).astype(int)
    data = pd.DataFrame({"x": x.astype(str), "d": d, "y": 1 + d * (1 + x) + 2 * x + random.normal(size=500)})
    design = sm.add_constant(x.astype(float))
    effect = TreatmentEffect(sm.OLS(data["y"], design), d, results_select=sm.Logit(d, design).fit(disp=0))
    fit = aipw(data, outcome="y", treatment="d", categorical=["x"], learner="cells", folds=1, seed=1)
    assert fit.row("ate")["estimate"] == pytest.approx(effect.aipw(return_results=False)[0], abs=1e-6)
    check("analytics.aipw.statsmodels", fit.row("ate")["estimate"])


def confounded(n=4000, seed=3):
    random = np.random.default_rng(seed)
    data = pd.DataFrame({"x": random.normal(size=n), "week": random.integers(0, 12, n)})
    chance = 1 / (1 + np.exp(-0.8 * data["x"] - 0.1 * (data["week"] - 5.5)))
    data["d"] = (random.random(n) < chance).astype(int)
    # the effect is 1 on average (1 + x / 2, x has mean 0)
    data["y"] = data["d"] * (1 + 0.5 * data["x"]) + 2 * data["x"] + 0.3 * data["week"] + random.normal(size=n)
    return data


def test_a_known_effect_is_found_where_the_raw_difference_is_wrong():
    data = confounded()
    fit = aipw(data, outcome="y", treatment="d", numeric=["x"], block="week", cluster="week", trim=(0.01, 0.99), seed=1)
    made = fit.row("ate")
    raw = data.groupby("d")["y"].mean().diff().iloc[1]
    assert raw > 2 and abs(made["estimate"] - 1) < 4 * made["std_error"] and made["std_error"] < 0.1
    assert made["df"] == 11 and fit.glance()["n_clusters"] == 12


def test_a_zero_one_outcome_and_boosting():
    random = np.random.default_rng(4)
    data = confounded(3000)
    # within x the treatment adds .1 to the chance of yes
    data["yes"] = (random.random(3000) < 0.2 + 0.1 * data["d"] + 0.3 * (data["x"] > 0)).astype(int)
    for learner in ("logit", "boosting"):
        made = aipw(data, outcome="yes", treatment="d", numeric=["x"], learner=learner, folds=3, seed=1).row("ate")
        assert abs(made["estimate"] - 0.1) < 4 * made["std_error"]


def test_clustered_error_is_that_of_statsmodels():
    data = pd.concat([SMALL.assign(g=g, y=SMALL["y"] + g) for g in range(6)], ignore_index=True)
    fit = aipw(data, outcome="y", treatment="d", block="block", cluster="g", learner="cells", folds=1, min_arm=1, seed=1)
    e, mean = data.groupby("block")["d"].transform("mean"), data.groupby(["block", "d"])["y"].mean()
    one, zero = (data["block"].map(mean.xs(arm, level="d")) for arm in (1, 0))
    psi = one - zero + data["d"] * (data["y"] - one) / e - (1 - data["d"]) * (data["y"] - zero) / (1 - e)
    by_statsmodels = sm.OLS(psi, np.ones(len(psi))).fit(cov_type="cluster", cov_kwds={"groups": data["g"]}, use_t=True)
    assert fit.row("ate")["std_error"] == pytest.approx(by_statsmodels.bse.iloc[0])
    assert fit.row("ate")["p_value"] == pytest.approx(by_statsmodels.pvalues.iloc[0])


def test_blocks_without_overlap_and_extreme_propensities_are_counted():
    data = confounded(1200)
    late = data.assign(week=99, d=1).head(50)
    data = pd.concat([data, late], ignore_index=True)
    fit = aipw(data, outcome="y", treatment="d", numeric=["x"], block="week", trim=(0.3, 0.7), folds=3, seed=1)
    seen = fit.glance()
    assert (seen["n_dropped"], seen["n_blocks_dropped"]) == (50, 1) and seen["n_trimmed"] > 100
    assert seen["n_obs"] + seen["n_trimmed"] + seen["n_dropped"] == 1250
    assert 0.3 <= seen["propensity_min"] and seen["propensity_max"] <= 0.7
    assert fit.notes == (
        "1 levels of week (50 rows) have fewer than 10 customers in an arm",
        f"{seen['n_trimmed']} customers with a propensity outside 0.3 to 0.7 left out",
    )


def test_few_treated_clusters_are_counted_and_named():
    # even shares: every treated customer has the weight 1 / e, so that two banks of one size are two effective clusters
    data = confounded(1200).assign(bank=lambda f: np.arange(len(f)) % 20)
    data["d"] = (data["bank"] < 2) * 1
    fit = aipw(data.assign(one="a"), outcome="y", treatment="d", categorical=["one"], learner="cells", cluster="bank", folds=2, seed=1)
    lines = fit.glance()["clusters_by_term"]
    assert (lines["ate"]["treated"], lines["ate"]["untreated"], lines["ate"]["of"]) == (2, 18, 20)
    assert lines["mean_treated"]["effective"] == pytest.approx(2, rel=0.02) and lines["mean_untreated"]["effective"] == pytest.approx(18, rel=0.02)
    assert "few clusters carry ate (2 of 20 clusters of 'bank' treated, effective number 2" in fit.notes[-1] and "mean_untreated" not in fit.notes[-1]


def test_two_runs_are_the_same():
    data = confounded(600)
    runs = [aipw(data, outcome="y", treatment="d", numeric=["x"], folds=3, seed=5).tidy() for _ in range(2)]
    pd.testing.assert_frame_equal(*runs)


@pytest.mark.parametrize(
    ("change", "given", "error", "message"),
    [
        ({"d": 1}, {}, NoVariation, "all 8 customers have d = 1"),
        ({"d": 2}, {}, BadValue, "d: 8 of 8 values are neither 0 nor 1"),
        ({"y": np.nan}, {}, BadValue, "y: 8 of 8 values are missing"),
        ({}, {"min_arm": 10}, TooFew, "none of 2 blocks has 10 customers in both arms"),
        ({}, {"folds": 2}, TooFew, "1 customers in the smallest arm of a block for 2 folds; take at most 1"),
        ({}, {"learner": "forest"}, UnknownChoice, "learner 'forest' is not known"),
        ({}, {"trim": (0.5, 1.5)}, BadValue, "trim must be two propensities"),
        ({}, {"numeric": ["y"]}, BadValue, "learner 'cells' takes categories only"),
        ({}, {"categorical": ["age"]}, MissingColumn, "no column 'age'"),
        ({"d": [1, 1, 1, 1, 1, 0, 0, 0]}, {"block": None, "categorical": ["block"], "trim": None}, BadValue, "1 cells .4 customers. have nobody to"),
        ({}, {"trim": (0.4, 0.6)}, TooFew, "0 of 8 customers have a propensity from 0.4 to 0.6"),
    ],
)
def test_wrong_input_is_refused(change, given, error, message):
    arguments = {"outcome": "y", "treatment": "d", "block": "block", "learner": "cells", "folds": 1, "min_arm": 1, "seed": 1}
    with pytest.raises(error, match=message):
        aipw(SMALL.assign(**change), **(arguments | given))


def test_propensities_of_zero_and_one_are_refused_without_trimming():
    with pytest.raises(BadValue, match="2 of 3 customers have a propensity of 0 or 1: nobody to compare them with; give `trim`"):
        _inside(np.array([0.0, 0.5, 1.0]), None)
