"""Is what a reader ends in the customer model? Every fault is found: against design/tables.yaml and what the data set says it fills."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from study.design import load
from study.design.contract import ExtraColumn, Filled, FilledTable, ModelColumn, ModelTable
from study.errors import nearest

from .errors import DataError
from .own import rules
from .own.faults import CELL, Fault, of_rows, worst_first

Tables = Mapping[str, pd.DataFrame]
SHOWN = 20


def check(name: str, tables: Tables, filled: Filled | None = None) -> None:
    """Refuse tables that break the model or are not what the data set says it fills.

    Parameters
    ----------
    name : of a file in design/sources/ with a section `tables`
    filled : what the data set fills (default: as the design says)

    Raises
    ------
    DataError listing table, row, column, what was found, what is allowed; the worst first.
    """
    model, filled = load().tables, filled or load().filled[name]
    found = faults(tables, filled, model)
    if found:
        count = f"{len(found)} kind{'s' if len(found) > 1 else ''} of fault"
        listed = [f"  {fault}".replace(", line", ", row") for fault in worst_first(found)[:SHOWN]]
        more = [f"  ... and {len(found) - SHOWN} more kinds"] if len(found) > SHOWN else []
        where = f"the reader src/study/data/sources/{name}.py breaks the customer model (design/tables.yaml, design/sources/{name}.yaml)"
        raise DataError("\n".join([f"{where}: {count}:", *listed, *more]))


def faults(tables: Tables, filled: Filled, model: Mapping[str, ModelTable]) -> list[Fault]:
    """Everything that is wrong; rows are counted from 1."""
    found = [
        Fault(name, "", f"is no table that the data set says it fills{nearest(name, filled.filled)}") for name in tables if name not in filled.filled
    ]
    found += [Fault(name, "", "is filled, says the data set, and is not there") for name in filled.filled if name not in tables]
    known = {name: tables[name].set_axis(range(1, len(tables[name]) + 1)) for name in filled.filled if name in tables}
    for name, frame in known.items():
        found += _table(name, frame, filled.filled[name], model[name])
    whole = {name: frame for name, frame in known.items() if not model[name].lacking(frame.columns)}
    for name, frame in whole.items():
        found += rules.keys(name, frame, model[name])
        found += rules.references(name, frame, model[name], whole, model)
        found += rules.scales(name, frame) if name == "survey" else []
    return found


def _table(name: str, frame: pd.DataFrame, filled: FilledTable, model: ModelTable) -> list[Fault]:
    found = []
    if len(frame) not in filled.rows:
        found.append(Fault(name, "", f"has {len(frame):,} rows; the data set says {' or '.join(f'{rows:,}' for rows in filled.rows)}"))
    said: dict[str, ModelColumn | ExtraColumn] = {column: model.columns[column] for column in filled.columns} | dict(filled.extra)
    for column in frame:
        if column not in said:
            found.append(Fault(name, str(column), f"is no column of the model that the data set fills, nor an extra one{nearest(str(column), said)}"))
    for column, entry in said.items():
        if column not in frame:
            found.append(Fault(name, column, "is a column, says the data set, and is not there"))
            continue
        found += _cells(name, frame[column], entry)
        lost = int(frame[column].isna().sum())
        if lost != filled.may_miss.get(column, lost if entry.missing else 0):
            allowed = (
                f"is empty in {lost:,} rows; the data set says {filled.may_miss[column]:,}" if column in filled.may_miss else "must not be empty"
            )
            found += of_rows(name, column, allowed, frame[column].isna(), None, CELL)
    return found


def _cells(name: str, values: pd.Series, column: ModelColumn | ExtraColumn) -> list[Fault]:
    """Cells that are not of the column's kind, its choices or its range."""
    there, low, high = values.dropna(), getattr(column, "minimum", None), getattr(column, "maximum", None)
    good, allowed = KINDS[column.kind](there)
    found = of_rows(name, str(values.name), f"is not {allowed}", ~good, there, CELL)
    choices = getattr(column, "choices", ())
    if choices:
        found += of_rows(name, str(values.name), f"is not one of {', '.join(choices)}", ~there.isin(choices), there, CELL)
    if good.all() and (low is not None or high is not None):
        cents = 100 if column.kind == "money" and pd.api.types.is_integer_dtype(there) else 1
        below, above = there < cents * (-np.inf if low is None else low), there > cents * (np.inf if high is None else high)
        found += of_rows(
            name,
            str(values.name),
            f"is outside {'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}",
            below | above,
            there,
            CELL,
        )
    return found


def _all(values: pd.Series, right: bool) -> pd.Series:
    return pd.Series(right, index=values.index)


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _number(values: pd.Series):
    return (_all(values, False) if not _is_number(values) else np.isfinite(values.astype(float))), "a finite number"


def _whole(values: pd.Series):
    return (_all(values, False) if not _is_number(values) else values.astype(float) % 1 == 0), "a whole number"


def _flag(values: pd.Series):
    return values.isin([0, 1]), "1 or 0"


def _text(values: pd.Series):
    return _all(values, bool(pd.api.types.is_string_dtype(values)) or not len(values)), "a text"


def _id(values: pd.Series):
    return (_whole(values)[0] if _is_number(values) else _text(values)[0]), "a text or a whole number"


def _date(values: pd.Series):
    return _all(values, pd.api.types.is_datetime64_any_dtype(values)), "a day"


KINDS = {
    "id": _id, "text": _text, "free": _text, "date": _date, "month": _date, "money": _number, "number": _number, "whole": _whole, "flag": _flag,
}  # fmt: skip
