"""Slopes with interactions and powers: by hand for linear models, by differences of statsmodels' predictions for logit and probit."""

from copy import copy

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from study import models

LINEAR = "y ~ x*z + I(x**2) + np.log(v) + C(k)*m"
BINARY = "bad ~ x*z + I(x**2) + C(k)*m"


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(2)
    n = 500
    data = pd.DataFrame({"x": rng.normal(size=n), "z": rng.normal(size=n), "v": rng.uniform(0.01, 3, n), "bank": rng.integers(0, 25, n)})
    data["k"], data["m"] = rng.choice(list("abc"), n), rng.integers(0, 2, n)
    data["q"] = data["x"] + rng.normal(size=n)
    data["y"] = data["x"] * (1 + 0.5 * data["z"]) + np.log(data["v"]) + data["m"] + rng.normal(size=n)
    data["bad"] = (data["y"] + rng.logistic(size=n) > 0).astype(int)
    return data


def test_linear_slopes_by_hand_at_values_and_on_average(rows):
    """d/dx of b1 x + b2 x z + b3 x^2 is b1 + b2 z + 2 b3 x; its mean over rows has x and z at their means."""
    fit = models.panel.fit(rows, LINEAR + " | bank", cluster="bank")
    found = models.slopes(fit)
    x, z, one_over_v, m = (float(column.mean()) for column in (rows["x"], rows["z"], 1 / rows["v"], rows["m"]))
    share = {level: float((rows["k"] == level).mean()) for level in "bc"}
    for term, combination in {
        "x": f"x + {z!r}*x:z + {2 * x!r}*I(x**2)",
        "z": f"z + {x!r}*x:z",
        "v": f"{one_over_v!r}*np.log(v)",
        "m": f"m + {share['b']!r}*C(k)[T.b]:m + {share['c']!r}*C(k)[T.c]:m",
        "k[T.b]": f"C(k)[T.b] + {m!r}*C(k)[T.b]:m",
    }.items():
        expected = fit.combine(combination).tidy().drop(columns="term").iloc[0]
        assert found.row(term).to_dict() == pytest.approx(expected.to_dict(), rel=2e-7), term
    held = models.slopes(fit, "x", values={"z": [0, 2], "k": "a"})
    assert held.terms == ("x | z=0, k=a", "x | z=2, k=a")
    for term, level in zip(held.terms, (0, 2)):
        expected = fit.combine(f"x + {level}*x:z + {2 * x!r}*I(x**2)").tidy().iloc[0]
        assert held.row(term)[["estimate", "std_error"]].tolist() == pytest.approx(expected[["estimate", "std_error"]].tolist(), rel=1e-8)


def by_differences(data, method, change):
    """statsmodels' model: mean change of predicted probabilities, and its delta-method error by differences in the parameters."""
    model = getattr(smf, method)(BINARY, data)
    fit = model.fit(disp=0, tol=1e-13)

    def effect(params):
        moved = copy(fit._results)
        moved.params = params
        return change(lambda frame: np.asarray(moved.predict(frame)))

    b, h = fit.params.to_numpy(), 1e-5
    slope = np.array([(effect(b + h * e) - effect(b - h * e)) / (2 * h) for e in np.eye(len(b))])
    return effect(b), np.sqrt(slope @ fit.cov_params().to_numpy() @ slope)


@pytest.mark.parametrize("method", ["logit", "probit"])
def test_average_effects_on_a_probability_as_differences_of_statsmodels(rows, method):
    fit = models.discrete.fit(rows, BINARY, method=method)
    found = models.slopes(fit)
    h = 1e-4
    changes = {
        "x": lambda p: (p(rows.assign(x=rows["x"] + h)) - p(rows.assign(x=rows["x"] - h))).mean() / (2 * h),
        "m": lambda p: (p(rows.assign(m=1)) - p(rows.assign(m=0))).mean(),
        "k[T.c]": lambda p: (p(rows.assign(k="c")) - p(rows.assign(k="a"))).mean(),
    }
    for term, change in changes.items():
        estimate, error = by_differences(rows, method, change)
        assert found.row(term)["estimate"] == pytest.approx(estimate, rel=1e-5), term
        assert found.row(term)["std_error"] == pytest.approx(error, rel=1e-4), term
    at_values = models.slopes(fit, "x", values={"z": 1})
    held = rows.assign(z=1)
    estimate, error = by_differences(rows, method, lambda p: (p(held.assign(x=held["x"] + h)) - p(held.assign(x=held["x"] - h))).mean() / (2 * h))
    assert at_values.row("x | z=1")[["estimate", "std_error"]].tolist() == pytest.approx([estimate, error], rel=1e-4)


