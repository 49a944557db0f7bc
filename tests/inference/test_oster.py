"""Oster's adjustment in worlds where selection is proportional exactly, and her formula by hand."""

import numpy as np
import pandas as pd
import pytest
from answers import check

from study import inference, models


def world(beta, observed, unobserved, noise=1.0, n=60, seed=0):
    """Orthonormal parts, so that sample moments are those of the population.

    x = a1 w1 + a2 w2 + e; y = beta x + g1 w1 + g2 w2 + noise u; observed = (a1, g1), unobserved = (a2, g2).
    """
    parts = np.random.default_rng(seed).normal(size=(n, 4))
    w1, w2, e, u = np.linalg.qr(parts - parts.mean(axis=0))[0].T * np.sqrt(n - 1)
    (a1, g1), (a2, g2) = observed, unobserved
    x = a1 * w1 + a2 * w2 + e
    y = beta * x + g1 * w1 + g2 * w2 + noise * u
    delta = (a2 / g2) / (a1 / g1)
    rmax = 1 - noise**2 / np.var(y, ddof=1)
    return pd.DataFrame({"y": y + 5, "x": x - 2, "w1": w1, "w2": w2}), delta, rmax


@pytest.mark.parametrize(
    ("beta", "observed", "unobserved"),
    [(1.0, (0.5, 1.0), (0.25, 0.5)), (1.0, (0.5, 1.0), (0.1, 0.5)), (-0.5, (0.4, -1.0), (0.2, -0.4)), (0.0, (0.5, 1.0), (0.3, 0.4)), (2.0, (0.5, 1.0), (-0.2, 0.8))],
)  # fmt: skip
def test_the_true_coefficient_and_the_true_delta_are_found(beta, observed, unobserved):
    data, delta, rmax = world(beta, observed, unobserved)
    found = inference.oster(data, "y", "x", ["w1"], rmax=rmax, delta=delta, null=beta)
    assert found.beta == pytest.approx(beta, abs=1e-8)
    assert found.delta_for_null == pytest.approx(delta, rel=1e-8)
    assert np.abs(found.long - beta) > 0.01  # there was something to adjust


def test_by_hand():
    # x = w1/2 + w2/4 + e, y = x + w1 + w2/2 + u, all parts with variance 1. var x = 21/16, cov(y, x) = 21/16 + 1/2 + 1/8,
    # short = 31/21; without w1: var = 17/16, cov = 17/16 + 1/8, long = 19/17; var y = 21/16 + 2 (1/2 + 1/8) + 1 + 1/4 + 1
    data, delta, rmax = world(1.0, (0.5, 1.0), (0.25, 0.5))
    found = inference.oster(data, "y", "x", ["w1"], rmax=rmax, delta=delta)
    check("oster.hand.short", found.short)
    check("oster.hand.long", found.long)
    check("oster.hand.rmax", found.rmax)
    check("oster.hand.beta", found.beta)


def test_the_default_rmax_is_1_3_times_the_r2_and_at_most_1():
    data, _, _ = world(1.0, (0.5, 1.0), (0.25, 0.5), noise=3.0)
    found = inference.oster(data, "y", "x", ["w1"])
    assert found.rmax == pytest.approx(1.3 * found.r2_long) and found.delta == 1
    data, _, _ = world(1.0, (0.5, 1.0), (0.25, 0.5), noise=0.1)
    assert inference.oster(data, "y", "x", ["w1"]).rmax == 1


def test_beta_at_the_delta_for_a_null_is_the_null():
    data, _, rmax = world(1.0, (0.5, 1.0), (0.25, 0.5), seed=3)
    for null in (0.0, 0.5, 0.9):
        delta = inference.oster(data, "y", "x", ["w1"], rmax=rmax, null=null).delta_for_null
        found = inference.oster(data, "y", "x", ["w1"], rmax=rmax, delta=delta)
        assert min(abs(root - null) for root in (found.beta, *found.other_roots)) < 1e-8


def test_base_controls_and_effects_are_partialled_out():
    data, delta, rmax = world(1.0, (0.5, 1.0), (0.25, 0.5))
    base = inference.oster(data, "y", "x", ["w1"], rmax=rmax)
    group = np.repeat([0.0, 1.0], 30)
    with_effects = inference.oster(data.assign(g=group), "y", "x", ["w1"], effects=["g"], rmax=0.99)
    with_dummy = data.assign(g=group)
    within = with_dummy[["y", "x", "w1"]] - with_dummy.groupby("g")[["y", "x", "w1"]].transform("mean")
    by_hand = inference.oster(within, "y", "x", ["w1"], rmax=0.99)
    assert with_effects.beta == pytest.approx(by_hand.beta) and with_effects.delta_for_null == pytest.approx(by_hand.delta_for_null)
    more = inference.oster(data.assign(g=group), "y", "x", ["w1"], base=["g"], rmax=rmax)
    assert more.short != base.short


def test_bad_input_is_named():
    data, _, _ = world(1.0, (0.5, 1.0), (0.25, 0.5))
    with pytest.raises(inference.InferenceError, match="name at least one"):
        inference.oster(data, "y", "x", [])
    with pytest.raises(inference.InferenceError, match="rmax 0.1 must be above the R2 of the long regression"):
        inference.oster(data, "y", "x", ["w1"], rmax=0.1)
    with pytest.raises(inference.InferenceError, match="3 complete rows for 2 regressors"):
        inference.oster(data[:3], "y", "x", ["w1"])
    with pytest.raises(models.NoVariation, match="x does not vary"):
        inference.oster(data.assign(x=1.0), "y", "x", ["w1"])
    with pytest.raises(models.Collinear):
        inference.oster(data.assign(copy=data["w1"]), "y", "x", ["w1", "copy"])
    with pytest.raises(models.MissingColumn, match="no column 'z'"):
        inference.oster(data, "y", "x", ["z"])
