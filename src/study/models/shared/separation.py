"""Separation: regressors that predict the outcome of some rows perfectly, so that coefficients run to infinity."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from ..errors import Separated

SMALL = 1e-7
PRUNED = 20_000  # with more rows the columns named may be more than it takes
FIRTH = "Use method='firth', an exact test (models.discrete.exact), or leave the regressor out"


@dataclass(frozen=True)
class Separation:
    """What was found.

    Parameters
    ----------
    kind : "complete" (every row is predicted) or "quasi-complete"
    columns : the regressors whose coefficients run away, without the intercept
    signs : +1 or -1, the infinity each one runs to
    rows : rows predicted perfectly; of : rows in all
    """

    kind: str
    columns: tuple[str, ...]
    signs: tuple[int, ...]
    rows: int
    of: int


def find(y: pd.Series, x: pd.DataFrame) -> Separation | None:
    """The separation of a 0/1 outcome by the columns of x, or None.

    A direction d separates if (2y - 1) x'd >= 0 in every row and > 0 in some. A column that does so alone
    (with the intercept) is named first; else a linear programme finds the direction with the most rows.

    Source
    ------
    Albert and Anderson (1984), Biometrika 71(1); Konis (2007), thesis, Oxford, for the linear programme.
    """
    return _by_one_column(y, x) or _by_programme(y, x)


def refuse(found: Separation, text: str, way_out: str = FIRTH) -> None:
    """Raise Separated in words."""
    names = ", ".join(f"{name} (to {'+' if sign > 0 else '-'}infinity)" for name, sign in zip(found.columns, found.signs))
    raise Separated(
        f"'{text}': {found.kind} separation: {found.rows} of {found.of} rows are predicted perfectly by "
        f"{names or 'the intercept'}; no maximum likelihood estimate exists. {way_out}"
    )


def _by_one_column(y: pd.Series, x: pd.DataFrame) -> Separation | None:
    if "Intercept" not in x.columns:
        return None
    ones = y.to_numpy() == 1
    columns, signs, predicted = [], [], np.zeros(len(y), dtype=bool)
    for name in x.columns.drop("Intercept"):
        values = x[name].to_numpy()
        low, high = values[~ones], values[ones]
        for sign, below, above in ((1, low.max(), high.min()), (-1, high.max(), low.min())):
            if below <= above:
                columns.append(name)
                signs.append(sign)
                predicted |= (values != below) if below == above else True
                break
    if not columns:
        return None
    kind = "complete" if predicted.all() else "quasi-complete"
    return Separation(kind, tuple(columns), tuple(signs), int(predicted.sum()), len(y))


def _by_programme(y: pd.Series, x: pd.DataFrame) -> Separation | None:
    """The rows that the columns together separate, and few columns that separate as many."""
    columns = list(x.columns)
    signed = x.to_numpy() / np.abs(x.to_numpy()).max(axis=0) * (2 * y.to_numpy() - 1)[:, None]
    direction, rows = _programme(signed)
    if not rows:
        return None
    if len(signed) <= PRUNED:
        for j in np.argsort(np.abs(direction)):
            rest = [i for i in range(len(columns)) if i != j and np.abs(direction[i]) > SMALL]
            shorter, as_many = _programme(signed[:, rest]) if rest else (None, 0)
            if as_many == rows:
                direction = np.zeros(len(columns))
                direction[rest] = shorter
    moved = np.abs(direction) > SMALL * np.abs(direction).max()
    named = [(name, int(np.sign(d))) for name, d, m in zip(columns, direction, moved) if m and name != "Intercept"]
    kind = "complete" if rows == len(y) else "quasi-complete"
    return Separation(kind, tuple(n for n, _ in named), tuple(s for _, s in named), rows, len(y))


def _programme(signed: np.ndarray) -> tuple[np.ndarray, int]:
    """max sum z, 0 <= z <= 1, (2y - 1) x'd >= z, d free: the most rows that one direction can separate."""
    distinct, counts = np.unique(signed, axis=0, return_counts=True)
    n, k = distinct.shape
    weights = np.concatenate([np.zeros(k), -counts.astype(float)])
    constraints = sparse.hstack([sparse.csr_matrix(-distinct), sparse.identity(n)]).tocsr()
    bounds = [(None, None)] * k + [(0, 1)] * n
    solved = linprog(weights, A_ub=constraints, b_ub=np.zeros(n), bounds=bounds, method="highs")
    if solved.status != 0 or -solved.fun < 0.5:
        return np.zeros(k), 0
    return solved.x[:k], int(counts[solved.x[k:] > 0.5].sum())
