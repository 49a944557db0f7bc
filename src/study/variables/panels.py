"""One row per bank and year: the published variables and what the codebook derives from them."""

import numpy as np
import pandas as pd

from study.design import load
from study.design.entries import Derivation
from study.sample.cn_banks import Cells


def bank_year(cells: Cells) -> pd.DataFrame:
    """The panel of banks and years.

    Returns
    -------
    DataFrame sorted by bank and year: bank, year, every variable of the codebook that the cells
    carry (float, missing where not published), every derived variable
    """
    codebook = load().variables
    wide = cells.cells.pivot(index=["bank", "year"], columns="variable", values="value")
    published = [n for n, v in codebook.items() if v.role != "key" and v.derive is None]
    panel = wide.reindex(columns=published).sort_index().reset_index()
    panel.columns.name = None
    for name, variable in codebook.items():
        if variable.derive is not None:
            panel[name] = derive(panel, variable.derive)
    return panel


def derive(panel: pd.DataFrame, how: Derivation) -> pd.Series:
    """A derived variable: the log of positive values, the value of an earlier calendar year, or a ratio."""
    if how.log:
        positive = panel[how.log].where(panel[how.log] > 0)
        return np.log(positive)
    if how.lag:
        return _lag(panel, how.lag, how.periods)
    above, below = how.ratio
    return how.factor * panel[above] / panel[below]


def with_scopes(panel: pd.DataFrame, cells: Cells, variables: list[str]) -> pd.DataFrame:
    """The panel with `scope`: the bank, and a new code from each year in which one of the variables breaks."""
    breaks = _breaks(cells, variables)
    new = pd.Series(pd.MultiIndex.from_frame(panel[["bank", "year"]]).isin(breaks), index=panel.index)
    part = new.groupby(panel["bank"]).cumsum()
    return panel.assign(scope=panel["bank"] + "." + part.astype(str))


def without_breaks(panel: pd.DataFrame, cells: Cells, variables: list[str]) -> pd.DataFrame:
    """The panel less the rows in which one of the variables has a series break."""
    breaks = _breaks(cells, variables)
    return panel[~pd.MultiIndex.from_frame(panel[["bank", "year"]]).isin(breaks)]


def _breaks(cells: Cells, variables: list[str]) -> list[tuple]:
    table = cells.cells
    broken = table[(table["series_break"] == 1) & table["variable"].isin(variables)]
    return list(broken[["bank", "year"]].itertuples(index=False, name=None))


def _lag(panel: pd.DataFrame, name: str, periods: int) -> pd.Series:
    """The value of the calendar year `periods` before; missing where that year is."""
    earlier = panel[["bank", "year", name]].assign(year=panel["year"] + periods)
    return panel[["bank", "year"]].merge(earlier, on=["bank", "year"], how="left")[name].set_axis(panel.index)
