"""One row per bank and year: the published variables and what the codebook derives from them."""

import numpy as np
import pandas as pd

from study.design import load
from study.design.entries import Derivation
from study.errors import nearest
from study.sample import estimation
from study.sample.bank_facts import Cells

from .errors import VariableError

KEY = ["bank", "year"]


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
    assert how.ratio is not None, "a derivation is a log, a lag or a ratio"
    above, below = how.ratio
    return how.factor * panel[above] / panel[below].where(panel[below] != 0)


def by_rule(panel: pd.DataFrame, cells: Cells, variables: list[str]) -> tuple[pd.DataFrame, tuple[str, str]]:
    """The panel and the two effects of a regression, as the rule's `series_break` says.

    Parameters
    ----------
    variables : outcome and treatment of the regression, published or derived

    Returns
    -------
    (panel, effects): ignore (the panel; bank, year), drop (less the rows with a break; bank, year),
    scope (the panel with `scope`; scope, year)
    """
    if cells.rule.series_break == "drop":
        return without_breaks(panel, cells, variables), ("bank", "year")
    if cells.rule.series_break == "scope":
        return with_scopes(panel, cells, variables), ("scope", "year")
    return panel, ("bank", "year")


def estimation_counts(panel: pd.DataFrame, cells: Cells, outcomes: list[str], treatment: str) -> pd.DataFrame:
    """What the rule leaves for the regression of each outcome on the treatment.

    Returns
    -------
    the table of `sample.estimation.counts`; `banks` counts scopes where the rule has one effect each
    """
    counted = []
    for outcome in outcomes:
        rows, effects = by_rule(panel, cells, [outcome, treatment])
        counted.append(estimation.counts(rows, [outcome], treatment, effects, unit=effects[0]))
    return pd.concat(counted, ignore_index=True)


def with_scopes(panel: pd.DataFrame, cells: Cells, variables: list[str]) -> pd.DataFrame:
    """The panel with `scope`: the bank and how often one of the variables has broken up to the year.

    The year of a break need not be in the panel: ABC.0 becomes ABC.1 in the first later row.
    """
    years = breaks(cells, variables).groupby("bank")["year"].agg(list)
    part = [sum(b <= year for b in years.get(bank, [])) for bank, year in zip(panel["bank"], panel["year"])]
    return panel.assign(scope=panel["bank"] + "." + pd.Series(part, index=panel.index, dtype=int).astype(str))


def without_breaks(panel: pd.DataFrame, cells: Cells, variables: list[str]) -> pd.DataFrame:
    """The panel less the rows in which one of the variables has a series break."""
    broken = pd.MultiIndex.from_frame(breaks(cells, variables))
    return panel[~pd.MultiIndex.from_frame(panel[KEY]).isin(broken)]


def breaks(cells: Cells, variables: list[str]) -> pd.DataFrame:
    """The rows of a panel in which a variable is the first of a new definition or scope.

    A derived variable breaks where its sources do; a lag of one year breaks one year later than its
    source, because the row of the year t holds the value of t - 1.

    Returns
    -------
    DataFrame bank, year; sorted, without repetition
    """
    first = cells.cells[cells.cells["series_break"] == 1]
    parts = [
        first.loc[first["variable"] == source, KEY].assign(year=lambda rows, later=later: rows["year"] + later)
        for name in variables
        for source, later in _sources(name)
    ]
    whole = pd.concat(parts) if parts else first[KEY].iloc[:0]
    return whole.drop_duplicates().sort_values(KEY, ignore_index=True)


def source_lines(cells: Cells, rows: pd.DataFrame, variables: list[str]) -> list[int]:
    """The lines of the facts file that the variables of some bank-years rest on.

    Parameters
    ----------
    rows : bank, year of the rows of a panel; a lagged variable rests on the facts of the earlier year
    """
    parts = []
    for name in variables:
        for source, later in _sources(name):
            wanted = rows[KEY].assign(year=rows["year"] - later, variable=source).drop_duplicates()
            parts.append(wanted.merge(cells.cells, on=[*KEY, "variable"])["lines"])
    return sorted({line for part in parts for lines in part for line in lines})


def _sources(name: str, later: int = 0) -> list[tuple[str, int]]:
    """The published variables behind a variable, each with the years by which it is lagged."""
    codebook = load().variables
    if name not in codebook:
        raise VariableError(f"'{name}' is in no codebook" + nearest(name, codebook))
    how = codebook[name].derive
    if how is None:
        return [(name, later)]
    lagged = later + (how.periods if how.lag else 0)
    return [pair for source in how.sources for pair in _sources(source, lagged)]


def _lag(panel: pd.DataFrame, name: str, periods: int) -> pd.Series:
    """The value of the calendar year `periods` before; missing where that year is."""
    earlier = panel[["bank", "year", name]].assign(year=panel["year"] + periods)
    return panel[["bank", "year"]].merge(earlier, on=["bank", "year"], how="left")[name].set_axis(panel.index)
