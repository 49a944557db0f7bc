"""Operators of a formula over units and periods, l(x, 1), d(x), i(period, treat, ref=-1), and several outcomes.

They become columns before a formula is read, so that every estimator has them: "l(x, 1)" is the name of a column.
"""

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import numpy as np
import pandas as pd

from study.refusals import require, table

from ..errors import DuplicateKeys, FormulaError, ModelError, Unseen
from .columns import missing, number
from .formula import Formula, quoted, split, uses_of

CALL = re.compile(r"(?<![\w.`])([ldi])\(")
HOW = {
    "l": "l(x, 1) is x one period before, l(x, -1) one after, l(x, 1:3) three lags",
    "d": "d(x) is x less x one period before, d(x, 4) less x four before",
    "i": "i(period, ref=-1) has a column for each level but -1, i(period, treat, ref=-1) each times treat",
}


@dataclass(frozen=True)
class Call:
    """One operator of a formula: its name, columns, and numbers or reference levels; `text` as it is written."""

    name: str
    columns: tuple[str, ...]
    values: tuple
    text: str


def by_outcome(estimate: Callable) -> Callable:
    """Make an estimator of "y ~ x" read operators, and "y1 + y2 ~ x" as two models, whose Fits it returns as a list.

    l and d need unit= and time= of the call. The Fit remembers the labels of the rows, for predictions.
    """

    @wraps(estimate)
    def fit(data: Any, formula: str, **options) -> Any:
        fits = [_one(estimate, data, text, options) for text in outcomes(formula)]
        return fits if len(fits) > 1 else fits[0]

    return fit


def outcomes(formula: str) -> list[str]:
    """The formula of each outcome of "y1 + y2 ~ x"; what stands in brackets is one outcome."""
    left, *rest = split(formula, "~")
    parts = [part.strip() for part in split(left, "+")]
    if not rest or len(parts) < 2 or not all(parts):
        return [formula]
    return [f"{part} ~{'~'.join(rest)}" for part in parts]


def _one(estimate: Callable, data: Any, text: str, options: dict) -> Any:
    data = table(data)
    if not calls(text):
        return replace(estimate(data, text, **options), rows=data.index)
    keys = options.get("unit"), options.get("time")
    frame, plain, notes = expand(data, text, *keys)
    try:
        fitted = estimate(frame, plain, **options)
    except ModelError as error:
        raise type(error)(str(error).replace(plain, text)) from None
    summary = {**fitted.summary, **({"formula": text} if "formula" in fitted.summary else {})}
    operators = {"formula": text, "unit": keys[0], "time": keys[1]}
    return replace(fitted, rows=data.index, summary=summary, notes=(*fitted.notes, *notes), settings={**fitted.settings, "operators": operators})


def expand(data: pd.DataFrame, text: str, unit: str | None, time: str | None, *, terms: Sequence[str] | None = None):
    """The data with a column for each operator, the formula that names them, and notes.

    Parameters
    ----------
    unit, time : columns that identify a row, for l and d; periods are whole numbers or pandas Periods
    terms : for new rows: the columns of i() that the estimation had

    Raises
    ------
    FormulaError if an operator is not understood or has no unit and time; MissingColumn; DuplicateKeys
    """
    frame, notes, plain = data.copy(deep=False), [], text
    for call in sorted(dict.fromkeys(calls(text)), key=lambda call: call.name == "i"):  # levels are those of rows that have their lags
        require(data, call.columns)
        made = _interacted(frame, call, _incomplete(frame, plain), terms) if call.name == "i" else _shifted(data, call, unit, time, notes, text)
        frame = frame.assign(**made)
        names = " + ".join(quoted(name) for name in made)
        written = f"({names})" if len(made) > 1 else names
        plain = re.sub(r"(?<![\w.`])" + re.escape(call.text), written.replace("\\", r"\\"), plain)
    return frame, plain, tuple(notes)


def _incomplete(frame: pd.DataFrame, text: str) -> np.ndarray:
    """Rows (n,) that miss a value of a column of the formula, whichever side it is on."""
    for call in calls(text):
        text = text.replace(call.text, " + ".join(map(quoted, call.columns)))
    parts = [part for side in split(text, "~") for block in split(side, "|") for part in split(block, "^")]
    needed = list(uses_of(Formula("0", " + ".join(parts), (), text).right()))
    require(frame, needed)
    return missing(frame[needed])


