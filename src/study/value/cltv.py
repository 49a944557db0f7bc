"""The report's customer lifetime value from four averages."""

import warnings

import numpy as np

from study.refusals import numbers, plain, same_labels


class LifetimeMismatch(UserWarning):
    """The lifetime is not the one that the retention rate implies."""


def cltv(revenue, cost, retention, lifetime) -> float | np.ndarray:
    """Customer lifetime value, the literal formula of the report (section 2(三)).

    CLTV = (m_r - m_c) r L

    With L = 1/(1 - r) it is the undiscounted future margin, sum over t >= 1 of (m_r - m_c) r^t. It is then
    1 + i/(1 - r) times the value discounted at i, (m_r - m_c) r / (1 + i - r). With any other L it mixes
    the retention of one period with a lifetime of another, and a warning says so.

    Parameters
    ----------
    revenue, cost : money per customer and period (any currency, any period: the same for both)
    retention : share of customers who stay to the next period, from 0 to below 1
    lifetime : average number of periods that a customer stays, above 0, in the same periods

    Returns
    -------
    Money per customer over the lifetime, not discounted: a float for numbers, else an array by the
    rules of numpy broadcasting

    Warns
    -----
    LifetimeMismatch where the lifetime differs from 1/(1 - retention) by more than 1 %: how many.

    Raises
    ------
    BadValue for missing, infinite or out-of-range values, and for Series with different labels.
    """
    same_labels(revenue=revenue, cost=cost, retention=retention, lifetime=lifetime)
    margin = numbers("revenue", revenue) - numbers("cost", cost)
    r = numbers("retention", retention, 0, 1, strict="high")
    periods = numbers("lifetime", lifetime, 0, strict="low")
    implied = 1 / (1 - r)
    differs = np.abs(periods / implied - 1) > 0.01
    if differs.any():
        count = f"{differs.sum()} of {differs.size}"
        example = f"lifetime {np.broadcast_to(periods, differs.shape)[differs].flat[0]:g}"
        expected = f"{np.broadcast_to(implied, differs.shape)[differs].flat[0]:.4g}"
        warnings.warn(
            f"{count}: {example} where the retention implies 1/(1 - r) = {expected}; CLTV is then no expected margin of any horizon",
            LifetimeMismatch,
            stacklevel=2,
        )
    return plain(margin * r * periods)
