"""Standard errors of means from their influence, by customer or by cluster."""

import numpy as np
import pandas as pd
from scipy import stats

from study.refusals import codes

from ..errors import TooFew


def covariance(influence: np.ndarray, clusters=None) -> tuple[np.ndarray, float]:
    """Covariance of k means and the degrees of freedom of their reference.

    V = G/(G-1) sum_g s_g s_g' / n^2,   s_g = sum over the rows of cluster g of the influence less its mean

    Parameters
    ----------
    influence : array (n, k) whose column means are the estimates
    clusters : labels (n,); None takes every row as its own cluster

    Returns
    -------
    array (k, k), and G - 1 with clusters, inf (normal) without

    Raises
    ------
    TooFew for fewer than two clusters or rows.
    """
    n = len(influence)
    centred = influence - influence.mean(axis=0)
    if clusters is not None:
        code = codes("cluster", clusters, n)
        sums = np.zeros((code.max() + 1, influence.shape[1]))
        np.add.at(sums, code, centred)
        centred = sums
    groups = len(centred)
    if groups < 2:
        raise TooFew(f"{groups} {'row' if clusters is None else 'cluster'}; a standard error needs at least two")
    return groups / (groups - 1) * centred.T @ centred / n**2, (np.inf if clusters is None else groups - 1.0)


def intervals(influence: np.ndarray, clusters=None, level: float = 0.95) -> pd.DataFrame:
    """estimate, std_error, ci_low, ci_high of the column means (t with G - 1, normal without clusters)."""
    variance, df = covariance(influence, clusters)
    estimate, error = influence.mean(axis=0), np.sqrt(np.diag(variance))
    half = stats.t.ppf(0.5 + level / 2, df) * error
    return pd.DataFrame({"estimate": estimate, "std_error": error, "ci_low": estimate - half, "ci_high": estimate + half})
