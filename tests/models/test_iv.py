"""iv.fit against linearmodels and pyfixest, published results, and refusals."""

import numpy as np
import pandas as pd
import pyfixest
import pytest
from answers import check
from linearmodels.datasets import card, mroz
from linearmodels.iv import IV2SLS, IVGMM, IVLIML

from study import inference, models

CARD = "exper + expersq + black + smsa + south + smsa66 + " + " + ".join(f"reg66{i}" for i in range(2, 10))


@pytest.fixture(scope="module")
def men():
    return card.load()


@pytest.fixture(scope="module")
def women():
    return mroz.load().query("inlf == 1")


@pytest.fixture(scope="module")
def panel():
    """Two instruments, one of them weak, in a panel with clusters, weights and holes."""
    random = np.random.default_rng(5)
    unit = np.repeat(np.arange(60), 6)
    data = pd.DataFrame({"unit": unit, "t": np.tile(np.arange(6), 60), "group": unit % 12, "w": random.uniform(0.5, 2, 360)})
    z = random.normal(size=(360, 2)) + random.normal(size=(60, 2))[unit]
    v = random.normal(size=360)
    data["x"] = random.normal(size=360) + 0.3 * z[:, 0]
    data["d"] = 0.5 * z[:, 0] + 0.2 * z[:, 1] + data["x"] + v + random.normal(size=60)[unit]
    data["y"] = 0.7 * data["d"] - data["x"] + 0.8 * v + random.normal(size=360) * (1 + np.abs(z[:, 0]))
    return data.assign(z1=z[:, 0], z2=z[:, 1]).sample(frac=0.8, random_state=1).reset_index(drop=True)


# published results


def test_return_to_schooling_by_proximity_to_a_college(men):
    """Card (1995) as in Wooldridge's example 15.4, with more digits from R."""
    fit = models.iv.fit(men, f"lwage ~ {CARD} | educ ~ nearc4")
    glance = fit.glance()
    check("iv.card.educ", fit.row("educ")["estimate"])
    check("iv.card.educ.se", fit.row("educ")["std_error"])
    check("iv.card.first_stage.f", glance["first_stage"]["educ"]["f"])
    check("iv.card.first_stage.partial_r2", glance["first_stage"]["educ"]["partial_r2"])
    check("iv.card.reduced_form", glance["reduced_form"].row("nearc4")["estimate"])
    check("iv.card.reduced_form.t", glance["reduced_form"].row("nearc4")["statistic"])
    [(low, high)] = glance["anderson_rubin"]
    check("iv.card.anderson_rubin.low", low)
    check("iv.card.anderson_rubin.high", high)
    robust = models.iv.fit(men, f"lwage ~ {CARD} | educ ~ nearc4", vcov="HC1")
    check("iv.card.educ.se.robust", robust.row("educ")["std_error"])
    check("iv.card.effective_f", robust.glance()["effective_f"])


def test_two_colleges_as_instruments(men):
    fit = models.iv.fit(men, f"lwage ~ {CARD} | educ ~ nearc2 + nearc4")
    check("iv.card2.educ", fit.row("educ")["estimate"])
    check("iv.card2.first_stage.f", fit.glance()["first_stage"]["educ"]["f"])
    check("iv.card2.sargan", fit.glance()["overidentification"]["statistic"])
    check("iv.card2.sargan.p", fit.glance()["overidentification"]["p_value"])


def test_wages_of_married_women(women):
    """Wooldridge, Introductory Econometrics, examples 15.1, 15.5 and 15.8."""
    one = models.iv.fit(women, "lwage ~ 1 | educ ~ fatheduc")
    check("iv.mroz.one", one.row("educ")["estimate"])
    check("iv.mroz.one.se", one.row("educ")["std_error"])
    two = models.iv.fit(women, "lwage ~ exper + expersq | educ ~ fatheduc + motheduc")
    check("iv.mroz.two", two.row("educ")["estimate"])
    check("iv.mroz.two.se", two.row("educ")["std_error"])
    check("iv.mroz.two.sargan", two.glance()["overidentification"]["statistic"])


# other implementations


