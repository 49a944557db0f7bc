"""Bands in place of exact ages and incomes."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .errors import BadTable

AGES = (18, 30, 40, 50, 60, 70)
DASH = "-"


def bands(values: pd.Series, edges: Sequence[float], *, step: float = 1) -> pd.Series:
    """The band of each value, in words: "<18", "18-29", ..., "70+".

    A band holds its lower edge and not its upper one. Both ends are open, so that the oldest and the
    richest are in a crowd. Missing stays missing.

    Parameters
    ----------
    edges : the inner edges, ascending
    step : unit of the values; the printed end of a band is its upper edge less one step

    Returns
    -------
    Series, an ordered category, index as `values`

    Raises
    ------
    BadTable if the edges do not ascend or a value is infinite.
    """
    edges = [float(edge) for edge in edges]
    if not edges or any(b <= a for a, b in zip(edges, edges[1:])):
        raise BadTable(f"edges of bands must ascend, found {', '.join(f'{e:g}' for e in edges) or 'none'}")
    numbers = pd.to_numeric(values).astype("float64")
    infinite = int(np.isinf(numbers).sum())
    if infinite:
        raise BadTable(f"column '{values.name}' has {infinite} infinite values; a band needs a number")
    inner = [f"{a:,.15g}{DASH}{b - step:,.15g}" if b - step > a else f"{a:,.15g}" for a, b in zip(edges, edges[1:])]
    labels = [f"<{edges[0]:,.15g}", *inner, f"{edges[-1]:,.15g}+"]
    return pd.cut(numbers, [-np.inf, *edges, np.inf], right=False, labels=labels)


def age_bands(ages: pd.Series) -> pd.Series:
    """Ages in bands: under 18, ten-year bands from 30, 70 and more."""
    return bands(ages, AGES)


def income_bands(incomes: pd.Series, parts: int = 5) -> pd.Series:
    """Incomes in `parts` bands of about as many customers each, edges rounded to two digits so that none is a customer's own.

    Raises
    ------
    BadTable if the rounded edges coincide: fewer parts are needed.
    """
    levels = [i / parts for i in range(1, parts)]
    edges = [float(f"{x:.2g}") for x in pd.to_numeric(incomes).dropna().astype("float64").quantile(levels)]
    if len(set(edges)) < len(edges):
        raise BadTable(f"column '{incomes.name}': {parts} bands have equal edges after rounding; ask for fewer parts")
    return bands(incomes, edges)


def cut(values: pd.Series, unit: float) -> pd.Series:
    """Numbers cut down to whole multiples of a unit, as an age is said in whole years; missing stays missing."""
    return np.floor((pd.to_numeric(values).astype("float64") / unit).round(9)) * unit  # 0.3 is three tenths, not just under


def banded(table: pd.DataFrame, rules: Mapping[str, int | Sequence[float]]) -> pd.DataFrame:
    """The table with some of its columns in bands; columns that it does not have are passed over.

    Parameters
    ----------
    rules : column -> inner edges, or a number of bands (`income_bands`; fewer where that many coincide)
    """
    made = {name: _parts(table[name], rule) if isinstance(rule, int) else bands(table[name], rule) for name, rule in rules.items() if name in table}
    return table.assign(**made)


def _parts(values: pd.Series, parts: int) -> pd.Series:
    """As many bands as can be had of `parts`: of a column that is mostly one value, one band and the missing."""
    for count in range(parts, 1, -1):
        try:
            return income_bands(values, count)
        except BadTable:
            continue
    return values.notna().map({True: "all", False: None})
