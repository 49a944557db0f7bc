"""Categories as texts that do not depend on how the column is stored, and labels for what is no category."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real

import numpy as np
import pandas as pd

from study.refusals import as_pandas


def texts(column) -> pd.Series:
    """The text of each category, None where it is missing: 1, 1.0 and Decimal(1) are "1", midnight of a day is the day.

    A column of whole numbers becomes one of floats as soon as a value is missing, and Decimals or objects in other files;
    the category stays the same.
    """
    column = pd.Series(as_pandas(column))
    if isinstance(column.dtype, pd.StringDtype):
        return column.astype(object).where(column.notna(), None)
    code, kinds = pd.factorize(column if column.dtype != object else _apart(column))
    names = np.array([*(text(kind[1] if column.dtype == object else kind) for kind in kinds), None], dtype=object)
    return pd.Series(names[code], index=column.index, name=column.name, dtype=object)


def _apart(column: pd.Series) -> pd.Series:
    """Values with their types, so that True is not taken for 1; missing ones stay missing."""
    return pd.Series([None if missing else (type(value).__name__, value) for value, missing in zip(column, column.isna())], dtype=object)


def text(value) -> str:
    """The text of one category."""
    if isinstance(value, (str, bool, np.bool_)):
        return str(value)
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, (Real, Decimal)) and np.isfinite(float(value)):
        if value == int(value):
            return str(int(value))
        return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, (datetime, np.datetime64)):
        time = pd.Timestamp(value)
        return f"{time:%Y-%m-%d}" if time == time.normalize() else time.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def free(label: str, taken: Iterable[str]) -> str:
    """`label`, in as many brackets as it takes to be none of the categories."""
    there = set(taken)
    while label in there:
        label = f"({label})"
    return label
