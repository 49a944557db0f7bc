"""The one place where models, value and analytics read what they are given, and refuse it.

Tables, columns, numbers, 0/1 outcomes, labels of groups: what is absent, missing, infinite, out of range or no number is
refused with how many there are, the first of them, and what to do. Times: see `study.times`. What a formula makes of
columns (levels, terms) is in models/shared/columns.py.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from study.errors import BadValue, MissingColumn, TooFew, nearest

IN_TIME = (r"\d{4}", r"\d{4}-\d{2}", r"\d{4}-\d{2}-\d{2}", r"\d{4}-?Q[1-4]")  # texts whose order is that of time


def numbers(name: str, given, low: float = -np.inf, high: float = np.inf, strict: str = "") -> np.ndarray:
    """`given` as floats (see `floats`), none of them missing.

    Parameters
    ----------
    low, high : allowed range
    strict : "low" or "high", the end of the range that is itself refused

    Raises
    ------
    BadValue if a value is no number, missing, infinite or outside the range.
    """
    values = floats(name, given)
    if values.size == 0:
        raise BadValue(f"{name} is empty")
    missing = ~np.isfinite(values)
    if missing.any():
        raise BadValue(f"{name}: {missing.sum()} of {values.size} values are missing or infinite; drop or fill them first")
    below = values <= low if strict == "low" else values < low
    above = values >= high if strict == "high" else values > high
    outside = below | above
    if outside.any():
        allowed = f"{'above' if strict == 'low' else 'at least'} {low:g}"
        if np.isfinite(high):
            allowed += f" and {'below' if strict == 'high' else 'at most'} {high:g}"
        percent = " (per cent? give 0.88 for 88 %)" if high == 1 and values.max() > 1 else ""
        first = values[outside].flat[0]
        raise BadValue(f"{name}: {outside.sum()} of {values.size} values are not {allowed}, the first {first:g}{percent}")
    return values


def floats(name: str, given) -> np.ndarray:
    """Numbers of any kind as floats, missing ones as nan: the one reader of numbers.

    Whole numbers of any width, Decimals, fractions, pandas' nullable, Arrow and categorical columns of numbers and polars
    are read; dates, lengths of time and texts (also of digits) are no numbers.

    Parameters
    ----------
    given : number, list, array of any shape, Series or table

    Returns
    -------
    array of float, of the shape of `given`; it may be the given array itself

    Raises
    ------
    BadValue saying what was found in place of numbers, and the first of it.
    """
    given = as_pandas(given)
    if isinstance(given, pd.DataFrame):
        if not all(isinstance(dtype, np.dtype) and dtype.kind in "iufb" for dtype in given.dtypes):
            columns = [floats(f"{name}, {label}", given.iloc[:, place]) for place, label in enumerate(given.columns)]
            return np.column_stack(columns) if columns else np.empty((len(given), 0))
        return given.to_numpy(dtype=float)
    if isinstance(given, (pd.Series, pd.Index)) and not isinstance(given.dtype, np.dtype):
        given = given.astype(object)
    try:
        array = np.asarray(given)
    except ValueError:
        raise BadValue(f"{name} must be numbers; found rows of different lengths") from None
    if array.dtype.kind in "iufb":
        return array.astype(float, copy=False)
    return _of_objects(name, array.astype(object))


def _of_objects(name: str, array: np.ndarray) -> np.ndarray:
    missing = np.reshape(pd.isna(array.ravel()), array.shape)
    strange = [value for value in array[~missing] if not isinstance(value, (Real, Decimal, np.bool_))]
    if strange:
        raise BadValue(f"{name} must be numbers; found {strange[0]!r:.40} ({len(strange)} of {array.size} values are {_kind(strange[0])})")
    values = np.full(array.shape, np.nan)
    values[~missing] = [float(value) for value in array[~missing]]
    return values


def _kind(value) -> str:
    if isinstance(value, (str, bytes)):
        return "texts; turn texts of digits into numbers first"
    if is_time(value):
        return "dates or times; count days or periods first"
    if isinstance(value, (np.timedelta64, pd.Timedelta)) or hasattr(value, "total_seconds"):
        return "lengths of time; divide by a unit first"
    return f"{type(value).__name__}s"


def is_time(value) -> bool:
    """True for a date, a time of any library and a period."""
    return isinstance(value, (np.datetime64, pd.Period)) or hasattr(value, "isoformat") and hasattr(value, "year")


def as_pandas(given):
    """A polars or Arrow object as the pandas one; anything else as it is."""
    return given if isinstance(given, (pd.Series, pd.DataFrame, pd.Index)) or not hasattr(given, "to_pandas") else given.to_pandas()


def frame(name: str, given) -> pd.DataFrame:
    """A table of columns with names that print apart.

    Raises
    ------
    BadValue for anything else.
    """
    given = as_pandas(given)
    if not isinstance(given, pd.DataFrame):
        raise BadValue(f"{name} must be a table (pandas DataFrame); found {type(given).__name__}")
    names = pd.Index(map(str, given.columns))
    if names.has_duplicates:
        raise BadValue(
            f"{name}: {names.duplicated().sum()} of {len(names)} columns have the name of another one, the first {names[names.duplicated()][0]!r}"
        )
    return given


def same_labels(**given) -> None:
    """Refuse Series and tables whose rows are labelled differently: they would be matched by position, whatever the labels say.

    Arrays and lists have no labels and go by position.

    Raises
    ------
    BadValue naming the two and the first label that differs.
    """
    labelled = {name: one.index for name, one in given.items() if isinstance(one, (pd.Series, pd.DataFrame))}
    if not labelled:
        return
    (first, index), *others = labelled.items()
    for name, other in others:
        if len(index) == len(other) and not index.equals(other):
            place = next((row for row, (one, two) in enumerate(zip(index, other)) if one != two), None)
            if place is None:
                continue
            raise BadValue(
                f"{first} and {name} have different labels, the first in row {place + 1}: {index[place]!r} and {other[place]!r}; "
                f"bring them into one order ({name}.reindex({first}.index)), or give arrays to match by position"
            )


def plain(result: np.ndarray) -> float | np.ndarray:
    """A number for a number, an array for arrays."""
    return float(result) if np.ndim(result) == 0 else result


def table(data: Any) -> pd.DataFrame:
    """The data as a pandas frame: a polars or Arrow table is converted, a mapping of arrays becomes one.

    Raises
    ------
    BadValue if it is no table.
    """
    if isinstance(data, pd.DataFrame):
        return data
    if hasattr(data, "collect"):  # polars' lazy frame
        data = data.collect()
    if hasattr(data, "to_pandas"):
        return data.to_pandas()
    if isinstance(data, Mapping):
        return pd.DataFrame(dict(data))
    raise BadValue(f"the data are a {type(data).__name__}; give a pandas or polars frame, an Arrow table or a mapping of columns")


def require(data: pd.DataFrame, names: Iterable[str]) -> None:
    """Raise MissingColumn if the data lack one of the names, BadValue if they have two of it."""
    for name in names:
        if name not in data.columns:
            raise MissingColumn(f"the data have no column '{name}'{nearest(name, data.columns)}")
        count = int((data.columns == name).sum())
        if count > 1:
            raise BadValue(f"the data have {count} columns '{name}'; give each a name of its own")


def binary(name: str, given) -> np.ndarray:
    """`given` as 0.0 and 1.0.

    Raises
    ------
    BadValue if anything else is found.
    """
    values = numbers(name, given)
    wrong = (values != 0) & (values != 1)
    if wrong.any():
        raise BadValue(f"{name}: {wrong.sum()} of {values.size} values are neither 0 nor 1, the first {values[wrong].flat[0]:g}")
    return values


def codes(name: str, given, n: int) -> np.ndarray:
    """Labels of groups as integers 0, 1, ..., sorted; those of ordered categories in their order.

    Raises
    ------
    BadValue if one is missing, there are not n of them, or they have no common order.
    """
    series = _labels(name, given, n)
    if getattr(series.dtype, "ordered", False):
        return series.cat.remove_unused_categories().cat.codes.to_numpy().astype(int)
    try:
        return pd.factorize(series.astype(object) if isinstance(series.dtype, pd.CategoricalDtype) else series, sort=True)[0]
    except TypeError:
        kinds = ", ".join(sorted({type(value).__name__ for value in series}))
        raise BadValue(f"{name} holds {kinds}, which have no common order; make them of one kind") from None


def codes_in_time(name: str, given, n: int) -> np.ndarray:
    """As `codes`, of values whose order is that of time: numbers, dates, periods, ordered categories, texts as ISO 8601 writes them.

    Raises
    ------
    BadValue as `codes`, and for other texts: "10" comes before "9", and "1.2.2024" after "1.10.2023" only by chance.
    """
    series = _labels(name, given, n)
    values = series.astype(object) if isinstance(series.dtype, pd.CategoricalDtype) and not series.cat.ordered else series
    if values.dtype == object or isinstance(values.dtype, pd.StringDtype) or str(values.dtype) in ("string[pyarrow]", "large_string[pyarrow]"):
        texts = [value for value in values.unique() if isinstance(value, str)]
        if texts and not any(pd.Series(texts).str.fullmatch(form).all() for form in IN_TIME):
            raise BadValue(
                f"{name} holds texts such as {texts[0]!r}, whose order need not be that of time; give numbers, dates, "
                "periods, ordered categories or texts like 2024-03-31"
            )
    return codes(name, values, n)


def _labels(name: str, given, n: int) -> pd.Series:
    """One label per row, none missing."""
    given = as_pandas(given)
    if np.ndim(given) != 1:
        raise BadValue(f"{name} has shape {np.shape(given)}; give one value per row")
    series = pd.Series(given).reset_index(drop=True)
    if len(series) != n:
        raise BadValue(f"{name} has {len(series)} values for {n} rows")
    if series.isna().any():
        raise BadValue(f"{name}: {series.isna().sum()} of {n} values are missing; every row needs one")
    return series


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
    """A column as floats (see `floats`), none of them missing, infinite or below `low`."""
    values = floats(column, table[column])
    missing = int((~np.isfinite(values)).sum())
    if missing:
        raise BadValue(f"{column}: {missing} of {len(values)} values are missing or infinite; drop or fill these rows first")
    below = values < low
    if below.any():
        raise BadValue(f"{column}: {below.sum()} of {len(values)} values are below {low:g}, the first {values[below][0]:g}")
    return values


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
