"""The rules of output checking for the printed cells of one table: small counts, differences, shares, extremes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from .suppression import MARK, small
from .units import Cell, Units, determined

COUNT_WORDS = r"n|obs\.?|observations|customers|accounts|people|persons|users|calls|rows|cases|样本量|观测数|观测值|客户数|人数|户数"
COUNT_HEAD = re.compile(COUNT_WORDS, re.I)
EXTREME_HEAD = re.compile(r"(min\.?|minimum|max\.?|maximum|最小值?|最大值?)", re.I)
SHARE = re.compile(r"%|\bshare\b|比例|占比", re.I)
NUMBER = re.compile("[-\N{MINUS SIGN}]?[0-9][0-9,]*(?:\\.[0-9]+)?")
COUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})*|[0-9]+)(?![0-9.,]*[0-9])")


@dataclass(frozen=True)
class Fault:
    """A rule that a cell or file breaks.

    Parameters
    ----------
    text : what was found and what to do
    row, column : their printed names; None for a whole column or file
    cell : position, if the fault is one cell's
    """

    text: str
    row: str | None = None
    column: str | None = None
    cell: Cell | None = None

    def line(self, exhibit: str) -> str:
        """Exhibit, cell and rule, as a reader is told."""
        named = [f"{what} '{name}'" for what, name in (("row", self.row), ("column", self.column)) if name is not None]
        return f"{', '.join([exhibit, *named])}: {self.text}"


@dataclass(frozen=True)
class Printed:
    """The printed cells of a table or figure with what its builder says of units.

    Parameters
    ----------
    cells : texts, without the column of panels
    units : columns and rows by position in `cells`
    least : customers behind a cell
    """

    cells: pd.DataFrame
    units: Units
    least: int
    counted: Mapping[Cell, int] = field(init=False)
    hidden: frozenset[Cell] = field(init=False)

    def __post_init__(self):
        counted, hidden = {}, set()
        for row, column, text in self._cells(self.units.counts):
            match = COUNT.match(text)
            if text == MARK:
                hidden.add((row, column))
            elif match:
                counted[row, column] = int(match.group(1).replace(",", ""))
        object.__setattr__(self, "counted", counted)
        object.__setattr__(self, "hidden", frozenset(hidden))

    def _cells(self, columns) -> Iterator[tuple[int, int, str]]:
        for column in sorted(columns):
            for row, text in enumerate(self.cells.iloc[:, column]):
                if text.strip():
                    yield row, column, text.strip()

    def faults(self) -> list[Fault]:
        """Every rule that the cells break, rule by rule."""
        rules = (self._heads, self._counts, self._differences, self._shares, self._extremes)
        return [fault for rule in rules for fault in rule()]

    def _at(self, cell: Cell, text: str) -> Fault:
        return Fault(text, str(self.cells.iloc[cell[0], 0]), str(self.cells.columns[cell[1]]), cell)

    def _few(self, count: int) -> bool:
        return bool(small([count], self.least)[0])

    def _heads(self) -> Iterator[Fault]:
        """Columns that look like counts, extremes or shares and of which nothing is said."""
        said = self.units
        for column, head in enumerate(map(str, self.cells.columns)):
            shares = any(re.search("[0-9] ?%$", text) for _, _, text in self._cells([column])) or SHARE.search(head)
            known = said.counts | said.extremes | set(said.bases) | {c for _, c in said.behind}
            if COUNT_HEAD.fullmatch(head.strip()) and column not in said.counts:
                yield Fault("is headed as a count; name it in Units(counts=...)", column=head)
            elif EXTREME_HEAD.fullmatch(head.strip()) and column not in said.extremes:
                yield Fault("shows single customers; name it in Units(extremes=...), or print privacy.trimmed_range", column=head)
            elif column and shares and column not in known:
                yield Fault("shows shares; name their base in Units(bases=...), None if they are not of customers", column=head)

    def _counts(self) -> Iterator[Fault]:
        """Declared counts: small ones, and cells that are none."""
        for row, column, text in self._cells(self.units.counts):
            cell = (row, column)
            if cell in self.counted and self._few(self.counted[cell]):
                few = f"counts {self.counted[cell]}, fewer than {self.least} customers"
                yield self._at(cell, f"{few}; withhold it (privacy.cells) or join rows")
            elif cell not in self.counted and cell not in self.hidden and re.search("[0-9]", text):
                yield self._at(cell, f"'{text}' is not a whole number, and its column is said to count customers")
        for cell, count in self.units.behind.items():
            shown = str(self.cells.iloc[cell]).strip()
            if cell[1] not in self.units.extremes and self._few(count) and shown not in ("", MARK):
                yield self._at(cell, f"rests on {count}, fewer than {self.least} customers; withhold it")

    def _differences(self) -> Iterator[Fault]:
        """What subtraction gives: sums that do not add up or give back a withheld cell, samples that nearly agree."""
        for cell in determined(sorted(self.hidden), self.units.sums):
            yield self._at(cell, "is withheld, but follows from the cells that it adds up with; withhold another (privacy.withheld)")
        for total, parts in self.units.sums:
            if all(cell in self.counted for cell in (total, *parts)):
                found = sum(self.counted[part] for part in parts)
                if self.counted[total] != found:
                    yield self._at(total, f"is {self.counted[total]:,}, its parts add up to {found:,}")
        for inner, outer in self.units.nested:
            if inner in self.counted and outer in self.counted:
                left = self.counted[outer] - self.counted[inner]
                if self._few(left):
                    few = f"differs by {left} from the sample around it, which shows fewer than {self.least} customers"
                    yield self._at(inner, f"{few}; join the two")

    def _shares(self) -> Iterator[Fault]:
        """Shares and means on a small or withheld base, and shares that give back a small count."""
        for column, base in self.units.bases.items():
            for row, _, text in self._cells([column] if base is not None else []):
                number = NUMBER.search(text)
                if text == MARK or number is None or (row, column) in self.units.behind:
                    continue
                of = self.counted.get((row, base))
                if of is None or self._few(of):
                    what = "withheld or missing" if of is None else str(of)
                    yield self._at((row, column), f"its base is {what}; a share or mean needs {self.least} customers or more")
                    continue
                for fault in share_faults(text, number.group(), str(self.cells.columns[column]), of, self.least):
                    yield self._at((row, column), fault)

    def _extremes(self) -> Iterator[Fault]:
        for row, column, text in self._cells(self.units.extremes):
            count = self.units.behind.get((row, column))
            if text == MARK or not re.search("[0-9]", text):
                continue
            if count is None:
                yield self._at((row, column), "is an extreme; say in Units(behind=...) how many customers have it")
            elif count < self.least:
                have = f"{count} customer{'s have' if count > 1 else ' has'}"
                yield self._at((row, column), f"is an extreme that {have}; print privacy.trimmed_range")


def share_faults(text: str, number: str, head: str, base: int, least: int) -> list[str]:
    """The small counts that a share gives back: of those who have it, or of those who have not."""
    value = float(number.replace(",", "").replace("\N{MINUS SIGN}", "-"))
    if text.endswith("%") or "%" in head:
        value /= 100
    elif not SHARE.search(head):
        return []
    if not 0 <= value <= 1:
        return []
    have = round(value * base)
    few = [count for count in (have, base - have) if small([count], least)[0]]
    return [f"{text} of {base:,} gives back a count of {few[0]}, fewer than {least} customers; withhold it"] if few else []
