"""Customer lifetime value from a hazard of leaving by age, for a customer who is still there at some age."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.errors import BadValue
from study.refusals import numbers, plain, same_labels

from .clv import clv_discounted
from .histories import whole


@dataclass(frozen=True)
class HazardValue:
    """Values by age now, with what their error rests on.

    value : money per customer of each age (a float for one age)
    std_error : its standard error from the covariance of the hazard, None without one
    gradient : dV/dh, shape (ages, periods of the curve); 0 before the age, since the customer has lived through it
    covariance : of the values of the ages with each other, None without one (the error of a portfolio needs it)
    """

    value: float | np.ndarray
    std_error: float | np.ndarray | None
    gradient: np.ndarray
    covariance: np.ndarray | None


def hazard_clv(margin, hazard, discount: float, age=0, covariance=None, timing: str = "end") -> HazardValue:
    """Discounted value of the remaining periods of a customer who is still there.

    V(a) = sum over t = 1..A - a of m_(a+t) S_(a+t)/S_a / (1 + i)^t,   S_(a+t)/S_a = (1 - h_(a+1))...(1 - h_(a+t))

    The error comes from the estimated hazard alone: Var V = g' C g, g = dV/dh, C the covariance of the hazard curve.

    Parameters
    ----------
    margin : m, money per customer and period: one number, or one for each period of age, shape (A,)
    hazard : h, probability of leaving in each period of age among those there at its start, shape (A,)
    discount : i per period, above -1
    age : a, periods lived through, whole numbers from 0 to A - 1: one number or array
    covariance : C, shape (A, A), of the estimated hazards (not of their logs); None for no error
    timing : "end" or "start", when a period's margin is received (see `value.clv_discounted`)

    Raises
    ------
    BadValue for an age beyond the curve, shapes or labels that do not fit, a covariance that is none, a hazard of 1 with
    a covariance. LooksCumulative warns of a hazard that rises like a share accumulated since the start.

    Notes
    -----
    Value beyond the last period of the curve is not counted: extend the curve first if it should be.
    """
    same_labels(hazard=hazard, margin=margin, covariance=covariance)
    if isinstance(covariance, pd.DataFrame):
        same_labels(covariance=covariance, columns=covariance.T)
    h = numbers("hazard", hazard, 0, 1)
    if h.ndim != 1:
        raise BadValue(f"hazard has shape {h.shape}; give one curve")
    ages = _ages(age, h.size)
    profit = np.broadcast_to(_margin(margin, h.size), h.shape)
    values, slopes = np.zeros(ages.size), np.zeros((ages.size, h.size))
    for place, now in enumerate(ages):
        values[place] = clv_discounted(profit[now:], h[now:], discount, "product", timing)
        slopes[place, now:] = _slope(profit[now:], h[now:], discount, timing)
    spread = None if covariance is None else slopes @ _covariance(covariance, h) @ slopes.T
    error = None if spread is None else np.sqrt(np.diag(spread))
    single = np.ndim(age) == 0
    one = plain(values[0]) if single else values
    return HazardValue(one, error if error is None or not single else plain(error[0]), slopes, spread)


def _ages(age, periods: int) -> np.ndarray:
    ages = whole("age", np.atleast_1d(age)).astype(int)
    beyond = ages >= periods
    if beyond.any():
        raise BadValue(
            f"age: {beyond.sum()} of {ages.size} customers are beyond the hazard curve, the first at {ages[beyond][0]} of {periods} periods"
        )
    return ages


def _margin(margin, periods: int) -> np.ndarray:
    profit = numbers("margin", margin)
    if profit.ndim and profit.shape != (periods,):
        raise BadValue(f"margin has shape {profit.shape} and the hazard {periods} periods of age; give one for each or one in all")
    return profit


def _slope(profit: np.ndarray, h: np.ndarray, discount: float, timing: str) -> np.ndarray:
    """dV/dh_j = -(sum of the discounted margins that survival of period j is needed for) / (1 - h_j)."""
    alive = np.cumprod(1 - h)
    t = np.arange(1, h.size + 1)
    if timing == "start":
        received = profit * np.concatenate([[1.0], alive[:-1]]) / (1 + discount) ** (t - 1)
        later = np.concatenate([np.cumsum(received[::-1])[::-1][1:], [0.0]])
    else:
        received = profit * alive / (1 + discount) ** t
        later = np.cumsum(received[::-1])[::-1]
    return -later / np.where(h < 1, 1 - h, np.nan)


def _covariance(covariance, h: np.ndarray) -> np.ndarray:
    matrix = numbers("covariance", covariance)
    if matrix.shape != (h.size, h.size):
        raise BadValue(f"covariance has shape {matrix.shape} and the hazard {h.size} periods")
    if (h == 1).any():
        raise BadValue(f"hazard: {(h == 1).sum()} of {h.size} values are 1: an estimate on the boundary has no error by this formula")
    size = np.abs(matrix).max()
    if np.abs(matrix - matrix.T).max() > 1e-8 * size or np.linalg.eigvalsh(matrix)[0] < -1e-8 * size:
        raise BadValue("covariance is not symmetric with variances of at least zero; give the covariance of the hazards")
    return matrix