def test_without_interactions_they_are_the_effects_of_columns_as_statsmodels_has_them(rows):
    fit = models.discrete.fit(rows, "bad ~ x + z + m")
    theirs = smf.logit("bad ~ x + z + m", rows).fit(disp=0, tol=1e-13).get_margeff(at="overall", dummy=True).summary_frame()
    for how in (models.slopes(fit), models.discrete.marginal_effects(fit, at="average")):
        assert how.tidy().set_index("term")["estimate"][["x", "z", "m"]].to_numpy() == pytest.approx(theirs["dy/dx"].to_numpy(), rel=1e-6)
        assert how.tidy().set_index("term")["std_error"][["x", "z", "m"]].to_numpy() == pytest.approx(theirs["Std. Err."].to_numpy(), rel=1e-6)
    means = models.slopes(fit, ["x", "z"], at="mean").tidy(), models.discrete.marginal_effects(fit, at="mean").tidy()
    assert means[0]["estimate"].to_numpy() == pytest.approx(means[1].set_index("term").loc[["x", "z"], "estimate"].to_numpy(), rel=1e-9)


def test_marginal_effects_of_a_variable_in_several_terms_are_its_slope(rows):
    fit = models.discrete.fit(rows, "bad ~ x + I(x**2) + x:z", cluster="bank")
    assert models.discrete.marginal_effects(fit, at="average").tidy().equals(models.slopes(fit).tidy())


def test_instruments_and_lags(rows):
    fit = models.iv.fit(rows.assign(xz=rows["x"] * rows["z"]), "y ~ z | bank | x + x:z ~ q + q:z", cluster="bank")
    expected = fit.combine(f"x + {float(rows['z'].mean())!r}*x:z").tidy().iloc[0]
    assert models.slopes(fit, "x").row("x")[["estimate", "std_error"]].tolist() == pytest.approx(
        expected[["estimate", "std_error"]].tolist(), rel=1e-8
    )


def test_splines_are_differentiated_up_to_their_ends(rows):
    """The slope of bs(x, df=4) by differences of predictions half a step inside, where the spline is defined on both sides."""
    fit, h = models.panel.fit(rows, "y ~ bs(x, df=4)"), 1e-6
    middle = rows["x"].clip(rows["x"].min() + h, rows["x"].max() - h)
    up, down = (fit.predict(rows.assign(x=middle + s * h)) for s in (1, -1))
    assert models.slopes(fit, "x").coefficients[0] == pytest.approx(((up - down) / (2 * h)).mean(), rel=1e-5)


def test_what_has_no_slope_is_refused(rows):
    fit = models.panel.fit(rows, "y ~ x*z", cluster="bank")
    for call, said in [
        (lambda: models.slopes(fit, "q"), "'q' is no variable"),
        (lambda: models.slopes(fit, "x", values={"q": 1}), "'q' is no variable"),
        (lambda: models.slopes(fit, "x", values={"x": 1}), "is held"),
        (lambda: models.slopes(fit, at="median"), "average, mean"),
        (lambda: models.slopes(models.ordinal.fit(rows.assign(s=pd.qcut(rows["y"], 3, labels=False)), "s ~ x")), "slopes need a fit"),
        (lambda: models.slopes(fit.combine("x")), "slopes need a fit"),
    ]:
        with pytest.raises(models.ModelError, match=said):
            call()