@pytest.mark.parametrize("effects", ["", "unit", "unit + t"])
@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("instruments", ["z1", "z1 + z2"])
def test_estimates_and_clustered_errors_as_pyfixest(panel, effects, weights, instruments):
    part = f" | {effects}" if effects else ""
    other = pyfixest.feols(f"y ~ x{part} | d ~ {instruments}", panel, vcov={"CRV1": "group"}, weights=weights, fixef_tol=1e-13)
    fit = models.iv.fit(panel, f"y ~ x{part} | d ~ {instruments}", cluster="group", weights=weights)
    for term in ("d", "x"):
        assert fit.row(term)["estimate"] == pytest.approx(other.coef()[term], rel=1e-8)
        assert fit.row(term)["std_error"] == pytest.approx(other.se()[term], rel=1e-7)
        assert fit.row(term)["p_value"] == pytest.approx(other.pvalue()[term], rel=1e-5)


@pytest.mark.parametrize(("estimator", "family"), [("2sls", IV2SLS), ("liml", IVLIML)])
@pytest.mark.parametrize("vcov", ["iid", "HC1", "CRV1"])
def test_errors_are_those_of_linearmodels_times_the_stated_factors(panel, estimator, family, vcov):
    cluster = "group" if vcov == "CRV1" else None
    fit = models.iv.fit(panel, "y ~ x | d ~ z1 + z2", estimator=estimator, vcov=vcov, cluster=cluster)
    options = {"iid": {"cov_type": "unadjusted"}, "HC1": {"cov_type": "robust"}, "CRV1": {"cov_type": "clustered", "clusters": panel["group"]}}
    other = family(panel["y"], panel[["x"]].assign(Intercept=1.0), panel[["d"]], panel[["z1", "z2"]]).fit(debiased=False, **options[vcov])
    factors = {name: value for name, value in fit.glance()["small_sample"].items() if name != "K"}
    factor = np.sqrt(np.prod(list(factors.values())))
    for term in fit.terms:
        assert fit.row(term)["estimate"] == pytest.approx(other.params[term], rel=1e-8)
        assert fit.row(term)["std_error"] == pytest.approx(other.std_errors[term] * factor, rel=1e-8)


def test_two_cluster_variables_are_three_covariances_with_their_own_factor(panel):
    both = models.iv.fit(panel, "y ~ x | unit | d ~ z1", cluster=["group", "t"])
    data = panel.assign(both=panel["group"] * 10 + panel["t"])
    single = {c: models.iv.fit(data, "y ~ x | unit | d ~ z1", cluster=c) for c in ("group", "t", "both")}
    n = len(panel)

    def without(fit):
        return fit.covariance * (n - fit.glance()["small_sample"]["K"]) / (n - 1)

    expected = without(single["group"]) + without(single["t"]) - without(single["both"])
    assert both.covariance * (n - both.glance()["small_sample"]["K"]) / (n - 1) == pytest.approx(expected, rel=1e-8)
    assert both.df == 5


def test_first_stage_and_effective_f_as_pyfixest(panel):
    for instruments in ("z1", "z1 + z2"):
        other = pyfixest.feols(f"y ~ 1 | unit | d ~ {instruments}", panel, vcov={"CRV1": "group"}, fixef_tol=1e-13)
        other.IV_Diag()
        glance = models.iv.fit(panel, f"y ~ 1 | unit | d ~ {instruments}", cluster="group").glance()
        assert glance["effective_f"] == pytest.approx(other._eff_F, rel=1e-7)
        assert glance["first_stage"]["d"]["robust_f"] == pytest.approx(other._f_stat_1st_stage, rel=1e-7)


def test_over_identification_as_linearmodels(panel):
    arguments = panel["y"], panel[["x"]].assign(Intercept=1.0), panel[["d"]], panel[["z1", "z2"]]
    for options, weighting in (
        ({"vcov": "HC1"}, {"weight_type": "robust"}),
        ({"cluster": "group"}, {"weight_type": "clustered", "clusters": panel["group"]}),
    ):
        found = models.iv.fit(panel, "y ~ x | d ~ z1 + z2", **options).glance()["overidentification"]
        other = IVGMM(*arguments, **weighting).fit().j_stat
        assert (found["test"], found["df"]) == ("Hansen J", 1)
        assert found["statistic"] == pytest.approx(other.stat, rel=1e-8)
        assert found["p_value"] == pytest.approx(other.pval, rel=1e-8)
    assert models.iv.fit(panel, "y ~ x | d ~ z1").glance()["overidentification"] is None


