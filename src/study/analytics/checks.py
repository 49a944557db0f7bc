"""What every function on tables refuses: columns that are not there, values that are missing or out of range."""

from numbers import Integral, Real

import numpy as np
import pandas as pd

from .errors import BadValue, MissingColumn, TooFew


def named(table: pd.DataFrame, *columns: str) -> None:
    """Refuse a table without rows or without one of the columns."""
    absent = [column for column in columns if column not in table.columns]
    if absent:
        found = ", ".join(map(str, table.columns[:12]))
        raise MissingColumn(f"no column {', '.join(map(repr, absent))}; found {found}. Rename the columns or name them in the call")
    if not len(table):
        raise TooFew("the table has no rows")


def complete(table: pd.DataFrame, *columns: str) -> None:
    """Refuse missing values in columns that identify rows."""
    for column in columns:
        missing = int(table[column].isna().sum())
        if missing:
            raise BadValue(f"{column}: {missing} of {len(table)} values are missing; drop or fill these rows first")


def finite(table: pd.DataFrame, column: str, low: float = -np.inf) -> np.ndarray:
    """A column as floats, none of them missing, infinite or below `low`."""
    try:
        values = table[column].to_numpy(dtype=float)
    except (TypeError, ValueError):
        raise BadValue(f"{column} must hold numbers; found {table[column].dtype}") from None
    missing = int((~np.isfinite(values)).sum())
    if missing:
        raise BadValue(f"{column}: {missing} of {len(values)} values are missing or infinite; drop or fill these rows first")
    below = values < low
    if below.any():
        raise BadValue(f"{column}: {below.sum()} of {len(values)} values are below {low:g}, the first {values[below][0]:g}")
    return values


def periods(table: pd.DataFrame, column: str) -> np.ndarray:
    """Whole periods from 0 on: days of a calendar are counted from the earliest."""
    if pd.api.types.is_datetime64_any_dtype(table[column]):
        complete(table, column)
        days = table[column].dt.normalize()
        return ((days - days.min()) / pd.Timedelta(days=1)).to_numpy().astype(int)
    values = finite(table, column, 0)
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
