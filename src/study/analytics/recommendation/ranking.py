"""Measures of rankings in which one product per customer is hidden. Ties count as a draw by lot, in expectation."""

import numpy as np

DIGITS = 9  # scores that agree to nine digits of the largest are ties, not an order made by rounding


def rounded(scores: np.ndarray) -> np.ndarray:
    """Scores relative to the largest, with equal ones made equal."""
    largest = np.abs(scores).max(initial=0)
    return np.round(scores / largest, DIGITS) + 0.0 if largest > 0 else scores


def places(scores: np.ndarray, open_: np.ndarray, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many open products are before the hidden one, and how many others tie with it.

    Parameters
    ----------
    scores : array (n, M); open_ : bool (n, M), products that may be recommended; hidden : int (n,), its column
    """
    own = np.take_along_axis(scores, hidden[:, None], axis=1)
    before = ((scores > own) & open_).sum(axis=1)
    ties = ((scores == own) & open_).sum(axis=1) - 1
    return before, ties


def recall_at(before: np.ndarray, ties: np.ndarray, k: int) -> np.ndarray:
    """Probability that the hidden product is among the first k: min(1, max(0, k - before) / (ties + 1))."""
    return np.clip((k - before) / (ties + 1), 0, 1)


def average_precision(before: np.ndarray, ties: np.ndarray) -> np.ndarray:
    """With one hidden product: the mean of 1 / rank over the ranks it may take, before + 1 .. before + ties + 1."""
    harmonic = np.r_[0, np.cumsum(1 / np.arange(1, 2 + (before + ties).max(initial=0)))]
    return (harmonic[before + ties + 1] - harmonic[before]) / (ties + 1)


def similarity(scores: np.ndarray, open_: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Cosine of predicted interest and realised purchase over the open products; 0 where no interest is predicted."""
    length = np.sqrt((np.where(open_, scores, 0) ** 2).sum(axis=1))
    own = np.take_along_axis(scores, hidden[:, None], axis=1).ravel()
    return np.divide(own, length, out=np.zeros(len(own)), where=length > 0)


def coverage(scores: np.ndarray, open_: np.ndarray, k: int) -> float:
    """Share of the products that are among the first k of at least one customer; ties go to the earlier column."""
    order = np.argsort(np.where(open_, -scores, np.inf), axis=1, kind="stable")[:, :k]
    listed = np.take_along_axis(open_, order, axis=1)
    return np.unique(order[listed]).size / scores.shape[1]
