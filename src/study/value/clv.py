"""Discounted customer lifetime value: the candidate forms of a formula of which only symbols survive."""

import warnings

import numpy as np
import pandas as pd

from study.errors import BadValue
from study.refusals import numbers, plain, same_labels

FORMS = ("product", "period", "power")


class LooksCumulative(UserWarning):
    """Churn that rises from period to period as churn accumulated since the start does."""


def survival_curve(churn, form: str = "product") -> np.ndarray:
    """Probability that a customer is still there at the end of each period.

    product: S_t = (1 - R_1)(1 - R_2)...(1 - R_t), with R_t the churn among those still there
    period:  S_t = 1 - R_t, right only where R_t is the churn accumulated since the start
    power:   S_t = (1 - R_t)^t, the product when R does not change

    Parameters
    ----------
    churn : R_t, from 0 to 1, shape (T,) or (customers, T)
    form : product, period or power

    Returns
    -------
    array of the shape of `churn`

    Raises
    ------
    BadValue for an unknown form, missing or out-of-range values.

    Warns
    -----
    LooksCumulative if a product is asked for and churn rises in every period to at least twice the first.
    """
    rates = numbers("churn", churn, 0, 1)
    stay = 1 - rates
    if form == "product":
        _warn_if_cumulative(np.atleast_1d(rates))
    if form == "product":
        return np.cumprod(stay, axis=-1)
    if form == "period":
        return stay
    if form == "power":
        return stay ** np.arange(1, stay.shape[-1] + 1)
    raise BadValue(f"survival '{form}' is not known; choose one of {', '.join(FORMS)}")


def clv_discounted(margin, churn, discount: float, survival: str = "product", timing: str = "end") -> float | np.ndarray:
    """Discounted customer lifetime value over T periods.

    CLV = sum over t = 1..T of P_t S_t / (1 + i)^t            receipts at the end of each period
    CLV = sum over t = 1..T of P_t S_(t-1) / (1 + i)^(t-1)    at the start; S_0 = 1

    The report's formula is lost; P_t, R_t and i survive. None of the three forms of S is called the report's.

    Parameters
    ----------
    margin : P_t, money per customer and period, shape (T,) or (customers, T)
    churn : R_t, from 0 to 1: one number for all periods, or the shape of `margin`
    discount : i per period (of the same length), above -1
    survival : form of S_t (see `value.survival_curve`)
    timing : "end" or "start", when a period's margin is received

    Returns
    -------
    Money per customer, at the start of period 1: a float, or an array over customers

    Raises
    ------
    BadValue for an unknown form or timing, a shape or labels that do not fit, missing or out-of-range values.
    """
    _same_periods(margin, churn)
    profit = np.atleast_1d(numbers("margin", margin))
    rates = np.atleast_1d(numbers("churn", churn, 0, 1))
    if rates.size > 1 and rates.shape[-1] != profit.shape[-1]:
        raise BadValue(f"churn has {rates.shape[-1]} periods and margin {profit.shape[-1]}; give one for each or one in all")
    rate = numbers("discount", discount, -1, strict="low")
    alive = survival_curve(np.broadcast_to(rates, np.broadcast_shapes(rates.shape, profit.shape)), survival)
    periods = np.arange(1, profit.shape[-1] + 1)
    if timing == "start":
        alive = np.concatenate([np.ones((*alive.shape[:-1], 1)), alive[..., :-1]], axis=-1)
        periods = periods - 1
    elif timing != "end":
        raise BadValue(f"timing '{timing}' is not known; choose end or start")
    return plain((profit * alive / (1 + rate) ** periods).sum(axis=-1))


def _same_periods(margin, churn) -> None:
    """Refuse labels of periods, or of customers, that differ."""
    periods = {name: given.T if isinstance(given, pd.DataFrame) else given for name, given in (("margin", margin), ("churn", churn))}
    same_labels(**periods)
    if all(isinstance(given, pd.DataFrame) for given in (margin, churn)):
        same_labels(margin=margin, churn=churn)


def candidate_forms(margin, churn, discount: float, timing: str = "end") -> pd.DataFrame:
    """Discounted value in the three forms side by side, and how far they lie apart.

    The report's formula is lost: no column is called the report's. The product is the expected margin where R_t is
    the churn among those still there; the period form is, where R_t is churn accumulated since the start; the power
    is the product where R does not change.

    Parameters
    ----------
    margin, churn, discount, timing : see `value.clv_discounted`

    Returns
    -------
    One row per customer (one row for one): product, period, power (money), period_to_product, power_to_product

    Raises
    ------
    BadValue as `value.clv_discounted`; a product of zero has no ratio and gives a missing one.
    """
    forms = {form: np.atleast_1d(clv_discounted(margin, churn, discount, form, timing)) for form in FORMS}
    table = pd.DataFrame(forms)
    base = table["product"].where(table["product"] != 0)
    return table.assign(period_to_product=table["period"] / base, power_to_product=table["power"] / base)


def _warn_if_cumulative(rates: np.ndarray) -> None:
    if rates.shape[-1] < 3:
        return
    rows = rates.reshape(-1, rates.shape[-1])
    rising = (np.diff(rows, axis=1) > 0).all(axis=1) & (rows[:, -1] >= 2 * rows[:, 0])
    if rising.any():
        first, last = rows[rising][0][[0, -1]]
        warnings.warn(
            f"churn rises in every one of {rows.shape[1]} periods for {rising.sum()} of {len(rows)} customers, from {first:.3g} to "
            f"{last:.3g}, as churn accumulated since the start does; the product needs the churn among those still there "
            "(1 - S_t/S_(t-1)), the period form the accumulated one",
            LooksCumulative,
            stacklevel=4,
        )
