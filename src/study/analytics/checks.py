"""What functions on tables of rows refuse: no rows, rows without a name or a period, odd capacities."""

from numbers import Integral, Real

import numpy as np
import pandas as pd

from .errors import BadValue, TooFew
from .inputs import numbers, require


def named(table: pd.DataFrame, *columns: str) -> None:
    """Refuse a table without one of the columns or without rows."""
    require(table, columns)
    if not len(table):
        raise TooFew("the table has no rows")


def complete(table: pd.DataFrame, *columns: str) -> None:
    """Refuse missing values in columns that identify rows."""
    for column in columns:
        missing = int(table[column].isna().sum())
        if missing:
            raise BadValue(f"{column}: {missing} of {len(table)} values are missing; drop or fill these rows first")


def periods(table: pd.DataFrame, column: str) -> np.ndarray:
    """Whole periods from 0 on: days of a calendar are counted from the earliest."""
    if pd.api.types.is_datetime64_any_dtype(table[column]):
        complete(table, column)
        days = table[column].dt.normalize()
        return ((days - days.min()) / pd.Timedelta(days=1)).to_numpy().astype(int)
    values = numbers(column, table[column], 0)
    broken = values != np.floor(values)
    if broken.any():
        raise BadValue(f"{column}: {broken.sum()} of {len(values)} periods are not whole numbers, the first {values[broken][0]:g}")
    return values.astype(int)


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
