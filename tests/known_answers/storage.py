"""The same table in other clothes, and results made comparable: what a function says may not depend on how its columns are stored."""

import dataclasses
import inspect
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from study.errors import StudyError


def public(room) -> list[str]:
    """Names of a room's public functions, and with the module's name those of its public modules and sub-rooms that it has not itself."""
    names, own = [], [getattr(room, name) for name in room.__all__]
    for name in room.__all__:
        found = getattr(room, name)
        if inspect.isfunction(found):
            names.append(name)
        elif inspect.ismodule(found):
            keys = found.__all__ if hasattr(found, "__path__") else vars(found)
            names += [f"{name}.{key}" for key in keys if getattr(found, key) not in own and _is_public(found, key, getattr(found, key))]
    return names


def _is_public(module, key, one) -> bool:
    return inspect.isfunction(one) and not key.startswith("_") and (one.__module__ == module.__name__ or key in getattr(module, "__all__", ()))


def _whole(column: pd.Series) -> bool:
    return pd.api.types.is_integer_dtype(column)


def _floats(column: pd.Series) -> bool:
    return pd.api.types.is_float_dtype(column)


def _decimals(column: pd.Series) -> pd.Series:
    return column.map(lambda value: None if value != value else Decimal(repr(float(value)))).astype(object) if _floats(column) else column


def _small(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, downcast="integer") if _whole(column) else column


def _read_only(column: pd.Series) -> pd.Series:
    values = column.to_numpy()
    if not isinstance(values, np.ndarray) or values.dtype == object:
        return column
    values = values.copy()
    values.flags.writeable = False
    return pd.Series(values, index=column.index, name=column.name, copy=False)


def _categories(column: pd.Series) -> pd.Series:
    return column if _floats(column) or _whole(column) else column.astype("category").cat.add_categories("nobody" if _text(column) else [])


def _text(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.StringDtype)


STORED = {
    "another index": lambda column: column.set_axis(pd.RangeIndex(1000, 1000 + len(column))),
    "an index of texts": lambda column: column.set_axis([f"row {place}" for place in range(len(column))]),
    "nullable": lambda column: column.convert_dtypes(),
    "Arrow": lambda column: column.convert_dtypes(dtype_backend="pyarrow"),
    "small integers": _small,
    "whole numbers as floats": lambda column: column.astype(float) if _whole(column) else column,
    "Decimals": _decimals,
    "objects": lambda column: column.astype(object),
    "read-only": _read_only,
    "categories": _categories,
    "polars": lambda column: pl.from_pandas(column),
}


def stored(given, how: str):
    """Series and tables in other clothes, anything else as it is."""
    if isinstance(given, pd.DataFrame):
        if how == "polars":
            return pl.from_pandas(given)
        return pd.DataFrame({name: STORED[how](given[name]) for name in given.columns})
    return STORED[how](given) if isinstance(given, pd.Series) else given


def shuffled(given, order: np.ndarray):
    """Rows in another order, labels kept."""
    return given.iloc[order] if isinstance(given, (pd.Series, pd.DataFrame)) else given


def plain(result, by_label: bool = False):
    """A result as lists, texts and floats, without labels of rows (or with rows in the order of their labels)."""
    if dataclasses.is_dataclass(result):
        return {field.name: plain(getattr(result, field.name), by_label) for field in dataclasses.fields(result) if field.name != "settings"}
    if isinstance(result, pd.DataFrame):
        result = result.sort_index() if by_label else result
        return {str(name): plain(result.iloc[:, place]) for place, name in enumerate(result.columns)}
    if isinstance(result, (pd.Series, pd.Index)):
        return [plain(value) for value in (result.sort_index() if by_label and isinstance(result, pd.Series) else result)]
    if sparse.issparse(result):
        return plain(result.toarray())
    if isinstance(result, Mapping):
        return {str(key): plain(value, by_label) for key, value in result.items()}
    if isinstance(result, (list, tuple, np.ndarray)):
        return [plain(value, by_label) for value in result]
    if result is None or result is pd.NA or result is pd.NaT:
        return float("nan")
    if isinstance(result, (bool, np.bool_, int, float, np.number, Decimal)):
        return float(result)
    return str(result)


def same(found, right, path: str = "") -> None:
    """Refuse results that differ; numbers may differ in their last bits."""
    if isinstance(right, dict):
        assert set(found) == set(right), path
        for key in right:
            same(found[key], right[key], f"{path}.{key}")
    elif isinstance(right, list) and right and all(isinstance(value, float) for value in right):
        np.testing.assert_allclose(np.array(found, dtype=float), right, rtol=1e-9, atol=1e-11, err_msg=path)
    elif isinstance(right, list):
        assert len(found) == len(right), path
        for place, (one, other) in enumerate(zip(found, right)):
            same(one, other, f"{path}[{place}]")
    elif isinstance(right, float):
        assert found == pytest.approx(right, rel=1e-9, abs=1e-11, nan_ok=True), path
    else:
        assert found == right, path


def same_or_refused(call, given: dict, right, how: str) -> None:
    """The answer to the inputs in other clothes is `right`; it may only be refused in the package's own words."""
    try:
        found = call(**{name: stored(one, how) for name, one in given.items()})
    except StudyError as refused:
        assert str(refused)
        if how not in ("polars", "an index of texts"):
            raise AssertionError(f"{how}: refused, though the values are the same: {refused}") from refused
        return
    same(plain(found), right)


def unchanged(call, given: dict) -> None:
    """The call leaves its inputs as they were."""
    before = {key: one.copy(deep=True) for key, one in given.items()}
    call(**given)
    for key, one in given.items():
        assert one.equals(before[key]), key


def orderless(call, given: dict) -> None:
    """The answer, by label, is the same for rows in another order."""
    order = np.random.default_rng(3).permutation(len(next(iter(given.values()))))
    same(plain(call(**{key: shuffled(one, order) for key, one in given.items()}), by_label=True), plain(call(**given), by_label=True))