def calls(text: str) -> list[Call]:
    """The operators of a formula, outside backticks, in order.

    Raises
    ------
    FormulaError if one is not understood.
    """
    found, inside = [], [text[: m.start()].count("`") % 2 for m in CALL.finditer(text)]
    for match, quoted_ in zip(CALL.finditer(text), inside):
        if quoted_:
            continue
        end, depth = match.end(), 1
        while depth and end < len(text):
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
        found.append(_read(text[match.start() : end], match[1], text))
    return found


def _read(written: str, name: str, text: str) -> Call:
    """One operator, its columns plain names or names in backticks."""
    refused = FormulaError(
        f"'{text}': {written} is not understood: {HOW[name]}; its columns are names, so write a function around it, np.log(l(x, 1))"
    )
    quotes = re.findall(r"`([^`]+)`", written)
    numbered = written
    for at in range(len(quotes)):
        numbered = re.sub(r"`[^`]+`", f"quoted_{at}_", numbered, count=1)
    numbered = re.sub(r"(-?\d+)\s*:\s*(-?\d+)", lambda m: str(list(range(int(m[1]), int(m[2]) + 1))), numbered)
    try:
        call = ast.parse(numbered, mode="eval").body
        columns = tuple(node.id for node in call.args if isinstance(node, ast.Name))
        given = [ast.literal_eval(node) for node in call.args[len(columns) :]]
        keywords = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
    except (SyntaxError, ValueError):
        raise refused from None
    if name == "i":
        reference = keywords.pop("ref", [])
        values = list(reference) if isinstance(reference, list | tuple) else [reference]
        understood = len(columns) in (1, 2) and not given
    else:
        values = given[0] if given and isinstance(given[0], list) else given or [1]
        whole = all(type(value) is int for value in values) and values
        understood = len(columns) == 1 and len(given) <= 1 and whole and (name == "l" or (len(values) == 1 and values[0] != 0))
    if keywords or not understood:
        raise refused
    return Call(name, tuple(quotes[int(c.split("_")[1])] if re.fullmatch(r"quoted_\d+_", c) else c for c in columns), tuple(values), written)


def _shifted(data: pd.DataFrame, call: Call, unit, time, notes: list, text: str) -> dict[str, pd.Series]:
    """Lags or a difference: the value of the unit in the period that is so many before, missing where there is none."""
    if not unit or not time:
        raise FormulaError(f"'{text}': {call.text} needs unit= and time=, the columns of units and periods, in the call")
    require(data, [unit, time])
    column = call.columns[0]
    units, periods = data[unit], _periods(data[time], time)
    known = ~missing(data[[unit, time]])
    again = pd.DataFrame({unit: units, time: periods})[known].duplicated(keep=False).sum()
    if again:
        raise DuplicateKeys(f"'{text}': {again} rows share {unit} and {time} with another row; {call.text} needs one row for each")
    values = number(data[column], column) if call.name == "d" or _numeric(data[column]) else data[column].astype(object)
    lookup = pd.Series(values.to_numpy()[known], index=pd.MultiIndex.from_arrays([units[known], periods[known]]))
    made = {}
    for k in call.values:
        before = lookup.reindex(pd.MultiIndex.from_arrays([units[known], periods[known] - k]))
        past = pd.Series(np.nan, index=data.index, dtype=lookup.dtype if lookup.dtype == object else float)
        past[known] = before.to_numpy()
        name = f"{call.name}({column}{'' if call.name == 'd' and k == 1 else f', {k}'})"
        made[name] = values - past if call.name == "d" else past
        notes += _gaps(name, units[known], periods[known], k, lookup.index)
    return made


def _gaps(name: str, units: pd.Series, periods: pd.Series, k: int, there: pd.MultiIndex) -> list[str]:
    """A note if rows have no period k before although their unit is seen earlier (later for k < 0): a gap, not the start."""
    asked = pd.MultiIndex.from_arrays([units, periods - k])
    ends = periods.groupby(units.to_numpy()).transform("min" if k > 0 else "max")
    beyond = (periods - k < ends) if k > 0 else (periods - k > ends)
    gaps = int((~asked.isin(there) & ~beyond.to_numpy()).sum())
    return [f"{name} is missing in {gaps} rows because their unit has no row in that period (a gap)"] if gaps else []


