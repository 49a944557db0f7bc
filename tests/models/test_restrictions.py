"""Wald tests, linear combinations, intervals and labelled covariances against statsmodels, pyfixest, linearmodels and arithmetic."""

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.formula.api as smf
from adoption import COLUMNS, world
from answers import check
from linearmodels.iv import IV2SLS
from scipy import stats
from statsmodels.datasets import grunfeld

from study import models

R = np.array([[1.0, -1.0, 0, 0], [0, 0, 1.0, 2.0]])
TEXT = "x = z, w + 2*v = 0.5"


@pytest.fixture(scope="module")
def rows():
    """500 rows in 25 clusters, two effects, an instrument, outcomes of four kinds."""
    rng = np.random.default_rng(7)
    n = 500
    data = pd.DataFrame({name: rng.normal(size=n) for name in "xzwvq"})
    data["bank"], data["year"] = rng.integers(0, 25, n), rng.integers(0, 9, n)
    data["region"] = rng.choice(["east", "far west", "north (new)"], n)
    shock = rng.normal(size=n) + rng.normal(size=25)[data["bank"]]
    data["y"] = data["x"] - 0.3 * data["z"] + 0.2 * data["w"] + 0.1 * data["year"] + shock
    data["d"] = data["q"] + 0.5 * data["x"] + rng.normal(size=n)
    data["bad"] = (data["y"] + rng.logistic(size=n) > 0).astype(int)
    data["level"] = pd.qcut(data["y"], 4, labels=False)
    return data


def fits(data):
    right = "x + z + w + v"
    gram = models.gram.build(data, outcomes=["y"], regressors=["x", "z", "w", "v"], absorb=["bank"], cluster="bank")
    spells = data.assign(age=data["year"])
    return {
        "fe": models.panel.fit(data, f"y ~ {right} | bank + year", cluster="bank"),
        "two clusters": models.panel.fit(data, f"y ~ {right} | bank", cluster=["bank", "year"]),
        "iid": models.panel.fit(data, f"y ~ {right}"),
        "iv": models.iv.fit(data, "y ~ z + w + v | x ~ q + d", cluster="bank"),
        "logit": models.discrete.fit(data, f"bad ~ {right}", cluster="bank"),
        "probit": models.discrete.fit(data, f"bad ~ {right}", method="probit"),
        "firth": models.discrete.fit(data, f"bad ~ {right}", method="firth"),
        "ordered": models.ordinal.fit(data, f"level ~ {right}", cluster="bank"),
        "hazard": models.hazard.fit(spells, f"bad ~ {right}", time="age", cluster="bank"),
        "gram": gram.fit("y", ["x", "z", "w", "v"]),
    }


def test_the_formula_itself_for_every_family(rows):
    """F = (Rb - q)' inv(R V R') (Rb - q) / r with the fit's own df, restrictions in the order of the text."""
    for name, fit in fits(rows).items():
        at = [fit.terms.index(term) for term in ("x", "z", "w", "v")]
        full = np.zeros((2, len(fit.terms)))
        full[:, at] = R
        gap = full @ fit.coefficients - [0, 0.5]
        chi2 = gap @ np.linalg.inv(full @ fit.covariance @ full.T) @ gap
        test = fit.wald(TEXT)
        assert (test.chi2, test.statistic, test.df) == (pytest.approx(chi2, rel=1e-9), pytest.approx(chi2 / 2, rel=1e-9), 2), name
        assert test.p_chi2 == pytest.approx(stats.chi2.sf(chi2, 2), rel=1e-8), name
        reference = stats.f.sf(chi2 / 2, 2, fit.df) if np.isfinite(fit.df) else stats.chi2.sf(chi2, 2)
        assert test.p_value == pytest.approx(reference, rel=1e-8), name
        assert (test.df_denominator, test.gaps) == (fit.df, pytest.approx(gap)), name
        by_matrix = fit.wald(full, q=[0, 0.5])
        assert (by_matrix.chi2, by_matrix.restrictions) == (pytest.approx(chi2, rel=1e-9), test.restrictions), name


