"""What functions on arrays refuse: missing, infinite and out-of-range values. For tables see `checks`."""

import numpy as np
import pandas as pd

from study.value import ValueInputError
from study.value.inputs import numbers as value_numbers

from .errors import BadValue, NoVariation


def numbers(name: str, given, low: float = -np.inf, high: float = np.inf, strict: str = "") -> np.ndarray:
    """`given` as floats within [low, high]; see `study.value.inputs.numbers`.

    Raises
    ------
    BadValue naming how many values are missing, infinite or outside the range.
    """
    try:
        return value_numbers(name, given, low, high, strict)
    except ValueInputError as error:
        raise BadValue(str(error)) from None


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


def outcome_and_score(outcome, score) -> tuple[np.ndarray, np.ndarray]:
    """Both as floats of one length, with both outcomes present.

    Raises
    ------
    BadValue for missing or odd values or unequal lengths; NoVariation if all outcomes are one class.
    """
    y, s = binary("outcome", outcome), numbers("score", score)
    if y.shape != s.shape or y.ndim != 1:
        raise BadValue(f"outcome has shape {y.shape} and score {s.shape}; give one of each per customer")
    if y.min() == y.max():
        raise NoVariation(f"all {len(y)} outcomes are {y[0]:g}; a ranking needs customers of both classes")
    return y, s


def codes(name: str, given, n: int) -> np.ndarray:
    """Labels of groups as integers 0, 1, ... in sorted order.

    Raises
    ------
    BadValue if one is missing or there are not n of them.
    """
    series = pd.Series(np.asarray(given))
    if len(series) != n:
        raise BadValue(f"{name} has {len(series)} values for {n} rows")
    if series.isna().any():
        raise BadValue(f"{name}: {series.isna().sum()} of {n} values are missing; every row needs one")
    return pd.factorize(series, sort=True)[0]
