"""Regressors in a basis in which the arithmetic loses no digits, and the way back."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.linalg import solve_triangular

from .prepare import Prepared, demean, standardised

FAR = 100  # a mean of that many spreads costs four digits of the information


@dataclass(frozen=True, eq=False)
class Basis:
    """The sample with regressors z, which span what x spans (less the effects).

    Parameters
    ----------
    sample : the sample with z in the place of x
    back : array (k, k): coefficients of x = back @ coefficients of z, covariance = back @ V @ back'
    """

    sample: Prepared
    back: np.ndarray

    def covariance(self, of_z: np.ndarray) -> np.ndarray:
        """The covariance of the coefficients of x from that of z."""
        return self.back @ of_z @ self.back.T


def orthonormal(prepared: Prepared, absorbed: bool) -> Basis:
    """z'z = n I: columns less effects (`absorbed`) or means, divided by their spread, QR.

    A year and its square differ by a share of 1e-6 where the mean is taken along, by 1e-3 without; normal equations
    square that. The estimates of a linear model are those of its span, so that nothing else changes.
    """
    constant = "Intercept" in prepared.x.columns
    columns = prepared.x.drop(columns="Intercept", errors="ignore")
    n, k = columns.shape
    if not k:
        return Basis(prepared, np.eye(1))
    values, size = standardised(columns, constant or absorbed)
    if absorbed:
        given = None if prepared.weights is None else prepared.weights.to_numpy()
        values = demean(values, prepared.effects, given)
    q, r = np.linalg.qr(values)
    slopes = solve_triangular(r, np.eye(k)) * np.sqrt(n) / size[:, None]
    z = pd.DataFrame(q * np.sqrt(n), index=columns.index, columns=columns.columns)
    if not constant:
        return Basis(replace(prepared, x=z), slopes)
    back = np.eye(k + 1)
    back[1:, 1:], back[0, 1:] = slopes, -columns.to_numpy(dtype=float).mean(axis=0) @ slopes
    z.insert(0, "Intercept", 1.0)
    order = [z.columns.get_loc(name) for name in prepared.x.columns]
    return Basis(replace(prepared, x=z[list(prepared.x.columns)]), back[np.ix_(order, order)])


@dataclass(frozen=True, eq=False)
class Scaled:
    """Regressors of a likelihood model in units of their size, large means taken off; names and signs stay.

    Newton's steps and the information see a year and its square as they differ, not as their means are alike.

    Parameters
    ----------
    z : array (n, k); centre, size : arrays (k,), z = (x - centre) / size; an intercept stays as it is
    """

    z: np.ndarray
    centre: np.ndarray
    size: np.ndarray

    def back(self, total: int, slopes: slice, constants: slice | list[int], sign: int = -1) -> np.ndarray:
        """The matrix (total, total) from parameters of z to those of x.

        Parameters
        ----------
        slopes : where the coefficients of z stand; constants : where what takes up centre'b stands, added with `sign`
        """
        matrix = np.eye(total)
        matrix[slopes, slopes] = np.diag(1 / self.size)
        matrix[constants, slopes] += sign * self.centre / self.size
        return matrix


def scaled(x: pd.DataFrame, baseline: bool = False) -> Scaled:
    """The columns in units of their size; those whose mean is FAR times their spread less it, where an intercept or a
    `baseline` takes it up.

    Dummies and the like stay where they are: along a column that separates, the information is small exactly.
    """
    values, intercept = x.to_numpy(dtype=float), x.columns == "Intercept"
    centre = np.zeros(x.shape[1])
    if baseline or intercept.any():
        mean, spread = values.mean(axis=0), values.std(axis=0)
        centre = np.where(~intercept & (np.abs(mean) > FAR * spread), mean, 0.0)
    size = np.sqrt(((values - centre) ** 2).mean(axis=0))
    return Scaled(np.ascontiguousarray((values - centre) / size), centre, size)
