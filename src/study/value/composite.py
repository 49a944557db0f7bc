"""One score from several indicators, with weights that are stated."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.errors import BadValue
from study.refusals import frame, numbers

WEIGHTS = ("equal", "entropy", "pca")


@dataclass(frozen=True)
class Composite:
    """Scores by row, weights by indicator (their absolute values sum to 1), share of variance of the first component."""

    scores: pd.Series
    weights: pd.Series
    explained: float | None


def composite(indicators: pd.DataFrame, weights: str = "equal") -> Composite:
    """A weighted sum of standardised indicators.

    V_i = sum_j w_j z_ij,   z_ij = (x_ij - mean_j) / sd_j,  sd with n - 1

    equal:   w_j = 1/k
    entropy: w_j = (1 - e_j) / sum_l (1 - e_l),  e_j = -sum_i p_ij ln p_ij / ln n,
             p_ij = u_ij / sum_i u_ij,  u_ij = (x_ij - min_j) / (max_j - min_j)
    pca:     first eigenvector of the correlations, signed so that its sum is positive, divided by the
             sum of its absolute values

    Entropy weighs by how unevenly an indicator is spread, PCA by what the indicators share: neither
    knows what the score is for. Turn an indicator that counts against the score round first.

    Parameters
    ----------
    indicators : one column each, one row per unit; larger is more
    weights : equal, entropy or pca

    Raises
    ------
    BadValue for fewer than three rows or two columns, missing values, an indicator that does not
    vary, unknown weights.
    """
    indicators = frame("indicators", indicators)
    values = numbers("indicators", indicators)
    n, k = values.shape
    if n < 3 or k < 2:
        raise BadValue(f"{n} rows of {k} indicators; a composite needs three rows and two indicators")
    spread = values.std(axis=0, ddof=1)
    constant = [str(name) for name, sd in zip(indicators.columns, spread) if sd <= 1e-12 * max(1, abs(values).max())]
    if constant:
        raise BadValue(f"{len(constant)} indicators do not vary: {', '.join(constant)}; leave them out")
    standard = (values - values.mean(axis=0)) / spread
    weight, explained = _weights(values, standard, weights)
    return Composite(
        pd.Series(weighted(standard, weight), index=indicators.index, name=weights),
        pd.Series(weight, index=indicators.columns, name=weights),
        explained,
    )


def weighted(standard: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Scores (..., n) from indicators (n, k) and weights (..., k), row by row: a product of matrices may give two rows that are equal two last bits."""
    return (standard * np.asarray(weight)[..., None, :]).sum(axis=-1)


def _weights(values: np.ndarray, standard: np.ndarray, kind: str) -> tuple[np.ndarray, float | None]:
    n, k = values.shape
    if kind == "equal":
        return np.full(k, 1 / k), None
    if kind == "entropy":
        unit = (values - values.min(axis=0)) / np.ptp(values, axis=0)
        p = unit / unit.sum(axis=0)
        entropy = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=0) / np.log(n)
        return (1 - entropy) / (1 - entropy).sum(), None
    if kind == "pca":
        roots, vectors = np.linalg.eigh(standard.T @ standard / (n - 1))
        first = vectors[:, -1] * (1 if vectors[:, -1].sum() >= 0 else -1)
        return first / np.abs(first).sum(), float(roots[-1] / roots.sum())
    raise BadValue(f"weights '{kind}' are not known; choose one of {', '.join(WEIGHTS)}")
