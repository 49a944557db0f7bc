"""Files as tables of texts or numbers, before anything is believed about their values."""

import csv
import gzip
import io
import zlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from study.design import relative
from study.errors import nearest

from .errors import DataError, report

GZIP = b"\x1f\x8b"
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs"}


class BrokenRow(DataError):
    """A row that can not be cut into cells: the line in which it begins, and what is wrong, in words."""

    def __init__(self, line: int, rule: str):
        super().__init__(f"line {line} {rule}")
        self.line, self.rule = line, rule


def content(file: Path) -> bytes:
    """The bytes of a file, unpacked if it is gzip."""
    raw = Path(file).read_bytes()
    if not raw.startswith(GZIP):
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(f"{relative(file)} is not a whole gzip file ({error}); get it again") from None


def texts(file: Path, columns: Sequence[str], separator: str = ",") -> pd.DataFrame:
    """The rows of a csv file as texts, indexed by their line.

    A byte order mark, CRLF line ends and gzip are accepted; another encoding, separator or set of
    columns is not.

    Parameters
    ----------
    columns : the columns that the file must have, in any order

    Returns
    -------
    DataFrame of str, columns as in the file, index `line`

    Raises
    ------
    DataError naming the file, what was found and what is allowed.
    """
    name = relative(file)
    try:
        text = content(file).decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8 (byte {error.start} is 0x{error.object[error.start]:02x}); save it as UTF-8") from None
    if not text.strip():
        raise DataError(f"{name} is empty; it must have the columns {', '.join(columns)}")
    try:
        header, rows, lines = cells(text, separator)
    except BrokenRow as error:
        raise DataError(f"{name}, {error}") from None
    _check_columns(name, header, columns, separator)
    if not rows:
        raise DataError(f"{name} has a header and no rows")
    report(name, _of_another_length(rows, lines, len(header), separator))
    return pd.DataFrame(rows, columns=header, index=pd.Index(lines, name="line"))


def cells(text: str, separator: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows that are not empty, and the line in which each row ends; a byte order mark is left out.

    Raises
    ------
    BrokenRow for a quote that is not closed or is followed by text, a cell of more than 131,072 characters, a NUL.
    """
    if "\0" in text:
        raise BrokenRow(text.count("\n", 0, text.index("\0")) + 1, "holds a NUL, which no text has; is it UTF-16, or no csv file?")
    plain = text.removeprefix("\ufeff")
    header = next(csv.reader(io.StringIO(plain[: csv.field_size_limit()], newline=""), delimiter=separator), [])
    # of a file with another separator the quotes say nothing; its one column is told by whoever asked
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=separator, strict=len(header) > 1)
    rows, lines, begun = [], [], 1
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
            begun = reader.line_num + 1
    except csv.Error as error:
        what = "has text after a closing quote" if "expected after" in str(error) else f"begins a row that does not end ({error}): close its quote"
        raise BrokenRow(reader.line_num if "expected after" in str(error) else begun, what) from None
    kept = [place for place, row in enumerate(rows) if row and place]
    return rows[0] if rows else [], [rows[place] for place in kept], [lines[place] for place in kept]


def wide_texts(file: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Some columns of a csv file that has more of them, as texts (see `texts`)."""
    header = next(csv.reader(io.StringIO(content(file).decode("utf-8", errors="replace").removeprefix("\ufeff"))), [])
    extra = [name for name in header if name not in columns]
    return texts(file, [*columns, *extra])[list(columns)]


def stata(file: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A Stata file, value labels as their numbers, indexed by `line` (its row, the first is 1).

    Parameters
    ----------
    columns : the columns to read (default: all)

    Raises
    ------
    DataError if it is no Stata file or lacks a column.
    """
    name = relative(file)
    try:
        frame = pd.read_stata(io.BytesIO(content(file)), convert_categoricals=False)
    except ValueError as error:
        raise DataError(f"{name} is not a Stata file ({error}); get it again") from None
    for column in columns or ():
        if column not in frame.columns:
            raise DataError(f"{name} has no column '{column}'{nearest(column, frame.columns)}")
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="line")
    return frame if columns is None else frame[list(columns)]


def _of_another_length(rows: list[list[str]], lines: list[int], width: int, separator: str) -> list[str]:
    """Rows with more or fewer cells than the file has columns."""
    mark = {",": "comma", ";": "semicolon"}.get(separator, "separator")
    return [
        f"line {line}: {len(row)} cells, {width} columns; a {mark} inside a text needs quotes around the text"
        for line, row in zip(lines, rows)
        if len(row) != width
    ]


def _check_columns(name: str, found: list[str], columns: Sequence[str], separator: str) -> None:
    missing = [column for column in columns if column not in found]
    if len(found) == 1 and len(missing) == len(columns):
        others = " or ".join(other for mark, other in NAMES.items() if mark != separator)
        raise DataError(f"{name} has one column; separate the columns with {NAMES[separator]}, not with {others}")
    twice = [column for column in columns if found.count(column) > 1]
    if twice:
        raise DataError(f"{name} has the column '{twice[0]}' {found.count(twice[0])} times; keep one")
    if missing:
        extra = [column for column in found if column not in columns]
        if len(missing) == len(columns):  # the first line may be a row: its cells are not shown
            raise DataError(f"{name}: the first line names none of the columns {', '.join(columns)}; it must be the header")
        hint = nearest(missing[0], extra) if extra else ""
        raise DataError(f"{name} has no column '{missing[0]}'; found {', '.join(found)}{hint}")
    unknown = [column for column in found if column not in columns]
    if unknown:
        raise DataError(f"{name} has a column '{unknown[0]}' that is not known{nearest(unknown[0], columns)}")
