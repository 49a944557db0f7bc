"""How the libraries differ on one model: factor to the raw sandwich and reference distribution (docs/methods)."""

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.formula.api as smf
from answers import check
from linearmodels.datasets import wage_panel
from linearmodels.iv import IV2SLS, AbsorbingLS
from linearmodels.panel import PanelOLS
from scipy import stats

from study import models


@pytest.fixture(scope="module")
def data():
    wages = wage_panel.load().query("nr < 1200").reset_index(drop=True)
    return wages.assign(industry=np.arange(len(wages)) // 8 % 9)


@pytest.fixture(scope="module")
def sizes(data):
    """n, k, N, T, G of the model lwage ~ union + married | nr + year, clusters nr."""
    return len(data), 2, data["nr"].nunique(), data["year"].nunique(), data["nr"].nunique()


@pytest.fixture(scope="module")
def raw(data):
    """The sandwich without any factor, written out."""
    within = pd.concat([data[c] - data.groupby("nr")[c].transform("mean") for c in ("lwage", "union", "married")], axis=1)
    within = within - within.groupby(data["year"]).transform("mean")  # balanced: once is enough
    y, x = within["lwage"].to_numpy(), within[["union", "married"]].to_numpy()
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    scores = pd.DataFrame(x * (y - x @ beta)[:, None]).groupby(data["nr"]).sum().to_numpy()
    bread = np.linalg.inv(x.T @ x)
    return (bread @ scores.T @ scores @ bread)[0, 0]


def panel_ols(data, **options):
    indexed = data.set_index(["nr", "year"])
    model = PanelOLS(indexed["lwage"], indexed[["union", "married"]], entity_effects=True, time_effects=True)
    return model.fit(cov_type="clustered", cluster_entity=True, **options)


def test_factors_of_one_cluster_variable(data, sizes, raw):
    n, k, units, times, g = sizes
    j = g / (g - 1)
    formula = "lwage ~ union + married | nr + year"
    absorbing = AbsorbingLS(data["lwage"], data[["union", "married"]], absorb=data[["nr", "year"]].astype("category"))
    dummies = smf.ols("lwage ~ union + married + C(nr) + C(year)", data)

    def fixest(**options):
        return pyfixest.feols(formula, data, vcov={"CRV1": "nr"}, ssc=pyfixest.ssc(**options)).se()["union"]

    all_effects = n - k - units - times + 1
    found = {
        "panel.fit": (models.panel.fit(data, formula, cluster="nr").row("union")["std_error"], j * (n - 1) / (n - k - times)),
        "pyfixest, default": (fixest(), j * (n - 1) / (n - k - times)),
        "pyfixest, k_fixef none": (fixest(k_fixef="none"), j * (n - 1) / (n - k)),
        "pyfixest, k_fixef full": (fixest(k_fixef="full"), j * (n - 1) / all_effects),
        "PanelOLS, default": (panel_ols(data).std_errors["union"], n / all_effects),
        "PanelOLS, group_debias": (panel_ols(data, group_debias=True).std_errors["union"], j * (n - 1) / all_effects),
        "PanelOLS, no effects": (
            panel_ols(data, group_debias=True, auto_df=False, count_effects=False).std_errors["union"],
            j * (n - 1) / (n - k),
        ),
        "AbsorbingLS, default": (absorbing.fit(cov_type="clustered", clusters=data["nr"]).std_errors["union"], 1),
        "AbsorbingLS, debiased": (
            absorbing.fit(cov_type="clustered", clusters=data["nr"], debiased=True).std_errors["union"],
            j * (n - 1) / all_effects,
        ),
        "statsmodels, dummies": (
            dummies.fit(cov_type="cluster", cov_kwds={"groups": data["nr"]}).bse["union"],
            j * (n - 1) / all_effects,
        ),
    }
    for name, (error, factor) in found.items():
        assert error**2 / raw == pytest.approx(factor, rel=1e-6), name


def test_panel_ols_and_panel_fit_agree_where_no_effect_is_nested_in_the_clusters(data):
    """PanelOLS counts all effects, panel.fit those that are not nested: here all."""
    units, times = data["nr"].nunique(), data["year"].nunique()
    crossed = data.assign(c=(data["year"] + data["nr"]) % 9)
    indexed = crossed.set_index(["nr", "year"])
    model = PanelOLS(indexed["lwage"], indexed[["union", "married"]], entity_effects=True, time_effects=True)
    other = model.fit(cov_type="clustered", clusters=indexed["c"], group_debias=True)
    fit = models.panel.fit(crossed, "lwage ~ union + married | nr + year", cluster="c")
    assert fit.glance()["small_sample"]["K"] == 2 + units + times - 1
    assert fit.row("union")["std_error"] == pytest.approx(other.std_errors["union"], rel=1e-7)


def test_reference_distributions(data):
    g = data["nr"].nunique()
    fit = models.panel.fit(data, "lwage ~ union | nr", cluster="nr")
    assert fit.df == g - 1
    fixest = pyfixest.feols("lwage ~ union | nr", data, vcov={"CRV1": "nr"})
    assert fixest.pvalue()["union"] == pytest.approx(2 * stats.t.sf(abs(fixest.tstat()["union"]), g - 1), rel=1e-8)
    linear = panel_ols(data)
    assert linear.pvalues["union"] == pytest.approx(2 * stats.t.sf(abs(linear.tstats["union"]), linear.df_resid), rel=1e-8)
    pooled = smf.ols("lwage ~ union", data).fit(cov_type="cluster", cov_kwds={"groups": data["nr"]})
    assert pooled.pvalues["union"] == pytest.approx(2 * stats.norm.sf(abs(pooled.tvalues["union"])), rel=1e-8)


def test_two_cluster_variables_have_one_factor_in_pyfixest_and_three_here(data):
    formula = "lwage ~ union | nr"
    ours = models.panel.fit(data, formula, cluster=["nr", "year"]).row("union")["std_error"]
    conventional = pyfixest.feols(formula, data, vcov={"CRV1": "nr+year"}, ssc=pyfixest.ssc(G_df="conventional"))
    default = pyfixest.feols(formula, data, vcov={"CRV1": "nr+year"})
    assert ours == pytest.approx(conventional.se()["union"], rel=1e-7)
    assert abs(ours / default.se()["union"] - 1) > 1e-3


def test_jackknife_of_pyfixest_is_larger_by_its_factor(data):
    n, g = len(data), data["industry"].nunique()
    fit = models.panel.fit(data, "lwage ~ union | year", cluster="industry", vcov="CRV3")
    other = pyfixest.feols("lwage ~ union | year", data, vcov={"CRV3": "industry"})
    counted = 1 + data["year"].nunique()
    factor = g / (g - 1) * (n - 1) / (n - counted)
    assert (other.se()["union"] / fit.row("union")["std_error"]) ** 2 == pytest.approx(factor / ((g - 1) / g), rel=1e-6)


def test_instruments_have_no_factor_in_linearmodels_unless_debiased(data):
    """linearmodels' debiased clustered factor is g(n-1)/(n-k), that of iv.fit; its default is 1 with the normal."""
    fit = models.iv.fit(data, "lwage ~ married | union ~ exper", cluster="nr")
    arguments = data["lwage"], data[["married"]].assign(Intercept=1.0), data[["union"]], data[["exper"]]
    plain = IV2SLS(*arguments).fit(cov_type="clustered", clusters=data["nr"])
    debiased = IV2SLS(*arguments).fit(cov_type="clustered", clusters=data["nr"], debiased=True)
    n, g = len(data), data["nr"].nunique()
    assert (fit.row("union")["std_error"] / plain.std_errors["union"]) ** 2 == pytest.approx(g / (g - 1) * (n - 1) / (n - 3), rel=1e-8)
    assert debiased.std_errors["union"] == pytest.approx(fit.row("union")["std_error"], rel=1e-8)
    assert plain.pvalues["union"] == pytest.approx(2 * stats.norm.sf(abs(plain.tstats["union"])), rel=1e-8)
    assert fit.df == g - 1


def test_effective_f_of_pyfixest_does_not_partial_controls_out_of_two_instruments(data):
    """With one instrument, or without controls beside effects, the two agree (test_iv); otherwise they do not."""
    formula = "lwage ~ married | nr | union ~ exper + hours"
    other = pyfixest.feols(formula, data, vcov={"CRV1": "nr"})
    other.IV_Diag()
    fit = models.iv.fit(data, formula, cluster="nr")
    assert other._eff_F != pytest.approx(fit.glance()["effective_f"], rel=1e-6)
    rows = data[["lwage", "married", "union", "exper", "hours"]]
    within = rows - rows.groupby(data["nr"]).transform("mean")
    z = within[["exper", "hours"]].to_numpy()
    pi = other._model_1st_stage.coef()[["exper", "hours"]].to_numpy()
    places = [other._model_1st_stage._coefnames.index(name) for name in ("exper", "hours")]
    spread = other._model_1st_stage._vcov[np.ix_(places, places)]
    x = within["married"].to_numpy()
    left = z - np.outer(x, x @ z / (x @ x))
    for instruments, value in ((z, other._eff_F), (left, fit.glance()["effective_f"])):
        zz = instruments.T @ instruments
        assert pi @ zz @ pi / np.trace(spread @ zz) == pytest.approx(value, rel=1e-6)


def test_white_space_between_effects_decides_what_pyfixest_counts_with_two_clusters():
    # effects b (5 levels) and a (8, a cluster itself), clusters a and c: b is nested in none, K = 1 slope + 5 levels
    random = np.random.default_rng(0)
    data = pd.DataFrame({name: random.integers(0, levels, 60) for name, levels in (("a", 8), ("b", 5), ("c", 3))})
    data["x"], data["y"] = random.normal(size=60), random.normal(size=60)
    ours = models.panel.fit(data, "y ~ x | b + a", cluster=["a", "c"])
    counted = {}
    for effects in ("b+a", "b + a", "a+b", "a + b"):
        other = pyfixest.feols(f"y ~ x | {effects}", data, vcov={"CRV1": "a+c"}, ssc=pyfixest.ssc(G_df="conventional"))
        counted[effects] = int(other._df_k)
        if counted[effects] == 6:
            assert ours.row("x")["std_error"] == pytest.approx(other.se().iloc[0], rel=1e-6)
    assert ours.glance()["small_sample"]["K"] == 6 == counted["b + a"] == counted["a + b"]
    # without spaces a set's order decides, so another hash seed, another count: 2 where levels of a are taken for b's
    assert {counted["b+a"], counted["a+b"]} <= {2, 6}
    check("panel.pyfixest.spaced", ours.row("x")["std_error"])
