"""panel.fit against pyfixest and linearmodels, on linearmodels' own wage panel."""

import numpy as np
import pandas as pd
import pyfixest
import pytest
from linearmodels.datasets import wage_panel
from linearmodels.panel import BetweenOLS, PanelOLS, RandomEffects

from study import models
from study.models.shared import effects
from study.models.shared.formula import parse
from study.models.shared.prepare import prepare

RHS = "hours + union + married"


@pytest.fixture(scope="module", params=[1.0, 0.5], ids=["whole", "half"])
def wages(request):
    """The wage panel, and a random half of it: unbalanced, with singletons."""
    data = wage_panel.load().sample(frac=request.param, random_state=1).sort_values(["nr", "year"])
    data["hours"] = data["hours"] / 1000
    data["industry"] = np.random.default_rng(1).integers(0, 9, len(data))
    return data.reset_index(drop=True)


def agree(fit, coefficients, errors):
    table = fit.tidy().set_index("term")
    for term in coefficients.index:
        assert table.loc[term, "estimate"] == pytest.approx(coefficients[term], rel=1e-8), term
        assert table.loc[term, "std_error"] == pytest.approx(errors[term], rel=1e-7), term


def by_pyfixest(wages, effects, clusters, **options):
    vcov = {"CRV1": "+".join(clusters)} if clusters else "iid"
    return pyfixest.feols(f"lwage ~ {RHS} | {effects}", wages, vcov=vcov, fixef_tol=1e-13, **options)


@pytest.mark.parametrize("effects", ["nr", "year", "nr + year"])
@pytest.mark.parametrize("cluster", ["nr", "year", "industry"])
def test_one_cluster_variable_as_pyfixest_by_default(wages, effects, cluster):
    other = by_pyfixest(wages, effects, [cluster])
    fit = models.panel.fit(wages, f"lwage ~ {RHS} | {effects}", cluster=cluster)
    agree(fit, other.coef(), other.se())
    assert fit.tidy()["p_value"].to_numpy() == pytest.approx(other.pvalue().to_numpy(), rel=1e-5)
    assert fit.glance()["n_obs"] == other._N


@pytest.mark.parametrize("effects", ["nr", "nr + year"])
@pytest.mark.parametrize("clusters", [["nr", "year"], ["nr", "industry"]])
def test_two_cluster_variables_as_pyfixest_conventional(wages, effects, clusters):
    other = by_pyfixest(wages, effects, clusters, ssc=pyfixest.ssc(G_df="conventional"))
    agree(models.panel.fit(wages, f"lwage ~ {RHS} | {effects}", cluster=clusters), other.coef(), other.se())


@pytest.mark.parametrize("clusters", [["nr"], ["nr", "year"]])
def test_linearmodels_under_its_named_settings_times_the_stated_factor(wages, clusters):
    """auto_df=False, count_effects=False, group_debias=True gives g(n-1)/(n-k); ours has n-k-T."""
    data = wages[wages["nr"].duplicated(keep=False)].set_index(["nr", "year"])
    levels = {name: data.index.get_level_values(name) for name in clusters}
    other = PanelOLS(data["lwage"], data[["hours", "union", "married"]], entity_effects=True, time_effects=True).fit(
        cov_type="clustered", clusters=pd.DataFrame(levels, index=data.index),
        auto_df=False, count_effects=False, group_debias=True,
    )  # fmt: skip
    fit = models.panel.fit(wages, f"lwage ~ {RHS} | nr + year", cluster=clusters)
    n, k, years = len(data), 3, data.index.get_level_values("year").nunique()
    counted = k + (years if clusters == ["nr"] else 1)  # nested effects cost one constant
    agree(fit, other.params, other.std_errors * np.sqrt((n - k) / (n - counted)))


def test_heteroskedastic_and_classical_errors_as_pyfixest(wages):
    for vcov in ("iid", "HC1"):
        other = pyfixest.feols(f"lwage ~ {RHS} | nr + year", wages, vcov="hetero" if vcov == "HC1" else vcov, fixef_tol=1e-13)
        agree(models.panel.fit(wages, f"lwage ~ {RHS} | nr + year", vcov=vcov), other.coef(), other.se())


