"""Faults of data files: found by a pandera schema or by hand, reported together with their lines."""

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from study.design import nearest


class DataError(ValueError):
    """A data file is not as its description says: the message lists the faults with their lines."""


def report(file: str, faults: list[str], shown: int = 20) -> None:
    """Raise DataError if there are faults; at most `shown` of them are listed."""
    if not faults:
        return
    listed = "\n".join(f"  {fault}" for fault in faults[:shown])
    more = f"\n  ... and {len(faults) - shown} more" if len(faults) > shown else ""
    count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
    raise DataError(f"{file} has {count}; nothing was read:\n{listed}{more}")


def validate(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> tuple[pd.DataFrame, list[str]]:
    """The frame with the schema's types, or the frame as it was and what is wrong with it.

    Parameters
    ----------
    frame : texts as read, its index named `line`: the line of each row in the file

    Returns
    -------
    (frame, faults), faults sorted by line
    """
    try:
        return schema.validate(frame, lazy=True), []
    except SchemaErrors as error:
        cases = error.failure_cases.dropna(subset=["index"])
        if cases.empty:
            raise
        cases = cases.drop_duplicates(["column", "index"]).sort_values(["index", "column"])
        return frame, [_fault(case, frame, schema) for case in cases.itertuples()]


def _fault(case, frame: pd.DataFrame, schema: pa.DataFrameSchema) -> str:
    """One line of the report: where, what was found, what is allowed."""
    column = schema.columns[case.column]
    found = frame.loc[case.index, case.column]
    allowed = next((c.statistics["allowed_values"] for c in column.checks if c.name == "isin"), None)
    if allowed is not None:
        return f"line {case.index}, {case.column}: '{found}' is not known{nearest(found, allowed)}"
    limits = next((c.statistics for c in column.checks if c.name == "in_range"), {})
    kind = "a whole number" if str(column.dtype).startswith("int") else "a number"
    between = f" from {limits['min_value']:g} to {limits['max_value']:g}" if limits else ""
    return f"line {case.index}, {case.column}: '{found}' is not {kind}{between}"
