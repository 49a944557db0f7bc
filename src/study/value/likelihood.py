"""Maximum likelihood of positive parameters from the exact derivatives, and what a fitted model of customers carries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from study.errors import StudyError

FAR = 12.0  # |log parameter| beyond which a likelihood is said to have no inner maximum
FLAT = 10.0  # standard error of a combination of log parameters beyond which it is said not to be identified
NORMAL_95 = 1.959963984540054
BEYOND = 2  # Newton steps after the search: where it stops hangs on the last bits, where these end does not
BLOCK = 32_768  # customers worked on at once: their arrays stay in the cache


class NotConverged(StudyError, ValueError):
    """The likelihood has no maximum inside the parameter space, or it was not found: the message says where it went."""


@dataclass(frozen=True)
class Maximum:
    """Estimates, their covariance (inverse of the observed information) and the log-likelihood of the sample."""

    estimates: np.ndarray
    covariance: np.ndarray
    loglik: float


@dataclass(frozen=True)
class CustomerModel:
    """A fitted model of customers.

    estimates, covariance : parameters in the order of `SYMBOLS` and the inverse of the observed information
        (the Hessian of the total log-likelihood at the maximum, on the scale of the parameters)
    loglik : log-likelihood of the sample, the sum over customers
    n_customers : customers in the sample, identical ones counted each
    rows : the histories (one row each) with the column `counts`, how many customers have each
    """

    SYMBOLS: ClassVar[tuple[str, ...]] = ()

    estimates: np.ndarray
    covariance: np.ndarray
    loglik: float
    n_customers: int
    rows: pd.DataFrame

    @property
    def params(self) -> Mapping[str, float]:
        """Parameters by the papers' symbols."""
        return dict(zip(self.SYMBOLS, map(float, self.estimates), strict=True))

    @property
    def std_errors(self) -> Mapping[str, float]:
        """Standard errors by the papers' symbols: normal in large samples, from the observed information."""
        return dict(zip(self.SYMBOLS, map(float, np.sqrt(np.diag(self.covariance))), strict=True))

    def tidy(self) -> pd.DataFrame:
        """Term, estimate, std_error and the 95 % interval, which is normal on the log scale (parameters are positive)."""
        errors = np.sqrt(np.diag(self.covariance))
        spread = np.exp(NORMAL_95 * errors / self.estimates)
        columns = {"term": self.SYMBOLS, "estimate": self.estimates, "std_error": errors}
        return pd.DataFrame({**columns, "ci_low": self.estimates / spread, "ci_high": self.estimates * spread})

    def glance(self) -> dict:
        """The sample and the likelihood: n_customers, n_rows, loglik, aic, bic, vcov, reference."""
        k = len(self.SYMBOLS)
        return {
            "n_customers": self.n_customers,
            "n_rows": len(self.rows),
            "loglik": self.loglik,
            "aic": 2 * k - 2 * self.loglik,
            "bic": k * float(np.log(self.n_customers)) - 2 * self.loglik,
            "vcov": "observed information",
            "reference": "normal",
        }

    def refit(self, counts: np.ndarray) -> "CustomerModel":
        """The model fitted to the same histories with other counts; each model has its own."""
        raise NotImplementedError

    def at(self, estimates: np.ndarray) -> "CustomerModel":
        """The same model at other parameters (its loglik and covariance stay those of the fit)."""
        return replace(self, estimates=_fixed(np.asarray(estimates, dtype=float)))


Model = TypeVar("Model", bound=CustomerModel)


def dot(one: np.ndarray, two: np.ndarray) -> float:
    """Sum of products without BLAS, whose threads wait for each other on vectors of this size and change the last digits."""
    return float(np.einsum("i,i->", one, two))


def model_of(kind: type[Model], maximum: Maximum, rows: pd.DataFrame) -> Model:
    """A fitted model of class `kind`; its arrays can not be written to."""
    total = int(rows["counts"].sum())
    return kind(_fixed(maximum.estimates), _fixed(maximum.covariance), maximum.loglik, total, rows)


def maximise(name: str, symbols: tuple[str, ...], derivatives: Callable, n: float, starts, scale: np.ndarray) -> Maximum:
    """Newton steps in a trust region on the logs of the parameters.

    Parameters
    ----------
    derivatives : parameters -> (total log-likelihood, gradient (k,), Hessian (k, k))
    n : customers, so that tolerances are per customer
    starts : arrays (k,), tried in turn until one converges
    scale : array (k,), the size of each parameter's unit (1 where it has none)

    Raises
    ------
    NotConverged if the likelihood rises towards a parameter of zero or infinity, is flat, or the steps do not end.
    """
    reasons = []
    for start in starts:
        found = _climb(symbols, derivatives, n, np.asarray(start, dtype=float), np.asarray(scale, dtype=float))
        if isinstance(found, Maximum):
            return found
        reasons.append(found)
    raise NotConverged(
        f"{name}: no maximum of the likelihood of {n:g} customers was found from {len(reasons)} starts: {reasons[0]}. "
        "The customers may be too few or too alike for this model; pool more of them or use a model with fewer parameters"
    )


class _Escaped(Exception):
    """The steps left the range of parameters in which a maximum is looked for."""


def _climb(symbols, derivatives, n, start, scale) -> Maximum | str:
    """The maximum from one start, or why there is none."""
    memory: dict[bytes, tuple] = {}

    def at(u):
        if np.abs(u).max() > FAR:
            raise _Escaped(u)
        key = u.tobytes()
        if key not in memory:
            memory.clear()
            theta = np.exp(u) * scale
            value, gradient, hessian = derivatives(theta)
            slope = theta * gradient
            memory[key] = (-value / n, -slope / n, -(np.outer(theta, theta) * hessian + np.diag(slope)) / n)
        return memory[key]

    parts = {name: (lambda u, i=i: at(u)[i]) for i, name in enumerate(("fun", "jac", "hess"))}
    options = {"gtol": 1e-9, "max_trust_radius": 2.0, "maxiter": 200}
    try:
        found = minimize(x0=np.log(start / scale), method="trust-exact", options=options, **parts)
    except _Escaped as escaped:
        return _where(symbols, escaped.args[0], scale)
    negative, slope, curvature = at(found.x)
    if not np.isfinite(negative) or np.abs(slope).max() > 1e-6:
        return f"after {found.nit} steps the largest slope per customer is still {np.abs(slope).max():.2g}"
    weakest = float(np.linalg.eigvalsh(curvature)[0])
    if weakest * n < 1 / FLAT**2:
        return f"the likelihood is flat at {_printed(symbols, np.exp(found.x) * scale)}"
    u = found.x
    for _ in range(BEYOND):
        u = u - np.linalg.solve(curvature, slope)
        negative, slope, curvature = at(u)
    theta = np.exp(u) * scale
    covariance = np.outer(theta, theta) * np.linalg.inv(curvature * n)
    return Maximum(theta, (covariance + covariance.T) / 2, float(-negative * n))


def _where(symbols, u, scale) -> str:
    towards = ["0" if step < 0 else "infinity" for step in u]
    far = [f"{name} towards {end}" for name, end, step in zip(symbols, towards, u) if abs(step) > FAR / 2]
    return f"it still rises with {' and '.join(far)} (at {_printed(symbols, np.exp(u) * scale)})"


def _printed(symbols, theta) -> str:
    return ", ".join(f"{name} {estimate:.3g}" for name, estimate in zip(symbols, theta))


def _fixed(array: np.ndarray) -> np.ndarray:
    kept = np.array(array, dtype=float)
    kept.flags.writeable = False
    return kept