def test_clustered_fixed_effects_as_pyfixest(rows):
    other = pyfixest.feols("y ~ x + z + w + v | bank + year", rows, vcov={"CRV1": "bank"}, fixef_tol=1e-13)
    fit = models.panel.fit(rows, "y ~ x + z + w + v | bank + year", cluster="bank")
    identity = np.eye(4)[:3]
    other.wald_test(R=identity, distribution="F")
    test = fit.wald("x, z, w")
    assert (test.statistic, test.p_value) == pytest.approx((other._f_statistic, other._p_value), rel=1e-6)
    other.wald_test(R=R, q=np.array([0, 0.5]), distribution="chi2")
    assert (fit.wald(TEXT).chi2, fit.wald(TEXT).p_chi2) == pytest.approx((other._wald_statistic, other._p_value), rel=1e-6)


def test_clustered_least_squares_as_statsmodels_with_G_less_1(rows):
    other = smf.ols("y ~ x + z + w + v", rows).fit(cov_type="cluster", cov_kwds={"groups": rows["bank"]}, use_t=True)
    theirs = other.wald_test("x = z, w + 2*v = 0.5", use_f=True, scalar=True)
    test = models.panel.fit(rows, "y ~ x + z + w + v", cluster="bank").wald(TEXT)
    assert (test.statistic, test.p_value, test.df_denominator) == pytest.approx((theirs.statistic, theirs.pvalue, theirs.df_denom), rel=1e-8)


def test_logit_as_statsmodels(rows):
    theirs = smf.logit("bad ~ x + z + w + v", rows).fit(disp=0, tol=1e-12).wald_test("x = z, w + 2*v = 0.5", scalar=True)
    test = models.discrete.fit(rows, "bad ~ x + z + w + v").wald(TEXT)
    assert (test.chi2, test.p_value) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-6)
    assert test.p_value == test.p_chi2


def test_instruments_as_linearmodels(rows):
    data = rows.assign(Intercept=1.0)
    other = IV2SLS(data["y"], data[["Intercept", "z", "w", "v"]], data["x"], data[["q", "d"]]).fit(cov_type="unadjusted", debiased=True)
    theirs = other.wald_test(formula="x - z = 0, w + 2*v = 0.5")
    assert models.iv.fit(rows, "y ~ z + w + v | x ~ q + d").wald(TEXT).chi2 == pytest.approx(theirs.stat, rel=1e-8)


def test_names_with_brackets_spaces_and_operators(rows):
    data = rows.assign(**{"x_1": rows["x"], "x1": rows["z"]})
    fit = models.panel.fit(data, "y ~ x_1 + x1 + I(w**2) + C(region) + x1:v", cluster="bank")
    at = {name: np.eye(len(fit.terms))[fit.terms.index(name)] for name in fit.terms}
    for text, row in {
        "C(region)[T.far west] = C(region)[T.north (new)]": at["C(region)[T.far west]"] - at["C(region)[T.north (new)]"],
        "I(w**2)": at["I(w ** 2)"],
        "`x1:v` = x1": at["x1:v"] - at["x1"],
        "x_1=x1": at["x_1"] - at["x1"],
        "2 * (x1 - x_1)/4 + Intercept": 0.5 * at["x1"] - 0.5 * at["x_1"] + at["Intercept"],
        "1e-3*x1 = -x_1": 1e-3 * at["x1"] + at["x_1"],
    }.items():
        assert fit.wald(text).chi2 == pytest.approx(fit.wald(row).chi2, rel=1e-12), text


def test_thresholds_event_times_and_chains():
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"x": rng.normal(size=300)})
    data["s"] = pd.Categorical.from_codes(
        (data["x"] + rng.logistic(size=300) > 0).astype(int) + (data["x"] > 1), ["low", "not so low", "high"], ordered=True
    )
    fit = models.ordinal.fit(data, "s ~ x")
    assert fit.wald("low | not so low = not so low | high").gaps == pytest.approx([fit.coefficients[1] - fit.coefficients[2]])
    event = models.did.fit(world(), **COLUMNS, aggregate="event")
    pre = [term for term in event.terms if term.startswith("e=-")]
    assert event.wald(" = ".join([*pre, "0"])).chi2 == pytest.approx(event.wald(pre).chi2, rel=1e-9)
    assert event.wald("e=0 = e=1").gaps == pytest.approx([event.row("e=0")["estimate"] - event.row("e=1")["estimate"]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("xx = 0", "'xx' is no term of the fit; did you mean 'x'"),
        ("x*z = 0", "not linear"),
        ("x/z = 0", "not linear"),
        ("x = ", "not understood"),
        ("x = x", "no coefficient"),
        ("x = 1, x = 2", "contradict"),
        ("x, z, x = z", "repeat"),
        ("", "not understood"),
    ],
)
def test_what_is_no_restriction_is_refused(rows, text, said):
    with pytest.raises(models.ModelError, match=said):
        models.panel.fit(rows, "y ~ x + z", cluster="bank").wald(text)


