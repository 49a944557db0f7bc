"""A table of findings: one line per estimate, what was published beside it, its interval and the customers behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from study.design.entries import Text
from study.privacy import Units

from .regression import probability
from .table import Table, build

COLUMNS = (
    Text(en="Quantity", zh="项目"),
    Text(en="Published", zh="已发表"),
    Text(en="Ours", zh="本文"),
    Text(en="Std. error", zh="标准误"),
    Text(en="95% interval", zh="95%置信区间"),
    Text(en="p", zh="p 值"),
    Text(en="N", zh="观测数"),
)


@dataclass(frozen=True)
class Finding:
    """One line.

    Parameters
    ----------
    label : what is estimated
    estimate : the value, or a text where there is none
    n : customers that it rests on
    std_error, low, high, p_value : its uncertainty, or None
    published : the printed value of the source's article, "" if none
    digits : decimals printed
    """

    label: Text
    estimate: float | Text
    n: int
    std_error: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    published: str = ""
    digits: int = 3

    @classmethod
    def of(cls, label: Text, line: pd.Series, n: int, **more) -> "Finding":
        """From a line of `Fit.tidy` (or any Series with estimate, std_error, ci_low, ci_high and perhaps p_value)."""
        bounds = {"std_error": line["std_error"], "low": line["ci_low"], "high": line["ci_high"], "p_value": line.get("p_value")}
        return cls(label, line["estimate"], n, **(bounds | more))

    def cells(self) -> list:
        """The printed cells."""
        ours = self.estimate if isinstance(self.estimate, Text) else self._number(self.estimate)
        interval = "" if self.low is None else f"[{self._number(self.low)}, {self._number(self.high)}]"
        error = "" if self.std_error is None else self._number(self.std_error)
        p = "" if self.p_value is None else probability(self.p_value)
        return [self.label, self.published, ours, error, interval, p, f"{self.n:,}"]

    def _number(self, value: float) -> str:
        return f"{value:,.{self.digits}f}"


def findings(rows: Sequence[Text | Finding], notes: Sequence[Text] = ()) -> Table:
    """The table; a Text is a panel heading. The column of published values is there if a line has one."""
    lines = [[row] if isinstance(row, Text) else row.cells() for row in rows]
    if any(isinstance(row, Finding) and row.published for row in rows):
        units = Units(counts={6}, bases={1: None, 2: 6, 4: None})
        return build(COLUMNS, lines, notes=notes, text_columns={0}, widths=(0.36, 0.1, 0.1, 0.1, 0.17, 0.08, 0.09), units=units)
    lines = [line if len(line) == 1 else [line[0], *line[2:]] for line in lines]
    units = Units(counts={5}, bases={1: 5, 3: None})
    return build((COLUMNS[0], *COLUMNS[2:]), lines, notes=notes, text_columns={0}, widths=(0.41, 0.12, 0.11, 0.18, 0.08, 0.1), units=units)
