"""What every function on tables refuses: columns that are not there, values that are missing or out of range."""

from numbers import Integral, Real

import numpy as np
import pandas as pd

from study.value.times import NUMBERS, counted, kind, numbered

from ..errors import BadValue, MissingColumn, TooFew
from .inputs import floats, own_words


def named(table: pd.DataFrame, *columns: str) -> None:
    """Refuse what is no pandas table, a table without rows or without one of the columns, or with one of them twice."""
    if not isinstance(table, pd.DataFrame):
        raise BadValue(f"the table is a {type(table).__module__.split('.')[0]} {type(table).__name__}; give a pandas DataFrame (.to_pandas())")
    absent = [column for column in columns if column not in table.columns]
    if absent:
        found = ", ".join(map(str, table.columns[:12]))
        raise MissingColumn(f"no column {', '.join(map(repr, absent))}; found {found}. Rename the columns or name them in the call")
    twice = [column for column in columns if isinstance(table[column], pd.DataFrame)]
    if twice:
        raise BadValue(f"{table[twice[0]].shape[1]} columns have the name {twice[0]!r}; keep one")
    if not len(table):
        raise TooFew("the table has no rows")


def complete(table: pd.DataFrame, *columns: str) -> None:
    """Refuse missing values in columns that identify rows."""
    for column in columns:
        missing = int(table[column].isna().sum())
        if missing:
            raise BadValue(f"{column}: {missing} of {len(table)} values are missing; drop or fill these rows first")


def finite(table: pd.DataFrame, column: str, low: float = -np.inf) -> np.ndarray:
    """A column as floats (see `study.value.inputs.floats`), none of them missing, infinite or below `low`."""
    values = floats(column, table[column])
    missing = int((~np.isfinite(values)).sum())
    if missing:
        raise BadValue(f"{column}: {missing} of {len(values)} values are missing or infinite; drop or fill these rows first")
    below = values < low
    if below.any():
        raise BadValue(f"{column}: {below.sum()} of {len(values)} values are below {low:g}, the first {values[below][0]:g}")
    return values


def periods(table: pd.DataFrame, column: str) -> np.ndarray:
    """Whole periods from 0 on: days of the calendar (see `study.value.times`) and pandas' periods are counted from the earliest."""
    if own_words(kind, table[column]) != NUMBERS:
        values = own_words(numbered, column, table[column])
        return (values - values.min()).astype(int)
    values = finite(table, column, 0)
    broken = values != np.floor(values)
    if broken.any():
        raise BadValue(f"{column}: {broken.sum()} of {len(values)} periods are not whole numbers, the first {values[broken][0]:g}")
    return values.astype(int)


def periods_and_events(table: pd.DataFrame, time: str, event_time: str) -> tuple[np.ndarray, np.ndarray]:
    """Whole periods of `time`, and those of `event_time` from the same beginning, nan where there is none.

    Raises
    ------
    BadValue as `periods`, and if one column holds dates and the other numbers.
    """
    when, kinds = periods(table, time), [own_words(kind, table[column]) for column in (time, event_time)]
    if table[event_time].isna().all():
        return when, np.full(len(when), np.nan)
    if kinds[0] != kinds[1]:
        raise BadValue(f"{time} counts in {kinds[0]} and {event_time} in {kinds[1]}; give both in one kind")
    event = own_words(counted, event_time, table[event_time])
    return when, event if kinds[0] == NUMBERS else event - numbered(time, table[time]).min()


def whole(name: str, given, low: int = 1) -> int:
    """A whole number of at least `low`."""
    if isinstance(given, bool) or not isinstance(given, Integral) or given < low:
        raise BadValue(f"{name} must be a whole number of at least {low}; found {given!r}")
    return int(given)


def number_or_share(name: str, given) -> int | float:
    """A number (int, at least 1) or a share (float above 0, at most 1)."""
    number = isinstance(given, Integral) and not isinstance(given, bool) and given >= 1
    share = isinstance(given, Real) and not isinstance(given, Integral) and 0 < given <= 1
    if not (number or share):
        raise BadValue(f"{name} is {given!r}; give a number (1, 2, ...) or a share (above 0.0, at most 1.0)")
    return int(given) if number else float(given)
