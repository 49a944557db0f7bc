"""Columns as the models read them, whatever type a file gave them: numbers as float64, levels exact.

Small whole numbers wrap around in powers and products, Arrow's and pandas' own types know two kinds of missing,
objects can hold anything: each column is read here, once, before a formula sees it.
"""

from collections.abc import Mapping
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from formulaic.transforms import C as formulaic_categories

from ..errors import FormulaError, ModelError

TIMES = ("date", "datetime", "datetime64", "timedelta", "timedelta64", "period", "time")


def missing(frame: pd.DataFrame) -> np.ndarray:
    """Which rows (n,) miss a value; Arrow's and pandas' own floats count "not a number" as missing too."""
    gone = np.zeros(len(frame), dtype=bool)
    for name in frame.columns:
        column = frame[name]
        gone |= column.isna().to_numpy()
        if isinstance(column.dtype, pd.api.extensions.ExtensionDtype) and column.dtype.kind == "f":
            gone |= np.isnan(column.to_numpy(dtype=float, na_value=np.nan))
    return gone


def read(frame: pd.DataFrame, uses: Mapping[str, bool]) -> pd.DataFrame:
    """The columns for a formula.

    Parameters
    ----------
    frame : the rows
    uses : name -> whether the formula takes the column as levels only, in C(...)

    Raises
    ------
    FormulaError for dates, texts of digits and mixtures where the formula asks for numbers.
    """
    return pd.DataFrame({name: levels(frame[name], name) if only else values(frame[name], name) for name, only in uses.items()}, index=frame.index)


def values(column: pd.Series, name: str) -> pd.Series:
    """Numbers as float64, missing as not a number; texts as categories, without those that no row has.

    Raises
    ------
    FormulaError for dates, texts of digits, and mixtures of texts and numbers.
    """
    kind = _kind(column)
    if kind in TIMES:
        raise FormulaError(
            f"column '{name}' holds dates or times ({_shown(column)}); a formula takes numbers: count the days, months or "
            f"years from a day that you choose, or write C(`{name}`) for a level each"
        )
    if kind == "number":
        return number(column, name)
    texts = _texts(column, name, kind)
    if not isinstance(column.dtype, pd.CategoricalDtype) and _digits(texts):
        raise FormulaError(
            f"column '{name}' holds numbers as texts ({_shown(column)}); make it numeric with pandas.to_numeric, or write C(`{name}`) for a level each"
        )
    return texts


def levels(column: pd.Series, name: str) -> pd.Series:
    """What C(...) is given: whole numbers as such, texts (of digits, too), times; categories that some row has."""
    kind = _kind(column)
    if kind == "number":
        return _whole(column if column.dtype.kind in "biu" and isinstance(column.dtype, np.dtype) else number(column, name))
    if kind in TIMES:
        return column.astype(object) if kind in ("date", "time") else column
    return _texts(column, name, kind)


def categories(data: Any, contrasts: Any = None, *, levels: Any = None, **options: Any):
    """C(...) of a formula: whole numbers keep the names of whole numbers, whatever type they came in."""
    return formulaic_categories(_whole(data) if isinstance(data, pd.Series) else data, contrasts, levels=levels, **options)


def number(column: Any, name: str) -> pd.Series:
    """A column of numbers or of true and false as float64.

    Raises
    ------
    FormulaError if it holds something else: texts (also of digits), dates, objects.
    """
    column = column if isinstance(column, pd.Series) else pd.Series(column)
    kind = _kind(column)
    if kind != "number":
        what = "dates or times" if kind in TIMES else "texts" if kind in ("string", "categorical") else f"values of kind {kind}"
        raise FormulaError(
            f"column '{name}' is not one of numbers: it holds {what} ({_shown(column)}); convert it, with pandas.to_numeric for instance"
        )
    if column.dtype == object:
        return pd.Series([np.nan if pd.isna(v) else float(v) for v in column], index=column.index, name=column.name, dtype=float)
    if isinstance(column.dtype, pd.SparseDtype):
        column = column.sparse.to_dense()
    return pd.Series(column.to_numpy(dtype=float, na_value=np.nan), index=column.index, name=column.name)


def key(column: pd.Series, name: str) -> pd.Series:
    """An identifier, exactly: whole numbers stay whole, ordered categories keep their order.

    Raises
    ------
    ModelError if texts and numbers are mixed, so that 7 and "7" would be two levels.
    """
    kind = _kind(column)
    if kind in ("mixed", "mixed-integer") and any(isinstance(v, str) for v in column):
        found = dict.fromkeys(type(v).__name__ for v in column.dropna())
        raise ModelError(
            f"column '{name}' mixes texts and numbers ({', '.join(found)}); its levels would not be told apart rightly: make it one type"
        )
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.remove_unused_categories()
    return column


def holds_numbers(column: pd.Series) -> bool:
    """Whether a column holds numbers, or true and false, of whatever type."""
    return _kind(column) == "number"


def _kind(column: pd.Series) -> str:
    """What a column holds: "number" (true and false, too), "categorical", "string", one of TIMES, or pandas' word for it."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return "categorical"
    if dtype.kind in "biuf":
        return "number"
    if dtype.kind in "Mm":
        return "datetime" if dtype.kind == "M" else "timedelta"
    if isinstance(dtype, pd.PeriodDtype):
        return "period"
    if dtype.kind == "c":
        return "complex"
    if not isinstance(dtype, np.dtype) and pd.api.types.is_string_dtype(dtype):
        return "string"
    found = column.dropna().astype(object)
    if len(found) and all(isinstance(v, (Real, Decimal, np.bool_)) for v in found):
        return "number"
    return pd.api.types.infer_dtype(found) if len(found) else "number"


def _texts(column: pd.Series, name: str, kind: str) -> pd.Series:
    if kind == "categorical":
        used = column.cat.remove_unused_categories()
        plain = isinstance(used.cat.categories.dtype, pd.ArrowDtype)
        return used.cat.rename_categories(used.cat.categories.astype(object)) if plain else used
    if kind not in ("string", "interval"):
        raise FormulaError(f"column '{name}' holds values of kind {kind} ({_shown(column)}); a formula takes numbers or texts: make it one type")
    return column.astype(object).where(column.notna(), None)


def _digits(texts: pd.Series) -> bool:
    """Whether every text is a number."""
    found = pd.Series(texts.dropna().unique(), dtype=object)
    return len(found) > 0 and bool(pd.to_numeric(found, errors="coerce").notna().all())


def _whole(column: pd.Series) -> pd.Series:
    """Floats that are all whole and complete as whole numbers."""
    if column.dtype.kind == "f" and isinstance(column.dtype, np.dtype):
        found = column.to_numpy(dtype=float)
        if np.isfinite(found).all() and (found == np.round(found)).all() and (np.abs(found) < 2**53).all():
            return column.astype("int64")
    return column


def _shown(column: pd.Series) -> str:
    found = list(dict.fromkeys(map(str, column.dropna().head(1000))))  # texts: what an object holds may have no hash
    return ", ".join(found[:3]) + (", ..." if len(found) > 3 else "")