def test_two_endogenous_variables_have_no_weak_instrument_inference(panel):
    fit = models.iv.fit(panel, "y ~ 1 | unit | d + x ~ z1 + z2", cluster="group")
    within = panel.drop(columns="group").sub(panel.drop(columns="group").groupby(panel["unit"]).transform("mean"))
    other = IV2SLS(within["y"], None, within[["d", "x"]], within[["z1", "z2"]]).fit()
    assert fit.coefficients == pytest.approx(other.params.to_numpy(), rel=1e-8)
    glance = fit.glance()
    assert [glance[key] for key in ("effective_f", "anderson_rubin", "tf")] == [None] * 3
    assert set(glance["first_stage"]) == {"d", "x"}
    assert glance["first_stage"]["x"]["partial_r2"] == pytest.approx(other.first_stage.diagnostics.loc["x", "partial.rsquared"])
    assert fit.notes[-1].startswith("several endogenous variables")


@pytest.mark.parametrize("weights", [None, "w"])
def test_r2_with_effects_is_that_of_linearmodels_with_dummies(panel, weights):
    dummies = pd.get_dummies(panel["unit"]).astype(float).assign(x=panel["x"])
    other = IV2SLS(panel["y"], dummies, panel[["d"]], panel[["z1"]], weights=None if weights is None else panel["w"]).fit()
    glance = models.iv.fit(panel, "y ~ x | unit | d ~ z1", weights=weights).glance()
    assert glance["r2"] == pytest.approx(other.rsquared, rel=1e-8)
    assert glance["r2_within"] < glance["r2"]


def test_the_reduced_form_rests_on_the_rows_of_the_fit(panel):
    data = panel.copy()
    data.loc[[3, 8], "d"] = np.nan
    fit = models.iv.fit(data, "y ~ x | unit | d ~ z1", cluster="group")
    assert fit.glance()["reduced_form"].glance()["n_obs"] == fit.glance()["n_obs"] == len(panel) - 2
    assert fit.notes[0] == "2 rows with missing values dropped"


# plausibly exogenous instruments


def test_plausibly_exogenous_with_no_direct_effect_is_the_interval_of_the_fit(panel):
    fit = models.iv.fit(panel, "y ~ x | unit | d ~ z1", cluster="group")
    found = models.iv.plausibly_exogenous(fit, (0, 0))
    assert found.interval == pytest.approx(tuple(fit.row("d")[["ci_low", "ci_high"]]), rel=1e-9)


@pytest.mark.parametrize("ranges", [{"z1": (-0.2, 0.3)}, {"z1": (-0.1, 0.4), "z2": (-0.3, 0.1)}], ids=["one", "two"])
def test_plausibly_exogenous_is_the_union_over_a_grid_of_refits(panel, ranges):
    formula = "| unit | d ~ z1 + z2"
    found = models.iv.plausibly_exogenous(models.iv.fit(panel, f"y ~ x {formula}", cluster="group"), ranges)
    lows, highs = [], []
    grid = np.meshgrid(*(np.linspace(*pair, 4 if len(ranges) == 1 else 3) for pair in ranges.values()))
    for gamma in np.column_stack([axis.ravel() for axis in grid]):
        moved = panel.assign(moved=panel["y"] - panel[list(ranges)] @ gamma)
        row = models.iv.fit(moved, f"moved ~ x {formula}", cluster="group").row("d")
        lows.append(row["ci_low"])
        highs.append(row["ci_high"])
    assert found.interval == pytest.approx((min(lows), max(highs)), rel=1e-8)


@pytest.mark.parametrize(
    ("options", "gamma", "message"),
    [
        ({"estimator": "liml"}, {"z1": (0, 1)}, "needs estimator='2sls'"),
        ({"cluster": ["group", "t"]}, {"z1": (0, 1)}, "at most one cluster variable"),
        ({}, (0, 1), "2 instruments .z1, z2.: give gamma_range as a mapping"),
        ({}, {"z3": (0, 1)}, "no instrument 'z3'; the fit has z1, z2"),
        ({}, {"z1": (1, 0)}, "the lower end first"),
        ({}, {}, "gamma_range is empty"),
    ],
)
def test_ranges_that_are_none_are_refused(panel, options, gamma, message):
    fit = models.iv.fit(panel, "y ~ x | d ~ z1 + z2", **options)
    with pytest.raises(models.ModelError, match=message):
        models.iv.plausibly_exogenous(fit, gamma)


