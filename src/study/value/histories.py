"""What the models of transactions refuse: histories of customers that cannot be."""

import warnings

import numpy as np
import pandas as pd

from study.errors import BadValue
from study.refusals import numbers, same_labels

MANY_TIMES = 5.0  # a horizon longer than so many times the longest age is warned of


class SelectedCustomers(UserWarning):
    """Every customer came back: those who never did were left out of the sample."""


class HorizonUnits(UserWarning):
    """The horizon is so long against the ages that the two may be in different units."""


def whole(name: str, given, low: float = 0) -> np.ndarray:
    """Whole numbers of at least `low` (one dimension).

    Raises
    ------
    BadValue for fractions, values below `low`, missing values or another shape.
    """
    values = numbers(name, given, low)
    if values.ndim != 1:
        raise BadValue(f"{name} has shape {values.shape}; give one value of each customer")
    broken = values != np.floor(values)
    if broken.any():
        raise BadValue(f"{name}: {broken.sum()} of {values.size} values are not whole numbers, the first {values[broken][0]:g}")
    return values


def same_length(**arrays: np.ndarray) -> None:
    """Refuse arrays of different lengths."""
    if len({array.shape for array in arrays.values()}) > 1:
        raise BadValue(", ".join(f"{name} has shape {array.shape}" for name, array in arrays.items()) + "; they must be equal")


def table(columns: dict[str, np.ndarray], counts) -> pd.DataFrame:
    """The histories with their counts; rows that stand for no customer are left out.

    Raises
    ------
    BadValue if fewer than two customers are left or all have the same history.
    """
    first = next(iter(columns.values()))
    number = np.ones(first.size) if counts is None else whole("counts", counts)
    same_length(**columns, counts=number)
    rows = pd.DataFrame({**columns, "counts": number})
    rows = rows[rows["counts"] > 0].reset_index(drop=True)
    total = int(rows["counts"].sum())
    if total < 2:
        raise BadValue(f"{total} customers: the spread between customers needs at least two")
    histories = rows.drop(columns="counts")
    if (histories.to_numpy() == histories.to_numpy()[0]).all():
        same = ", ".join(f"{name} {value:g}" for name, value in histories.iloc[0].items())
        raise BadValue(f"all {total} customers are alike ({same}): the spread between customers can not be estimated")
    return rows


def history(frequency, recency, age, age_name: str = "age") -> dict[str, np.ndarray]:
    """Frequency, recency and age of the same customers, checked against each other.

    Raises
    ------
    BadValue for Series with different labels, a frequency that is negative or no whole number, a recency above the age, a recency
    without a repeat transaction or a repeat transaction without a recency: how many and the first.
    """
    same_labels(frequency=frequency, recency=recency, **{age_name: age})
    x, last, length = whole("frequency", frequency), numbers("recency", recency, 0), numbers(age_name, age, 0)
    length = np.broadcast_to(length, x.shape) if length.ndim == 0 else length
    same_length(frequency=x, recency=last, **{age_name: length})
    _refuse(last > length, f"recency is above {age_name}", last, length, "measure both from the first transaction, in one unit")
    _refuse((x == 0) & (last > 0), "frequency is 0 but recency is not", x, last, "recency is the time of the last repeat transaction")
    _refuse((x > 0) & (last == 0), "frequency is above 0 but recency is 0", x, last, "count transactions at one time once (value.summary)")
    return {"frequency": x, "recency": last, age_name: np.array(length, dtype=float)}


def _refuse(wrong: np.ndarray, what: str, one: np.ndarray, other: np.ndarray, advice: str) -> None:
    if wrong.any():
        pair = f"{one[wrong][0]:g} and {other[wrong][0]:g}"
        raise BadValue(f"{what} for {wrong.sum()} of {wrong.size} customers, the first {pair}; {advice}")


def warn_if_selected(rows: pd.DataFrame) -> None:
    """Warn if no customer has frequency 0."""
    never = int(rows.loc[rows["frequency"] == 0, "counts"].sum())
    if never == 0:
        total = int(rows["counts"].sum())
        warnings.warn(
            f"0 of {total} customers have frequency 0: those who never came back were left out, so the estimates "
            "hold for a selected group and overstate activity; give every customer who bought once",
            SelectedCustomers,
            stacklevel=3,
        )


def horizon_of(given, longest: float, unit: str = "age") -> np.ndarray:
    """A horizon above zero, in the unit of the ages.

    Warns
    -----
    HorizonUnits if it is more than five times the longest age of the sample.

    Raises
    ------
    BadValue for a horizon of zero or below.
    """
    horizon = numbers("horizon", given, 0, strict="low")
    if horizon.max() > MANY_TIMES * longest:
        warnings.warn(
            f"horizon {horizon.max():g} is {horizon.max() / longest:.1f} times the longest {unit} {longest:g} of the sample: "
            "check that both are in the same unit; the prediction rests on the form of the model, not on the data",
            HorizonUnits,
            stacklevel=3,
        )
    return horizon
