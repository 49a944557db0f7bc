"""Means over a beta distribution, to which the expectations of the models of customers come down."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.linalg import eigh_tridiagonal

from .likelihood import NotConverged

SIZES = (12, 20, 40, 80, 160, 320, 640)  # nodes, until two sizes agree
CLOSE = 1e-11  # relative difference of two sizes at which the larger one is taken
ROWS = 2048  # rows worked on at once


def beta_mean(function: Callable, a: float, b: float, rows: int = 1) -> np.ndarray:
    """E[f_i(p)], p ~ beta(a, b), for i = 1..rows, by Gauss-Jacobi quadrature.

    The hypergeometric functions of the papers are such means; of positive terms, so that nothing is singular, cancels
    or overflows.

    Parameters
    ----------
    function : (p, which) -> f_i(p), with p (nodes,) and which a slice or array of rows, shape (rows of which, nodes)
    a, b : parameters of the distribution, above 0

    Returns
    -------
    array (rows,)

    Raises
    ------
    NotConverged if the largest number of nodes does not agree with the one before.
    """
    found = np.empty(rows)
    for start in range(0, rows, ROWS):
        which = np.arange(start, min(start + ROWS, rows))
        before = _weighted(function, a, b, SIZES[0], which)
        for size in SIZES[1:]:
            after = _weighted(function, a, b, size, which)
            open_ = ~(np.abs(after - before) <= CLOSE * np.abs(after))
            found[which] = after
            which, before = which[open_], after[open_]
            if not which.size:
                break
        if which.size:
            raise NotConverged(
                f"the mean over beta({a:.4g}, {b:.4g}) does not settle for {which.size} of {rows} customers with {SIZES[-1]} nodes: "
                "the horizon is too long for this age or the discount too small"
            )
    return found


def _weighted(function: Callable, a: float, b: float, size: int, which: np.ndarray) -> np.ndarray:
    nodes, weights = _nodes(float(a), float(b), size)
    return np.einsum("ij,j->i", function(nodes, which), weights)


@lru_cache(maxsize=2048)
def _nodes(a: float, b: float, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes on (0, 1) and weights (they sum to 1) of the weight p^(a - 1) (1 - p)^(b - 1) (Golub and Welsch 1969)."""
    k = np.arange(1, size)
    total, step = a + b - 2, 2 * k + a + b - 2
    first = np.array([a / (a + b)])
    middle = 0.5 + ((a - 1) ** 2 - (b - 1) ** 2) / (2 * step * (step + 2))
    k, step = k[1:], step[1:]  # the first is 0/0 in the general form where a + b = 1
    off = np.append(a * b / ((a + b) ** 2 * (a + b + 1)), k * (k + b - 1) * (k + a - 1) * (k + total) / (step**2 * (step + 1) * (step - 1)))
    roots, vectors = eigh_tridiagonal(np.concatenate([first, middle]), np.sqrt(off))
    return np.clip(roots, 1e-300, 1.0), vectors[0] ** 2
