"""Counts that are too small, and the others that must be withheld with them so that nobody can subtract."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from .errors import BadTable, CannotProtect

LEAST = 10  # customers behind a published cell
MARK = "[c]"  # printed in place of a withheld cell: confidential
TOTAL = "total"


def small(counts, least: int = LEAST) -> np.ndarray:
    """Which counts are too small: from 1 to least - 1. Nobody is behind a zero."""
    counts = np.asarray(counts)
    return (counts > 0) & (counts < least)


def withheld(counts: Sequence[int], sums: Sequence[tuple[int, Sequence[int]]], *, keep: Sequence[int] = (), least: int = LEAST) -> np.ndarray:
    """Which cells of a set of counts must be withheld, given the sums that everybody can form.

    Small cells first; then, for each of them, the cheapest others such that another table agrees with
    everything published in which the cell is larger by at least `least` (the linear programme of
    complementary suppression: cost of a cell is its count, zero if withheld already). So no withheld cell
    follows from the published ones, and a small one can not be told from a large one.

    Parameters
    ----------
    counts : (n,) whole numbers, all cells, totals among them
    sums : (total, parts): cell `total` is the sum of the cells `parts`
    keep : cells that are never withheld, such as the grand total

    Returns
    -------
    (n,) bool

    Raises
    ------
    CannotProtect naming the first cell that can not be hidden; BadTable if a sum does not hold.
    """
    counts = _whole(counts)
    relations = _relations(counts, sums)
    hidden = small(counts, least)
    bare = [cell for cell in keep if hidden[cell]]
    if bare:
        message = f"cell {bare[0]} is {counts[bare[0]]} and was to be published; publish it with others or not at all"
        raise CannotProtect(message, bare[0])
    fixed = np.zeros(len(counts), bool)
    fixed[list(keep)] = True
    fixed |= counts == 0  # often zero by nature, so hiding it hides nothing
    for cell in np.flatnonzero(hidden).tolist():
        moved = _other_table(counts, relations, hidden, fixed, cell, least)
        if moved is None:
            raise CannotProtect(f"cell {cell} ({counts[cell]}) can not be hidden: too little is added to it; join rows or columns", int(cell))
        hidden = hidden | moved
    return hidden


def _other_table(counts, relations, hidden, fixed, cell: int, least: int) -> np.ndarray | None:
    """The cells that change in the cheapest other table in which `cell` is larger by `least`; None if there is none."""
    n = len(counts)
    cost = np.where(hidden, 0.0, counts + 1.0)
    up = [(0.0, 0.0) if f else (0.0, None) for f in fixed]
    down = [(0.0, 0.0) if f else (0.0, float(count)) for f, count in zip(fixed, counts)]
    up[cell], down[cell] = (float(least), float(least)), (0.0, 0.0)
    # A little for withheld cells too, or a solver may move them in circles.
    cost = np.maximum(cost, 1e-3)
    system = {"A_eq": np.c_[relations, -relations], "b_eq": np.zeros(len(relations)), "bounds": [*up, *down]}
    solved = linprog(np.r_[cost, cost], **system, method="highs-ds")
    if solved.status != 0:
        return None
    return np.abs(solved.x[:n] - solved.x[n:]) > 1e-6


def _relations(counts: np.ndarray, sums) -> np.ndarray:
    """One row per sum: 1 for the total, -1 for its parts."""
    rows = np.zeros((len(sums), len(counts)))
    for row, (total, parts) in zip(rows, sums):
        row[total] += 1
        for part in parts:
            row[part] -= 1
        if row @ counts:
            raise BadTable(f"cell {total} is {counts[total]}, its {len(parts)} parts add up to {int(counts[total] - row @ counts)}")
    return rows


def _whole(counts) -> np.ndarray:
    values = np.asarray(counts)
    whole = np.asarray(values, dtype="float64")
    if not (np.isfinite(whole).all() and (whole >= 0).all() and (whole == np.round(whole)).all()):
        raise BadTable("counts must be whole numbers from 0; missing and negative ones are not counts")
    return whole.astype("int64")


def with_totals(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with the row and the column TOTAL."""
    whole = counts.assign(**{TOTAL: counts.sum(axis=1)})
    whole.loc[TOTAL] = whole.sum()
    return whole


def suppress(counts: pd.DataFrame, *, least: int = LEAST) -> pd.DataFrame:
    """Which cells of a cross table, its totals included, must be withheld.

    Parameters
    ----------
    counts : customers by row and column, without totals
    least : smaller counts are withheld

    Returns
    -------
    DataFrame of bool with the row and the column TOTAL; the grand total is published

    Raises
    ------
    CannotProtect naming row and column of a cell that can not be hidden.
    """
    whole = with_totals(counts)
    rows, columns = whole.shape
    cell = np.arange(rows * columns).reshape(rows, columns)
    sums = [(line[-1], line[:-1]) for line in cell] + [(line[-1], line[:-1]) for line in cell.T]
    try:
        hidden = withheld(whole.to_numpy().ravel(), sums, keep=[rows * columns - 1], least=least)
    except CannotProtect as error:
        row, column = divmod(error.cell, columns)
        place = f"row '{whole.index[row]}', column '{whole.columns[column]}'"
        raise CannotProtect(f"{place}: {error}", error.cell) from None
    return pd.DataFrame(hidden.reshape(rows, columns), index=whole.index, columns=whole.columns)


def cells(counts: pd.DataFrame, *, least: int = LEAST) -> pd.DataFrame:
    """A cross table as printed, totals included: counts with thousands separators, MARK where withheld."""
    hidden = suppress(counts, least=least)
    printed = with_totals(counts).map(lambda count: f"{int(count):,}")
    return printed.mask(hidden, MARK)


def trimmed_range(values: pd.Series, *, least: int = LEAST) -> tuple[float, float]:
    """The lowest and highest value that may be published: `least` customers are at or beyond each.

    The minimum and the maximum are single persons; in their place stand the `least`-th smallest and the
    `least`-th largest value. Missing (nan) where there are fewer than 2 * least values.
    """
    present = values.dropna().sort_values()
    if len(present) < 2 * least:
        return float("nan"), float("nan")
    return float(present.iloc[least - 1]), float(present.iloc[-least])
