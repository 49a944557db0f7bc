"""Unit and period effects in matrix form: exact, also where periods are missing."""

from dataclasses import dataclass

import numpy as np

from ..errors import Collinear, NotEstimable, NoVariation
from ..shared.prepare import ABSORBED, COLLINEAR


@dataclass(frozen=True, eq=False)
class TwoWay:
    """Weighted least squares on unit and period effects over the entries of `mask`.

    Parameters
    ----------
    mask : array (N, T) of bool; weights : array (N,)
    counts : array (N,), entries per unit
    inverse : array (T, T), pseudo-inverse of the periods' cross-products once units are removed
    rank : T less the connected groups of units and periods (and the periods without an entry)
    """

    mask: np.ndarray
    weights: np.ndarray
    counts: np.ndarray
    inverse: np.ndarray
    rank: int

    @classmethod
    def of(cls, mask: np.ndarray, weights: np.ndarray) -> "TwoWay":
        counts = mask.sum(axis=1)
        ones = mask.astype(float)  # products of bool arrays do not reach BLAS
        share = ones * (weights / np.maximum(counts, 1))[:, None]
        cross = np.diag(weights @ ones) - share.T @ ones
        values, vectors = np.linalg.eigh(cross)
        kept = values > 1e-10 * max(values[-1], 1e-300)
        inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
        return cls(mask, weights, counts, inverse, int(kept.sum()))

    def effects(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Unit (N, k) and period (T, k) effects of values (N, T, k)."""
        entries = np.where(self.mask[..., None], values, 0.0)
        mean = entries.sum(axis=1) / np.maximum(self.counts, 1)[:, None]
        gaps = (entries - self.mask[..., None] * mean[:, None]) * self.weights[:, None, None]
        periods = self.inverse @ gaps.sum(axis=0)
        return mean - self.mask.astype(float) @ periods / np.maximum(self.counts, 1)[:, None], periods

    def residuals(self, values: np.ndarray) -> np.ndarray:
        """Residuals (N, T, k), 0 outside the mask."""
        units, periods = self.effects(values)
        return np.where(self.mask[..., None], values - units[:, None] - periods[None], 0.0)


@dataclass(frozen=True, eq=False)
class Regression:
    """Coefficients (k,), influence (N, k) and residuals (N, T) of a regression with both effects.

    Parameters
    ----------
    loads : array (N, T, k), the regressors less the effects, weighted; loads @ inverse are the coefficients' weights on y
    inverse : array (k, k), of the regressors' cross-products
    """

    beta: np.ndarray
    influence: np.ndarray
    residual: np.ndarray
    loads: np.ndarray
    inverse: np.ndarray

    def squares(self, combination: np.ndarray) -> np.ndarray:
        """Sum of squares (N,) of the weights that a combination (k,) of the coefficients puts on each unit's outcomes."""
        return ((self.loads @ (self.inverse @ combination)) ** 2).sum(axis=1)


def regress(two_way: TwoWay, y: np.ndarray, x: np.ndarray, names: list[str]) -> Regression:
    """Least squares of y (N, T) on x (N, T, k) and both effects.

    Raises
    ------
    NoVariation, Collinear naming the regressors
    """
    within = two_way.residuals(x)
    rest = two_way.residuals(y[..., None])[..., 0]
    flat, loads = within.reshape(-1, x.shape[2]), within * two_way.weights[:, None, None]
    cross = loads.reshape(flat.shape).T @ flat
    _check_cross(cross, x, two_way.mask, names)
    inverse = np.linalg.inv(cross)
    beta = inverse @ (loads.reshape(flat.shape).T @ rest.ravel())
    residual = rest - within @ beta
    scores = np.einsum("ntk,nt->nk", loads, residual, optimize=True)
    return Regression(beta, scores @ inverse, residual, loads, inverse)


def _check_cross(cross: np.ndarray, x: np.ndarray, mask: np.ndarray, names: list[str]) -> None:
    after = np.sqrt(np.diag(cross))
    before = np.sqrt((np.where(mask[..., None], x, 0.0) ** 2).sum(axis=(0, 1)))
    gone = [name for name, share in zip(names, after / np.where(before > 0, before, 1)) if not share > ABSORBED]
    if gone:
        raise NoVariation(f"{', '.join(gone)} does not vary once the unit and period effects are removed; leave it out")
    values, vectors = np.linalg.eigh(cross / np.outer(after, after))
    if values[0] < COLLINEAR**2:
        involved = [name for name, weight in zip(names, np.abs(vectors[:, 0])) if weight > 1e-3]
        raise Collinear(
            f"{len(involved)} regressors ({', '.join(involved[:8])}{' ...' if len(involved) > 8 else ''}) are a "
            "combination of each other and the effects "
            f"(eigenvalue {values[0]:.1e}); with event times: bin the ends by a window, or add units that are never "
            "treated"
        )


def require_connected(two_way: TwoWay, what: str) -> None:
    """Raise NotEstimable if units and periods with an entry fall into several groups that no effect joins."""
    periods = int(two_way.mask.any(axis=0).sum())
    if two_way.rank < periods - 1:
        raise NotEstimable(f"{what}: units and periods fall into {periods - two_way.rank} groups that share no unit; keep one of them")
