"""discrete.fit against statsmodels, Stata's printed margins and R; what can not be estimated is refused by name."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from answers import check
from firthmodels import detect_separation
from scipy import stats
from textbook_data import endometrial, first_sex

from study import inference, models

FORMULA = "grade ~ gpa + tuce + psi"


@pytest.fixture(scope="module")
def spector():
    return sm.datasets.spector.load_pandas().data.rename(columns=str.lower)


def customers(n=600):
    """600 customers of 30 branches, of three kinds."""
    random = np.random.default_rng(5)
    data = pd.DataFrame({"x": random.normal(size=n), "kind": random.choice(list("abc"), n), "branch": np.arange(n) % 30})
    index = 0.8 * data["x"] - 0.5 * (data["kind"] == "c") + random.normal(size=30)[data["branch"]] - 0.3
    return data.assign(bad=(index + random.logistic(size=n) > 0).astype(int))


def statsmodels_of(data, method):
    x = pd.get_dummies(data[["x", "kind"]], columns=["kind"], drop_first=True, dtype=float)
    return {"logit": sm.Logit, "probit": sm.Probit}[method](data["bad"], sm.add_constant(x))


@pytest.mark.parametrize("method", ["logit", "probit"])
def test_estimates_and_errors_are_those_of_statsmodels(method):
    data = customers()
    other = statsmodels_of(data, method).fit(disp=0, tol=1e-12)
    fit = models.discrete.fit(data, "bad ~ x + C(kind)", method=method)
    assert fit.terms == ("Intercept", "x", "C(kind)[T.b]", "C(kind)[T.c]")
    assert fit.coefficients == pytest.approx(other.params.to_numpy(), rel=1e-8)
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(other.bse.to_numpy(), rel=1e-7)
    assert fit.tidy()["p_value"].to_numpy() == pytest.approx(other.pvalues.to_numpy(), rel=1e-6)
    assert fit.glance()["loglik"] == pytest.approx(other.llf, rel=1e-12)
    assert fit.glance()["r2_mcfadden"] == pytest.approx(other.prsquared, rel=1e-8)  # its null model is iterated


@pytest.mark.parametrize("method", ["logit", "probit", "firth"])
def test_the_size_of_a_regressor_does_not_matter(method):
    data = customers()
    fit = models.discrete.fit(data, "bad ~ x + C(kind)", method=method)
    for size in (1e-8, 1e8):
        other = models.discrete.fit(data.assign(x=data["x"] * size), "bad ~ x + C(kind)", method=method)
        assert other.coefficients * [1, size, 1, 1] == pytest.approx(fit.coefficients, rel=1e-7)
        assert other.row("x")["p_value"] == pytest.approx(fit.row("x")["p_value"], rel=1e-6)


@pytest.mark.parametrize("method", ["logit", "probit"])
def test_clustered_errors_are_those_of_statsmodels_times_the_stated_factor(method):
    data = customers()
    other = statsmodels_of(data, method).fit(disp=0, tol=1e-12, cov_type="cluster", cov_kwds={"groups": data["branch"], "use_correction": False})
    fit = models.discrete.fit(data, "bad ~ x + C(kind)", method=method, cluster="branch")
    assert fit.glance()["small_sample"] == {"G/(G-1) branch": 30 / 29}
    assert fit.glance()["reference"] == "t(29)"
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(other.bse.to_numpy() * np.sqrt(30 / 29), rel=1e-7)
    assert fit.tidy()["p_value"][1] == pytest.approx(2 * stats.t.sf(abs(fit.tidy()["statistic"][1]), 29))


def test_logit_on_the_textbook_data_as_stata_prints_it(spector):
    fit = models.discrete.fit(spector, FORMULA)
    check("discrete.spector.logit.gpa", fit.row("gpa")["estimate"])
    check("discrete.spector.logit.psi.se", fit.row("psi")["std_error"])
    mean = models.discrete.marginal_effects(fit, at="mean")
    check("discrete.spector.margin.gpa", mean.row("gpa")["estimate"])
    check("discrete.spector.margin.gpa.se", mean.row("gpa")["std_error"])
    check("discrete.spector.margin.psi", mean.row("psi")["estimate"])
    check("discrete.spector.margin.psi.se", mean.row("psi")["std_error"])
    average = models.discrete.marginal_effects(fit, at="average")
    check("discrete.spector.average.psi", average.row("psi")["estimate"])
    check("discrete.spector.average.psi.se", average.row("psi")["std_error"])


@pytest.mark.parametrize("method", ["logit", "probit"])
@pytest.mark.parametrize(("at", "theirs"), [("mean", "mean"), ("average", "overall")])
def test_marginal_effects_are_those_of_statsmodels(spector, method, at, theirs):
    x = sm.add_constant(spector[["gpa", "tuce", "psi"]])
    other = {"logit": sm.Logit, "probit": sm.Probit}[method](spector["grade"], x).fit(disp=0, tol=1e-12)
    margins = other.get_margeff(at=theirs, dummy=True)
    effects = models.discrete.marginal_effects(models.discrete.fit(spector, FORMULA, method=method), at=at)
    assert effects.terms == ("gpa", "tuce", "psi")
    assert effects.coefficients == pytest.approx(margins.margeff, rel=1e-8)
    assert effects.tidy()["std_error"].to_numpy() == pytest.approx(margins.margeff_se, rel=1e-6)
    assert effects.notes == ("discrete changes from 0 to 1: psi",)


def test_the_effect_of_a_level_is_against_the_base_level_alone():
    """By hand: saturated in three kinds, the average effect is the difference of two shares."""
    data = customers()
    share = data.groupby("kind")["bad"].mean()
    effects = models.discrete.marginal_effects(models.discrete.fit(data, "bad ~ C(kind)"), at="average")
    assert effects.row("C(kind)[T.c]")["estimate"] == pytest.approx(share["c"] - share["a"], abs=1e-10)
    n = data["kind"].value_counts()
    error = np.sqrt(share["c"] * (1 - share["c"]) / n["c"] + share["a"] * (1 - share["a"]) / n["a"])
    assert effects.row("C(kind)[T.c]")["std_error"] == pytest.approx(error, rel=1e-8)


def test_a_variable_in_several_terms_has_its_slope_at_its_mean():
    # dP/dx at the mean m of x (and not at that of x^2): p (1 - p) (b1 + 2 b2 m), p = 1 / (1 + exp(-(b0 + b1 m + b2 m^2)))
    fit, m = models.discrete.fit(customers(), "bad ~ x + I(x**2)"), customers()["x"].mean()
    b0, b1, b2 = fit.coefficients
    p = 1 / (1 + np.exp(-(b0 + b1 * m + b2 * m**2)))
    effect = models.discrete.marginal_effects(fit)
    assert effect.terms == ("x",)
    assert effect.coefficients == pytest.approx([p * (1 - p) * (b1 + 2 * b2 * m)], rel=1e-9)


# separation
def test_quasi_complete_separation_is_named():
    message = r"quasi-complete separation: 13 of 79 rows are predicted perfectly by NV \(to \+infinity\)"
    for method in ("logit", "probit"):
        with pytest.raises(models.Separated, match=message):
            models.discrete.fit(endometrial(), "HG ~ NV + PI + EH", method=method)
    others = detect_separation(endometrial()[["NV", "PI", "EH"]].to_numpy(), endometrial()["HG"].to_numpy())
    assert others.separation and list(others.is_finite) == [False, True, True, True]


def test_complete_separation_is_named():
    data = pd.DataFrame({"x": np.arange(20.0), "z": np.tile([0.0, 1.0, 1.0, 0.0], 5)}).assign(bad=lambda d: d["x"] < 8)
    with pytest.raises(models.Separated, match=r"complete separation: 20 of 20 rows .* x \(to -infinity\).*method='firth'"):
        models.discrete.fit(data, "bad ~ x + z")


def test_separation_by_two_columns_together_is_named():
    random = np.random.default_rng(3)
    data = pd.DataFrame({"x": random.normal(size=80), "z": random.normal(size=80), "w": random.normal(size=80)})
    data["bad"] = (data["x"] + data["z"] > 0.2).astype(int)
    with pytest.raises(models.Separated, match=r"complete separation: 80 of 80") as caught:
        models.discrete.fit(data, "bad ~ x + z + w")
    assert "x (to +infinity)" in str(caught.value) and "z (to +infinity)" in str(caught.value)
    assert "w (to" not in str(caught.value)


def test_separation_is_found_whatever_the_scale_and_the_method():
    """firthmodels' linear programme says when; ours must agree on random tables of few rows."""
    random = np.random.default_rng(8)
    found = 0
    for _ in range(20):
        x = random.integers(0, 3, size=(14, 2)) * [1.0, 1e4]
        y = (x[:, 0] - x[:, 1] / 1e4 + random.normal(size=14) > 0).astype(int)
        if y.min() == y.max() or np.linalg.matrix_rank(np.column_stack([np.ones(14), x / [1, 1e4]])) < 3:
            continue
        separated = detect_separation(x / [1, 1e4], y).separation
        data = pd.DataFrame(x, columns=["a", "b"]).assign(y=y)
        for method in ("logit", "probit"):
            if separated:
                with pytest.raises(models.Separated):
                    models.discrete.fit(data, "y ~ a + b", method=method)
            else:
                assert np.isfinite(models.discrete.fit(data, "y ~ a + b", method=method).tidy()["std_error"]).all()
        found += separated
    assert 3 <= found <= 17


