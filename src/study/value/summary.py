"""From transactions to the histories that the models of customers need."""

from datetime import date

import numpy as np
import pandas as pd

from .histories import same_length, whole
from .inputs import ValueInputError, numbers


def summary(customer, time, amount=None, *, end=None, unit: float = 1.0) -> pd.DataFrame:
    """Frequency, recency and age of each customer up to `end`.

    Transactions of one customer at one time (one day, if dates are given) are one occasion, their amounts added.

    Parameters
    ----------
    customer : labels, array (n,), one per transaction
    time : numbers, or dates (then whole days count), array (n,)
    amount : money, array (n,), or None
    end : end of observation, in the kind of `time`; the last transaction if not given; later transactions are left out
    unit : length of a unit of age in units of time: 7 for weeks when time is in days

    Returns
    -------
    One row per customer with a transaction by `end`, sorted: frequency (occasions after the first), recency (first
    to last), age (first to `end`), and with amounts monetary (mean of the occasions after the first; missing without)

    Raises
    ------
    ValueInputError for missing customers, times or amounts, a unit that is not above 0, no transaction by `end`.
    """
    occasions, last = _occasions(customer, time, amount, end, unit)
    return _histories(occasions[occasions["time"] <= last], last, unit)


def calibration_holdout(customer, time, amount=None, *, split, end=None, unit: float = 1.0) -> pd.DataFrame:
    """Histories up to `split`, and what the same customers did from then to `end`.

    Parameters
    ----------
    split : end of calibration; transactions at `split` are in it
    customer, time, amount, end, unit : see `value.summary`

    Returns
    -------
    The columns of `value.summary` at `split`, and holdout_frequency (occasions after it), holdout_length and, with
    amounts, holdout_monetary (mean of those occasions, missing without). Customers new after `split` are not in it.

    Raises
    ------
    ValueInputError as `value.summary`, and if `split` is not before `end`.
    """
    occasions, last = _occasions(customer, time, amount, end, unit)
    cut = moment(split)
    if cut >= last:
        raise ValueInputError(f"split {cut:g} is not before the end {last:g}: nothing is held out")
    table = _histories(occasions[occasions["time"] <= cut], cut, unit)
    later = occasions[(occasions["time"] > cut) & (occasions["time"] <= last)]
    counted = later.groupby("customer").size().reindex(table.index).fillna(0)
    table = table.assign(holdout_frequency=counted.astype(float), holdout_length=(last - cut) / unit)
    if amount is None:
        return table
    return table.assign(holdout_monetary=later.groupby("customer")["amount"].mean().reindex(table.index))


def summary_by_period(customer, period, *, last: int, holdout_to: int | None = None) -> pd.DataFrame:
    """Histories in numbered opportunities, for the BG/BB model.

    Parameters
    ----------
    customer : labels, array (n,), one per transaction
    period : number of the opportunity, whole numbers, array (n,); several transactions at one count once
    last : number of the last opportunity of the sample
    holdout_to : number of the last opportunity held out, above `last`; None for none

    Returns
    -------
    One row per customer with a transaction by `last`, sorted: frequency (opportunities with a transaction after the
    first), recency (opportunities from the first to the last of them), periods (opportunities from the first to
    `last`); and with `holdout_to` holdout_frequency (of the opportunities after `last`) and holdout_periods

    Raises
    ------
    ValueInputError as `value.summary`, for opportunities that are no whole numbers, nothing held out.
    """
    number, final = whole("period", period), float(whole("last", [last])[0])
    occasions, _ = _occasions(customer, number, None, None, 1.0)
    table = _histories(occasions[occasions["time"] <= final], final, 1.0).rename(columns={"age": "periods"})
    if holdout_to is None:
        return table
    end = float(whole("holdout_to", [holdout_to])[0])
    if end <= final:
        raise ValueInputError(f"holdout_to {end:g} is not above the last opportunity {final:g}: nothing is held out")
    later = occasions[(occasions["time"] > final) & (occasions["time"] <= end)]
    counted = later.groupby("customer").size().reindex(table.index).fillna(0).astype(float)
    return table.assign(holdout_frequency=counted, holdout_periods=end - final)


def _occasions(customer, time, amount, end, unit) -> tuple[pd.DataFrame, float]:
    """One row per customer and time, and the end of observation as a number."""
    numbers("unit", unit, 0, strict="low")
    who, when = pd.Series(customer).reset_index(drop=True), numbered(time)
    columns = {"customer": who, "time": when}
    if who.isna().any():
        raise ValueInputError(f"customer: {who.isna().sum()} of {who.size} transactions have no customer; drop them or find out whose they are")
    if amount is not None:
        columns["amount"] = numbers("amount", amount)
    same_length(**{name: np.asarray(column) for name, column in columns.items()})
    table = pd.DataFrame(columns)
    keys = table.groupby(["customer", "time"], sort=True, as_index=False)
    occasions = keys.sum() if amount is not None else table.drop_duplicates().sort_values(["customer", "time"])
    return occasions, float(when.max()) if end is None else moment(end)


def numbered(time) -> np.ndarray:
    """Times as numbers; dates as whole days since 1970."""
    array = pd.Series(time).to_numpy()
    if np.issubdtype(array.dtype, np.datetime64):
        if np.isnat(array).any():
            raise ValueInputError(f"time: {np.isnat(array).sum()} of {array.size} dates are missing")
        return array.astype("datetime64[D]").astype(float)
    return numbers("time", array)


def moment(given) -> float:
    return float(numbered([pd.Timestamp(given) if isinstance(given, (str, date)) else given])[0])


def _histories(occasions: pd.DataFrame, end: float, unit: float) -> pd.DataFrame:
    if not len(occasions):
        raise ValueInputError(f"no transaction is at or before {end:g}; check the unit of the end")
    grouped = occasions.groupby("customer", sort=True)["time"]
    first, last = grouped.min(), grouped.max()
    columns = {"frequency": grouped.size() - 1.0, "recency": (last - first) / unit, "age": (end - first) / unit}
    table = pd.DataFrame(columns)
    if "amount" not in occasions:
        return table
    repeats = occasions[occasions["time"] > occasions["customer"].map(first)]
    return table.assign(monetary=repeats.groupby("customer")["amount"].mean().reindex(table.index))
