"""Times as whole numbers: days of the calendar, or periods. The one reader of times in `value` and `analytics`."""

from datetime import date, datetime

import numpy as np
import pandas as pd

from .inputs import ValueInputError, as_pandas, floats, is_time, numbers

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
    ValueInputError for missing values, several zones, times with and without zone, dates among numbers, texts.
    """
    found = _objects(given)
    if found is None:
        return numbers(name, given)
    missing = pd.isna(found)
    if missing.any():
        raise ValueInputError(f"{name}: {missing.sum()} of {len(found)} dates are missing; drop or fill them first")
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
        raise ValueInputError(f"{name}: {len(strange)} of {len(found)} are {type(strange[0]).__name__}s among dates, the first {strange[0]!s:.40}")
    _one_zone(name, present)
    values = np.full(len(found), np.nan)
    values[~missing] = _periods(name, present) if any(isinstance(value, pd.Period) for value in present) else [_day(value) for value in present]
    return values


def _objects(given) -> np.ndarray | None:
    """Times as an array of datetime64 without a zone or of objects; None if there is no time among the values."""
    given = as_pandas(given)
    if np.ndim(given) != 1:
        raise ValueInputError(f"times have shape {np.shape(given)}; give one of each row")
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
        raise ValueInputError(f"{name} has times of {len(zones)} zones ({said}); convert them to one first, since the day depends on it")


def _periods(name: str, periods) -> list[int]:
    lengths = {value.freqstr if isinstance(value, pd.Period) else "none (dates)" for value in periods}
    if len(lengths) > 1 or next(iter(periods)).freq.n != 1:
        raise ValueInputError(f"{name} has periods of the lengths {', '.join(sorted(lengths))}; give one length of a single unit")
    return [value.ordinal for value in periods]


def _day(value) -> int:
    if isinstance(value, np.datetime64):
        return int(value.astype("datetime64[D]").astype(int))
    return date(value.year, value.month, value.day).toordinal() - date(1970, 1, 1).toordinal()
