"""From transactions to the histories that the models of customers need."""

import numpy as np
import pandas as pd

from study.errors import BadValue
from study.refusals import as_pandas, is_time, numbers, same_labels
from study.times import DAYS, kind, numbered

from .histories import same_length, whole


def summary(customer, time, amount=None, *, end=None, unit: float = 1.0) -> pd.DataFrame:
    """Frequency, recency and age of each customer up to `end`.

    Transactions of one customer at one time (one day, if dates are given) are one occasion, their amounts added.

    Parameters
    ----------
    customer : labels, array (n,), one per transaction
    time : numbers, dates (then days of the calendar count, in the zone of the times if they have one) or periods (then their
        number counts), array (n,); Series are matched by position and must have the same labels
    amount : money, array (n,), or None
    end : end of observation, in the kind of `time`; the last transaction if not given; later transactions are left out
    unit : length of a unit of age in units of time: 7 for weeks when time is in days

    Returns
    -------
    One row per customer with a transaction by `end`, sorted: frequency (occasions after the first), recency (first
    to last), age (first to `end`), and with amounts monetary (mean of the occasions after the first; missing without)

    Raises
    ------
    BadValue for missing customers, times or amounts, different labels, an end of another kind than the times, a unit
    that is not above 0, no transaction by `end`.
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
    BadValue as `value.summary`, and if `split` is not before `end`.
    """
    occasions, last = _occasions(customer, time, amount, end, unit)
    cut = moment("split", split, time)
    if cut >= last:
        raise BadValue(f"split {cut:g} is not before the end {last:g}: nothing is held out")
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
    BadValue as `value.summary`, for opportunities that are no whole numbers, nothing held out.
    """
    same_labels(customer=customer, period=period)
    number, final = whole("period", period), float(whole("last", [last])[0])
    occasions, _ = _occasions(customer, number, None, None, 1.0)
    table = _histories(occasions[occasions["time"] <= final], final, 1.0).rename(columns={"age": "periods"})
    if holdout_to is None:
        return table
    end = float(whole("holdout_to", [holdout_to])[0])
    if end <= final:
        raise BadValue(f"holdout_to {end:g} is not above the last opportunity {final:g}: nothing is held out")
    later = occasions[(occasions["time"] > final) & (occasions["time"] <= end)]
    counted = later.groupby("customer").size().reindex(table.index).fillna(0).astype(float)
    return table.assign(holdout_frequency=counted, holdout_periods=end - final)


def _occasions(customer, time, amount, end, unit) -> tuple[pd.DataFrame, float]:
    """One row per customer and time, and the end of observation as a number."""
    numbers("unit", unit, 0, strict="low")
    same_labels(customer=customer, time=time, amount=amount)
    who, when = labels("customer", customer), numbered("time", time)
    columns = {"customer": who, "time": when}
    if amount is not None:
        columns["amount"] = numbers("amount", amount)
    same_length(**{name: np.asarray(column) for name, column in columns.items()})
    table = pd.DataFrame(columns)
    keys = table.groupby(["customer", "time"], sort=True, as_index=False, observed=True)
    occasions = keys.sum() if amount is not None else table.drop_duplicates().sort_values(["customer", "time"])
    return occasions, float(when.max()) if end is None else moment("end", end, time)


def labels(name: str, given) -> pd.Series:
    """Labels of customers, numbered from 0 on, none missing."""
    given = as_pandas(given)
    if np.ndim(given) != 1:
        raise BadValue(f"{name} has shape {np.shape(given)}; give one label of each transaction")
    who = pd.Series(given).reset_index(drop=True)
    if who.isna().any():
        raise BadValue(f"{name}: {who.isna().sum()} of {who.size} transactions have no {name}; drop them or find out whose they are")
    if isinstance(who.dtype, pd.CategoricalDtype):
        who = who.astype(who.cat.categories.dtype)
    return who


def moment(name: str, given, time) -> float:
    """One moment as the number that `numbered` gives it, of the kind of `time`; a text is a date.

    Raises
    ------
    BadValue if it is a number among dates, a date among numbers, a period of another length, or no date.
    """
    wanted = kind(time)
    if isinstance(given, str):
        try:
            given = pd.Period(given, wanted.split()[-1]) if wanted not in (DAYS, "numbers") else pd.Timestamp(given)
        except ValueError:
            raise BadValue(f"{name} is '{given}', which is no date; give one like 2024-03-31") from None
    if isinstance(given, np.ndarray) and given.ndim == 0:
        given = given.item() if given.dtype.kind != "M" else pd.Timestamp(given)
    found = kind([given]) if given is None or is_time(given) or np.ndim(given) == 0 else "several values"
    if found != wanted:
        raise BadValue(f"{name} counts in {found} and the times in {wanted}; give {name} in the kind of the times")
    return float(numbered(name, [given])[0])


def _histories(occasions: pd.DataFrame, end: float, unit: float) -> pd.DataFrame:
    if not len(occasions):
        raise BadValue(f"no transaction is at or before {end:g}; check the unit of the end")
    grouped = occasions.groupby("customer", sort=True)["time"]
    first, last = grouped.min(), grouped.max()
    columns = {"frequency": grouped.size() - 1.0, "recency": (last - first) / unit, "age": (end - first) / unit}
    table = pd.DataFrame(columns)
    if "amount" not in occasions:
        return table
    repeats = occasions[occasions["time"] > occasions["customer"].map(first)]
    return table.assign(monetary=repeats.groupby("customer")["amount"].mean().reindex(table.index))
