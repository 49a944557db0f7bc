"""A support vector machine with probabilities, whose every part is solved to its minimum."""

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import StratifiedKFold
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from ..errors import NotConverged

STEPS = 100
RIDGE = 1e-5  # added to the landmarks' kernel: without it, directions that the landmarks hardly span are made by the last bits


class VectorMachine(ClassifierMixin, BaseEstimator):
    """Gaussian kernel by landmarks (Nystroem), linear machine with squared hinge, probabilities by Platt's sigmoid.

    min over w of |w|^2 / 2 + cost sum_i c_i max(0, 1 - y_i w.z_i)^2,  z the landmarks' features and a one, y -1 or 1

    The machine is learned on all but one of `folds` inner folds, drawn at random, and its sigmoid on that fold; the probability is the mean over
    the folds. Solvers that stop at a tolerance (liblinear, and Platt's by L-BFGS) leave an error that the last bits of the
    input decide; here each minimum is reached.

    Parameters
    ----------
    cost : of a violation
    landmarks : rows that stand for the kernel
    folds : inner folds of Platt's sigmoid
    balanced : classes weigh the same (c_i = n / (2 n of the class of i)), else c_i = 1
    seed : of landmarks and folds

    Source
    ------
    Keerthi and DeCoste (2005), Journal of Machine Learning Research 6, for the minimum; Platt (1999), with his targets.
    """

    def __init__(self, *, cost: float = 0.1, landmarks: int = 100, folds: int = 3, balanced: bool = False, seed: int = 0):
        self.cost = cost
        self.landmarks = landmarks
        self.folds = folds
        self.balanced = balanced
        self.seed = seed

    def fit(self, x: np.ndarray, y: np.ndarray) -> "VectorMachine":
        """Learn from features (n, k) and classes (n,) of 0 and 1.

        Raises
        ------
        NotConverged if a machine or a sigmoid has no minimum that was reached.
        """
        y = np.asarray(y)
        self.classes_ = np.array([0, 1])
        self.marks_ = x[np.sort(np.random.default_rng(self.seed).permutation(len(x))[: self.landmarks])]
        roots, vectors = np.linalg.eigh(self._kernel(self.marks_))
        self.half_ = (vectors / np.sqrt(np.maximum(roots, 0) + RIDGE)) @ vectors.T
        z = self._features(x)
        inner = StratifiedKFold(self.folds, shuffle=True, random_state=self.seed)  # not in the order of the rows, which may be that of time
        self.parts_ = []
        for learn, rest in inner.split(z, y):
            w = minimum(z[learn], 2.0 * y[learn] - 1, self._weights(y[learn]))
            self.parts_.append((w, *platt(z[rest] @ w, y[rest])))
        return self

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        """Probabilities of 0 and 1, array (n, 2)."""
        z = self._features(x)
        p = np.mean([expit(slope * (z @ w) + start) for w, slope, start in self.parts_], axis=0)
        return np.column_stack([1 - p, p])

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The class with the larger probability."""
        return self.predict_proba(x)[:, 1].round().astype(int)

    def _features(self, x: np.ndarray) -> np.ndarray:
        z = self._kernel(x) @ self.half_
        return np.column_stack([z, np.ones(len(z))])

    def _kernel(self, x: np.ndarray) -> np.ndarray:
        """exp(-|x - landmark|^2 / k), (n, landmarks), from differences: from products, rows that are alike would be apart."""
        return np.exp(-cdist(x, self.marks_, "sqeuclidean") / x.shape[1])

    def _weights(self, y: np.ndarray) -> np.ndarray:
        of_class = len(y) / (2 * np.bincount(y.astype(int), minlength=2))
        return self.cost * (of_class[y.astype(int)] if self.balanced else np.ones(len(y)))


def minimum(z: np.ndarray, sign: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """The w (k,) that minimises |w|^2 / 2 + sum_i cost_i max(0, 1 - sign_i w.z_i)^2.

    The function is quadratic as long as the same rows violate the margin; each step solves for the minimum with those that
    do, halved until the function falls. When the rows stay the same, that minimum is the function's.

    Parameters
    ----------
    z : array (n, k); sign : array (n,) of -1 and 1; cost : array (n,), above 0

    Raises
    ------
    NotConverged if the rows still change after 100 steps.
    """

    def value(w):
        return w @ w / 2 + cost @ np.maximum(0, 1 - sign * (z @ w)) ** 2

    w, inside = np.zeros(z.shape[1]), np.ones(len(z), dtype=bool)
    for _ in range(STEPS):
        part, weight = z[inside], 2 * cost[inside]
        there = np.linalg.solve(np.eye(z.shape[1]) + (part * weight[:, None]).T @ part, part.T @ (weight * sign[inside]))
        after = sign * (z @ there) < 1
        if np.array_equal(after, inside):
            return there
        step = there - w
        while value(w + step) > value(w) and np.abs(step).max() > 1e-12 * np.abs(w).max():
            step = step / 2
        w = w + step
        inside = sign * (z @ w) < 1
    raise NotConverged(f"the support vector machine of {len(z)} rows did not reach its minimum in {STEPS} steps; use another learner")


def platt(score: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and start of P(1 | score) = 1 / (1 + exp(-(slope score + start))), by maximum likelihood on Platt's targets.

    The targets (n1 + 1)/(n1 + 2) of ones and 1/(n0 + 2) of zeros keep the maximum finite where the score separates them.
    """
    ones = int(y.sum())
    target = np.where(y == 1, (ones + 1) / (ones + 2), 1 / (len(y) - ones + 2))
    spread = float(score.std()) or 1.0  # in units of its spread, so that the iterations are well scaled
    fitted = GLM(target, np.column_stack([score / spread, np.ones(len(y))]), family=Binomial()).fit(maxiter=STEPS, tol=1e-10, tol_criterion="params")
    if not fitted.converged:
        raise NotConverged(f"Platt's sigmoid of {len(y)} rows did not reach its maximum in {STEPS} steps; use another learner")
    return float(fitted.params[0] / spread), float(fitted.params[1])
