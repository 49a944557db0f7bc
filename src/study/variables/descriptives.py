"""Descriptive statistics with the number of observations beside each."""

from collections.abc import Mapping

import pandas as pd

from study.design.profiles import Column
from study.sample.bank_facts import Cells


def of_cells(cells: Cells) -> pd.DataFrame:
    """Moments of every variable over its cells.

    Returns
    -------
    DataFrame variable, n, banks, first_year, last_year, mean, sd (divisor n - 1), median, min, max,
    in the unit of the codebook
    """
    return cells.cells.groupby("variable", as_index=False).agg(
        n=("value", "size"),
        banks=("bank", "nunique"),
        first_year=("year", "min"),
        last_year=("year", "max"),
        mean=("value", "mean"),
        sd=("value", "std"),
        median=("value", "median"),
        min=("value", "min"),
        max=("value", "max"),
    )


def of_profile(table: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Moments of the numbers and flags of a 360-degree table, and the share of every level of its categories.

    Returns
    -------
    DataFrame variable, level ("" but for a category), n, share_missing, mean, sd (divisor n - 1), p10, median, p90;
    for a level n counts its rows and mean is their share among those recorded, the rest is missing. No smallest
    or largest value: these are single persons.
    """
    rows = []
    for name, column in columns.items():
        values = table[name]
        known = values.dropna()
        line = {"variable": name, "level": "", "n": len(known), "share_missing": float(values.isna().mean())}
        if column.kind == "category":
            counts = known.value_counts().sort_index().sort_values(ascending=False, kind="stable")
            rows += [line | {"level": level, "n": n, "mean": n / len(known)} for level, n in counts.items()]
        else:
            tenths = known.quantile([0.1, 0.5, 0.9]).to_list() if column.kind == "number" else [None] * 3
            rows.append(line | {"mean": known.mean(), "sd": known.std(), **dict(zip(("p10", "median", "p90"), tenths))})
    return pd.DataFrame(rows, columns=["variable", "level", "n", "share_missing", "mean", "sd", "p10", "median", "p90"])
