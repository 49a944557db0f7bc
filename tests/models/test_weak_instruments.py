"""Anderson-Rubin sets against a grid of other implementations' tests, effective F's critical values, tF."""

import numpy as np
import pandas as pd
import pyfixest
import pytest
from answers import check
from scipy import stats

from study import models
from study.models.iv import weak_instruments as weak


def world(strength, n=240, seed=1, instruments=1, direct=0.0):
    """Clusters of 8, one endogenous variable, errors that go with it."""
    random = np.random.default_rng(seed)
    z = random.normal(size=(n, instruments))
    group = np.arange(n) // 8
    v = random.normal(size=n) + random.normal(size=n // 8)[group]
    data = pd.DataFrame(z, columns=[f"z{i + 1}" for i in range(instruments)]).assign(group=group)
    data["x"] = random.normal(size=n)
    data["d"] = strength * z.sum(axis=1) + 0.5 * data["x"] + v
    data["y"] = 0.5 * data["d"] + 0.9 * v + direct * z[:, -1] * (instruments > 1) + random.normal(size=n)
    return data


def names(data):
    return [name for name in data.columns if name.startswith("z")]


def stages(data, vcov="CRV1"):
    fit = models.iv.fit(data, f"y ~ x | d ~ {' + '.join(names(data))}", cluster="group" if vcov == "CRV1" else None, vcov=vcov)
    return fit, weak.first_stages(fit.prepared, vcov)


@pytest.mark.parametrize("instruments", [1, 2])
@pytest.mark.parametrize("vcov", ["iid", "HC1", "CRV1"])
def test_the_statistic_is_the_test_of_the_instruments_in_y_less_beta_d(instruments, vcov):
    data = world(0.3, instruments=instruments)
    _, found = stages(data, vcov)
    for beta in (-1.0, 0.0, 0.5, 2.0):
        covariance = {"iid": "iid", "HC1": "hetero", "CRV1": {"CRV1": "group"}}[vcov]
        other = pyfixest.feols(f"left ~ x + {' + '.join(names(data))}", data.assign(left=data["y"] - beta * data["d"]), vcov=covariance)
        positions = [other._coefnames.index(name) for name in names(data)]
        pi, spread = other.coef()[names(data)].to_numpy(), other._vcov[np.ix_(positions, positions)]
        assert weak.anderson_rubin(found, beta) == pytest.approx(pi @ np.linalg.solve(spread, pi) / instruments, rel=1e-8)


SHAPES = [
    (dict(strength=0.5), "bounded"),
    (dict(strength=0.5, instruments=3), "bounded"),
    (dict(strength=0.0, seed=2), "line"),
    (dict(strength=0.1, seed=3), "pieces"),
    (dict(strength=0.8, instruments=2, direct=1.5), "empty"),
    (dict(strength=0.02, instruments=3, seed=4), "any"),
]


def shape(pieces):
    if not pieces:
        return "empty"
    if pieces == [(-np.inf, np.inf)]:
        return "line"
    return "bounded" if np.isfinite(pieces).all() else "pieces"


@pytest.mark.parametrize(("options", "kind"), SHAPES, ids=[str(i) for i in range(len(SHAPES))])
@pytest.mark.parametrize("vcov", ["iid", "CRV1"])
def test_the_set_holds_the_points_of_a_grid_that_are_not_rejected(options, kind, vcov):
    fit, found = stages(world(**options), vcov)
    pieces = fit.glance()["anderson_rubin"]
    limit = stats.f.ppf(0.95, len(found.coefficients), found.df)
    for beta in np.concatenate([np.linspace(-6, 6, 2401), [-1e3, -50.0, 50.0, 1e3]]):
        inside = any(low <= beta <= high for low, high in pieces)
        assert inside == (weak.anderson_rubin(found, beta) <= limit), beta
    if kind != "any":
        assert shape(pieces) == kind
    for end in (end for piece in pieces for end in piece if np.isfinite(end)):
        assert weak.anderson_rubin(found, end) == pytest.approx(limit, rel=1e-8)


def test_one_instrument_is_the_quadratic_equation():
    fit, found = stages(world(0.3))
    (delta, pi), q = found.coefficients[0], stats.f.ppf(0.95, 1, found.df)
    (v1, v12), (_, v2) = found.covariance
    roots = np.roots([pi**2 - q * v2, -2 * (delta * pi - q * v12), delta**2 - q * v1])
    assert fit.glance()["anderson_rubin"][0] == pytest.approx(tuple(sorted(roots)), rel=1e-9)


def test_the_test_keeps_its_size_with_a_weak_instrument():
    """5 % of sets miss the truth, within four standard errors of 400 draws; the t interval misses much more often."""
    missed = np.zeros((400, 2))
    for seed in range(400):
        random = np.random.default_rng(seed)
        z, v = random.normal(size=(2, 100))
        d = 0.1 * z + v
        y = 0.95 * v + 0.3 * random.normal(size=100)  # true coefficient 0
        fit = models.iv.fit(pd.DataFrame({"y": y, "d": d, "z": z}), "y ~ 1 | d ~ z") if seed < 10 else None
        found = fit.glance()["anderson_rubin"] if fit else None
        zc, dc, yc = z - z.mean(), d - d.mean(), y - y.mean()
        b = zc @ yc / (zc @ zc)
        e = yc - b * zc
        by_hand = b**2 / (e @ e / 98 / (zc @ zc)) <= stats.f.ppf(0.95, 1, 98)
        if fit:
            assert any(low <= 0 <= high for low, high in found) == by_hand
        estimate = (zc @ yc) / (zc @ dc)
        error = np.sqrt(((yc - estimate * dc) ** 2).sum() / 98 * (zc @ zc)) / abs(zc @ dc)
        missed[seed] = not by_hand, abs(estimate / error) > stats.t.ppf(0.975, 98)
    shares = missed.mean(axis=0)
    assert abs(shares[0] - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 400)
    assert shares[1] > 0.10


# effective F


def test_critical_values_with_one_instrument():
    _, found = stages(world(0.3))
    values = weak.effective_f_critical(found)
    check("iv.effective_f.critical.10", values[0.10])
    check("iv.effective_f.critical.20", values[0.20])
    assert values[0.05] > values[0.10] > values[0.20] > values[0.30]


def test_one_instrument_has_the_robust_f_as_effective_f():
    fit, _ = stages(world(0.3))
    assert fit.glance()["effective_f"] == pytest.approx(fit.glance()["first_stage"]["d"]["robust_f"])


def test_worst_bias_is_the_largest_over_coefficients_and_directions():
    """The definition on a fine grid of coefficients and of directions of the unit circle."""
    _, found = stages(world(0.3, instruments=2))
    zz = found.instruments.T @ found.instruments
    values, vectors = np.linalg.eigh(zz)
    root = (vectors * np.sqrt(values)) @ vectors.T
    w1, w12, w2 = (root @ found.block(i, j) @ root for i, j in ((0, 0), (0, 1), (1, 1)))
    angle = np.linspace(0, np.pi, 400)
    directions = np.column_stack([np.cos(angle), np.sin(angle)])
    largest = 0.0
    for b in np.concatenate([np.linspace(-5, 5, 4001), [-1e6, 1e6]]):
        s12, s1 = w12 - b * w2, w1 - b * (w12 + w12.T) + b**2 * w2
        forms = np.einsum("ij,jk,ik->i", directions, s12, directions)
        largest = max(largest, np.abs(np.trace(s12) - 2 * forms).max() / np.sqrt(np.trace(w2) * np.trace(s1)))
    assert weak.worst_bias(w1, w12, w2) == pytest.approx(largest, rel=1e-4)


def test_more_instruments_than_clusters_less_one_have_no_set():
    fit = models.iv.fit(world(0.5, n=24, instruments=3), "y ~ x | d ~ z1 + z2 + z3", cluster="group")
    glance = fit.glance()
    assert [glance[key] for key in ("effective_f", "effective_f_critical", "anderson_rubin", "tf")] == [None] * 4
    assert "not positive definite" in fit.notes[0] and "no test of over-identification" in fit.notes[1]


def test_a_two_way_covariance_that_is_not_positive_definite_has_no_set():
    data = world(0.5, n=40, seed=6)
    data["time"] = np.arange(40) % 8  # every pair of clusters has one row
    fit = models.iv.fit(data, "y ~ x | d ~ z1", cluster=["group", "time"])
    sample = weak.first_stages(fit.prepared, "CRV1")
    scaled = sample.covariance / np.sqrt(np.abs(np.outer(np.diag(sample.covariance), np.diag(sample.covariance))))
    assert np.linalg.eigvalsh(scaled)[0] < 0 and fit.glance()["anderson_rubin"] is None
    with pytest.raises(models.NotEstimable, match="not positive definite; cluster by one variable"):
        models.iv.tf(fit)


# tF


@pytest.mark.parametrize(("f", "id_"), [(4.0, "iv.tf.4"), (10.0, "iv.tf.10"), (104.7, "iv.tf.104.7")])
def test_critical_values_of_the_table(f, id_):
    check(id_, weak.tf_critical_value(f))


def test_below_the_table_nothing_is_significant_and_above_it_1_96():
    assert weak.tf_critical_value(3.9) == np.inf
    assert weak.tf_critical_value(1e6) == 1.96
    with pytest.raises(models.ModelError, match="can not be negative or missing"):
        weak.tf_critical_value(float("nan"))


@pytest.mark.parametrize("mean", [1.0, 2.0, 3.0, 5.0, 10.0, 20.0])
def test_the_critical_values_keep_the_size_in_the_worst_case(mean):
    """Errors that are one: with z normal, f = mean + z and |t| = |f z / mean|; at most 5 % are rejected.

    It is 5 % to the table's digits away from root F = 10.3, where the critical value stays at 1.96.
    """
    z = np.linspace(-9, 9, 400_001)
    f = mean + z
    critical = np.where(f**2 < 4, np.inf, np.interp(np.abs(f), weak.TF_ROOTS, weak.TF_VALUES))
    rejected = np.abs(f * z / mean) > critical
    share = (stats.norm.pdf(z) * rejected).sum() * (z[1] - z[0])
    assert share <= 0.05
    assert abs(mean - 10.3) < 2 or share == pytest.approx(0.05, abs=0.001)


def test_the_interval_and_error_of_a_fit():
    fit, _ = stages(world(0.5))
    found, row = models.iv.tf(fit), fit.row("d")
    assert found == fit.glance()["tf"]
    critical = weak.tf_critical_value(fit.glance()["first_stage"]["d"]["robust_f"])
    assert found["interval"] == pytest.approx((row["estimate"] - critical * row["std_error"], row["estimate"] + critical * row["std_error"]))
    assert found["std_error"] == pytest.approx(row["std_error"] * critical / 1.959964, rel=1e-6)


def test_tf_with_two_instruments_is_refused():
    fit, _ = stages(world(0.5, instruments=2))
    assert fit.glance()["tf"] is None
    with pytest.raises(models.ModelError, match="one endogenous variable and one instrument; the fit has 1 and 2. See anderson_rubin"):
        models.iv.tf(fit)
