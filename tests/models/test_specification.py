"""The tests of Hausman and Mundlak: published value, exact properties, refusals."""

import numpy as np
import pandas as pd
import pytest
from answers import check
from linearmodels.datasets import wage_panel
from scipy import stats
from statsmodels.datasets import grunfeld

from study import models


@pytest.fixture(scope="module")
def firms():
    data = grunfeld.load_pandas().data
    return data[data["firm"] != "American Steel"]  # the ten firms of Grunfeld's published data


def pair(data, regressors, unit, time):
    return (
        models.panel.fit(data, f"{regressors} | {unit}"),
        models.panel.fit(data, f"{regressors} | {unit} + {time}", estimator="re"),
    )


def test_hausman_of_grunfelds_data_is_the_published_one(firms):
    test = models.panel.hausman(*pair(firms, "invest ~ value + capital", "firm", "year"))
    check("panel.grunfeld.hausman", test.statistic)
    check("panel.grunfeld.hausman.p", test.p_value)
    assert (test.df, test.terms) == (2, ("value", "capital"))


PLM = [
    "General Motors",
    "US Steel",
    "General Electric",
    "Chrysler",
    "Atlantic Refining",
    "IBM",
    "Union Oil",
    "Westinghouse",
    "Goodyear",
    "Diamond Match",
]


def test_random_effects_of_an_unbalanced_panel_are_those_of_plm(firms):
    firm = firms["firm"].map({name: i for i, name in enumerate(PLM, start=1)})  # plm's numbers
    rows = firms[~(((firm * 7 + firms["year"].astype(int) * 3) % 11 < 4) & (firm > 2))]
    fixed, random = pair(rows, "invest ~ value + capital", "firm", "year")
    found = random.tidy().set_index("term")
    check("panel.grunfeld.unbalanced.const", found["estimate"]["Intercept"])
    check("panel.grunfeld.unbalanced.const.se", found["std_error"]["Intercept"])
    check("panel.grunfeld.unbalanced.value", found["estimate"]["value"])
    check("panel.grunfeld.unbalanced.value.se", found["std_error"]["value"])
    check("panel.grunfeld.unbalanced.capital", found["estimate"]["capital"])
    check("panel.grunfeld.unbalanced.capital.se", found["std_error"]["capital"])
    check("panel.grunfeld.unbalanced.errors", random.glance()["variance_errors"])
    check("panel.grunfeld.unbalanced.effects", random.glance()["variance_effects"])
    test = models.panel.hausman(fixed, random)
    check("panel.grunfeld.unbalanced.hausman", test.statistic)
    check("panel.grunfeld.unbalanced.hausman.p", test.p_value)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("balanced", [False, True])
def test_random_effects_by_the_whole_covariance_of_the_errors(seed, balanced):
    """Baltagi and Chang's variances from quadratic forms, then GLS with Omega inverted, n x n; z does not vary within units."""
    draws = np.random.default_rng(seed)
    lengths = np.full(25, 5) if balanced else draws.integers(1, 9, 25)
    unit, n = np.repeat(np.arange(25), lengths), lengths.sum()
    data = pd.DataFrame({"unit": unit, "t": np.concatenate([np.arange(length) for length in lengths]), "z": draws.normal(size=25)[unit]})
    data["x"] = draws.normal(size=25)[unit] + draws.normal(size=n)
    data["y"] = 1 + data["x"] - 0.5 * data["z"] + 2 * draws.normal(size=25)[unit] + draws.normal(size=n)
    x, y, z = np.column_stack([np.ones(n), data["x"], data["z"]]), data["y"].to_numpy(), np.eye(25)[unit]
    means = z @ np.linalg.inv(z.T @ z) @ z.T

    def left(outcome, regressors):
        return outcome - regressors @ np.linalg.lstsq(regressors, outcome, rcond=None)[0]

    errors = (left(y - means @ y, (x - means @ x)[:, 1:2]) ** 2).sum() / (n - 25 - 1)
    between = (left(means @ y, means @ x) ** 2).sum() - (25 - 3) * errors
    effects = between / (n - np.trace(np.linalg.inv(x.T @ means @ x) @ (x.T @ z @ z.T @ x)))
    omega = np.linalg.inv(errors * np.eye(n) + effects * z @ z.T)
    expected = np.linalg.solve(x.T @ omega @ x, x.T @ omega @ y)
    fit = models.panel.fit(data, "y ~ x + z | unit + t", estimator="re")
    assert (fit.glance()["variance_errors"], fit.glance()["variance_effects"]) == pytest.approx((errors, effects), rel=1e-8)
    assert fit.coefficients == pytest.approx(expected, rel=1e-8)
    rest = y - x @ expected  # the errors' variance is estimated anew from the weighted residuals, n - k
    scale = (rest @ omega @ rest) / (n - 3)
    assert fit.covariance == pytest.approx(np.linalg.inv(x.T @ omega @ x) * scale, rel=1e-8)


