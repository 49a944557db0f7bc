"""Rambachan and Roth's intervals against R's printed ones, moderndid and linear programmes."""

import moderndid
import numpy as np
import pandas as pd
import pytest
from adoption import COLUMNS, event_study, world
from answers import check
from moderndid.didhonest import compute_flci
from moderndid.didhonest.arp_nuisance import lp_conditional_test
from scipy import stats
from scipy.optimize import linprog

from study import inference, models
from study.inference import honest_magnitudes
from study.inference.event_study import of_fit

# Benzarti and Carloni's event study, shipped with the R package HonestDiD
BC = [0.006696351804, 0.02934503369, -0.006472972222, 0.0730149895, 0.1959611177, 0.3120639026, 0.2395415455, 0.1260425001]
BC_COVARIANCE = np.zeros((8, 8))
BC_COVARIANCE[np.triu_indices(8)] = [
    0.0008428358124, 0.0004768686777, 0.0002618051076, 0.0002354220342, 0.0001676371467, 0.0001128707663, 1.992816215e-05, -0.0001368265366,
    0.0006425420288, 0.0003987425007, 0.0002435515198, 0.0002201960306, 0.0001804591157, 3.84376508e-05, -2.960421989e-05,
    0.0005229949602, 0.000211768609, 0.0001840722252, 0.000145852784, 7.005197403e-05, 5.952994979e-05,
    0.0003089595411, 0.0001197866077, 0.0001334081317, 0.0001016335009, 0.0001079051726,
    0.000359970436, 0.0002478818642, 0.0001749579242, 0.0001654256921,
    0.0004263949813, 0.0002171437809, 0.0002892747871,
    0.0004886697861, 0.0003805322049,
    0.000761739444,
]  # fmt: skip
BC_COVARIANCE += np.triu(BC_COVARIANCE, 1).T


@pytest.fixture(scope="module")
def medicaid():
    """The README example of the R package: insurance coverage, states that expanded Medicaid in 2014."""
    data = moderndid.load_ehec()
    data = pd.DataFrame({name: data[name].to_numpy() for name in data.columns})
    data = data[(data["year"] < 2016) & (data["yexp2"] != 2015)]
    return models.did.fit(data, outcome="dins", unit="stfips", time="year", cohort="yexp2", estimator="twfe", aggregate="event")


def row(result, m):
    return result.intervals.set_index("m").loc[m]


def test_medicaid_relative_magnitudes_are_the_printed_ones(medicaid):
    result = inference.honest_did(medicaid, "relative_magnitudes", (0.5, 1.0, 1.5, 2.0))
    check("honest.medicaid.rm.05.low", row(result, 0.5)["ci_low"])
    check("honest.medicaid.rm.05.high", row(result, 0.5)["ci_high"])
    check("honest.medicaid.rm.10.low", row(result, 1.0)["ci_low"])
    check("honest.medicaid.rm.15.high", row(result, 1.5)["ci_high"])
    check("honest.medicaid.rm.20.low", row(result, 2.0)["ci_low"])
    assert 1.5 < result.breakdown < 2.0
    at = inference.honest_did(medicaid, "relative_magnitudes", (result.breakdown - 0.01, result.breakdown + 0.01)).intervals
    assert at["ci_low"][0] > 0 > at["ci_low"][1]


def test_medicaid_smoothness_is_the_printed_one(medicaid):
    result = inference.honest_did(medicaid, "smoothness", (0.0, 0.01, 0.02, 0.05))
    check("honest.medicaid.sd.00.low", row(result, 0.0)["ci_low"])
    check("honest.medicaid.sd.01.high", row(result, 0.01)["ci_high"])
    check("honest.medicaid.sd.02.low", row(result, 0.02)["ci_low"])
    check("honest.medicaid.sd.05.high", row(result, 0.05)["ci_high"])
    assert 0.02 < result.breakdown < 0.03
    near = inference.honest_did(medicaid, "smoothness", (result.breakdown * 0.999, result.breakdown * 1.001)).intervals
    assert near["ci_low"][0] > 0 > near["ci_low"][1]


def test_benzarti_carloni_smoothness_is_that_of_R():
    fit = event_study(BC, BC_COVARIANCE, 4)
    result = inference.honest_did(fit, "smoothness", (0.0, 0.1, 0.2))
    check("honest.bc.sd.00.low", row(result, 0.0)["ci_low"])
    check("honest.bc.sd.00.high", row(result, 0.0)["ci_high"])
    check("honest.bc.sd.01.low", row(result, 0.1)["ci_low"])
    check("honest.bc.sd.02.high", row(result, 0.2)["ci_high"])
    check("honest.bc.original.low", result.original[0])


