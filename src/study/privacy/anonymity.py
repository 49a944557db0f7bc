"""k-anonymity and l-diversity of a table: how alone a row is among those that look like it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.errors import nearest

from .errors import BadTable


@dataclass(frozen=True)
class Anonymity:
    """How a table stands against re-identification by its quasi-identifiers.

    Parameters
    ----------
    rows, classes : rows, and classes of rows with the same quasi-identifiers
    smallest : k, rows of the smallest class
    below, share_below : rows in classes of fewer than `k` rows, and their share of all rows
    k : the size asked for
    sizes : size (rows of a class), classes, rows; ascending
    diversity : column, smallest (l, distinct values of it in the class that has fewest), rows_smallest (rows in
        classes that have so few), smallest_entropy (the exponential of the smallest entropy of its values in
        a class), rows_alike, share_alike (rows in classes whose rows all have one value of it: who finds the
        class knows the value)
    quasi : the quasi-identifiers
    """

    rows: int
    classes: int
    smallest: int
    below: int
    share_below: float
    k: int
    sizes: pd.DataFrame
    diversity: pd.DataFrame
    quasi: tuple[str, ...]

    def rows_below(self, k: int) -> int:
        """Rows in classes of fewer than `k` rows; of fewer than 2: rows that are alone."""
        return int(self.sizes.loc[self.sizes["size"] < k, "rows"].sum())


def anonymity(table: pd.DataFrame, quasi: Sequence[str], sensitive: Sequence[str] = (), k: int = 10) -> Anonymity:
    """The report of k-anonymity (Samarati and Sweeney 1998) and l-diversity (Machanavajjhala et al. 2007).

    Rows are in one class if they have the same values of all columns of `quasi`; a missing value is a value
    of its own. A table is k-anonymous if no class has fewer than k rows, l-diverse in a sensitive column if
    no class has fewer than l distinct values of it.

    Parameters
    ----------
    quasi : columns that somebody may know of a person from elsewhere (age band, place, sex, ...)
    sensitive : columns that nobody should learn
    k : classes of fewer rows count as too small

    Raises
    ------
    BadTable if the table is empty, no quasi-identifier is named, a column is missing or named as both.
    """
    _check(table, quasi, sensitive, k)
    classes = table.groupby(list(quasi), dropna=False, observed=True, sort=False).ngroup()
    size = classes.value_counts()
    below = int(size[size < k].sum())
    sizes = size.value_counts().rename_axis("size").rename("classes").sort_index().reset_index()
    sizes["rows"] = sizes["size"] * sizes["classes"]
    columns = ["column", "smallest", "rows_smallest", "smallest_entropy", "rows_alike", "share_alike"]
    diversity = pd.DataFrame([_diversity(classes, size, table[name]) for name in sensitive], columns=columns)
    return Anonymity(len(table), len(size), int(size.min()), below, below / len(table), k, sizes, diversity, tuple(quasi))


def _diversity(classes: pd.Series, size: pd.Series, values: pd.Series) -> dict:
    """The line of one sensitive column."""
    counted = pd.DataFrame({"class": classes, "value": values.factorize(use_na_sentinel=False)[0]}).groupby(["class", "value"]).size()
    per_class = counted.index.get_level_values("class")
    distinct = counted.groupby(level="class").size()
    share = counted / size.loc[per_class].to_numpy()
    entropy = -(share * np.log(share)).groupby(level="class").sum()
    alike = int(size.loc[distinct.index[distinct == 1]].sum())
    return {
        "column": values.name,
        "smallest": int(distinct.min()),
        "rows_smallest": int(size.loc[distinct.index[distinct == distinct.min()]].sum()),
        "smallest_entropy": float(np.exp(entropy.min())),
        "rows_alike": alike,
        "share_alike": alike / len(values),
    }


def _check(table: pd.DataFrame, quasi: Sequence[str], sensitive: Sequence[str], k: int) -> None:
    if table.empty or not quasi:
        raise BadTable("a report of anonymity needs rows and at least one quasi-identifier")
    if k < 2:
        raise BadTable(f"k is {k}; a class of one row is a person, so k is 2 or more")
    for name in [*quasi, *sensitive]:
        if name not in table.columns:
            raise BadTable(f"the table has no column '{name}'{nearest(name, table.columns)}")
    both = sorted(set(quasi) & set(sensitive))
    if both:
        raise BadTable(f"{', '.join(both)} is named as quasi-identifier and as sensitive; it can be only one of them")
