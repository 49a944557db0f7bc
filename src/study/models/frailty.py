"""Gamma frailty of a unit in the complementary log-log hazard, integrated out in closed form."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, stats

from .effects import nested
from .errors import ModelError, NotConverged
from .period_effects import Rows

STEPS = 200
SETTLED = 1e-14
NONE = 1e-6  # a variance below this is zero: the likelihood is flat there
START = 0.3


@dataclass(frozen=True, eq=False)
class Mixture:
    """The maximum: theta (T + k + 1,) is period effects, slopes and log v; bread and meat of its covariance."""

    theta: np.ndarray
    loglik: float
    bread: np.ndarray
    meat: np.ndarray | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Units:
    """Rows and units.

    Parameters
    ----------
    z : sparse (n, T + k), period dummies and regressors
    before : sparse (N, n) of ones: the rows of each unit, without the row of its event
    last : array of the rows with an event; of : array, their units; count : N
    """

    z: sparse.csr_matrix
    before: sparse.csr_matrix
    last: np.ndarray
    of: np.ndarray
    count: int


def fit(rows: Rows, theta: np.ndarray, loglik: float, bread: np.ndarray, unit: pd.Series, clusters: pd.DataFrame, text: str):
    """Maximise the likelihood of Meyer (1990) from the fit without frailty.

    With A_i the cumulative hazard of unit i without its last row and m_i that of the row of its event:
    a unit without event has (1 + v A)^(-1/v), one with event (1 + v A)^(-1/v) - (1 + v (A + m))^(-1/v)

    Returns
    -------
    the lines of `glance` and the Mixture; with a variance of zero it is the fit without frailty, and its note

    Raises
    ------
    ModelError if a unit is in two clusters; NotConverged
    """
    code = pd.factorize(unit, sort=True)[0]
    if clusters.shape[1] and not nested(pd.Series(code), clusters.iloc[:, 0].reset_index(drop=True)):
        raise ModelError(
            f"'{text}': some units are in two clusters of '{clusters.columns[0]}'; frailty needs units within clusters"
        )
    units = _units(rows, code)
    found, value, hessian = _maximise(units, np.append(theta, np.log(START)), text)
    groups = clusters.iloc[:, 0].to_numpy() if clusters.shape[1] else None
    if found[-1] <= np.log(NONE) or value <= loglik:
        total = _meat(units, np.append(theta, -np.inf), code, groups)
        lines = {"frailty_variance": 0.0, "frailty_variance_se": None, "frailty_lr": 0.0, "frailty_p": 1.0}
        note = "the frailty's variance is estimated as zero: the estimates are those without frailty"
        return lines, Mixture(theta, loglik, bread, None if total is None else total[:-1, :-1], (note,))
    inverse, variance = np.linalg.inv(-hessian), float(np.exp(found[-1]))
    ratio = 2 * (value - loglik)
    lines = {
        "frailty_variance": variance,
        "frailty_variance_se": variance * float(np.sqrt(inverse[-1, -1])),
        "frailty_lr": ratio,
        "frailty_p": float(stats.chi2.sf(ratio, 1) / 2),
    }
    return lines, Mixture(found, value, inverse, _meat(units, found, code, groups))


def _units(rows: Rows, code: np.ndarray) -> Units:
    n = len(code)
    dummies = sparse.csr_matrix((np.ones(n), (np.arange(n), rows.period)), shape=(n, rows.periods))
    still = np.flatnonzero(~rows.event)
    count = int(code.max()) + 1
    before = sparse.csr_matrix((np.ones(len(still)), (code[still], still)), shape=(count, n))
    last = np.flatnonzero(rows.event)
    return Units(sparse.hstack([dummies, sparse.csr_matrix(rows.x)]).tocsr(), before, last, code[last], count)


@dataclass(frozen=True, eq=False)
class Parts:
    """Log likelihood, its derivatives by A and m (first and second) and by log v, per unit; mu per row."""

    loglik: float
    mu: np.ndarray
    by_a: np.ndarray
    by_m: np.ndarray
    by_aa: np.ndarray
    by_am: np.ndarray
    by_mm: np.ndarray
    by_log_v: np.ndarray


def _parts(units: Units, theta: np.ndarray) -> Parts:
    v = max(float(np.exp(theta[-1])), 1e-12)
    mu = np.exp(units.z @ theta[:-1])
    a = units.before @ mu
    m = np.zeros(units.count)
    m[units.of] = mu[units.last]
    with_event = np.zeros(units.count, dtype=bool)
    with_event[units.of] = True
    da, db = 1 + v * a, 1 + v * (a + m)
    q = np.log1p(v * m / da) / v
    k = np.where(with_event, 1 / np.where(with_event, np.expm1(q), 1), 0.0)
    q_a, q_m = 1 / db - 1 / da, 1 / db
    q_v = (-q + (a + m) / db - a / da) / v
    by_v = np.log1p(v * a) / v**2 - a / (v * da) + k * q_v
    steep = k * (1 + k)
    loglik = -(np.log1p(v * a) / v).sum() + np.log(-np.expm1(-q[with_event])).sum()
    return Parts(
        loglik=float(loglik) if np.isfinite(loglik) else -np.inf,
        mu=mu,
        by_a=-1 / da + k * q_a,
        by_m=k * q_m,
        by_aa=v / da**2 + k * (v / da**2 - v / db**2) - steep * q_a**2,
        by_am=-k * v / db**2 - steep * q_a * q_m,
        by_mm=-k * v / db**2 - steep * q_m**2,
        by_log_v=by_v * v,
    )


def _row_scores(units: Units, parts: Parts) -> np.ndarray:
    """Derivatives of the log likelihood by the index of each row."""
    scores = (units.before.T @ parts.by_a) * parts.mu
    scores[units.last] = parts.by_m[units.of] * parts.mu[units.last]
    return scores


def _gradient(units: Units, parts: Parts) -> np.ndarray:
    return np.append(units.z.T @ _row_scores(units, parts), parts.by_log_v.sum())


def _hessian(units: Units, theta: np.ndarray, parts: Parts) -> np.ndarray:
    """By the chain rule for effects and slopes; by central differences of the gradient for log v."""
    z, mu = units.z, parts.mu
    sums = units.before @ z.multiply(mu[:, None]).tocsr()
    events = sparse.csr_matrix((np.ones(len(units.last)), (units.of, units.last)), shape=units.before.shape)
    own = events @ z.multiply(mu[:, None]).tocsr()

    def product(left, weights, right) -> np.ndarray:
        return (left.T @ right.multiply(weights[:, None]).tocsr()).toarray()

    crossed = product(sums, parts.by_am, own)
    block = product(sums, parts.by_aa, sums) + crossed + crossed.T + product(own, parts.by_mm, own)
    block += product(z, _row_scores(units, parts), z)
    step = 1e-5
    ends = []
    for side in (1, -1):
        moved = theta.copy()
        moved[-1] += side * step
        ends.append(_gradient(units, _parts(units, moved)))
    column = (ends[0] - ends[1]) / (2 * step)
    return np.block([[block, column[:-1, None]], [column[None, :]]])


def _maximise(units: Units, theta: np.ndarray, text: str) -> tuple[np.ndarray, float, np.ndarray]:
    """Newton's method; where the likelihood is not concave, with a ridge that makes it so."""
    with np.errstate(all="ignore"):
        parts = _parts(units, theta)
        for _ in range(STEPS):
            score, hessian = _gradient(units, parts), _hessian(units, theta, parts)
            step = _uphill(-hessian, score)
            if score @ step <= SETTLED or theta[-1] <= np.log(NONE):
                return theta, parts.loglik, hessian
            step *= min(1.0, 2 / np.abs(step).max())
            for _ in range(40):
                after = _parts(units, theta + step)
                if after.loglik >= parts.loglik - 1e-13 * abs(parts.loglik):
                    break
                step = step / 2
            theta, parts = theta + step, after
    raise NotConverged(
        f"'{text}': the likelihood with frailty did not reach its maximum in {STEPS} steps; fit it without frailty"
    )


def _uphill(information: np.ndarray, score: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(information)
    values = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
    return vectors @ ((vectors.T @ score) / values)


def _meat(units: Units, theta: np.ndarray, code: np.ndarray, cluster: np.ndarray | None) -> np.ndarray | None:
    """The sum over clusters of s_g s_g'; scores of units, then of clusters."""
    if cluster is None:
        return None
    parts = _parts(units, theta)
    groups = int(cluster.max()) + 1
    to_cluster = sparse.csr_matrix((np.ones(len(code)), (cluster, np.arange(len(code)))), shape=(groups, len(code)))
    scores = (to_cluster @ units.z.multiply(_row_scores(units, parts)[:, None]).tocsr()).toarray()
    of_unit = np.zeros(units.count, dtype=int)
    of_unit[code] = cluster
    scores = np.column_stack([scores, np.bincount(of_unit, weights=parts.by_log_v, minlength=groups)])
    return scores.T @ scores
