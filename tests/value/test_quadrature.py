"""Means over a beta distribution: moments by algebra, a known integral, and the refusal of what does not settle."""

import numpy as np
import pytest
from scipy.special import beta as beta_function

from study import value
from study.value.quadrature import _nodes, beta_mean


@pytest.mark.parametrize(("a", "b"), [(0.05, 0.3), (0.5, 0.5), (1, 1), (0.8, 2.4), (7, 0.2), (3, 4000), (250, 90)])
def test_moments_are_those_of_the_distribution(a, b):
    # E[p^k] = B(a + k, b)/B(a, b): a rule of 12 nodes is exact to degree 23
    nodes, weights = _nodes(a, b, 12)
    assert weights.sum() == pytest.approx(1)
    for k in range(1, 24):
        moment = np.prod((a + np.arange(k)) / (a + b + np.arange(k)))
        assert weights @ nodes**k == pytest.approx(moment, rel=1e-9)


def test_a_mean_with_a_pole_outside():
    # E[1/(d + p)] of the uniform: log((1 + d)/d)
    for d in (1.0, 0.05, 0.002):
        assert beta_mean(lambda p, which, d=d: (1 / (d + p))[None], 1, 1)[0] == pytest.approx(np.log((1 + d) / d), rel=1e-10)


def test_rows_are_each_their_own():
    # E[(1 - p)^k] = B(a, b + k)/B(a, b), 5,000 rows
    k = np.arange(5000) % 50
    made = beta_mean(lambda p, which: (1 - p)[None] ** k[which, None], 0.7, 3.1, 5000)
    assert made == pytest.approx(beta_function(0.7, 3.1 + k) / beta_function(0.7, 3.1), rel=1e-10)


def test_what_does_not_settle_is_refused():
    with pytest.raises(value.NotConverged, match=r"the mean over beta\(1, 1\) does not settle for 1 of 1 customers with 640 nodes"):
        beta_mean(lambda p, which: (1 / (1e-9 + p))[None], 1, 1)