def test_pooled_has_an_intercept_and_follows_pyfixest(wages):
    other = pyfixest.feols(f"lwage ~ {RHS}", wages, vcov={"CRV1": "nr"})
    fit = models.panel.fit(wages, f"lwage ~ {RHS}", cluster="nr")
    assert fit.terms == ("Intercept", "hours", "union", "married")
    agree(fit, other.coef(), other.se())


def test_weights_as_pyfixest(wages):
    data = wages.assign(w=np.random.default_rng(3).uniform(0.5, 2, len(wages)))
    other = pyfixest.feols(f"lwage ~ {RHS} | nr + year", data, vcov={"CRV1": "nr"}, weights="w", fixef_tol=1e-13)
    agree(models.panel.fit(data, f"lwage ~ {RHS} | nr + year", cluster="nr", weights="w"), other.coef(), other.se())


def test_random_and_between_effects_are_those_of_linearmodels():
    data = wage_panel.load()
    indexed = data.set_index(["nr", "year"]).assign(Intercept=1.0)
    x = indexed[["Intercept", "hours", "union", "married"]]
    for estimator, model in (("re", RandomEffects), ("between", BetweenOLS)):
        other = model(indexed["lwage"], x).fit()
        agree(models.panel.fit(data, f"lwage ~ {RHS} | nr + year", estimator=estimator), other.params, other.std_errors)


def test_random_effects_take_what_does_not_vary_within_units():
    data = wage_panel.load()
    indexed = data.set_index(["nr", "year"]).assign(Intercept=1.0)
    other = RandomEffects(indexed["lwage"], indexed[["Intercept", "educ", "union"]]).fit()
    agree(models.panel.fit(data, "lwage ~ educ + union | nr + year", estimator="re"), other.params, other.std_errors)


def test_cluster_jackknife_is_the_sum_of_pyfixest_times_its_textbook_factor(wages):
    # pyfixest with both adjustments off gives the bare sum (ESTIMATION 6)
    other = pyfixest.feols(f"lwage ~ {RHS} | year", wages, vcov={"CRV3": "industry"}, ssc=pyfixest.ssc(k_adj=False, G_adj=False))
    fit = models.panel.fit(wages, f"lwage ~ {RHS} | year", cluster="industry", vcov="CRV3")
    agree(fit, other.coef(), other.se() * np.sqrt(8 / 9))


