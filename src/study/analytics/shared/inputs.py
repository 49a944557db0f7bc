"""What functions on arrays refuse: missing, infinite and out-of-range values. For tables see `checks`."""

import numpy as np
import pandas as pd

from study.value import ValueInputError
from study.value import inputs as value_inputs
from study.value.times import NUMBERS, kind

from ..errors import BadValue, NoVariation

IN_TIME = (r"\d{4}", r"\d{4}-\d{2}", r"\d{4}-\d{2}-\d{2}", r"\d{4}-?Q[1-4]")  # texts whose order is that of time


def own_words(function, *given, **named):
    """The answer of a reader of `study.value`, its refusal as BadValue."""
    try:
        return function(*given, **named)
    except ValueInputError as error:
        raise BadValue(str(error)) from None


def numbers(name: str, given, low: float = -np.inf, high: float = np.inf, strict: str = "") -> np.ndarray:
    """`given` as floats within [low, high]; see `study.value.inputs.numbers`.

    Raises
    ------
    BadValue naming how many values are no numbers, missing, infinite or outside the range.
    """
    return own_words(value_inputs.numbers, name, given, low, high, strict)


def floats(name: str, given) -> np.ndarray:
    """`given` as floats, missing ones as nan; see `study.value.inputs.floats`.

    Raises
    ------
    BadValue for dates, texts and whatever else is no number.
    """
    return own_words(value_inputs.floats, name, given)


def is_number(column: pd.Series) -> bool:
    """True for a column of numbers, also of Decimals or with gaps; False for one of categories.

    Raises
    ------
    BadValue for dates and periods, which are neither: as categories every day would be one.
    """
    if own_words(kind, column) != NUMBERS:
        raise BadValue(f"{column.name} holds dates or periods; give the time up to a day as a number, or a category such as the year")
    try:
        floats(str(column.name), column)
    except BadValue:
        return False
    return True


def same_labels(**given) -> None:
    """Refuse Series and tables with different labels; see `study.value.inputs.same_labels`."""
    own_words(value_inputs.same_labels, **given)


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
    BadValue for missing or odd values, unequal lengths or labels; NoVariation if all outcomes are one class.
    """
    same_labels(outcome=outcome, score=score)
    y, s = binary("outcome", outcome), numbers("score", score)
    if y.shape != s.shape or y.ndim != 1:
        raise BadValue(f"outcome has shape {y.shape} and score {s.shape}; give one of each per customer")
    if y.min() == y.max():
        raise NoVariation(f"all {len(y)} outcomes are {y[0]:g}; a ranking needs customers of both classes")
    return y, s


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
    given = value_inputs.as_pandas(given)
    if np.ndim(given) != 1:
        raise BadValue(f"{name} has shape {np.shape(given)}; give one value per row")
    series = pd.Series(given).reset_index(drop=True)
    if len(series) != n:
        raise BadValue(f"{name} has {len(series)} values for {n} rows")
    if series.isna().any():
        raise BadValue(f"{name}: {series.isna().sum()} of {n} values are missing; every row needs one")
    return series
