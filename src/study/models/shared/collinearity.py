"""Correlations and variance inflation, raw and within effects, with the rows that each rests on."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..errors import NotEstimable
from .prepare import check_finite, check_rank, codes, demean, without_singletons


def correlations(frame: pd.DataFrame, names: Sequence[str], *, effects: Sequence[str] = (), least: int = 20) -> pd.DataFrame:
    """Pairwise correlations, each over the rows that have both variables.

    Parameters
    ----------
    frame : one row per observation
    names : numeric columns
    effects : at most two; both variables are residualised on them first, rows that stand alone dropped
    least : pairs with fewer rows have no correlation

    Returns
    -------
    DataFrame first, second, r (missing under `least` rows), n; one row per unordered pair
    """
    lines = []
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            rows = _rows(frame, [first, second], effects)
            r = np.nan
            if len(rows) >= least:
                r = np.corrcoef(_residuals(rows, [first, second], effects).T)[0, 1]
            lines.append({"first": first, "second": second, "r": r, "n": len(rows)})
    return pd.DataFrame(lines)


def vif(frame: pd.DataFrame, names: Sequence[str], *, effects: Sequence[str] = ()) -> pd.DataFrame:
    """Variance inflation factors over the rows that have every variable.

    VIF_j = 1 / (1 - R2_j), R2_j of variable j on the others (and the effects)

    Returns
    -------
    DataFrame variable, vif, n

    Raises
    ------
    NotEstimable if no more rows than variables are left; NoVariation, Collinear
    """
    rows = _rows(frame, list(names), effects)
    if len(rows) <= len(names) + 1:
        raise NotEstimable(f"{len(rows)} rows have all of {', '.join(names)}; it takes more than {len(names) + 1}")
    check_rank(rows[list(names)], codes(rows, effects), "VIF")
    x = _residuals(rows, list(names), effects)
    inverse = np.linalg.inv(np.corrcoef(x.T))
    return pd.DataFrame({"variable": list(names), "vif": np.diag(inverse), "n": len(rows)})


def _rows(frame: pd.DataFrame, names: list[str], effects: Sequence[str]) -> pd.DataFrame:
    rows = frame[[*names, *effects]].dropna()
    check_finite(rows)
    return without_singletons(rows, effects)


def _residuals(rows: pd.DataFrame, names: list[str], effects: Sequence[str]) -> np.ndarray:
    values = demean(rows[names].to_numpy(dtype=float), codes(rows, effects))
    return values - values.mean(axis=0)
