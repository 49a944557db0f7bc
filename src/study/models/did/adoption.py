"""When a unit adopts: how the value of a cohort is read against the periods, and how a period is named."""

import numpy as np
import pandas as pd

from ..errors import ModelError


def zero_is_a_period(periods) -> bool:
    """Whether the time axis holds or spans 0, so that cohort 0 is an adoption and can not stand for never."""
    ordered = np.asarray(periods)
    return bool(len(ordered) and np.issubdtype(ordered.dtype, np.number) and ordered.min() <= 0 <= ordered.max())


def first_positions(cohorts, periods) -> np.ndarray:
    """Position of the first treated period among the sorted periods; their number for units not treated within them.

    Never treated is missing or infinite, and 0 where the periods neither hold nor span 0 (months counted from a launch do).

    Parameters
    ----------
    cohorts : array of any shape, values as those of the periods (numbers, dates, Periods); periods : array (T,), in order

    Returns
    -------
    array of whole numbers, shape of `cohorts`

    Raises
    ------
    ModelError if cohorts and periods can not be compared
    """
    values = np.asarray(cohorts)
    flat = pd.Series(values.ravel())
    never = flat.isna().to_numpy()
    if pd.api.types.is_numeric_dtype(flat):
        never = never | (flat == np.inf).to_numpy() | ((flat == 0).to_numpy() & (not zero_is_a_period(periods)))
    found = np.full(len(flat), len(periods))
    try:
        found[~never] = np.searchsorted(np.asarray(periods), flat[~never].to_numpy())
    except TypeError as error:
        raise ModelError(f"cohorts must be values of the time, as '{label(periods[0])}': {error}") from None
    return found.reshape(values.shape)


def label(value) -> str:
    """The name of a period, exact: whole numbers in full (20150301), days without their midnight, else as they print."""
    if isinstance(value, (np.datetime64, pd.Timestamp)) or hasattr(value, "isoformat"):
        stamp = pd.Timestamp(value)
        return stamp.strftime("%Y-%m-%d") if stamp == stamp.normalize() else stamp.isoformat()
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)
