"""A mean that is large against the spread: a year and its square, and a column near 1e7; right values from the centred columns.

The span of 1, year, year^2 is that of 1, c, c^2 with c = year - 2010: the last coefficient and its error are the same numbers.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from study import models


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"year": np.tile(np.arange(2000, 2021), 60), "w": rng.normal(size=1260), "bank": np.arange(1260) // 21, "start": 0})
    frame["c"] = frame["year"] - 2010
    index = 0.1 * frame["c"] - 0.01 * frame["c"] ** 2 + 0.5 * frame["w"]
    frame["y"], latent = index + rng.normal(size=1260), index + rng.logistic(size=1260)
    frame["b"], frame["o"] = (latent > 0).astype(int), np.digitize(latent, [-1, 1])
    frame["event"] = (rng.random(1260) < 1 / (1 + np.exp(2 - index))).astype(int)
    frame["t"], frame["stop"], frame["z"] = rng.integers(1, 8, 1260), rng.integers(1, 9, 1260), frame["w"] + rng.normal(size=1260)
    frame["n"] = frame.groupby("bank").cumcount()
    return frame.assign(large=frame["w"] + 1e7)


FITS = {
    "pooled": lambda d, x: models.panel.fit(d, f"y ~ {x}"),
    "pooled, HC3": lambda d, x: models.panel.fit(d, f"y ~ {x}", vcov="HC3"),
    "pooled, CRV3": lambda d, x: models.panel.fit(d, f"y ~ {x}", cluster="bank", vcov="CRV3"),
    "bank, CRV1": lambda d, x: models.panel.fit(d, f"y ~ {x} | bank", cluster="bank"),
    "bank, CRV2": lambda d, x: models.panel.fit(d, f"y ~ {x} | bank", cluster="bank", vcov="CRV2"),
    "bank, CRV3": lambda d, x: models.panel.fit(d, f"y ~ {x} | bank", cluster="bank", vcov="CRV3"),
    "random": lambda d, x: models.panel.fit(d, f"y ~ {x} | bank + n", estimator="re"),
    "instruments": lambda d, x: models.iv.fit(d, f"y ~ {x} | w ~ z") if "w" not in x and "large" not in x else models.panel.fit(d, f"y ~ {x}"),
    "logit": lambda d, x: models.discrete.fit(d, f"b ~ {x}"),
    "logit by bank": lambda d, x: models.discrete.fit(d, f"b ~ {x}", cluster="bank"),
    "probit": lambda d, x: models.discrete.fit(d, f"b ~ {x}", method="probit"),
    "ordered": lambda d, x: models.ordinal.fit(d, f"o ~ {x}"),
    "cox": lambda d, x: models.cox.fit(d, f"b ~ {x}", start="start", stop="stop"),
    "hazard": lambda d, x: models.hazard.fit(d, f"event ~ {x}", time="t"),
    "hazard by bank": lambda d, x: models.hazard.fit(d, f"event ~ {x}", time="t", link="logit", cluster="bank"),
}


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize(
    ("far", "near", "terms"),
    [("year + I(year**2)", "c + I(c**2)", ("I(year ** 2)", "I(c ** 2)")), ("large", "w", ("large", "w"))],
)
def test_estimates_and_errors_are_those_of_centred_columns(data, name, far, near, terms):
    found, wanted = FITS[name](data, far).row(terms[0]), FITS[name](data, near).row(terms[1])
    assert found["estimate"] == pytest.approx(wanted["estimate"], rel=1e-8)
    assert found["std_error"] == pytest.approx(wanted["std_error"], rel=1e-7)


def test_intercepts_thresholds_and_baselines_find_their_way_back(data):
    """At the mean of the year a model in years says what one in c says: statsmodels for the logit, arithmetic for the others."""
    fit = models.discrete.fit(data, "b ~ year + w")
    wanted = sm.Logit(data["b"], sm.add_constant(data[["c", "w"]])).fit(disp=0, tol=1e-12)
    assert fit.coefficients[0] + 2010 * fit.coefficients[1] == pytest.approx(wanted.params["const"], rel=1e-8)
    weights = np.array([1, 2010, 0])
    assert np.sqrt(weights @ fit.covariance @ weights) == pytest.approx(wanted.bse["const"], rel=1e-6)
    rows = pd.DataFrame({"year": [2003, 2020], "c": [-7, 10]})
    far, near = models.ordinal.fit(data, "o ~ year"), models.ordinal.fit(data, "o ~ c")
    assert far.predict(rows).to_numpy() == pytest.approx(near.predict(rows).to_numpy(), rel=1e-9)
    curves = [models.hazard.survival(models.hazard.fit(data, f"event ~ {x}", time="t"), {x: v}) for x, v in (("year", 2013), ("c", 3))]
    for column in ("survival", "std_error", "ci_low"):
        assert curves[0][column].to_numpy() == pytest.approx(curves[1][column].to_numpy(), rel=1e-7)


def test_a_constant_is_told_from_a_small_spread(data):
    with pytest.raises(models.NoVariation, match="has one value"):
        models.panel.fit(data.assign(w=1e9 + 0.1), "y ~ w")
    with pytest.raises(models.NoVariation, match="does not vary once the effects bank"):
        models.panel.fit(data.assign(w=1e9 + data["bank"]), "y ~ w | bank")
    near = models.panel.fit(data.assign(w=1e6 + data["w"] / 1000), "y ~ w | bank").row("w")["estimate"]
    assert near / 1000 == pytest.approx(models.panel.fit(data, "y ~ w | bank").row("w")["estimate"], rel=1e-5)  # 1e6 + 1e-3 holds seven digits


def test_cox_from_periods_zero_and_below(data):
    wanted = models.cox.fit(data.assign(start=data["start"] + 5, stop=data["stop"] + 5), "b ~ w", start="start", stop="stop")
    for shift in (0, -3, 10_000):
        moved = data.assign(start=data["start"] + shift, stop=data["stop"] + shift)
        found = models.cox.fit(moved, "b ~ w", start="start", stop="stop")
        assert found.coefficients == pytest.approx(wanted.coefficients, rel=1e-9)
        assert found.covariance == pytest.approx(wanted.covariance, rel=1e-9)
    with pytest.raises(models.ModelError, match="column 'stop' is not one of numbers: it holds dates"):
        models.cox.fit(data.assign(stop=pd.Timestamp("2020-01-01")), "b ~ w", start="start", stop="stop")
