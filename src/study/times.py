"""Times as whole numbers: days of the calendar, or periods. The one reader of times."""

from datetime import date, datetime

import numpy as np
import pandas as pd

from study.errors import BadValue
from study.refusals import as_pandas, finite, floats, is_time, numbers

NUMBERS, DAYS = "numbers", "days"


def kind(given) -> str:
    """What `numbered` counts: "numbers", "days", or "periods of M" (months; likewise of other lengths)."""
    found = _objects(given)
    if found is None:
        return NUMBERS
    first = next((value for value in found if not pd.isna(value)), None)
    return f"periods of {first.freqstr}" if isinstance(first, pd.Period) and first.freqstr != "D" else DAYS


def numbered(name: str, given) -> np.ndarray:
    """Times as floats, none missing: dates as days of the calendar since 1970, periods by their number, numbers as they are.

    A time with a zone counts as the day that the calendar shows in that zone: the day on which clocks change is one day.

    Parameters
    ----------
    given : numbers, dates (numpy, pandas, Arrow, polars, datetime.date), times with or without one zone, or periods

    Raises
    ------
    BadValue for missing values, several zones, times with and without zone, dates among numbers, texts.
    """
    found = _objects(given)
    if found is None:
        return numbers(name, given)
    missing = pd.isna(found)
    if missing.any():
        raise BadValue(f"{name}: {missing.sum()} of {len(found)} dates are missing; drop or fill them first")
    return counted(name, given)


def counted(name: str, given) -> np.ndarray:
    """As `numbered`, with missing values as nan."""
    found = _objects(given)
    if found is None:
        return floats(name, given)
    if found.dtype.kind == "M":
        values = found.astype("datetime64[D]").astype(float)
        return np.where(np.isnat(found), np.nan, values)
    missing = pd.isna(found)
    present = found[~missing]
    strange = [value for value in present if not is_time(value)]
    if strange:
        raise BadValue(f"{name}: {len(strange)} of {len(found)} are {type(strange[0]).__name__}s among dates, the first {strange[0]!s:.40}")
    _one_zone(name, present)
    values = np.full(len(found), np.nan)
    values[~missing] = _periods(name, present) if any(isinstance(value, pd.Period) for value in present) else [_day(value) for value in present]
    return values


def _objects(given) -> np.ndarray | None:
    """Times as an array of datetime64 without a zone or of objects; None if there is no time among the values."""
    given = as_pandas(given)
    if np.ndim(given) != 1:
        raise BadValue(f"times have shape {np.shape(given)}; give one of each row")
    series = pd.Series(given) if not isinstance(given, pd.Series) else given
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        return series.dt.tz_localize(None).to_numpy()
    if isinstance(series.dtype, np.dtype) and series.dtype.kind != "O":
        return series.to_numpy() if series.dtype.kind == "M" else None
    if isinstance(series.dtype, pd.StringDtype) or pd.api.types.is_numeric_dtype(series.dtype):
        return None
    values = series.to_numpy(dtype=object)
    return values if any(is_time(value) for value in values if not _missing(value)) else None


def _missing(value) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value != value


def _one_zone(name: str, times) -> None:
    """Refuse times of several zones: which day they fall on would depend on the row."""
    zones = {str(value.tzinfo) for value in times if isinstance(value, datetime)}
    if len(zones) > 1:
        said = ", ".join(sorted("none" if zone == "None" else zone for zone in zones)[:3])
        raise BadValue(f"{name} has times of {len(zones)} zones ({said}); convert them to one first, since the day depends on it")


def _periods(name: str, periods) -> list[int]:
    lengths = {value.freqstr if isinstance(value, pd.Period) else "none (dates)" for value in periods}
    if len(lengths) > 1 or next(iter(periods)).freq.n != 1:
        raise BadValue(f"{name} has periods of the lengths {', '.join(sorted(lengths))}; give one length of a single unit")
    return [value.ordinal for value in periods]


def _day(value) -> int:
    if isinstance(value, np.datetime64):
        return int(value.astype("datetime64[D]").astype(int))
    return date(value.year, value.month, value.day).toordinal() - date(1970, 1, 1).toordinal()


def periods(table: pd.DataFrame, column: str) -> np.ndarray:
    """Whole periods from 0 on: days of the calendar and pandas' periods are counted from the earliest."""
    if kind(table[column]) != NUMBERS:
        values = numbered(column, table[column])
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
    when, kinds = periods(table, time), [kind(table[column]) for column in (time, event_time)]
    if table[event_time].isna().all():
        return when, np.full(len(when), np.nan)
    if kinds[0] != kinds[1]:
        raise BadValue(f"{time} counts in {kinds[0]} and {event_time} in {kinds[1]}; give both in one kind")
    event = counted(event_time, table[event_time])
    return when, event if kinds[0] == NUMBERS else event - numbered(time, table[time]).min()


def is_number(column: pd.Series) -> bool:
    """True for a column of numbers, also of Decimals or with gaps; False for one of categories.

    Raises
    ------
    BadValue for dates and periods, which are neither: as categories every day would be one.
    """
    if kind(column) != NUMBERS:
        raise BadValue(f"{column.name} holds dates or periods; give the time up to a day as a number, or a category such as the year")
    try:
        floats(str(column.name), column)
    except BadValue:
        return False
    return True