# every path is defined or refused


@pytest.mark.parametrize(
    ("change", "formula", "options", "error", "message"),
    [
        ({}, "y ~ x | d", {}, models.FormulaError, "is not 'outcome ~ controls"),
        ({}, "y ~ x | unit | t | d ~ z1", {}, models.FormulaError, "is not 'outcome ~ controls"),
        ({}, "y ~ x | unit + unit | d ~ z1", {}, models.FormulaError, "names an effect twice"),
        ({}, "y ~ x | d ~ z9", {}, models.MissingColumn, "no column 'z9'"),
        ({}, "y ~ x | d + x2 ~ z1", {}, models.MissingColumn, "no column 'x2'"),
        ({}, "y ~ 1 | d + x ~ z1", {}, models.Underidentified, "2 endogenous variables .d, x. and 1 instruments .z1."),
        ({}, "y ~ x | d ~ x", {}, models.FormulaError, "x is control and instrument"),
        ({}, "y ~ x | d ~ d", {}, models.FormulaError, "d is endogenous and instrument"),
        ({}, "y ~ d | d ~ z1", {}, models.FormulaError, "d is control and endogenous"),
        ({"z1": 1.0}, "y ~ x | unit | d ~ z1", {}, models.NoVariation, "z1 does not vary once the effects unit are removed"),
        ({"z1": "unit"}, "y ~ x | unit | d ~ z1", {}, models.NoVariation, "z1 does not vary once the effects unit are removed"),
        ({"z2": "z1"}, "y ~ x | d ~ z1 + z2", {}, models.Collinear, "combination of the others"),
        ({"d": "x"}, "y ~ x | d ~ z1", {}, models.Collinear, "combination of the others"),
        ({"group": 1}, "y ~ x | d ~ z1", {"cluster": "group"}, models.NotEstimable, "one cluster of 'group'"),
        ({"z1": np.nan}, "y ~ x | d ~ z1", {}, models.NotEstimable, "288 have missing values"),
        ({"z1": np.inf}, "y ~ x | d ~ z1", {}, models.InfiniteValues, "'z1' holds 288 infinite values"),
        ({"d": -np.inf}, "y ~ x | d ~ z1", {}, models.InfiniteValues, "'d' holds 288 infinite values"),
        ({}, "y ~ x | d ~ z1", {"estimator": "gmm"}, models.ModelError, "no estimator 'gmm'; there is 2sls, liml"),
        ({}, "y ~ x | d ~ z1", {"vcov": "CRV3", "cluster": "group"}, models.ModelError, "no covariance 'CRV3' with instruments"),
        ({}, "y ~ x | d ~ z1", {"vcov": "CRV1"}, models.ModelError, "CRV needs clusters"),
    ],
)
def test_what_can_not_be_estimated_is_refused(panel, change, formula, options, error, message):
    changed = {name: panel[value] if isinstance(value, str) else value for name, value in change.items()}
    with pytest.raises(error, match=message):
        models.iv.fit(panel.assign(**changed), formula, **options)


def test_unrelated_instruments_are_refused():
    data = pd.DataFrame({"z": [1.0, 1, -1, -1] * 5, "d": [1.0, -1, 1, -1] * 5, "y": np.arange(20.0)})
    with pytest.raises(models.Underidentified, match="unrelated to the endogenous variables"):
        models.iv.fit(data, "y ~ 1 | d ~ z")


def test_no_degree_of_freedom_left(panel):
    with pytest.raises(models.NotEstimable, match="4 rows leave 0 degrees of freedom"):
        models.iv.fit(panel.head(4), "y ~ x | d ~ z1 + z2")


def test_the_wild_bootstrap_of_least_squares_is_refused(panel):
    fit = models.iv.fit(panel, "y ~ x | d ~ z1", cluster="group")
    with pytest.raises(models.ModelError, match="carries no Gram"):
        inference.wild_bootstrap(fit, "d", reps=99, seed=1)


def test_the_data_are_not_changed(panel):
    before = panel.copy(deep=True)
    models.iv.fit(panel, "y ~ x | unit | d ~ z1", cluster="group")
    pd.testing.assert_frame_equal(panel, before)