def test_a_level_without_events_is_named_and_those_with_events_are_not():
    data = customers().assign(bad=lambda d: d["bad"].where(d["kind"] != "b", 0))
    rows = (data["kind"] == "b").sum()
    with pytest.raises(models.Separated, match=rf"{rows} of 600 rows are predicted perfectly by C\(kind\)\[T.b\] \(to -inf"):
        models.discrete.fit(data, "bad ~ x + C(kind)")


def test_near_certain_rows_without_separation_are_estimated():
    data = customers().assign(x=lambda d: d["x"] * 30 * d["bad"] + d["x"])
    data.loc[0, ["x", "bad"]] = [30.0, 0]
    other = statsmodels_of(data, "logit").fit(disp=0, tol=1e-12, maxiter=200)
    assert models.discrete.fit(data, "bad ~ x + C(kind)").coefficients == pytest.approx(other.params.to_numpy(), rel=1e-6)


# exact
def test_fisher_and_mid_p_of_the_lady_tasting_tea():
    found = models.discrete.exact((3, 1), (4, 4))
    check("discrete.exact.tea", found.p_value)
    check("discrete.exact.tea.mid", found.mid_p)


@pytest.mark.parametrize(("events", "rows"), [((3, 9), (20, 25)), ((0, 7), (30, 45)), ((12, 1), (12, 30)), ((5, 5), (9, 9))])
def test_exact_p_and_intervals_are_those_of_scipy(events, rows):
    found = models.discrete.exact(events, rows)
    table = [[events[0], rows[0] - events[0]], [events[1], rows[1] - events[1]]]
    expected = stats.fisher_exact(table)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert found.odds_ratio == pytest.approx(expected.statistic)
    assert found.mid_p < found.p_value
    for interval, e, r in zip(found.intervals, events, rows):
        other = stats.binomtest(e, r).proportion_ci(method="exact")
        assert interval == pytest.approx((other.low, other.high), abs=1e-9)


