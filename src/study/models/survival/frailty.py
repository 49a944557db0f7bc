"""Gamma frailty of a unit in the complementary log-log hazard, integrated out in closed form."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..errors import ModelError, NotConverged
from ..shared.effects import nested
from .period_effects import Rows, chunks, cross, sums_by

STEPS = 200
SETTLED = 1e-14
NONE = 1e-6  # a variance below this is zero: the likelihood is flat there
START = 0.3
UNITS = 1 << 14  # units at a time in dense products


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
    rows : of the hazard model; code : array (n,), the unit of each row; count : units
    last : array of the rows with an event; of : array, their units
    """

    rows: Rows
    code: np.ndarray
    count: int
    last: np.ndarray
    of: np.ndarray


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
        raise ModelError(f"'{text}': some units are in two clusters of '{clusters.columns[0]}'; frailty needs units within clusters")
    last = np.flatnonzero(rows.event)
    units = Units(rows, code, int(code.max()) + 1, last, code[last])
    found, value, hessian = _maximise(units, np.append(theta, np.log(START)), text)
    groups = clusters.iloc[:, 0].to_numpy() if clusters.shape[1] else None
    if found[-1] <= np.log(NONE) or value <= loglik:
        total = _meat(units, np.append(theta, -np.inf), groups)
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
    return lines, Mixture(found, value, inverse, _meat(units, found, groups))


@dataclass(frozen=True, eq=False)
class Parts:
    """Log likelihood, its first and second derivatives by A, m and w = log v, per unit; mu per row."""

    loglik: float
    mu: np.ndarray
    by_a: np.ndarray
    by_m: np.ndarray
    by_aa: np.ndarray
    by_am: np.ndarray
    by_mm: np.ndarray
    by_w: np.ndarray
    by_aw: np.ndarray
    by_mw: np.ndarray
    by_ww: np.ndarray


def _parts(units: Units, theta: np.ndarray) -> Parts:
    v = max(float(np.exp(theta[-1])), 1e-12)
    rows, t = units.rows, units.rows.periods
    mu = np.exp(theta[rows.period] + rows.x @ theta[t:-1])
    a = np.bincount(units.code, weights=np.where(rows.event, 0.0, mu), minlength=units.count)
    m = np.zeros(units.count)
    m[units.of] = mu[units.last]
    with_event = np.zeros(units.count, dtype=bool)
    with_event[units.of] = True
    da, db = 1 + v * a, 1 + v * (a + m)
    q = np.log1p(v * m / da) / v
    k = np.where(with_event, 1 / np.where(with_event, np.expm1(q), 1), 0.0)
    q_a, q_m = 1 / db - 1 / da, 1 / db
    before, until = a / da, (a + m) / db
    q_v = (-q + until - before) / v
    q_vv = (before**2 - until**2 - 2 * q_v) / v
    gone = np.log1p(v * a) / v
    steep = k * (1 + k)
    by_v = (gone - before) / v + k * q_v
    by_vv = (before * (2 + v * before) - 2 * gone) / v**2 + k * q_vv - steep * q_v**2
    loglik = -gone.sum() + np.log(-np.expm1(-q[with_event])).sum()
    return Parts(
        loglik=float(loglik) if np.isfinite(loglik) else -np.inf,
        mu=mu,
        by_a=-1 / da + k * q_a,
        by_m=k * q_m,
        by_aa=v / da**2 + k * (v / da**2 - v / db**2) - steep * q_a**2,
        by_am=-k * v / db**2 - steep * q_a * q_m,
        by_mm=-k * v / db**2 - steep * q_m**2,
        by_w=v * by_v,
        by_aw=v * (before / da + k * (before / da - until / db) - steep * q_v * q_a),
        by_mw=-v * (k * until / db + steep * q_v * q_m),
        by_ww=v * by_v + v**2 * by_vv,
    )


def _by_row(units: Units, mu: np.ndarray, by_a: np.ndarray, by_m: np.ndarray) -> np.ndarray:
    """Derivatives by the index of each row of something with derivatives `by_a` and `by_m` by A and m of each unit."""
    rows = by_a[units.code] * mu
    rows[units.last] = by_m[units.of] * mu[units.last]
    return rows


def _row_scores(units: Units, parts: Parts) -> np.ndarray:
    """Derivatives of the log likelihood by the index of each row."""
    return _by_row(units, parts.mu, parts.by_a, parts.by_m)


