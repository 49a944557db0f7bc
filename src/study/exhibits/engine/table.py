"""The one table object: what a table says, before any file format."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from study.design.entries import Text
from study.privacy import Units

from .errors import ExhibitError

LANGUAGES = ("en", "zh")


def both(text: "str | Text") -> Text:
    """The same text in both languages, if it is one string."""
    return text if isinstance(text, Text) else Text(en=str(text), zh=str(text))


@dataclass(frozen=True)
class Row:
    """A row of cells, or a panel heading that spans the table (one cell)."""

    cells: tuple[Text, ...]
    panel: bool = False
    key: str = ""


@dataclass(frozen=True)
class Table:
    """Columns, rows and notes, each text in English and Chinese.

    Parameters
    ----------
    columns : heads of the columns
    rows : rows of cells, as many as columns; a panel row has one cell
    notes : sentences under the table
    widths : shares of the line per column, or empty: as wide as the content
    wide : True if the table needs a page in landscape
    units : which cells count customers and what is behind the others; an arm with customers must say it
    column_keys : what the paper calls the columns, or empty; rows then have keys too
    """

    columns: tuple[Text, ...]
    rows: tuple[Row, ...]
    notes: tuple[Text, ...] = ()
    widths: tuple[float, ...] = ()
    wide: bool = False
    text_columns: frozenset[int] = field(default=frozenset({0}))
    units: Units | None = None
    column_keys: tuple[str, ...] = ()

    def __post_init__(self):
        for i, row in enumerate(self.rows):
            if not row.panel and len(row.cells) != len(self.columns):
                raise ExhibitError(f"row {i + 1} has {len(row.cells)} cells, the table has {len(self.columns)} columns")
        if self.widths and len(self.widths) != len(self.columns):
            raise ExhibitError(f"{len(self.widths)} widths for {len(self.columns)} columns")
        self._check_keys()

    def _check_keys(self) -> None:
        rows = [row.key for row in self.rows if not row.panel]
        if not self.column_keys and not any(rows):
            return
        if len(self.column_keys) != len(self.columns) or not all(rows):
            raise ExhibitError(f"{len(self.column_keys)} keys for {len(self.columns)} columns, {sum(map(bool, rows))} for {len(rows)} rows")
        twice = [key for keys in (rows, self.column_keys) for i, key in enumerate(keys) if key in keys[:i]]
        if twice:
            raise ExhibitError(f"'{twice[0]}' is the key of two rows or two columns")

    def keys(self) -> dict[str, list[str]] | None:
        """What the paper calls the rows and columns, panels not counted; None if they have no keys."""
        rows = [row.key for row in self.rows if not row.panel]
        return {"rows": rows, "columns": list(self.column_keys)} if self.column_keys else None

    def cells(self, language: str) -> pd.DataFrame:
        """The printed cells without panels."""
        rows = [[cell[language] for cell in row.cells] for row in self.rows if not row.panel]
        return pd.DataFrame(rows, columns=[c[language] for c in self.columns], dtype=str)

    def _repr_html_(self) -> str:
        """The table as a notebook shows it, panels as lines of their own."""
        rows = [[cell["en"] for cell in row.cells] for row in self.rows]
        heads = [column["en"] for column in self.columns]
        return pd.DataFrame([row + [""] * (len(heads) - len(row)) for row in rows], columns=heads, dtype=str).to_html(index=False)

    def written_units(self) -> dict | None:
        """What the table says of its units, its rows as in the csv file: panels not counted."""
        whole = [i for i, row in enumerate(self.rows) if not row.panel]
        places = {row: place for place, row in enumerate(whole)}
        return None if self.units is None else self.units.written(range(len(self.columns)), places)

    def frame(self, language: str) -> pd.DataFrame:
        """The printed cells, with the panel each row belongs to as first column."""
        panel, rows = "", []
        for row in self.rows:
            if row.panel:
                panel = row.cells[0][language]
            else:
                rows.append([panel, *(cell[language] for cell in row.cells)])
        frame = pd.DataFrame(rows, columns=["panel", *(c[language] for c in self.columns)])
        return frame if any(row.panel for row in self.rows) else frame.drop(columns="panel")


def build(columns: Sequence, rows: Sequence[Sequence], *, keys: Sequence[str] = (), **options) -> Table:
    """A table from plain sequences; a row of one cell is a panel heading.

    Parameters
    ----------
    columns, rows : str (same in both languages) or Text
    keys : column_keys and, for each row, its key ("" for a panel heading), or neither
    options : notes, widths, wide, text_columns, units, as for Table
    """
    notes = tuple(both(note) for note in options.pop("notes", ()))
    heading = len(columns) > 1
    named = [*keys] or [""] * len(rows)
    if len(named) != len(rows):
        raise ExhibitError(f"{len(named)} keys for {len(rows)} rows and panels")
    return Table(
        columns=tuple(both(c) for c in columns),
        rows=tuple(Row(tuple(both(c) for c in r), panel=heading and len(r) == 1, key=key) for r, key in zip(rows, named)),
        notes=notes,
        text_columns=frozenset(options.pop("text_columns", {0})),
        **options,
    )
