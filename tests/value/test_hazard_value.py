"""Value from a hazard by age: by hand, against sBG, and its error against numerical derivatives and draws."""

import warnings

import numpy as np
import pytest

from study import value


@pytest.mark.filterwarnings("ignore:churn rises")  # so that the sums stay short
def test_three_ages_by_hand():
    # hazards .1, .2, .5; margin 100; i 0. New: 100 (.9 + .72 + .36) = 198; after one period: 100 (.8 + .4); after two: 50
    made = value.hazard_clv(100, [0.1, 0.2, 0.5], 0, [0, 1, 2])
    assert made.value == pytest.approx([198, 120, 50]) and made.std_error is None
    # receipts at the start: 100 (1 + .9 + .72); 100 (1 + .8); 100
    assert value.hazard_clv(100, [0.1, 0.2, 0.5], 0, [0, 1, 2], timing="start").value == pytest.approx([262, 180, 100])
    # margins by age and discount 10 %: 20 .8/1.1 + 30 .4/1.21
    assert value.hazard_clv([10, 20, 30], [0.1, 0.2, 0.5], 0.1, 1).value == pytest.approx(20 * 0.8 / 1.1 + 30 * 0.4 / 1.21)


def test_the_curve_of_sbg_gives_its_residual_lifetime():
    model = value.sbg([1000, 869, 743, 653, 593, 551, 517, 491])
    hazard = 1 - model.retention(np.arange(1, 3001))
    # DERL counts the payment at the renewal at once: one period less of discount than receipts at the end
    made = value.hazard_clv(1, hazard, 0.1, [0, 7]).value * 1.1
    assert made == pytest.approx(model.residual_lifetime(0.1, [1, 8]))


@pytest.mark.parametrize("timing", ["end", "start"])
def test_gradient_is_that_of_differences(timing):
    h, margin = np.array([0.3, 0.1, 0.05, 0.2]), np.array([5.0, 3, 8, 1])
    made = value.hazard_clv(margin, h, 0.07, 1, timing=timing)
    for j in range(4):
        step = np.eye(4)[j] * 1e-6
        slope = (
            value.hazard_clv(margin, h + step, 0.07, 1, timing=timing).value - value.hazard_clv(margin, h - step, 0.07, 1, timing=timing).value
        ) / 2e-6
        assert made.gradient[0, j] == pytest.approx(slope, abs=1e-6)


def test_error_is_the_spread_over_drawn_curves():
    h = np.array([0.3, 0.15, 0.1, 0.1])
    covariance = 1e-4 * (np.eye(4) + 0.5)
    made = value.hazard_clv(10, h, 0.05, [0, 2], covariance)
    drawn = np.random.default_rng(1).multivariate_normal(h, covariance, 1500)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", value.LooksCumulative)
        spread = np.array([value.hazard_clv(10, curve, 0.05, [0, 2]).value for curve in drawn]).T
    assert made.std_error == pytest.approx(spread.std(axis=1), rel=0.08)
    # a customer of each age: the errors go together
    assert np.sqrt(made.covariance.sum()) == pytest.approx(spread.sum(axis=0).std(), rel=0.08)
    one = value.hazard_clv(10, h, 0.05, 2, covariance)
    assert one.std_error == pytest.approx(made.std_error[1]) and isinstance(one.value, float)


H = [0.3, 0.1, 0.05]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: value.hazard_clv(1, H, 0.05, [0, 3, 5]), "age: 2 of 3 customers are beyond the hazard curve, the first at 3 of 3 periods"),
        (lambda: value.hazard_clv(1, H, 0.05, -1), "age: 1 of 1 values are not at least 0"),
        (lambda: value.hazard_clv([1, 2], H, 0.05), r"margin has shape \(2,\) and the hazard 3 periods"),
        (lambda: value.hazard_clv(1, [0.3, 1.2], 0.05), "hazard: 1 of 2 values are not at least 0 and at most 1"),
        (lambda: value.hazard_clv(1, [H], 0.05), r"hazard has shape \(1, 3\); give one curve"),
        (lambda: value.hazard_clv(1, H, 0.05, covariance=np.eye(2)), r"covariance has shape \(2, 2\) and the hazard 3 periods"),
        (lambda: value.hazard_clv(1, H, 0.05, covariance=-np.eye(3)), "covariance is not symmetric with variances of at least zero"),
        (lambda: value.hazard_clv(1, [0.3, 1.0], 0.05, covariance=np.eye(2)), "hazard: 1 of 2 values are 1: an estimate on the boundary"),
    ],
)
def test_wrong_curves_are_refused(call, message):
    with pytest.raises(value.ValueInputError, match=message):
        call()


def test_accumulated_churn_in_place_of_a_hazard_is_warned_of():
    accumulated = 1 - 0.88 ** np.arange(1, 11)
    with pytest.warns(value.LooksCumulative, match="churn rises in every one of 10 periods for 1 of 1 customers, from 0.12 to 0.721"):
        value.hazard_clv(1, accumulated, 0.05)