def test_more_restrictions_than_clusters_carry(rows):
    data = rows.assign(half=rows["bank"] % 3)
    fit = models.panel.fit(data, "y ~ x + z + w", cluster="half")
    assert fit.wald("x, z").df_denominator == 2
    with pytest.raises(models.NotEstimable, match="3 clusters carry at most 2"):
        fit.wald("x, z, w")


def test_own_degrees_of_freedom_of_crv2(rows):
    fit = models.panel.fit(rows, "y ~ x + z | bank", cluster="bank", vcov="CRV2")
    assert fit.wald("x = 0").p_value == pytest.approx(fit.row("x")["p_value"], rel=1e-9)
    assert fit.combine(["x", "z"]).df == pytest.approx(fit.df)
    with pytest.raises(models.ModelError, match="CRV2"):
        fit.wald("x, z")


def test_combinations_are_the_coefficients_of_another_parametrisation(rows):
    """x + 2z is the coefficient of x where z is replaced by z - 2x: y = b(x) + c z = (b + 2c) x + c (z - 2x)."""
    fit = models.panel.fit(rows, "y ~ x + z | bank + year", cluster="bank")
    other = models.panel.fit(rows.assign(t=rows["z"] - 2 * rows["x"]), "y ~ x + t | bank + year", cluster="bank")
    combined = fit.combine("x + 2*z").tidy().drop(columns="term").iloc[0]
    assert combined.to_dict() == pytest.approx(other.row("x").to_dict(), rel=1e-8)
    assert fit.combine(["x", "x - 1"]).tidy()["estimate"].diff().iloc[1] == pytest.approx(-1)


def test_labelled_covariance_and_intervals(rows):
    fit = models.panel.fit(rows, "y ~ x + z | bank", cluster="bank")
    other = pyfixest.feols("y ~ x + z | bank", rows, vcov={"CRV1": "bank"}, fixef_tol=1e-13)
    assert fit.covariance_frame().loc["x", "z"] == pytest.approx(other._vcov[0, 1], rel=1e-7)
    for level in (0.9, 0.95):
        assert fit.confint(level).to_numpy() == pytest.approx(other.confint(alpha=1 - level).to_numpy(), rel=1e-7)
    assert fit.confint().to_numpy() == pytest.approx(fit.tidy()[["ci_low", "ci_high"]].to_numpy())
    with pytest.raises(models.ModelError, match="level 95"):
        fit.confint(95)


def test_firths_intervals_are_profiles_at_every_level(rows):
    """At the end of a profile interval the penalised likelihood is chi2(1)/2 below its maximum: the likelihood ratio test there has p = 1 - level."""
    fit = models.discrete.fit(rows.iloc[:80], "bad ~ x + z", method="firth")
    assert fit.confint().to_numpy() == pytest.approx(fit.tidy()[["ci_low", "ci_high"]].to_numpy(), rel=1e-8)
    level = 1 - fit.row("z")["p_value"]
    ends = fit.confint(level).loc["z"]
    assert min(abs(ends)) == pytest.approx(0, abs=1e-7)


def test_grunfelds_ten_firms_as_car():
    """R car 3.1-1: linearHypothesis(lm(inv ~ value + capital), c("value = 0.5*capital", "(Intercept) = -40")), data Grunfeld of plm."""
    data = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    plain = models.panel.fit(data, "invest ~ value + capital").wald("value = 0.5*capital, Intercept = -40")
    check("wald.grunfeld.iid.f", plain.statistic)
    check("wald.grunfeld.iid.p", plain.p_value)
    clustered = models.panel.fit(data, "invest ~ value + capital", cluster="firm").wald("value = capital, Intercept = -40")
    check("wald.grunfeld.clustered.chi2", clustered.chi2)
    check("wald.grunfeld.clustered.p", clustered.p_chi2)