@pytest.mark.parametrize("effects", ["nr + industry^year", "nr + year + industry", "nr + year + industry^union"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_interacted_and_more_than_two_effects_as_pyfixest(wages, effects, weights):
    data = wages.assign(w=np.random.default_rng(3).uniform(0.5, 2, len(wages)))
    other = pyfixest.feols(f"lwage ~ hours + married | {effects}", data, vcov={"CRV1": "nr"}, weights=weights, fixef_tol=1e-13)
    fit = models.panel.fit(data, f"lwage ~ hours + married | {effects}", cluster="nr", weights=weights)
    agree(fit, other.coef(), other.se())
    for vcov, name in (("iid", "iid"), ("HC1", "hetero")):
        other.vcov(name)
        agree(models.panel.fit(data, f"lwage ~ hours + married | {effects}", vcov=vcov, weights=weights), other.coef(), other.se())
    assert fit.glance()["r2"] == pytest.approx(other._r2, rel=1e-8)
    assert fit.glance()["r2_within"] == pytest.approx(other._r2_within, rel=1e-8)


def test_categories_beside_effects_are_the_effects(wages):
    dummies = models.panel.fit(wages, f"lwage ~ {RHS} + C(year) | nr", cluster="nr").tidy().set_index("term")
    effects = models.panel.fit(wages, f"lwage ~ {RHS} | nr + year", cluster="nr").tidy().set_index("term")
    assert dummies.loc["union", "estimate"] == pytest.approx(effects.loc["union", "estimate"], rel=1e-8)
    assert len(dummies) == 3 + 7


def test_functions_in_the_formula(wages):
    data = wages.assign(level=np.exp(wages["lwage"]))
    other = by_pyfixest(wages, "nr", ["nr"])
    fit = models.panel.fit(data, f"np.log(level) ~ {RHS} | nr", cluster="nr")
    agree(fit, other.coef(), other.se())


def test_the_data_are_not_changed_and_what_is_dropped_is_counted(wages):
    data = wages.copy()
    data.loc[[5, 6], "hours"] = np.nan
    before = data.copy(deep=True)
    fit = models.panel.fit(data, f"lwage ~ {RHS} | nr + year", cluster="nr")
    pd.testing.assert_frame_equal(data, before)
    glance = fit.glance()
    assert glance["n_dropped"] == 2
    once = (data.dropna()["nr"].value_counts() == 1).sum()
    assert glance["n_singletons"] == once == len(data) - 2 - glance["n_obs"]
    assert fit.notes[0] == "2 rows with missing values dropped"


# every path is defined or refused


def small():
    random = np.random.default_rng(0)
    data = pd.DataFrame({"bank": np.repeat(list("ABCD"), 5), "year": np.tile(range(5), 4)})
    data["x"] = random.normal(size=20)
    data["y"] = data["x"] + random.normal(size=20)
    return data


@pytest.mark.parametrize(
    ("change", "formula", "options", "error", "message"),
    [
        ({}, "y ~ xx | bank", {}, models.MissingColumn, "no column 'xx'; did you mean 'x'"),
        ({}, "y ~ x | bnk", {}, models.MissingColumn, "did you mean 'bank'"),
        ({}, "y ~ x | bank + bank", {}, models.FormulaError, "names an effect twice"),
        ({}, "y ~ x | bank + ^year", {}, models.FormulaError, "has an empty effect"),
        ({}, "y ~ x | bank + tpe^year", {}, models.MissingColumn, "no column 'tpe'"),
        ({"w": [0.0] + [1.0] * 19}, "y ~ x | bank", {"weights": "w"}, models.ModelError, "1 of the weights in 'w' are not above 0"),
        ({}, "y ~ x | bank", {"vcov": "CRV2", "cluster": "bank", "weights": "x"}, models.ModelError, "not defined here with weights"),
        ({}, "y ~ x | bank + year", {"vcov": "CRV2", "cluster": ["bank", "year"]}, models.ModelError, "needs one cluster variable"),
        ({}, "y ~ x | bank + year", {"vcov": "HC3", "estimator": "re"}, models.ModelError, "needs estimator 'fe' or 'pooled'"),
        ({}, "y ~ x | bank", {"bandwidth": 2}, models.ModelError, "bandwidth=2 with vcov='iid'"),
        ({}, "y ~ x | bank + year", {"vcov": "DK", "bandwidth": 5}, models.NotEstimable, "bandwidth=5 with 5 periods"),
        ({"year": 1}, "y ~ x | bank + year", {"vcov": "DK"}, models.DuplicateKeys, "20 rows share bank and year"),
        ({"x": [0, 1] + [0] * 18}, "y ~ x | bank", {"vcov": "HC2"}, models.NotEstimable, "1 rows have leverage 1"),
        ({"x": [0.0, 1, 2, 3, 4] * 4}, "y ~ x | bank + year", {"estimator": "between"}, models.NoVariation, "x has one value in all 4 rows"),
        ({}, "y = x", {}, models.FormulaError, "is not 'outcome ~ regressors'"),
        ({"x": [np.inf] + [1.0, 2.0] * 9 + [3.0]}, "y ~ x | bank", {}, models.InfiniteValues, "'x' holds 1 infinite values .* rows 0"),
        ({}, "np.log(y - y) ~ x | bank", {}, models.InfiniteValues, "20 infinite values"),
        ({"x": 1.0}, "y ~ x | bank", {}, models.NoVariation, "x does not vary once the effects bank are removed"),
        ({"x": np.repeat([1.0, 2, 3, 4], 5)}, "y ~ x | bank + year", {}, models.NoVariation, "x does not vary"),
        ({"z": "copy"}, "y ~ x + z | bank", {}, models.Collinear, "1 of 2 regressors .* combination of the others"),
        ({"z": "near copy"}, "y ~ x + z | bank", {}, models.Collinear, "combination of the others up to"),
        ({"bank": "A"}, "y ~ x | year", {"cluster": "bank"}, models.NotEstimable, "one cluster of 'bank'"),
        ({"bank": [str(i) for i in range(20)]}, "y ~ x | bank + year", {}, models.NotEstimable, "no row is left of 20"),
        ({"y": np.nan}, "y ~ x | bank", {}, models.NotEstimable, "20 have missing values"),
        ({}, "y ~ x | bank", {"vcov": "HC4"}, models.ModelError, "no covariance 'HC4'; there is iid, HC1"),
        ({}, "y ~ x | bank", {"estimator": "gmm"}, models.ModelError, "no estimator 'gmm'"),
        ({}, "y ~ x | bank", {"estimator": "pooled"}, models.FormulaError, "leave them out"),
        ({}, "y ~ x | bank", {"vcov": "CRV1"}, models.ModelError, "CRV needs clusters"),
        ({"year": 1}, "y ~ x | bank + year", {"estimator": "re"}, models.DuplicateKeys, "20 rows share bank and year"),
    ],
)
def test_what_can_not_be_estimated_is_refused(change, formula, options, error, message):
    data = small()
    if isinstance(change.get("z"), str):
        shake = 0 if change["z"] == "copy" else 1e-6
        change = {"z": data["x"] + shake * np.random.default_rng(1).normal(size=20)}
    with pytest.raises(error, match=message):
        models.panel.fit(data.assign(**change), formula, **options)


def test_no_degree_of_freedom_left():
    data = small().query("bank in ['A', 'B'] and year < 2")
    with pytest.raises(models.NotEstimable, match="4 rows leave 0 degrees of freedom"):
        models.panel.fit(data, "y ~ x | bank + year")


def test_rows_that_share_their_effects_are_noted():
    data = pd.concat([small(), small()])
    assert "40 rows share bank and year" in models.panel.fit(data, "y ~ x | bank + year").notes[-1]


def test_an_unknown_term_is_named():
    with pytest.raises(KeyError, match="no term 'z'; the fit has x"):
        models.panel.fit(small(), "y ~ x | bank").row("z")


def test_a_fit_that_is_exact_has_no_errors():
    # two banks in two years: a slope, two banks and one more year are four parameters of four rows
    rows = pd.DataFrame({"bank": ["a", "a", "b", "b"], "year": [1, 2, 1, 2], "x": [0.1, 0.5, 0.2, 1.4], "y": [1.0, 2.5, 0.3, 0.9]})
    with pytest.raises(models.NotEstimable, match="4 rows and as many parameters, the effects bank, year counted"):
        models.panel.fit(rows, "y ~ x | bank + year", cluster="bank")
    more = pd.concat([rows, pd.DataFrame({"bank": ["a"], "year": [2], "x": [0.7], "y": [2.0]})])
    assert np.isfinite(models.panel.fit(more, "y ~ x | bank + year", cluster="bank").row("x")["estimate"])


@pytest.mark.parametrize("seed", range(30))
def test_whether_a_fit_is_exact_is_the_rank_of_all_dummies(seed):
    random = np.random.default_rng(seed)  # few rows, so that some are exact and some fall into groups without a common bank or year
    n, m = int(random.integers(5, 14)), 2 + seed % 2
    rows = pd.DataFrame({f"e{j}": random.integers(0, 4, n) for j in range(m)}).assign(y=random.normal(size=n), x=random.normal(size=n))
    prepared = prepare(rows, parse("y ~ x | " + " + ".join(f"e{j}" for j in range(m))), drop_singletons=False, ranked=False)
    dummies = [pd.get_dummies(rows[f"e{j}"], dtype=float).to_numpy() for j in range(m)]
    assert effects.saturated(prepared) == (np.linalg.matrix_rank(np.column_stack([rows["x"], *dummies])) >= n)