@pytest.mark.parametrize("share", [1.0, 0.7], ids=["balanced", "unbalanced"])
def test_mundlaks_estimates_are_those_with_fixed_effects(share):
    data = wage_panel.load().sample(frac=share, random_state=1)
    test = models.panel.mundlak(data, "lwage ~ union + married + educ | nr + year")
    fixed = models.panel.fit(data, "lwage ~ union + married | nr", cluster="nr")
    for term in fixed.terms:
        assert test.fit.row(term)["estimate"] == pytest.approx(fixed.row(term)["estimate"], rel=1e-8)
    assert test.terms == ("mean of union", "mean of married")  # schooling does not vary within persons


def test_mundlaks_statistic_is_the_wald_statistic_of_the_means(firms):
    test = models.panel.mundlak(firms, "invest ~ value + capital | firm + year")
    block = test.fit.covariance[3:, 3:]
    value = test.fit.coefficients[3:] @ np.linalg.inv(block) @ test.fit.coefficients[3:] / 2
    assert test.statistic == pytest.approx(value)
    assert test.p_value == pytest.approx(stats.f.sf(value, 2, 9))
    assert test.df_denominator == 9  # 10 firms


def test_mundlak_speaks_where_effects_and_regressors_go_together():
    """Effects drawn from the regressor's mean are found, effects drawn without it are not."""
    random = np.random.default_rng(2)
    unit = np.repeat(np.arange(60), 6)
    x = random.normal(size=60)[unit] + random.normal(size=360)
    data = pd.DataFrame({"unit": unit, "t": np.tile(range(6), 60), "x": x})
    means = data.groupby("unit")["x"].transform("mean")
    noise = random.normal(size=60)[unit] + random.normal(size=360)
    found = models.panel.mundlak(data.assign(y=x + 2 * means + noise), "y ~ x | unit + t")
    nothing = models.panel.mundlak(data.assign(y=x + noise), "y ~ x | unit + t")
    assert found.p_value < 1e-4 < 0.05 < nothing.p_value


def test_categories_of_time_have_no_means_in_a_balanced_panel(firms):
    test = models.panel.mundlak(firms, "invest ~ value + capital + C(year) | firm + year")
    assert test.terms == ("mean of value", "mean of capital")


@pytest.mark.parametrize(
    ("fixed", "random", "message"),
    [
        (("invest ~ value | firm + year", {}), ("invest ~ value | firm + year", {"estimator": "re"}), "absorb the unit alone in both"),
        (("invest ~ value | firm", {"vcov": "HC1"}), ("invest ~ value | firm + year", {"estimator": "re"}), "both with vcov='iid'"),
        (("invest ~ value | firm", {}), ("invest ~ value | firm", {}), "needs estimators 'fe' and 're'"),
    ],
)
def test_fits_that_are_no_pair_are_refused(firms, fixed, random, message):
    with pytest.raises(models.ModelError, match=message):
        models.panel.hausman(*(models.panel.fit(firms, text, **options) for text, options in (fixed, random)))


def test_other_rows_are_refused(firms):
    fixed, random = pair(firms, "invest ~ value", "firm", "year")
    fewer = models.panel.fit(firms.iloc[1:], "invest ~ value | firm")
    with pytest.raises(models.ModelError, match="199 and 200 rows"):
        models.panel.hausman(fewer, random)


def test_a_difference_that_is_not_positive_definite_is_refused():
    """The means explain the effects, so that random effects are pooled and their residuals are large."""
    random = np.random.default_rng(0)
    unit, x = np.repeat(np.arange(50), 8), random.normal(size=400)
    data = pd.DataFrame({"unit": unit, "t": np.tile(range(8), 50), "x": x})
    data["y"] = x + 6 * data.groupby("unit")["x"].transform("mean") + random.normal(size=400)
    with pytest.raises(models.NotEstimable, match="not positive definite .* use mundlak"):
        models.panel.hausman(*pair(data, "y ~ x", "unit", "t"))


@pytest.mark.parametrize(
    ("formula", "error", "message"),
    [
        ("invest ~ value | firm", models.FormulaError, "needs unit and time after |"),
        ("invest ~ C(year) | firm + year", models.NotEstimable, "no regressor varies both within and between"),
    ],
)
def test_what_mundlak_can_not_test_is_refused(firms, formula, error, message):
    with pytest.raises(error, match=message):
        models.panel.mundlak(firms, formula)
