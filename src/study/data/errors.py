"""Faults of data files: found by a pandera schema or by hand, reported together with their lines."""

from functools import lru_cache

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from study.design import load
from study.errors import StudyError, nearest
from study.privacy import identifiers

UNSHOWN = "the value (not shown, it identifies a person)"


class DataError(StudyError, ValueError):
    """A data file is not as its description says: the message lists the faults with their lines."""


def report(file: str, faults: list[str], shown: int = 20) -> None:
    """Raise DataError if there are faults; at most `shown` of them are listed."""
    if not faults:
        return
    listed = "\n".join(f"  {fault}" for fault in faults[:shown])
    more = f"\n  ... and {len(faults) - shown} more" if len(faults) > shown else ""
    count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
    raise DataError(f"{file} has {count}; nothing was read:\n{listed}{more}")


def printed(column: str, value) -> str:
    """What a fault shows of a cell: its value in quotes, but of what identifies persons only that it is there.

    That is a column among the `identifiers` of the section `privacy` in design/sources/, of whichever arm (a reader can not forget to say
    so), and a text with a telephone, card or account number or the like, which is often a row whose cells have shifted.
    """
    hidden = column.casefold() in _identifying() or identifiers.kinds_in(str(value))
    return UNSHOWN if hidden else f"'{value}'"


@lru_cache(maxsize=1)
def _identifying() -> frozenset[str]:
    return frozenset(name.casefold() for protection in load().privacy.values() for name in protection.identifiers)


def validate(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> tuple[pd.DataFrame, list[str]]:
    """The rows that the schema accepts, typed, and what is wrong with the others.

    Parameters
    ----------
    frame : texts as read, its index named `line`: the line of each row in the file

    Returns
    -------
    (rows, faults), numbers that are none first, then unknown names, each sorted by line
    """
    plain = frame.assign(**{name: _plain(frame[name]) for name in _numeric(schema) if name in frame})
    try:
        return schema.validate(plain, lazy=True), []
    except SchemaErrors as error:
        cases = error.failure_cases.dropna(subset=["index"])
        if cases.empty:
            raise
    cases = cases.drop_duplicates(["column", "index"])
    cases = cases.assign(name=~cases["column"].isin(_numeric(schema))).sort_values(["name", "index", "column"])
    faults = [_fault(case, frame, schema) for case in cases.itertuples()]
    return schema.validate(plain.drop(index=cases["index"].unique())), faults


def _numeric(schema: pa.DataFrameSchema) -> list[str]:
    return [name for name, column in schema.columns.items() if str(column.dtype).startswith(("int", "float"))]


def _plain(texts: pd.Series) -> pd.Series:
    """The texts, empty where they are no plain number: float() would also take nan, 1_000 and full-width digits."""
    if not pd.api.types.is_string_dtype(texts):
        return texts
    number = texts.str.fullmatch(r"-?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?").fillna(False).astype(bool)
    return texts.where(texts.isna() | number, "")


def _fault(case, frame: pd.DataFrame, schema: pa.DataFrameSchema) -> str:
    """One line of the report: where, what was found, what is allowed."""
    column = schema.columns[case.column]
    found = frame.loc[case.index, case.column]
    if pd.isna(found):
        return f"line {case.index}, {case.column}: is empty"
    allowed = next((c.statistics["allowed_values"] for c in column.checks if c.name == "isin"), None)
    if allowed is not None:
        return f"line {case.index}, {case.column}: {printed(case.column, found)} is not known{nearest(found, allowed)}"
    limits = next((c.statistics for c in column.checks if c.name == "in_range"), {})
    kind = "a whole number" if str(column.dtype).startswith("int") else "a number"
    between = f" from {limits['min_value']:g} to {limits['max_value']:g}" if limits else ""
    return f"line {case.index}, {case.column}: {printed(case.column, found)} is not {kind}{between}"