def half_length(m):
    fit = event_study([1, 0, 1, 1.2], 0.01 * np.eye(4), 3)
    low, high = inference.honest_did(fit, "smoothness", [m]).intervals.loc[0, ["ci_low", "ci_high"]]
    return (high - low) / 2


def test_half_lengths_are_those_of_R_with_exact_quantiles():
    check("honest.identity.half.00", half_length(0.0))
    check("honest.identity.half.05", half_length(0.05))
    check("honest.identity.half.10", half_length(0.1))
    check("honest.identity.half.20", half_length(0.2))
    check("honest.identity.half.50", half_length(0.5))


def test_smoothness_without_bound_by_hand():
    # one pre-period and m = 0: extrapolate the line, b_0 + b_-2, variance 0.01 + 0.01
    fit = event_study([0.1, 0.5], 0.01 * np.eye(2), 1)
    low, high = inference.honest_did(fit, "smoothness", [0.0]).intervals.loc[0, ["ci_low", "ci_high"]]
    half = stats.norm.ppf(0.975) * np.sqrt(0.02)
    assert (low, high) == pytest.approx((0.6 - half, 0.6 + half))
    # with m the kink at -1 may add m: folded normal quantile of bias m / sd
    low, high = inference.honest_did(fit, "smoothness", [0.3]).intervals.loc[0, ["ci_low", "ci_high"]]
    q = (high - low) / 2 / np.sqrt(0.02)
    bias = 0.3 / np.sqrt(0.02)
    assert stats.norm.cdf(q - bias) - stats.norm.cdf(-q - bias) == pytest.approx(0.95)


@pytest.mark.parametrize("target", [0, (0, 3)])
def test_smoothness_is_no_longer_than_that_of_moderndid(target):
    fit = event_study(BC, BC_COVARIANCE, 4)
    a, b = (target, target) if isinstance(target, int) else target
    weights = np.zeros((4, 1))
    weights[a : b + 1] = 1 / (b - a + 1)
    for m in (0.0, 0.05):
        other = compute_flci(
            beta_hat=np.array(BC), sigma=BC_COVARIANCE, n_pre_periods=4, n_post_periods=4, post_period_weights=weights, smoothness_bound=m, alpha=0.05
        )
        low, high = inference.honest_did(fit, "smoothness", [m], target=target).intervals.loc[0, ["ci_low", "ci_high"]]
        theirs = other.flci[1] - other.flci[0]
        assert high - low <= theirs * (1 + 1e-7)
        assert high - low == pytest.approx(theirs, rel=5e-4)


def polyhedron(magnitudes, m, s, sign):
    """Constraints A d <= 0 on the post-period changes, as in the paper."""
    largest = sign * magnitudes.changes[s]
    post = magnitudes.changes[magnitudes.n_pre :]
    return np.vstack([post - m * largest, -post - m * largest])


def others(weights):
    """Directions of the post-period effects that leave the target as it is: (post, post - 1)."""
    return np.linalg.svd(weights[None])[2][1:].T


@pytest.mark.parametrize("target", [0, 2, (0, 3), (1, 2)])
@pytest.mark.parametrize("m", [0.5, 1.0, 2.0])
def test_corners_solve_the_linear_programme(target, m):
    """min eta such that A (b - tau) <= eta sd for some effects tau with the tested target: its value is the largest corner."""
    magnitudes = build(target)
    random = np.random.default_rng(0)
    weights = magnitudes.weights
    for s in range(4):
        for sign in (1.0, -1.0):
            corners, on_target = magnitudes._corners(m, sign * magnitudes.changes[s], s)
            a = polyhedron(magnitudes, m, s, sign)
            sd = np.sqrt(np.diag(a @ BC_COVARIANCE @ a.T))
            for _ in range(3):
                b, value = random.normal(size=8), random.normal()
                known = np.concatenate([np.zeros(4), value * weights / (weights @ weights)])
                free = a[:, 4:] @ others(weights)
                solved = linprog([1, 0, 0, 0], A_ub=-np.column_stack([sd, free]), b_ub=-(a @ (b - known)), bounds=[(None, None)] * 4)
                assert (corners @ b - value * on_target).max() == pytest.approx(solved.fun, rel=1e-6)


def build(target, estimates=BC, covariance=BC_COVARIANCE, before=4):
    study, _ = of_fit(event_study(estimates, covariance, before))
    a, b = (target, target) if isinstance(target, int) else target
    weights = np.zeros(len(estimates) - before)
    weights[a : b + 1] = 1 / (b - a + 1)
    return honest_magnitudes.Magnitudes(study, weights, 0.95, seed=0)


