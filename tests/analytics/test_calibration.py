"""Calibration against statsmodels' logit and by hand; costs and tiers by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from answers import check
from scipy.special import expit, logit

from study.analytics import BadValue, NoVariation, calibration, metrics, scoring


def case(n=4000, slope=1.0, shift=0.0, seed=1):
    random = np.random.default_rng(seed)
    odds = random.normal(size=n)
    return (random.random(n) < expit(odds)).astype(float), expit((odds - shift) / slope)


def test_slope_and_intercept_are_the_logit_of_statsmodels():
    y, p = case(slope=0.5, shift=0.3)
    made = calibration(y, p)
    assert made.slope == pytest.approx(sm.Logit(y, sm.add_constant(logit(p))).fit(disp=0).params[1], rel=1e-6)
    check("analytics.calibration.slope", made.slope)
    # the intercept solves: mean of expit(a + logit p) = mean of y
    assert expit(made.intercept + logit(p)).mean() == pytest.approx(y.mean(), abs=1e-9)
    assert made.notes == ()


def test_true_probabilities_are_found_calibrated_and_stretched_ones_are_not():
    # simulated truth: slope 1 and intercept 0; log-odds twice too large have slope 1/2 (4 Monte Carlo errors of 0.045)
    y, p = case()
    made = calibration(y, p)
    assert made.slope == pytest.approx(1, abs=0.18) and made.intercept == pytest.approx(0, abs=0.15)
    assert calibration(y, expit(2 * logit(p))).slope == pytest.approx(made.slope / 2, rel=1e-6)


def test_the_intercept_is_found_where_newton_steps_are_lost():
    # half of the predictions at the edges and wrong: mean of expit(a + odds) must still be the share of 1s
    y, p = np.array([1, 0, 1, 0, 1, 0] * 30), np.array([0, 0, 1, 1, 0.3, 0.2] * 30)
    made = calibration(y, p)
    assert expit(made.intercept + logit(np.clip(p, 1e-6, 1 - 1e-6))).mean() == pytest.approx(0.5, abs=1e-9)
    assert abs(made.intercept) < 15


def test_bins_by_hand():
    made = calibration([0, 0, 1, 0, 1, 1], [0.1, 0.1, 0.1, 0.6, 0.8, 0.7], bins=2).bins
    assert made["n"].tolist() == [3, 3] and made["predicted"].tolist() == pytest.approx([0.1, 0.7])
    assert made["observed"].tolist() == pytest.approx([1 / 3, 2 / 3])
    low, high = metrics.wilson([1, 2], [3, 3])
    assert made["ci_low"].tolist() == pytest.approx(low) and made["ci_high"].tolist() == pytest.approx(high)


def test_certain_constant_and_separating_predictions_are_said():
    made = calibration([0, 1, 1, 0], [0.0, 1.0, 0.4, 0.6])
    assert made.notes[0] == "2 of 4 probabilities are within 1e-06 of 0 or 1 and were moved there"
    flat = calibration([0, 1, 1, 0], [0.25] * 4)
    # base rate 1/2 against 1/4: logit(.5) - logit(.25) = ln 3
    check("analytics.calibration.intercept", flat.intercept)
    assert np.isnan(flat.slope) and flat.notes == ("all predictions are the same: no slope",)
    apart = calibration([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.9])
    assert np.isnan(apart.slope) and "separate the classes" in apart.notes[-1]


def test_costs_by_hand():
    # ratio 4: threshold .2 treats .9, .3, .2 (one 0 among them), misses nobody but the 1 at .1: (1 + 4) / 5
    # nobody: 4 * 3/5; all: 2/5; best: threshold .1 treats four, one wrongly: 1/5... the 0 at .05 is left
    y, p = [1, 0, 1, 1, 0], [0.9, 0.3, 0.2, 0.1, 0.05]
    row = scoring.cost_curve(y, p, [4]).iloc[0]
    assert row["threshold"] == pytest.approx(0.2) and row["treated"] == pytest.approx(0.6)
    check("analytics.cost.four", row["cost"])
    assert (row["cost_all"], row["cost_none"], row["cost_best"]) == pytest.approx((0.4, 2.4, 0.2))
    assert row["saving"] == pytest.approx(1 - 1.0 / 0.4)


def test_best_cost_is_the_least_over_every_threshold():
    y, p = case(n=300)
    p = np.round(p, 2)
    for ratio, least in zip((1, 3, 10), scoring.cost_curve(y, p, (1, 3, 10))["cost_best"]):
        costs = [((p >= c) * (1 - y) + ratio * (p < c) * y).mean() for c in [*np.unique(p), 2]]
        assert least == pytest.approx(min(costs))


def test_tiers_by_shares_and_by_costs():
    score = np.array([0.05, 0.9, 0.4, 0.2, 0.7, 0.4, 0.1, 0.3, 0.15, 0.6])
    y = np.array([0, 1, 1, 0, 1, 0, 0, 0, 0, 0])
    tier, table = scoring.tiers(score, shares=(0.2, 0.5), outcome=y)
    assert tier.tolist() == [3, 1, 2, 3, 1, 2, 3, 3, 3, 2]
    assert table["n"].tolist() == [2, 3, 5] and table["rate"].tolist() == pytest.approx([1, 1 / 3, 0])
    assert table["threshold"].tolist() == [0.7, 0.4, -np.inf]
    # cost ratios 1 and 4: thresholds 1/2 and 1/5
    by_cost, table = scoring.tiers(score, ratios=(1, 4))
    assert table["threshold"].tolist()[:2] == [0.5, 0.2] and by_cost.tolist() == [3, 1, 2, 2, 1, 2, 3, 2, 3, 1]


def test_customers_of_one_score_are_in_one_tier():
    tier, table = scoring.tiers(np.ones(10), shares=(0.1, 0.5))
    assert set(tier) == {1} and table["n"].tolist() == [10, 0, 0] and pd.isna(table["mean_score"].iloc[1])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: calibration([1, 1], [0.1, 0.2]), NoVariation, "all 2 outcomes are 1"),
        (lambda: calibration([1, 0], [0.1, 1.2]), BadValue, "probability: 1 of 2 values are not at least 0 and at most 1"),
        (lambda: scoring.cost_curve([1, 0], [0.1, 0.2], [0]), BadValue, "ratios: 1 of 1 values are not above 0"),
        (lambda: scoring.tiers([1, 2], shares=(0.5, 0.1)), BadValue, "shares must increase between 0 and 1"),
        (lambda: scoring.tiers([1, 2]), BadValue, "give either shares or ratios"),
        (lambda: scoring.tiers([1, np.nan], shares=(0.5,)), BadValue, "score: 1 of 2 values are missing"),
    ],
)
def test_wrong_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
