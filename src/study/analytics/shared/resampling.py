"""Bootstrap over customers of sums that are added up customer by customer."""

import numpy as np


def sums(values: np.ndarray, reps: int, seed: int) -> np.ndarray:
    """Sums over customers drawn with replacement.

    Parameters
    ----------
    values : array (customers, q), what each customer adds to each of q sums
    reps : draws of as many customers as there are

    Returns
    -------
    array (reps, q); the same draws serve all q sums, so that differences are paired
    """
    random = np.random.default_rng(seed)
    n = len(values)
    drawn = np.empty((reps, values.shape[1]))
    for rep in range(reps):
        drawn[rep] = np.bincount(random.integers(n, size=n), minlength=n) @ values
    return drawn


def interval(draws: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval over the first axis; draws that are not defined (0/0) are left out."""
    tail, flat = (1 - level) / 2, draws.reshape(len(draws), -1)
    ends, some = np.full((2, flat.shape[1]), np.nan), np.isfinite(flat).any(axis=0)
    if some.any():
        ends[:, some] = np.nanquantile(flat[:, some], [tail, 1 - tail], axis=0)
    low, high = ends.reshape(2, *draws.shape[1:])
    return low, high
