"""A cell of a published table by key: the table, the key of its row, the key of its column."""

import re
from pathlib import Path

import pandas as pd

from study.design import read_json
from study.design.punctuation import signs
from study.errors import nearest

from .lookup import KeyUnknown, read_cells

NUMBER = re.compile(r"<?[\u2212-]?\d+(?:,\d{3})*(?:\.\d+)?")


def place(table: Path, row: str, column: str) -> tuple[int, int]:
    """Where a cell stands in the csv file of a table: line without the head, column; both from 0.

    Parameters
    ----------
    table : its json file
    row, column : keys that the table gave its rows and columns

    Raises
    ------
    KeyUnknown if the table has no such key (with the nearest one) or none at all.
    """
    name = f"{table.parent.parent.name}.{table.stem}"
    keys = read_json(table).get("keys")
    if keys is None:
        raise KeyUnknown(f"the rows and columns of {name} have no keys; give them to the table, and run `study run`")
    for what, key in (("row", row), ("column", column)):
        if key not in keys[f"{what}s"]:
            raise KeyUnknown(f"{name} has no {what} '{key}'{nearest(key, keys[f'{what}s'])}")
    head = read_cells(table.with_suffix(".csv")).columns
    return keys["rows"].index(row), len(head) - len(keys["columns"]) + keys["columns"].index(column)


def printed(table: Path, row: str, column: str, part: int | None = None, language: str = "en") -> str:
    """A cell as the table prints it, or the `part`-th number of a cell that holds several, such as an interval.

    Raises
    ------
    KeyUnknown as for `place`; if the cell has not so many numbers, or is empty.
    """
    line, at = place(table, row, column)
    cells = read_cells(table.with_suffix(".csv" if language == "en" else f".{language}.csv"))
    cell = cells.iloc[line, at]
    text = "" if pd.isna(cell) else signs(str(cell))
    found = NUMBER.findall(text) if part is not None else [text]
    if not text or part is not None and not 1 <= part <= len(found):
        where = f"{table.parent.parent.name}.{table.stem}, row '{row}', column '{column}'"
        raise KeyUnknown(f"{where}: the cell is {text!r}" + ("" if part is None else f" and has no number {part}"))
    return found[(part or 1) - 1]
