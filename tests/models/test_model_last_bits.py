"""Likelihood models end where the last bits of their input no longer reach a published digit (ten)."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from study import models
from study.models.discrete import cumulative, firth
from study.models.survival import frailty, period_effects

LAST_BITS = 1e-14
PUBLISHED = 1e-11  # a tenth of the tenth significant digit


@pytest.fixture(scope="module")
def spells():
    """400 units over up to six periods with a planted frailty: unit, age, event, d, x, branch."""
    random = np.random.default_rng(12)
    rows = []
    for unit in range(400):
        strength, d, x = random.gamma(1 / 0.8, 0.8), unit % 2, random.normal()
        for age in range(6):
            event = random.random() < 1 - np.exp(-strength * np.exp(-1.4 + 0.5 * d - 0.4 * x))
            rows.append((unit, age, int(event), d, x, unit % 20))
            if event:
                break
    return pd.DataFrame(rows, columns=["unit", "age", "event", "d", "x", "branch"])


def moved(data: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Regressor x, every cell by itself, moved by up to 1e-14 of its size."""
    return data.assign(x=data["x"] * (1 + LAST_BITS * np.random.default_rng(seed).uniform(-1, 1, len(data))))


FITS = {
    "hazard, cloglog": lambda d: models.hazard.fit(d, "event ~ d + x", time="age", cluster="branch"),
    "hazard, logit": lambda d: models.hazard.fit(d, "event ~ d + x", time="age", link="logit"),
    "frailty": lambda d: models.hazard.fit(d, "event ~ d + x", time="age", frailty="unit", cluster="branch"),
    "logit": lambda d: models.discrete.fit(d, "event ~ d + x"),
    "probit": lambda d: models.discrete.fit(d, "event ~ d + x", method="probit", cluster="branch"),
    "firth": lambda d: models.discrete.fit(d[d["age"] == 0].head(60), "event ~ d + x", method="firth"),
    "ordinal": lambda d: models.ordinal.fit(d[d["unit"] < 200], "age ~ d + x"),
    "cox": lambda d: models.cox.fit(
        d.groupby("unit").agg(first=("age", "min"), last=("age", "max"), event=("event", "max"), d=("d", "max"), x=("x", "max")).reset_index(),
        "event ~ d + x", start="first", stop="last",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FITS)
def test_estimates_errors_and_intervals(spells, kind):
    made = FITS[kind](spells)
    for seed in (1, 2, 3):
        again = FITS[kind](moved(spells, seed))
        for name in ("estimate", "std_error", "ci_low", "ci_high"):
            np.testing.assert_allclose(again.tidy()[name], made.tidy()[name], rtol=PUBLISHED, err_msg=name)
        for name in ("loglik", "frailty_variance", "frailty_variance_se", "frailty_lr"):
            if name in made.glance():
                assert again.glance()[name] == pytest.approx(made.glance()[name], rel=PUBLISHED), name


@pytest.mark.parametrize("loose", [1e-6, 1e-9, 1e-12])
@pytest.mark.parametrize(("kind", "module"), [("hazard, cloglog", period_effects), ("frailty", frailty), ("ordinal", cumulative)])
def test_where_the_steps_would_have_ended_does_not_matter(spells, kind, module, loose, monkeypatch):
    """The tolerance says when the last step is taken; the square of what is left then is what remains after it."""
    made = FITS[kind](spells)
    monkeypatch.setattr(module, "SETTLED", loose)
    assert FITS[kind](spells).coefficients == pytest.approx(made.coefficients, rel=30 * loose + PUBLISHED)


@pytest.mark.parametrize("loose", [1e-4, 1e-6])
def test_the_same_of_firths_scoring(spells, loose, monkeypatch):
    made = FITS["firth"](spells)
    monkeypatch.setattr(firth, "SETTLED", loose)
    assert FITS["firth"](spells).coefficients == pytest.approx(made.coefficients, rel=loose / 3)  # scoring is linear, not quadratic


def test_the_frailtys_second_derivatives_are_differences_of_the_first(spells, monkeypatch):
    kept = {}
    maximise = frailty._maximise

    def watched(units, theta, text):
        kept["units"] = units
        kept["theta"] = maximise(units, theta, text)
        return kept["theta"]

    monkeypatch.setattr(frailty, "_maximise", watched)
    FITS["frailty"](spells)
    units, at = kept["units"], kept["theta"][0] + 0.1
    hessian = frailty._hessian(units, frailty._parts(units, at))
    for j, step in enumerate(1e-5 * np.eye(len(at))):
        ends = [frailty._gradient(units, frailty._parts(units, at + side * step)) for side in (1, -1)]
        assert hessian[j] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-6 * np.abs(hessian).max() / 100)


def test_a_logit_of_the_textbook_equation(spells):
    """x'(y - p) = 0 holds to the last bits: the maximum itself, not a neighbour."""
    fit = models.discrete.fit(spells, "event ~ d + x")
    x = np.column_stack([np.ones(len(spells)), spells["d"], spells["x"]])
    order = [list(fit.terms).index(name) for name in ("Intercept", "d", "x")]
    assert np.abs(x.T @ (spells["event"] - expit(x @ fit.coefficients[order]))).max() < 1e-10


def test_periods_may_start_at_zero_or_below(spells):
    """Only the order of the periods matters to the partial likelihood."""
    made = FITS["cox"](spells)
    for shift in (-7, 3):
        again = FITS["cox"](spells.assign(age=spells["age"] + shift))
        np.testing.assert_allclose(again.coefficients, made.coefficients, rtol=1e-12)
