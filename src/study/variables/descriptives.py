"""Descriptive statistics with the number of observations, banks and years beside each."""

import pandas as pd

from study.sample.cn_banks import Cells


def describe(cells: Cells) -> pd.DataFrame:
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
