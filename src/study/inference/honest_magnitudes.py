"""Confidence sets when post-period changes of the difference in trends are at most m times the largest pre-period one.

The set of such differences is a union of polyhedra: one for every pre-period change s and its sign, the largest in
absolute value. In each the other post-period effects are nuisance parameters. The dual of Andrews, Roth and Pakes'
linear programme has few corners here, and they can be written down: the bound on the target with weights |c_j| on the
changes (c_j the loading of the target on change j), and twice the bound itself for every change. So the test needs no
linear programme, and critical values come from one set of draws.
"""

import numpy as np
from scipy.special import log_ndtr, ndtri

from .event_study import EventStudy

FIRST_STEP = 0.1  # share of the size that the least favourable step gets, as the authors have it
DRAWS = 10_000
GRID = 400


class Magnitudes:
    """Tests of a value of the target, for any bound m."""

    def __init__(self, study: EventStudy, weights: np.ndarray, level: float, seed: int):
        self.estimates, self.covariance = study.coefficients, study.covariance
        self.n_pre, self.weights = int(study.pre.sum()), weights
        self.size = 1 - level
        self.first = FIRST_STEP * self.size
        self.changes = _changes(self.n_pre, len(weights))
        self.loads = np.cumsum(weights[::-1])[::-1]
        self.target = np.concatenate([np.zeros(self.n_pre), weights])
        self.error = float(np.sqrt(self.target @ self.covariance @ self.target))
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0))
        self.draws = np.random.default_rng(seed).standard_normal((DRAWS, len(values))) @ root.T

    def interval(self, m: float) -> tuple[float, float]:
        """Lowest and highest value that is not rejected: a grid, refined at both ends."""
        tests = self._tests(m)
        centre = float(self.target @ self.estimates)
        largest = np.abs(self.changes[: self.n_pre] @ self.estimates).max()
        reach = m * np.abs(self.loads).sum() * largest + 20 * self.error
        while True:
            grid = np.linspace(centre - reach, centre + reach, GRID + 1)
            kept = self._accepts(tests, grid)
            if not kept[0] and not kept[-1]:
                break
            reach *= 2
        inside = np.flatnonzero(kept)
        if not len(inside):
            return np.nan, np.nan
        low = self._edge(tests, grid[inside[0]], grid[inside[0] - 1])
        return low, self._edge(tests, grid[inside[-1]], grid[inside[-1] + 1])

    def takes_in_zero(self, m: float) -> bool:
        """Whether zero is not rejected; stops at the first polyhedron that has it."""
        return any(self._accepts([test], np.zeros(1))[0] for test in self._each_test(m))

    def _edge(self, tests, inside: float, outside: float) -> float:
        for _ in range(25):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if self._accepts(tests, np.array([middle]))[0] else (inside, middle)
        return float(inside)

    def _tests(self, m: float) -> list[tuple]:
        return list(self._each_test(m))

    def _each_test(self, m: float):
        """Corners, their loads on the target, covariance and first-step critical value, for every change and sign."""
        for s in range(self.n_pre):
            for sign in (1.0, -1.0):
                corners, on_target = self._corners(m, sign * self.changes[s], s)
                critical = float(np.quantile((self.draws @ corners.T).max(axis=1), 1 - self.first))
                yield corners, on_target, corners @ self.covariance @ corners.T, critical

    def _corners(self, m: float, largest: np.ndarray, s: int) -> tuple[np.ndarray, np.ndarray]:
        """Linear forms of the coefficients (less on_target times the value) that are at most 0 under the null."""
        post = self.changes[self.n_pre :]
        rises, falls = post - m * largest, -post - m * largest
        sd_rise, sd_fall = self._sd(rises), self._sd(falls)
        loads, up = np.abs(self.loads), self.loads >= 0
        bound = m * loads.sum() * largest
        over, under = loads @ np.where(up, sd_rise, sd_fall), loads @ np.where(up, sd_fall, sd_rise)
        corners = [(self.target - bound) / over, (-self.target - bound) / under]
        on_target = [1 / over, -1 / under]
        if len(post) == 1:  # no nuisance parameter: the pre-period changes are part of the test
            others = [sign * self.changes[j] - largest for j in range(self.n_pre) for sign in (1.0, -1.0)]
            kept = [form for form in others if np.abs(form).max() > 1e-12]
            corners += list(np.array(kept) / self._sd(np.array(kept))[:, None])
        elif m > 0:
            corners += list(-2 * m * largest[None] / (sd_rise + sd_fall)[:, None])
        on_target += [0.0] * (len(corners) - 2)
        return np.array(corners), np.array(on_target)

    def _sd(self, forms: np.ndarray) -> np.ndarray:
        return np.sqrt(np.einsum("ij,jk,ik->i", forms, self.covariance, forms))

    def _accepts(self, tests, values: np.ndarray) -> np.ndarray:
        """Whether some polyhedron does not reject, for every value."""
        accepted = np.zeros(len(values), dtype=bool)
        for corners, on_target, omega, critical in tests:
            left = np.flatnonzero(~accepted)
            if not len(left):
                break
            accepted[left] = ~self._rejects(corners @ self.estimates - values[left, None] * on_target, omega, critical)
        return accepted

    def _rejects(self, y: np.ndarray, omega: np.ndarray, critical: float) -> np.ndarray:
        """The conditional test of max y <= 0, with what the first step left; y is (values, corners)."""
        rows = np.arange(len(y))
        top = y.argmax(axis=1)
        highest = y[rows, top]
        sd = np.sqrt(omega[top, top])
        slope = omega[top] / omega[top, top][:, None]
        rest = y - slope * highest[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            edge = rest / (1 - slope)
        near = np.abs(1 - slope) < 1e-10
        low = np.where((slope < 1) & ~near, edge, -np.inf).max(axis=1)
        high = np.minimum(np.where((slope > 1) & ~near, edge, np.inf).min(axis=1), critical)
        size = (self.size - self.first) / (1 - self.first)
        cut = np.maximum(_truncated_quantile(1 - size, low / sd, high / sd), 0.0)
        return (highest > critical) | (highest / sd > cut)


def _changes(n_pre: int, n_post: int) -> np.ndarray:
    """First differences of the coefficients with 0 at e = -1 between: n_pre before, n_post after."""
    differences = np.diff(np.eye(n_pre + n_post + 1), axis=0)
    return np.delete(differences, n_pre, axis=1)


def _truncated_quantile(p: float, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Quantile of the standard normal within (low, high), by the tail in which digits are kept."""
    flip = low > 0
    a, b = np.where(flip, -high, low), np.where(flip, -low, high)
    share = np.where(flip, 1 - p, p)
    lower, upper = log_ndtr(a), log_ndtr(b)
    mixed = np.logaddexp(lower + np.log1p(-share), upper + np.log(share))
    return np.where(flip, -1, 1) * np.clip(ndtri(np.exp(mixed)), a, b)
