"""The test of pre-period coefficients and its power, against R's pretrends and by simulation."""

import numpy as np
import pytest
from adoption import COLUMNS, event_study, world
from answers import check
from scipy import stats

from study import inference, models


def equal(k, variance=0.04, covariance=0.012):
    return np.full((k, k), covariance) + (variance - covariance) * np.eye(k)


def test_power_of_looking_for_any_significant_term_is_that_of_R():
    # R's reference period is 0 and ours is -1: its pre-periods -3, -2, -1 are our e = -4, -3, -2
    three = event_study(np.zeros(6), equal(6), 3)
    check("pretrend.r.three.slope_50", inference.pretrend(three).slope_50_any)
    check("pretrend.r.three.slope_80", inference.pretrend(three).slope_80_any)
    check("pretrend.r.three.power", inference.pretrend(three, slope=0.2).power_any)
    gaps = event_study(np.zeros(6), equal(6), [-6, -4, -2])
    check("pretrend.r.irregular.slope_50", inference.pretrend(gaps).slope_50_any)
    check("pretrend.r.irregular.slope_80", inference.pretrend(gaps).slope_80_any)
    one = event_study(np.zeros(2), 0.25 * np.eye(2), 1)
    check("pretrend.r.one.slope_50", inference.pretrend(one).slope_50_any)
    check("pretrend.r.one.power", inference.pretrend(one, slope=1.0).power_any)


def test_joint_power_by_simulation():
    fit = event_study(np.zeros(6), equal(6), 3)
    result = inference.pretrend(fit)
    shift = result.slope_80 * np.array([-3.0, -2, -1])
    draws = np.random.default_rng(1).multivariate_normal(shift, equal(3), size=40_000)
    wald = np.einsum("di,ij,dj->d", draws, np.linalg.inv(equal(3)), draws)
    assert (wald > stats.chi2.ppf(0.95, 3)).mean() == pytest.approx(0.8, abs=0.008)  # four simulation errors


def test_wald_statistic_by_hand():
    # two uncorrelated terms with t = 1 and 2: (1 + 4) / 2
    fit = event_study([0.1, 0.2, 1.0], np.diag([0.01, 0.01, 0.01]), 2)
    result = inference.pretrend(fit)
    assert result.statistic == pytest.approx(2.5)
    assert result.p_value == pytest.approx(stats.chi2.sf(5, 2))
    assert result.terms == ("e=-3", "e=-2")


def test_few_clusters_use_the_F_distribution():
    fit = models.did.fit(world(), **COLUMNS, cluster="bank", aggregate="event", window=(-4, 3))
    result = inference.pretrend(fit, slope=0.1)
    early = slice(0, 3)
    v, b = fit.covariance[early, early], fit.coefficients[early]
    assert result.df == (3, 15)
    assert result.p_value == pytest.approx(stats.f.sf(b @ np.linalg.solve(v, b) / 3, 3, 15))
    assert result.slope_50 < result.slope_80 and 0.05 < result.power < 1


def test_short_differences_answer_to_a_trend_with_its_slope():
    """Under base="varying" every pre-period term of a differential linear trend is the slope itself."""
    data = world()
    data["y"] = np.where(data["g"] > 0, 0.3 * data["t"], 0.0) + 1e-9 * data["z"]
    for base in ("varying", "universal"):
        fit = models.did.fit(data, **COLUMNS, control="never", base=base, aggregate="event", window=(-5, 1))
        response = fit.prepared.trend
        early = ~np.isnan(response)
        assert fit.coefficients[early] == pytest.approx(0.3 * response[early], abs=1e-7)


def test_leads_of_imputation_answer_to_a_trend_as_the_regression_does():
    data = world()
    data["y"] = np.where(data["g"] > 0, 0.3 * data["t"], 0.0) + 1e-9 * data["z"]
    fit = models.did.fit(data, **COLUMNS, estimator="imputation", aggregate="event", window=(-3, 1))
    assert fit.coefficients[:3] == pytest.approx(0.3 * fit.prepared.trend[:3], abs=1e-7)
    assert inference.pretrend(models.did.fit(world(), **COLUMNS, estimator="imputation", aggregate="event", window=(-3, 1))).slope_50 > 0
    never = models.did.fit(world(never=False), **COLUMNS, estimator="imputation", aggregate="event", window=(-3, 1))
    result = inference.pretrend(never)
    assert np.isnan(result.slope_50) and 0 < result.p_value < 1 and result.notes[-1].startswith("no power: without never-treated")


def test_binned_ends_are_left_out():
    fit = models.did.fit(world(), **COLUMNS, estimator="twfe", aggregate="event", window=(-4, 2))
    result = inference.pretrend(fit)
    assert result.terms == ("e=-3", "e=-2") and result.notes == ("binned ends left out: e<=-4, e>=2",)


@pytest.mark.parametrize(
    ("options", "arguments", "error", "message"),
    [
        ({}, {}, inference.InferenceError, "aggregate='event' .or 'cell'., whose terms have event times"),
        ({"aggregate": "event", "window": (0, 3)}, {}, inference.NotIdentified, "no pre-period coefficient"),
        ({"aggregate": "event"}, {"level": 0.9}, inference.InferenceError, "level 0.9 must be between 0 and 0.5"),
        ({"aggregate": "cell", "cluster": "bank"}, {}, inference.NotIdentified, r"pre-period coefficients \(12 terms, 8 clusters\) is singular"),
    ],
)
def test_what_can_not_be_tested_is_refused(options, arguments, error, message):
    fit = models.did.fit(world(40), **COLUMNS, **options)
    with pytest.raises(error, match=message):
        inference.pretrend(fit, **arguments)


def test_a_fit_of_another_module_is_refused():
    with pytest.raises(inference.InferenceError, match="it takes a fit of models.did"):
        inference.pretrend(models.panel.fit(world(40), "y ~ z | id + t", cluster="id"))