def test_the_bound_of_a_cell_without_events():
    found = models.discrete.exact((0, 7), (30, 45))
    check("discrete.exact.zero", found.bounds[0])
    assert found.bounds[1] is None
    assert models.discrete.exact((7, 30), (45, 30)).bounds[1] == pytest.approx(0.05 ** (1 / 30))


@pytest.mark.parametrize(
    ("events", "rows", "error", "message"),
    [
        ((5, 1), (4, 4), models.BadOutcome, "5 and 1 events in 4 and 4 rows"),
        ((-1, 1), (4, 4), models.BadOutcome, "two whole numbers"),
        ((0.5, 1), (4, 4), models.BadOutcome, "two whole numbers"),
        ((0, 1), (0, 4), models.NotEstimable, "a group is empty"),
        ((0, 0), (30, 30), models.NotEstimable, "0 of 60 rows have the event.* at most 0.0487"),
    ],
)
def test_tables_without_an_answer_are_refused(events, rows, error, message):
    with pytest.raises(error, match=message):
        models.discrete.exact(events, rows)


# every path is defined or refused
@pytest.mark.parametrize(
    ("change", "formula", "options", "error", "message"),
    [
        ({"bad": 0}, "bad ~ x", {}, models.NotEstimable, "'bad' is 0 in all 600 rows"),
        ({"bad": 1}, "bad ~ x", {}, models.NotEstimable, "'bad' is 1 in all 600 rows"),
        ({"bad": 2}, "bad ~ x", {}, models.BadOutcome, r"must be 0 or 1: 600 of 600 rows have other values \(2"),
        ({"bad": "yes"}, "bad ~ x", {}, models.ModelError, "bad"),
        ({"x": 1.0}, "bad ~ x + C(kind)", {}, models.NoVariation, "x has one value in all 600 rows"),
        ({"z": 1}, "bad ~ x + z + z", {}, models.NoVariation, "z has one value"),
        ({"x": np.inf}, "bad ~ x", {}, models.InfiniteValues, "'x' holds 600 infinite values"),
        ({"x": np.nan}, "bad ~ x", {}, models.NotEstimable, "600 have missing values"),
        ({"branch": 1}, "bad ~ x", {"cluster": "branch"}, models.NotEstimable, "one cluster of 'branch'"),
        ({}, "bad ~ x", {"cluster": ["branch", "kind"]}, models.ModelError, "one cluster variable"),
        ({}, "bad ~ x | branch", {}, models.FormulaError, "absorbs effects"),
        ({}, "bad ~ y", {}, models.MissingColumn, "no column 'y'"),
        ({}, "bad ~ x", {"method": "cauchit"}, models.ModelError, "no method 'cauchit'; there is logit, probit, firth"),
        ({}, "bad ~ x", {"method": "firth", "cluster": "branch"}, models.ModelError, "no clustered errors"),
    ],
)
def test_what_can_not_be_estimated_is_refused(change, formula, options, error, message):
    with pytest.raises(error, match=message):
        models.discrete.fit(customers().assign(**change), formula, **options)


