"""Faults of a user's tables: grouped by file, column and rule, counted, the worst first."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

# How bad a fault is: the smaller, the earlier it is listed.
FILE, CELL, KEY, STORY = range(4)
SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """One kind of fault in one column.

    Parameters
    ----------
    file, column : where; column "" for a fault of the file
    rule : what must hold, in words
    lines : the first lines that break it (rows of a parquet file)
    count : how many lines break it
    example : what the first of them has, "" where it may not be shown
    severity : FILE, CELL, KEY or STORY
    """

    file: str
    column: str
    rule: str
    lines: tuple[int, ...] = ()
    count: int = 1
    example: str = ""
    severity: int = FILE

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, self._lines(), self.column) if part)
        found = f"'{self.example}' " if self.example else ""
        times = f" ({self.count:,} rows)" if self.count > 1 else ""
        return f"{place}: {found}{self.rule}{times}"

    def _lines(self) -> str:
        if not self.lines:
            return ""
        more = ", ..." if self.count > len(self.lines) else ""
        return f"line{'s' if self.count > 1 else ''} {', '.join(map(str, self.lines))}{more}"


def of_rows(file: str, column: str, rule: str, bad: pd.Series, values: pd.Series | None, severity: int = CELL) -> list[Fault]:
    """The fault of the rows marked in `bad` (index: lines), or none.

    Parameters
    ----------
    values : what the rows have, for the example; None where it may not be shown
    """
    lines = bad.index[bad.to_numpy(dtype=bool)]
    if not len(lines):
        return []
    example = "" if values is None else printed(values.loc[lines[0]])
    return [Fault(file, column, rule, tuple(int(line) for line in lines[:3]), len(lines), example, severity)]


def printed(value) -> str:
    """A cell as a message shows it: days without their midnight, whole numbers as such."""
    if isinstance(value, pd.Series):
        value = value.iloc[0]
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "empty"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        value = int(value)
    return str(value)[:60] or "empty"


def worst_first(faults: list[Fault]) -> list[Fault]:
    """Files that can not be read, then cells, keys, histories; within each the most frequent first."""
    return sorted(faults, key=lambda fault: (fault.severity, -fault.count, fault.file, fault.column, fault.rule))


def listed(faults: list[Fault]) -> list[str]:
    """The lines of a report: a count, at most twenty faults, and how many more there are."""
    rows = sum(fault.count for fault in faults)
    lines = [f"{len(faults)} kinds of fault in {rows:,} places:"]
    lines += [f"  {fault}" for fault in worst_first(faults)[:SHOWN]]
    more = len(faults) - SHOWN
    return lines + ([f"  ... and {more} more kinds; mend these first"] if more > 0 else [])