def _periods(column: pd.Series, name: str) -> pd.Series:
    """Periods that can be counted from: whole numbers or pandas Periods, the missing ones as they are."""
    if isinstance(column.dtype, pd.PeriodDtype):
        return pd.Series(column.array.asi8, index=column.index).where(column.notna(), 0)
    if not _numeric(column):
        raise FormulaError(
            f"periods '{name}' are {column.dtype}: lags need whole numbers or pandas Periods, in which the period before is known; "
            "convert them, as in data[time].dt.to_period('M'), or count the periods"
        )
    values = number(column, name).fillna(0.0)
    if (values != np.round(values)).any():
        raise FormulaError(
            f"periods '{name}' are not whole numbers (such as {values[values != np.round(values)].iloc[0]:g}); lags count periods in ones"
        )
    whole, seen = values.astype("int64"), column.notna().to_numpy()
    months = whole[seen]
    if len(months) and months.between(190001, 299912).all() and (months % 100).between(1, 12).all() and (months // 100).nunique() > 1:
        raise FormulaError(
            f"periods '{name}' look like year and month ({months.iloc[0]}): the one before January is not one less; convert them to pandas Periods"
        )
    return whole


def _numeric(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype)


def _interacted(data: pd.DataFrame, call: Call, incomplete: np.ndarray, terms: Sequence[str] | None) -> dict[str, pd.Series]:
    """A column for each level of the first variable but the references, times the second variable; of new rows those of `terms`.

    A level whose column would be zero in all complete rows has none.
    """
    gone = missing(data[list(call.columns)])
    used = ~gone if terms is not None else ~incomplete
    factor, tail = data[call.columns[0]], f":{call.columns[1]}" if len(call.columns) == 2 else ""
    levels = sorted(factor[~gone].unique())
    if terms is None:
        _check_references(call, levels, factor[used])
    times = number(data[call.columns[1]], call.columns[1]) if tail else 1.0
    made = {}
    for level in (level for level in levels if level not in call.values):
        column = pd.Series(np.where(gone, np.nan, (factor == level).to_numpy(dtype=float, na_value=0.0)), index=data.index) * times
        if (column[used] != 0).any():
            made[f"{call.columns[0]}::{_named(level)}{tail}"] = column
    if terms is not None:
        return _as_estimated(made, call, terms, tail, pd.Series(np.where(gone, np.nan, 0.0), index=data.index))
    if not made:
        raise FormulaError(f"{call.text}: no level is left beside the reference")
    return made


def _check_references(call: Call, levels: list, used: pd.Series) -> None:
    absent = [value for value in call.values if value not in levels]
    if absent:
        shown = ", ".join(map(_named, levels[:12])) + (" ..." if len(levels) > 12 else "")
        raise FormulaError(f"{call.text}: no row has the reference {absent[0]!r}; {call.columns[0]} has {shown}")
    if call.values and not used.isin(list(call.values)).any():
        given = ", ".join(map(_named, call.values))
        raise FormulaError(f"{call.text}: every row of the reference {given} misses a value of another column (a lag?); choose another reference")


def _as_estimated(made: dict, call: Call, terms: Sequence[str], tail: str, zero: pd.Series) -> dict[str, pd.Series]:
    """The columns of new rows: those of the estimation, no others."""
    known = [name for name in terms if re.fullmatch(re.escape(f"{call.columns[0]}::") + "[^:]*" + re.escape(tail), name)]
    strange = [name for name in made if name not in known]
    if strange:
        raise Unseen(f"{call.text}: rows to predict have {len(strange)} levels that were not estimated: {', '.join(strange[:5])}")
    return {name: made.get(name, zero) for name in known}


def _named(level: Any) -> str:
    """A level in a name: 2.0, as columns with gaps have it, is 2."""
    return str(int(level)) if isinstance(level, float | np.floating) and float(level).is_integer() else str(level)
