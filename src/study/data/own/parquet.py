"""A parquet file as the texts that a csv file would have: what a cell says does not depend on the type it is stored in."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from .faults import FILE, Fault, of_rows
from .mapping import TableMapping

EXACT = 2**53  # whole numbers up to here are floats without a neighbour that prints alike


def texts(path: Path, how: TableMapping, kinds: Mapping[str, str]) -> tuple[pd.DataFrame | None, list[Fault]]:
    """The cells as texts, rows counted from 1; no table where a column has a type that no text stands for.

    Whole numbers print as such, whether they are stored as integers, floats (which a gap makes of them) or decimals; days
    and months as the mapping file writes them, a time with a zone as the day there.

    Parameters
    ----------
    kinds : name of the file's column -> kind of the contract, of the columns that are used; the others stay empty

    Raises
    ------
    ArrowException, OSError if it is no parquet file.
    """
    table = pyarrow.parquet.ParquetFile(path).read()
    names = table.column_names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return None, [Fault(path.name, twice[0], f"is the name of {names.count(twice[0])} columns")]
    if not table.num_rows:
        return None, [Fault(path.name, "", "has no rows")]
    lines, made, faults = pd.RangeIndex(1, table.num_rows + 1, name="line"), {}, []
    for name, column in zip(names, table.columns):
        if name.startswith("__index_level_"):  # the rows' numbers, which pandas has added
            continue
        try:
            found = _cells(column, kinds[name], how) if name in kinds else [""] * table.num_rows
        except (pa.ArrowException, ValueError, OverflowError) as error:
            faults.append(Fault(path.name, name, f"can not be read: {(str(error).splitlines() or ['a value out of range'])[0]}"))
            continue
        if found is None:
            faults.append(
                Fault(path.name, name, f"is of the type {column.type}, which is none of texts, numbers, days, true and false; write it as one")
            )
            continue
        made[name] = pd.Series(found, index=lines, dtype="str")
        if kinds.get(name) == "id":
            faults += _inexact(path.name, name, column, made[name])
    return (None if any(fault.severity == FILE for fault in faults) else pd.DataFrame(made, index=lines)), faults


def _cells(column: pa.ChunkedArray, kind: str, how: TableMapping) -> list[str] | None:
    """The texts of one column, empty where a cell is missing; None if its type has none."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    of = column.type
    if pa.types.is_null(of):
        return [""] * len(column)
    if pa.types.is_string(of) or pa.types.is_large_string(of) or pa.types.is_string_view(of) or pa.types.is_integer(of):
        return ["" if value is None else str(value) for value in column.to_pylist()]
    if pa.types.is_boolean(of):
        return ["" if value is None else str(value).lower() for value in column.to_pylist()]
    if pa.types.is_floating(of):
        return [_number(value, how) for value in column.to_numpy()]
    if pa.types.is_decimal(of):
        return ["" if value is None else _number(value, how) for value in column.to_pylist()]
    if pa.types.is_date(of) or pa.types.is_timestamp(of):
        return _days(column, how.months if kind == "month" else how.dates)
    return None


def _number(value: float | Decimal, how: TableMapping) -> str:
    """A number in full; missing (nan) is empty."""
    if value != value:
        return ""
    if not np.isfinite(float(value)):
        return str(value)
    if value == int(value):
        return str(int(value))
    plain = f"{value.normalize():f}" if isinstance(value, Decimal) else np.format_float_positional(value, trim="-")
    return plain.replace(".", how.decimal)


def _days(column: pa.ChunkedArray, form: str) -> list[str]:
    """Days in the mapping file's form; a time of the day other than midnight stays, so that it is no day."""
    if pa.types.is_timestamp(column.type):  # whole seconds first: nanoseconds have no day before 1677
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return ["" if value is None else _day(value, form) for value in column.to_pylist()]


def _day(value, form: str) -> str:
    if isinstance(value, datetime) and (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0):
        return value.isoformat(sep=" ")
    return value.strftime(form.replace("%Y", f"{value.year:04d}"))  # the C library pads no year


def _inexact(file: str, name: str, column: pa.ChunkedArray, cells: pd.Series) -> list[Fault]:
    """Identifiers stored as floats that are no whole number, or so large that another one has the same float."""
    if not pa.types.is_floating(column.type):
        return []
    numbers = pd.Series(column.to_numpy(), index=cells.index)
    bad = numbers.notna() & ((numbers % 1 != 0) | (numbers.abs() > EXACT))
    rule = "is a float that can not be an identifier exactly (a fraction, or above 2^53); write identifiers as texts or whole numbers"
    return of_rows(file, name, rule, bad, cells)
