"""HC2, HC3, CV2 and Driscoll-Kraay against statsmodels and diff-diff with explicit dummies, linearmodels, and by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from diff_diff.linalg import compute_robust_vcov
from linearmodels.datasets import wage_panel
from linearmodels.panel import PanelOLS

from study import models
from study.models.panel.covariance import bias_reduced, leverages

RHS = ["union", "married"]


@pytest.fixture(scope="module", params=[1.0, 0.6], ids=["balanced", "unbalanced"])
def wages(request):
    data = wage_panel.load().query("nr < 1500").sample(frac=request.param, random_state=1).sort_values(["nr", "year"])
    random = np.random.default_rng(1)
    return data.assign(industry=random.integers(0, 9, len(data)), w=random.uniform(0.5, 2, len(data))).reset_index(drop=True)


def explicit(data, fit, effects):
    """Outcome, regressors and dummies of the rows of the fit."""
    rows = data.loc[fit.prepared.y.index]
    dummies = [pd.get_dummies(rows[name], drop_first=i > 0).astype(float) for i, name in enumerate(effects)]
    return fit.prepared.y.to_numpy(), np.column_stack([fit.prepared.x, *dummies])


@pytest.mark.parametrize("effects", [["nr"], ["nr", "year"], ["nr", "year", "industry"]], ids=len)
@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("vcov", ["HC2", "HC3"])
def test_heteroskedastic_errors_as_statsmodels_with_dummies(wages, effects, weights, vcov):
    fit = models.panel.fit(wages, f"lwage ~ union + married | {' + '.join(effects)}", vcov=vcov, weights=weights)
    y, x = explicit(wages, fit, effects)
    given = np.ones(len(y)) if weights is None else fit.prepared.weights
    other = sm.WLS(y, x, weights=given).fit(cov_type=vcov)
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(other.bse[:2], rel=1e-8)
    assert fit.df == other.df_resid


def test_leverages_are_the_diagonal_of_the_projection(wages):
    fit = models.panel.fit(wages, "lwage ~ union + married | nr + year")
    _, x = explicit(wages, fit, ["nr", "year"])
    assert leverages(fit.prepared) == pytest.approx(np.diag(x @ np.linalg.pinv(x)), abs=1e-10)


@pytest.mark.parametrize("effects", [[], ["year"], ["nr"], ["nr", "year"]], ids=str)
@pytest.mark.parametrize("cluster", ["nr", "industry"])
def test_bias_reduced_errors_and_degrees_of_freedom_as_diff_diff_with_dummies(wages, effects, cluster):
    formula = "lwage ~ union + married" + (f" | {' + '.join(effects)}" if effects else "")
    fit = models.panel.fit(wages, formula, cluster=cluster, vcov="CRV2")
    y, x = explicit(wages, fit, effects)
    residuals = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    codes = fit.prepared.clusters[cluster].to_numpy()
    covariance, df = compute_robust_vcov(x, residuals, codes, vcov_type="hc2_bm", return_dof=True)
    k = len(fit.terms)
    assert fit.covariance == pytest.approx(covariance[:k, :k], rel=1e-7)
    assert fit.df == pytest.approx(df[:k], rel=1e-6)


def test_bias_reduced_by_the_definition_with_full_matrices():
    """A_g, H and p_g written out: 7 clusters of unequal size."""
    random = np.random.default_rng(4)
    group = np.repeat(np.arange(7), [3, 4, 5, 6, 7, 8, 9])
    x = np.column_stack([np.ones(42), random.normal(size=42), group < 2])
    y = random.normal(size=42)
    bread = np.linalg.inv(x.T @ x)
    residuals, annihilator = y - x @ bread @ x.T @ y, np.eye(42) - x @ bread @ x.T
    meat, p = np.zeros((3, 3)), []
    for g in range(7):
        rows = group == g
        values, vectors = np.linalg.eigh(annihilator[np.ix_(rows, rows)])
        adjusted = x[rows].T @ (vectors / np.sqrt(values)) @ vectors.T
        meat += np.outer(adjusted @ residuals[rows], adjusted @ residuals[rows])
        p.append(bread @ adjusted @ annihilator[rows])
    pieces = [(x[group == g], y[group == g]) for g in range(7)]
    squares, products = np.array([a.T @ a for a, _ in pieces]), np.array([a.T @ b for a, b in pieces])
    covariance, df = bias_reduced(squares, products, ["one", "x", "few"], range(7))
    assert covariance == pytest.approx(bread @ meat @ bread, rel=1e-10)
    for j in range(3):
        products = np.array([[a[j] @ b[j] for b in p] for a in p])
        assert df[j] == pytest.approx(np.trace(products) ** 2 / (products**2).sum(), rel=1e-10)


def banks(last_year_in=range(8)):
    """Eight banks over six years and a seventh year that some of them have, twice."""
    random = np.random.default_rng(6)
    rows = [(f"b{b}", y, i) for b in range(8) for y in range(7) for i in range(2) if y < 6 or b in last_year_in]
    data = pd.DataFrame(rows, columns=["bank", "year", "branch"])
    data["x"], data["y"] = random.normal(size=len(data)), random.normal(size=len(data))
    return data.assign(d=((data["bank"] == "b3") & (data["year"] >= 3)) * 1.0)


@pytest.mark.parametrize("right", ["d + x | bank + year", "d + x | year", "d + x"])
def test_bias_reduced_errors_are_refused_where_a_term_moves_in_one_cluster_alone(right):
    with pytest.raises(models.NotEstimable, match=r"CRV2: what moves d lies in one cluster alone, in 1 of 8 clusters \(b3\).*permutation"):
        models.panel.fit(banks(), f"y ~ {right}", cluster="bank", vcov="CRV2")
    two = banks().assign(d=lambda f: (f["bank"].isin(["b3", "b4"]) & (f["year"] >= 3)) * 1.0)
    assert models.panel.fit(two, f"y ~ {right}", cluster="bank", vcov="CRV2").row("d")["std_error"] > 0


def test_a_year_that_one_cluster_alone_has_is_left_out_by_the_pseudo_inverse():
    # its dummy is a direction of one cluster, orthogonal to x: by the definition with dummies and pseudo-inverses of I - H_gg
    data = banks(last_year_in=[2])
    fit = models.panel.fit(data, "y ~ x | bank + year", cluster="bank", vcov="CRV2")
    dummies = pd.get_dummies(data[["bank", "year"]].astype(str), dtype=float).to_numpy()
    z = np.column_stack([data["x"], dummies])
    hat = z @ np.linalg.pinv(z)
    r = data["x"] - dummies @ np.linalg.lstsq(dummies, data["x"], rcond=None)[0]
    e, p, meat = data["y"] - hat @ data["y"], r / (r @ r), 0.0
    for bank in sorted(data["bank"].unique()):
        rows = (data["bank"] == bank).to_numpy()
        values, vectors = np.linalg.eigh(np.eye(rows.sum()) - hat[np.ix_(rows, rows)])
        kept = values > 1e-8
        assert kept.sum() < rows.sum()  # the bank's own mean at least, which is orthogonal to x too
        meat += (p[rows] @ ((vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T) @ e[rows]) ** 2
    assert fit.row("x")["std_error"] == pytest.approx(np.sqrt(meat), rel=1e-8)


def test_one_row_per_cluster_is_hc2(wages):
    fit = models.panel.fit(wages, "lwage ~ union + married", vcov="HC2")
    single = models.panel.fit(wages.assign(row=range(len(wages))), "lwage ~ union + married", cluster="row", vcov="CRV2")
    assert single.covariance == pytest.approx(fit.covariance, rel=1e-9)


def test_reference_and_df_of_each_term_are_said(wages):
    fit = models.panel.fit(wages, "lwage ~ union + married | year", cluster="industry", vcov="CRV2")
    assert fit.row("union")["df"] == fit.df[0] != fit.df[1]
    assert fit.glance()["reference"] == f"t, Satterthwaite df {fit.df.min():.1f} to {fit.df.max():.1f}"
    assert fit.glance()["small_sample"] == {}


@pytest.mark.parametrize("bandwidth", [None, 0, 3])
def test_driscoll_kraay_errors_are_those_of_linearmodels_times_the_stated_factor(bandwidth):
    data = wage_panel.load()
    indexed = data.set_index(["nr", "year"])
    given = {} if bandwidth is None else {"bandwidth": bandwidth}
    other = PanelOLS(indexed["lwage"], indexed[RHS], entity_effects=True, time_effects=True).fit(
        cov_type="kernel", debiased=False, auto_df=False, count_effects=False, **given
    )
    fit = models.panel.fit(data, "lwage ~ union + married | nr + year", vcov="DK", bandwidth=bandwidth)
    factors = fit.glance()["small_sample"]
    assert fit.coefficients == pytest.approx(other.params.to_numpy(), rel=1e-8)
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(other.std_errors.to_numpy() * np.sqrt(factors["n/(n-K)"]), rel=1e-7)
    assert factors["bandwidth"] == (2 if bandwidth is None else bandwidth)  # floor(4 (8/100)^(2/9)) = 2
    assert fit.df == 7


def test_driscoll_kraay_by_the_definition():
    """Sums of scores per year and Bartlett weights written out."""
    data = wage_panel.load()
    fit = models.panel.fit(data, "lwage ~ union + married | nr + year", vcov="DK", bandwidth=3)
    means = [data[["lwage", *RHS]].groupby(data[name]).transform("mean") for name in ("nr", "year")]
    within = (data[["lwage", *RHS]] - means[0] - means[1] + data[["lwage", *RHS]].mean()).to_numpy()
    y, x = within[:, 0], within[:, 1:]
    scores = pd.DataFrame(x * (y - x @ fit.coefficients)[:, None]).groupby(data["year"]).sum().to_numpy()
    meat = scores.T @ scores
    for lag in (1, 2, 3):
        cross = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / 4) * (cross + cross.T)
    bread = np.linalg.inv(x.T @ x)
    n, counted = len(y), 2 + 545 + 8 - 1
    assert fit.covariance == pytest.approx(bread @ meat @ bread * n / (n - counted), rel=1e-8)


def test_a_negative_two_way_variance_is_noted():
    random = np.random.default_rng(4)
    data = pd.DataFrame({"a": np.repeat(np.arange(3), 4), "b": np.tile(np.arange(4), 3), "x": random.normal(size=12), "y": random.normal(size=12)})
    fit = models.panel.fit(data, "y ~ x", cluster=["a", "b"])
    assert fit.covariance[0, 0] < 0 < fit.covariance[1, 1]
    assert np.isnan(fit.row("Intercept")["std_error"]) and fit.row("x")["std_error"] > 0
    assert fit.notes[:1] == (
        "the two-way clustered variance of Intercept is negative, as happens with few clusters: no standard error; cluster by one variable",
    )