def _summed(rows: Rows, by_row: np.ndarray, by_w: np.ndarray) -> np.ndarray:
    """Derivatives by period effects, slopes and w, from those by the index of each row and by w of each unit."""
    by_period = np.bincount(rows.period, weights=by_row, minlength=rows.periods)
    return np.concatenate([by_period, by_row @ rows.x, [by_w.sum()]])


def _gradient(units: Units, parts: Parts) -> np.ndarray:
    return _summed(units.rows, _row_scores(units, parts), parts.by_w)


def _hessian(units: Units, parts: Parts) -> np.ndarray:
    """The matrix of second derivatives, by the chain rule."""
    rows = units.rows
    block = _outer(units, parts)
    scores = _row_scores(units, parts)
    for part in chunks(rows):
        a, c, b = cross(rows.x[part], rows.period[part], scores[part], rows.periods)
        block += np.block([[np.diag(a), c], [c.T, b]])
    column = _summed(rows, _by_row(units, parts.mu, parts.by_aw, parts.by_mw), parts.by_ww)
    return np.block([[block, column[:-1, None]], [column[None, :]]])


def _outer(units: Units, parts: Parts) -> np.ndarray:
    """The part of the Hessian from the products of dA and dm, units in chunks."""
    rows, p = units.rows, units.rows.periods + units.rows.x.shape[1]
    effects, slopes = sums_by(units.code, rows, np.where(rows.event, 0.0, parts.mu))
    row_of = np.full(units.count, -1)
    row_of[units.of] = units.last
    block = np.zeros((p, p))
    for start in range(0, units.count, UNITS):
        part = slice(start, start + UNITS)
        da = np.hstack([effects[part].toarray(), slopes[part]])
        with_event = np.flatnonzero(row_of[part] >= 0)
        chosen = row_of[part][with_event]
        dm = np.zeros((len(chosen), p))
        dm[np.arange(len(chosen)), rows.period[chosen]] = 1.0
        dm[:, rows.periods :] = rows.x[chosen]
        dm *= parts.mu[chosen][:, None]
        crossed = (da[with_event] * parts.by_am[part][with_event, None]).T @ dm
        block += (da * parts.by_aa[part, None]).T @ da + crossed + crossed.T
        block += (dm * parts.by_mm[part][with_event, None]).T @ dm
    return block


def _maximise(units: Units, theta: np.ndarray, text: str) -> tuple[np.ndarray, float, np.ndarray]:
    """Newton's method; where the likelihood is not concave, with a ridge that makes it so."""
    with np.errstate(all="ignore"):
        parts = _parts(units, theta)
        for _ in range(STEPS):
            score, hessian = _gradient(units, parts), _hessian(units, parts)
            step = _uphill(-hessian, score)
            if theta[-1] <= np.log(NONE):
                return theta, parts.loglik, hessian
            if score @ step <= SETTLED:  # the last step too: which one is last hangs on the last bits
                parts = _parts(units, theta + step)
                return theta + step, parts.loglik, _hessian(units, parts)
            step *= min(1.0, 2 / _reach(units.rows, step))
            for _ in range(40):
                after = _parts(units, theta + step)
                if after.loglik >= parts.loglik - 1e-13 * abs(parts.loglik):
                    break
                step = step / 2
            theta, parts = theta + step, after
    raise NotConverged(f"'{text}': the likelihood with frailty did not reach its maximum in {STEPS} steps; fit it without frailty")


def _reach(rows: Rows, step: np.ndarray) -> float:
    """How far a step moves log v or the index of a row, at most."""
    index = step[rows.period] + rows.x @ step[rows.periods : -1]
    return max(float(np.abs(index).max()), abs(float(step[-1])))


def _uphill(information: np.ndarray, score: np.ndarray) -> np.ndarray:
    size = 1 / np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-300))
    values, vectors = np.linalg.eigh(information * np.outer(size, size))
    values = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
    return size * (vectors @ ((vectors.T @ (score * size)) / values))


def _meat(units: Units, theta: np.ndarray, cluster: np.ndarray | None) -> np.ndarray | None:
    """The sum over clusters of s_g s_g'; units lie within clusters."""
    if cluster is None:
        return None
    parts = _parts(units, theta)
    by_period, by_slope = sums_by(cluster, units.rows, _row_scores(units, parts))
    of_unit = np.zeros(units.count, dtype=int)
    of_unit[units.code] = cluster
    by_w = np.bincount(of_unit, weights=parts.by_w, minlength=len(by_slope))
    scores = np.column_stack([by_period.toarray(), by_slope, by_w])
    return scores.T @ scores
