"""What stands beside the source report's figures in the facts on the same banks."""

from collections.abc import Mapping

import pandas as pd

from study.design.entries import ReportFigure
from study.sample.bank_facts import Cells

from .errors import VariableError

COLUMNS = ["figure", "variable", "year", "value", "lines"]


def beside(figures: Mapping[str, ReportFigure], cells: Cells) -> pd.DataFrame:
    """The facts on the same bank that the design sets beside each printed figure, of the nearest year.

    Returns
    -------
    DataFrame figure, variable, year, value (unit of the codebook), lines (of the facts file); one row per
    figure and variable that has a fact, in the order of the design; of two years as near, the earlier

    Raises
    ------
    VariableError if a figure without a year has something beside it.
    """
    rows = []
    for name, figure in figures.items():
        if figure.beside and figure.year is None:
            raise VariableError(f"report figure '{name}' has no year, so nothing can stand beside it; leave `beside` out")
        for variable in figure.beside:
            of_bank = (cells.cells["bank"] == figure.bank) & (cells.cells["variable"] == variable)
            there = cells.cells[of_bank].sort_values("year")
            nearest = there.loc[(there["year"] - figure.year).abs().sort_values(kind="stable").index[:1]]
            rows.append(nearest.assign(figure=name)[COLUMNS])
    return pd.concat([pd.DataFrame(columns=COLUMNS), *rows], ignore_index=True)
