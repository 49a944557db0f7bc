"""What every value formula refuses: what is no number, missing, infinite or out of range, and labels that do not match."""

from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

from study.errors import StudyError


class ValueInputError(StudyError, ValueError):
    """An input of a value formula cannot be used: the message says which, how many and what is allowed."""


def numbers(name: str, given, low: float = -np.inf, high: float = np.inf, strict: str = "") -> np.ndarray:
    """`given` as floats (see `floats`), none of them missing.

    Parameters
    ----------
    low, high : allowed range
    strict : "low" or "high", the end of the range that is itself refused

    Raises
    ------
    ValueInputError if a value is no number, missing, infinite or outside the range.
    """
    values = floats(name, given)
    if values.size == 0:
        raise ValueInputError(f"{name} is empty")
    missing = ~np.isfinite(values)
    if missing.any():
        raise ValueInputError(f"{name}: {missing.sum()} of {values.size} values are missing or infinite; drop or fill them first")
    below = values <= low if strict == "low" else values < low
    above = values >= high if strict == "high" else values > high
    outside = below | above
    if outside.any():
        allowed = f"{'above' if strict == 'low' else 'at least'} {low:g}"
        if np.isfinite(high):
            allowed += f" and {'below' if strict == 'high' else 'at most'} {high:g}"
        percent = " (per cent? give 0.88 for 88 %)" if high == 1 and values.max() > 1 else ""
        first = values[outside].flat[0]
        raise ValueInputError(f"{name}: {outside.sum()} of {values.size} values are not {allowed}, the first {first:g}{percent}")
    return values


def floats(name: str, given) -> np.ndarray:
    """Numbers of any kind as floats, missing ones as nan: the one reader of numbers in `value` and `analytics`.

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
    ValueInputError saying what was found in place of numbers, and the first of it.
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
        raise ValueInputError(f"{name} must be numbers; found rows of different lengths") from None
    if array.dtype.kind in "iufb":
        return array.astype(float, copy=False)
    return _of_objects(name, array.astype(object))


def _of_objects(name: str, array: np.ndarray) -> np.ndarray:
    missing = np.reshape(pd.isna(array.ravel()), array.shape)
    strange = [value for value in array[~missing] if not isinstance(value, (Real, Decimal, np.bool_))]
    if strange:
        raise ValueInputError(f"{name} must be numbers; found {strange[0]!r:.40} ({len(strange)} of {array.size} values are {_kind(strange[0])})")
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
    ValueInputError for anything else.
    """
    given = as_pandas(given)
    if not isinstance(given, pd.DataFrame):
        raise ValueInputError(f"{name} must be a table (pandas DataFrame); found {type(given).__name__}")
    names = pd.Index(map(str, given.columns))
    if names.has_duplicates:
        raise ValueInputError(
            f"{name}: {names.duplicated().sum()} of {len(names)} columns have the name of another one, the first {names[names.duplicated()][0]!r}"
        )
    return given


def same_labels(**given) -> None:
    """Refuse Series and tables whose rows are labelled differently: they would be matched by position, whatever the labels say.

    Arrays and lists have no labels and go by position.

    Raises
    ------
    ValueInputError naming the two and the first label that differs.
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
            raise ValueInputError(
                f"{first} and {name} have different labels, the first in row {place + 1}: {index[place]!r} and {other[place]!r}; "
                f"bring them into one order ({name}.reindex({first}.index)), or give arrays to match by position"
            )


def plain(result: np.ndarray) -> float | np.ndarray:
    """A number for a number, an array for arrays."""
    return float(result) if np.ndim(result) == 0 else result