@pytest.mark.parametrize("n", [3, 4])
def test_too_few_rows_are_refused(n):
    with pytest.raises(models.NotEstimable, match=rf"{n} rows|only {n} rows"):
        models.discrete.fit(customers().groupby("bad").head(2)[:n], "bad ~ x + I(x**2) + I(x**3)")


def test_missing_rows_are_counted_and_the_data_are_not_changed():
    data = customers()
    data.loc[[3, 4], "x"] = np.nan
    before = data.copy(deep=True)
    fit = models.discrete.fit(data, "bad ~ x", cluster="branch")
    pd.testing.assert_frame_equal(data, before)
    assert (fit.glance()["n_dropped"], fit.glance()["n_obs"], fit.notes) == (2, 598, ("2 rows with missing values dropped",))


def test_the_wild_bootstrap_of_linear_models_refuses_a_logit():
    fit = models.discrete.fit(first_sex(), "event ~ pt", cluster="grade")
    with pytest.raises(models.ModelError, match="linear model's rows"):
        inference.wild_bootstrap(fit, "pt", seed=1)


def test_margins_need_a_fit_of_this_room():
    linear = models.panel.fit(customers(), "bad ~ x")
    with pytest.raises(models.ModelError, match="need a fit of models.discrete.fit"):
        models.discrete.marginal_effects(linear)
    with pytest.raises(models.ModelError, match="at='median'; there is mean, average"):
        models.discrete.marginal_effects(models.discrete.fit(customers(), "bad ~ x"), at="median")
