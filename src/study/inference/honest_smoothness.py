"""The shortest fixed-length confidence interval when the difference in trends has bounded second differences."""

import numpy as np
from scipy.special import ndtr, ndtri
from sklearn.linear_model import lars_path_gram

from .event_study import EventStudy, check_rank

STEPS = 64  # points between two knots of the path, and at every narrowing


class Smoothness:
    """Fixed-length intervals a + v'b_pre + l'b_post +- half length for any bound m.

    The worst bias of weights v is m (c + |x|_1), x the loadings v puts on the pre-period kinks of the difference and c
    those of the post-period, which l fixes; weights with v'(e+1) + l'(e+1) = 0 are blind to any linear difference. Least
    variance for every |x|_1 is a lasso path, and the shortest interval for every m lies on it.
    """

    def __init__(self, study: EventStudy, weights: np.ndarray, level: float):
        pre, self.level = study.pre, level
        v = study.covariance
        check_rank(v[np.ix_(pre, pre)], "the pre-period coefficients", study.n_clusters)
        before, after = study.event[pre], study.event[~pre]
        self.fixed = _kinks_after(after, weights)
        start, turn = _weights_from_kinks(before, -float(weights @ (after + 1)))
        cross = v[np.ix_(pre, ~pre)] @ weights
        self.constant = float(weights @ v[np.ix_(~pre, ~pre)] @ weights)
        self.pre_covariance, self.cross = v[np.ix_(pre, pre)], cross
        self.start, self.turn = start, turn
        self.pre_estimate, self.post_estimate = study.coefficients[pre], float(weights @ study.coefficients[~pre])
        self.path = self._path()

    def _path(self) -> np.ndarray:
        """Array (knots, kinks): x of least variance for every |x|_1, straight between the knots."""
        if not self.turn.shape[1]:
            return np.zeros((1, 0))
        gram = self.turn.T @ self.pre_covariance @ self.turn
        target = -self.turn.T @ (self.pre_covariance @ self.start + self.cross)
        scale = np.trace(gram) / len(gram)
        _, _, path = lars_path_gram(target / scale, gram / scale, n_samples=1, method="lasso")
        return path.T

    def _shortest(self, m: float) -> tuple[float, np.ndarray]:
        """Half length and weights v at the best point of the path: a scan, narrowed three times."""
        low, high = 0.0, float(len(self.path) - 1)
        steps = STEPS * max(len(self.path) - 1, 1)
        for _ in range(4):
            positions = np.linspace(low, high, steps + 1)
            v, size = self._at(positions)
            half = self._half_length(m, v, size)
            best = int(half.argmin())
            low, high = positions[max(best - 1, 0)], positions[min(best + 1, steps)]
            steps = STEPS
        return float(half[best]), v[best]

    def _at(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weights v (points, K) and |x|_1 (points,) on the path."""
        left = np.minimum(positions.astype(int), max(len(self.path) - 2, 0))
        share = (positions - left)[:, None]
        x = (1 - share) * self.path[left] + share * self.path[np.minimum(left + 1, len(self.path) - 1)]
        return self.start + x @ self.turn.T, np.abs(x).sum(axis=1)

    def _half_length(self, m: float, v: np.ndarray, size: np.ndarray) -> np.ndarray:
        variance = np.einsum("pi,ij,pj->p", v, self.pre_covariance, v) + 2 * v @ self.cross + self.constant
        sigma = np.sqrt(np.maximum(variance, np.finfo(float).tiny))
        return sigma * folded_quantile(m * (self.fixed + size) / sigma, self.level)

    def interval(self, m: float) -> tuple[float, float]:
        half, v = self._shortest(m)
        centre = self.post_estimate + float(v @ self.pre_estimate)
        return centre - half, centre + half

    def takes_in_zero(self, m: float) -> bool:
        low, high = self.interval(m)
        return low <= 0 <= high


def folded_quantile(bias: np.ndarray, level: float) -> np.ndarray:
    """The q with P(|N(bias, 1)| <= q) = level, by Newton's method, for an array of biases."""
    q = bias + np.where(bias > 2, ndtri(level), ndtri(0.5 + level / 2))
    for _ in range(50):
        density = (np.exp(-0.5 * (q - bias) ** 2) + np.exp(-0.5 * (q + bias) ** 2)) / np.sqrt(2 * np.pi)
        step = (ndtr(q - bias) - ndtr(-q - bias) - level) / density
        q = q - step
        if np.all(np.abs(step) <= 1e-13 * np.maximum(q, 1.0)):
            break
    return q


def _kinks_after(after: np.ndarray, weights: np.ndarray) -> float:
    """Sum of the absolute loadings of l on the kinks at e = -1, 0, ...: kink t moves e > t by e - t."""
    return float(sum(abs(weights @ np.maximum(after - t, 0)) for t in range(-1, int(after.max()))))


def _weights_from_kinks(before: np.ndarray, slope: float) -> tuple[np.ndarray, np.ndarray]:
    """v = start + turn x: pre-period weights with given loadings x on the kinks and v'(e+1) = slope.

    Kink t moves e < t by t - e; there is one at every pre-period event time but the first.
    """
    rows = [np.maximum(t - before, 0) for t in before[1:]]
    inverse = np.linalg.inv(np.array([*rows, before + 1], dtype=float))
    return inverse[:, -1] * slope, inverse[:, :-1]