@pytest.mark.parametrize("target", [0, (0, 3)])
def test_conditional_test_is_that_of_moderndid(target):
    """Same decision at every value, change and sign, given the same first-step critical value."""
    magnitudes, m = build(target), 0.7
    weights = magnitudes.weights
    decisions = 0
    tests = magnitudes._tests(m)
    for i, (corners, on_target, omega, critical) in enumerate(tests):
        a = polyhedron(magnitudes, m, i // 2, (1.0, -1.0)[i % 2])
        free = a[:, 4:] @ others(weights)
        for value in np.linspace(0.0, 0.45, 7):
            y = a @ (np.array(BC) - np.concatenate([np.zeros(4), value * weights / (weights @ weights)]))
            other = lp_conditional_test(y, free, a @ BC_COVARIANCE @ a.T, 0.05, "LF", {"hybrid_kappa": 0.005, "lf_cv": critical})
            ours = magnitudes._rejects((corners @ np.array(BC) - value * on_target)[None], omega, critical)[0]
            assert ours == other["reject"], (i, value)
            decisions += ours
    assert 7 < decisions < 49


def test_coverage_at_a_corner_of_the_set():
    """Difference in trends at its bound: the interval holds the truth in 95 % of samples or a little more."""
    random, covariance = np.random.default_rng(3), 0.01 * (0.5 * np.eye(4) + 0.5)
    truth = np.array([0.6, 0.3, 0.3, 0.6])  # changes of -0.3 before, of 0.3 after; effects are zero
    held = 0
    for _ in range(400):
        magnitudes = build(0, random.multivariate_normal(truth, covariance), covariance, 2)
        held += magnitudes.takes_in_zero(1.0)
    assert 0.93 < held / 400 <= 1.0


def test_one_period_on_either_side():
    result = inference.honest_did(event_study([0.1, 1.0], 0.01 * np.eye(2), 1), m=(0.0, 1.0, 2.0))
    wide = result.intervals["ci_high"] - result.intervals["ci_low"]
    assert wide.is_monotonic_increasing and 3 < result.breakdown < 10


def test_a_breakdown_of_zero_and_two_runs():
    weak = event_study([0.0, 0.1, 0.05], 0.01 * np.eye(3), 2)
    for kind in ("relative_magnitudes", "smoothness"):
        assert inference.honest_did(weak, kind).breakdown == 0
    fit = models.did.fit(world(), **COLUMNS, aggregate="event", window=(-4, 3))
    one, two = (inference.honest_did(fit, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one.intervals, two.intervals)
    assert one.breakdown == two.breakdown and one.seed == 3


@pytest.mark.parametrize(
    ("options", "arguments", "error", "message"),
    [
        ({"base": "varying"}, {}, inference.InferenceError, "not relative to e = -1 but to varying periods; use .* base='universal'"),
        ({"estimator": "imputation", "window": (-2, 2)}, {}, inference.InferenceError, "not relative to e = -1 but to earlier periods"),
        ({"aggregate": "simple"}, {}, inference.InferenceError, "aggregate='event'"),
        ({"aggregate": "cell"}, {}, inference.InferenceError, "it takes aggregate='event', one coefficient per event time"),
        ({"window": (0, 3)}, {}, inference.NotIdentified, "no term with event time below -1"),
        ({"window": (-5, -1)}, {}, inference.NotIdentified, "no term with event time 0 or later"),
        ({}, {"kind": "linear"}, inference.InferenceError, "no kind 'linear'; there is relative_magnitudes, smoothness"),
        ({}, {"m": [-1.0]}, inference.InferenceError, "must be finite numbers of 0 or more"),
        ({}, {"m": []}, inference.InferenceError, "must be finite numbers of 0 or more"),
        ({}, {"target": 20}, inference.InferenceError, r"target \(20, 20\) must lie in the event times 0..6"),
        ({}, {"target": (2, 1)}, inference.InferenceError, r"target \(2, 1\) must lie"),
        ({}, {"level": 95}, inference.InferenceError, "level 95 must be between 0.5 and 1"),
        ({"cluster": "four"}, {"kind": "smoothness"}, inference.NotIdentified, "is singular: it takes more clusters than terms; narrow the window"),
    ],
)
def test_what_can_not_be_bounded_is_refused(options, arguments, error, message):
    data = world(40)
    fit = models.did.fit(data.assign(four=data["bank"] // 2), **COLUMNS, **{"aggregate": "event", **options})
    with pytest.raises(error, match=message):
        inference.honest_did(fit, **arguments)


def test_missing_event_times_are_named():
    fit = models.did.fit(world(), **COLUMNS, aggregate="event")
    data = world()
    hole = models.did.fit(data[~((data["g"] > 0) & (data["t"] - data["g"] == -3))], **COLUMNS, control="never", aggregate="event")
    assert "e=-3" in fit.terms and "e=-3" not in hole.terms
    with pytest.raises(inference.NotIdentified, match="event times -3 are missing between the terms"):
        inference.honest_did(hole)
