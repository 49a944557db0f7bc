"""A table of findings: one line per estimate, what was published beside it, its interval and the customers behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from study.design import words
from study.design.entries import Text
from study.privacy import Units

from .regression import probability
from .table import Table, build

WORDS = words("shared")


WIDTHS = (0.36, 0.1, 0.1, 0.1, 0.17, 0.08, 0.09, 0.09)  # the first takes what the others leave


@dataclass(frozen=True)
class Finding:
    """One line.

    Parameters
    ----------
    label : what is estimated
    estimate : the value, a text, or None where the line has only a p-value or an interval
    n : customers that it rests on
    std_error, low, high, p_value : its uncertainty, or None
    family : p-value that holds for the whole family of contrasts, or None
    published : the printed value of the source's article, "" if none
    digits : decimals printed
    """

    label: Text
    estimate: float | Text | None
    n: int
    std_error: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    family: float | None = None
    published: str = ""
    digits: int = 3

    @classmethod
    def of(cls, label: Text, line: pd.Series, n: int, **more) -> "Finding":
        """From a line of `Fit.tidy` (or any Series with estimate, std_error, ci_low, ci_high and perhaps p_value)."""
        bounds = {"std_error": line["std_error"], "low": line["ci_low"], "high": line["ci_high"], "p_value": line.get("p_value")}
        return cls(label, line["estimate"], n, **(bounds | more))

    def cells(self) -> list:
        """The printed cells."""
        ours = "" if self.estimate is None else self.estimate if isinstance(self.estimate, Text) else self._number(self.estimate)
        interval = "" if self.low is None else f"[{self._number(self.low)}, {self._number(self.high)}]"
        error = "" if self.std_error is None else self._number(self.std_error)
        p, family = ("" if value is None else probability(value) for value in (self.p_value, self.family))
        return [self.label, self.published, ours, error, interval, p, family, f"{self.n:,}"]

    def _number(self, value: float) -> str:
        return f"{value:z,.{self.digits}f}".replace("-", "\N{MINUS SIGN}")


def findings(rows: Sequence[Text | Finding], notes: Sequence[Text] = ()) -> Table:
    """The table; a Text is a panel heading. Columns of published values and of family-wise p-values are there if a line has one."""
    lines = [row for row in rows if isinstance(row, Finding)]
    gone = {1: not any(line.published for line in lines), 6: all(line.family is None for line in lines)}
    kept = [place for place in range(len(WORDS["findings"]["columns"])) if not gone.get(place, False)]
    cells = [[row] if isinstance(row, Text) else [row.cells()[place] for place in kept] for row in rows]
    last = len(kept) - 1
    ours, error = kept.index(2), kept.index(4)
    units = Units(counts={last}, bases={ours: last, error: None} | ({1: None} if 1 in kept else {}))
    width = [WIDTHS[place] for place in kept]
    widths = (1 - sum(width[1:]), *width[1:])
    heads = [WORDS["findings"]["alone"] if place == 2 and 1 not in kept else WORDS["findings"]["columns"][place] for place in kept]
    return build(heads, cells, notes=notes, text_columns={0}, widths=widths, units=units)
