"""sBG against the paper's two segments, the residual lifetimes of the second paper, and sums worked directly."""

import numpy as np
import pytest
from answers import check
from scipy.special import betaln

from study import value

HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]


@pytest.fixture(scope="module")
def high():
    return value.sbg(HIGH_END)


@pytest.fixture(scope="module")
def regular():
    return value.sbg(REGULAR)


def test_estimates_are_the_published_ones(high, regular):
    check("value.sbg.high_end.alpha", high.params["alpha"])
    check("value.sbg.high_end.beta", high.params["beta"])
    check("value.sbg.regular.alpha", regular.params["alpha"])
    check("value.sbg.regular.beta", regular.params["beta"])
    check("value.sbg.high_end.loglik", high.loglik)


def test_residual_lifetimes_are_the_published_ones(high):
    one = high.at(np.array([3.80, 15.20])).residual_lifetime(0.10, [1, 2, 3, 4, 5])
    check("value.sbg.derl.one.1", one[0])
    check("value.sbg.derl.one.2", one[1])
    check("value.sbg.derl.one.3", one[2])
    check("value.sbg.derl.one.4", one[3])
    check("value.sbg.derl.one.5", one[4])
    two = high.at(np.array([1 / 15, 4 / 15])).residual_lifetime(0.10, [1, 2, 3, 4, 5])
    check("value.sbg.derl.two.1", two[0])
    check("value.sbg.derl.two.2", two[1])
    check("value.sbg.derl.two.3", two[2])
    check("value.sbg.derl.two.4", two[3])
    check("value.sbg.derl.two.5", two[4])
    check("value.sbg.derl.high_end", high.residual_lifetime(0.10, 8)[0])


def test_lifetimes_are_the_discounted_sums_of_survival(high):
    t = np.arange(0, 4000)
    survival = high.survival(t)
    assert high.clv(50, 0.1) == pytest.approx(50 * (survival / 1.1**t).sum())
    for n in (1, 4):
        assert high.residual_lifetime(0.1, n)[0] == pytest.approx((survival[n:] / survival[n - 1] / 1.1 ** (t[n:] - n)).sum())


def test_retention_is_the_ratio_of_survivals_and_rises(high):
    t = np.arange(1, 13)
    assert high.retention(t) == pytest.approx(high.survival(t) / high.survival(t - 1))
    assert (np.diff(high.retention(t)) > 0).all()
    # the recursion of the paper: r_1 = beta/(alpha + beta)
    assert high.retention(1)[0] == pytest.approx(high.params["beta"] / (high.params["alpha"] + high.params["beta"]))
    assert high.predict(5, 7)[0] == pytest.approx(np.prod(high.retention(np.arange(8, 13))))


def test_likelihood_is_that_of_the_recursion(regular):
    # P(1) = a/(a + b), P(t) = (b + t - 2)/(a + b + t - 1) P(t - 1), S(K) = 1 - sum P
    a, b = regular.estimates
    chances = [a / (a + b)]
    for t in range(2, 8):
        chances.append(chances[-1] * (b + t - 2) / (a + b + t - 1))
    assert regular.loglik == pytest.approx(-np.diff(REGULAR) @ np.log(chances) + REGULAR[-1] * np.log(1 - sum(chances)))


def test_standard_errors_are_those_of_the_curvature(high):
    def loglik(a, b):
        return _loglik((a, b), HIGH_END)

    a, b = high.estimates
    h = 1e-4
    second = np.array(
        [
            [
                loglik(a + h, b) - 2 * loglik(a, b) + loglik(a - h, b),
                (loglik(a + h, b + h) - loglik(a + h, b - h) - loglik(a - h, b + h) + loglik(a - h, b - h)) / 4,
            ],
            [0, loglik(a, b + h) - 2 * loglik(a, b) + loglik(a, b - h)],
        ]
    )
    second[1, 0] = second[0, 1]
    assert high.covariance == pytest.approx(np.linalg.inv(-second / h**2), rel=1e-3)


def test_cohorts_of_different_lengths_are_pooled():
    # the same cohort seen for 7 and for 3 periods: likelihoods add
    both = value.sbg([HIGH_END, HIGH_END[:4]])
    assert both.n_customers == 2000
    short = value.sbg(HIGH_END[:4])
    assert both.loglik < value.sbg(HIGH_END).loglik + short.loglik
    assert both.loglik == pytest.approx(sum(_loglik(both.estimates, cohort) for cohort in (HIGH_END, HIGH_END[:4])))


def _loglik(theta, cohort):
    (a, b), t, k = theta, np.arange(1, len(cohort)), len(cohort) - 1
    return -np.diff(cohort) @ (betaln(a + 1, b + t - 1) - betaln(a, b)) + cohort[-1] * (betaln(a, b + k) - betaln(a, b))


@pytest.mark.parametrize(
    ("active", "message"),
    [
        ([100.0, 86.9, 74.3], "2 of 3 values are not whole numbers, the first 86.9; give numbers of customers, not shares"),
        ([1.0, 0.8, 0.7], "2 of 3 values are not whole numbers"),
        ([100, 90, 95, 80], "rises in 1 of 3 periods, the first in period 2 from 90 to 95"),
        ([100, 100, 100], "nobody of 100 customers left"),
        ([100, 80], "one renewal is seen"),
        ([100], "has 1 periods and starts with 100"),
        ([100, -5, 3], "active_by_period: 1 of 3 values are not at least 0"),
    ],
)
def test_wrong_series_are_refused(active, message):
    with pytest.raises(value.ValueInputError, match=message):
        value.sbg(active)


def test_a_constant_rate_of_leaving_has_no_maximum():
    # exactly a tenth leaves each time: no spread, alpha and beta go to infinity; where the rounding of the machine ends
    # the climb, on the flat or beyond the range, is no matter
    ends = "(the likelihood is flat at alpha|it still rises with alpha towards infinity and beta towards infinity)"
    with pytest.raises(value.NotConverged, match=f"sBG: no maximum of the likelihood of 1000 customers .*{ends}"):
        value.sbg([1000, 900, 810, 729])


def test_horizons(high):
    with pytest.raises(value.ValueInputError, match="horizon: 1 of 1 values are not above 0"):
        high.predict(0)
    with pytest.warns(value.HorizonUnits, match="horizon 84 is 12.0 times the longest number of periods 7"):
        high.predict(84)
