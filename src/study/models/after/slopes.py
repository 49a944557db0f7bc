"""Slopes of predictions: what one unit more of a variable of the data does, where it stands in several terms."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

from ..errors import ModelError
from ..fit import Fit
from ..iv.instruments import Instrumented
from ..shared import restrictions
from ..shared.columns import values as numbers_of
from ..shared.formula import uses_of
from ..shared.likelihood import Sample
from ..shared.prepare import Prepared
from .prediction import regressors, specifications

POINTS = ("average", "mean")
CURVES = {"logit": stats.logistic, "firth": stats.logistic, "probit": stats.norm}
STEP = 1e-3  # of a difference, in standard deviations: with five points its error is far below rounding of the estimates
WEIGHTS = {  # of the values at so many steps, twelve times the step's length in the difference
    0: {-2: 1, -1: -8, 1: 8, 2: -1},
    1: {0: -25, 1: 48, 2: -36, 3: 16, 4: -3},
    -1: {0: 25, -1: -48, -2: 36, -3: -16, -4: 3},
}
NEAR = 50  # a step is at most this fraction of the value itself, so that logarithms and roots stay defined
LEAST = 1e-7  # a step is at least this many standard deviations


def slopes(fit: Fit, variables: str | Sequence[str] | None = None, *, values: Mapping | None = None, at: str = "average") -> Fit:
    """The effect of each variable on the prediction, interactions and powers included.

    Linear: d(x'b)/dv = (dx/dv)'b; logit, probit, firth: dP/dv = f(x'b) (dx/dv)'b. Of a variable of 0 and 1 only the change
    from 0 to 1, of texts and C(k) that from the base level to each other one. Errors by the delta method, the rows held fixed.

    Parameters
    ----------
    fit : of models.panel, models.iv or models.discrete
    variables : columns of the data; default all of the regressors
    values : column -> values (or one) at which it is held, every combination of them: {"z": [0, 1, 2]} gives x | z=0, ...
    at : "average": the mean over the rows; "mean": at the means of the columns of numbers and the shares of the levels

    Returns
    -------
    Fit with a term for each variable (and level, as k[T.b]) and combination of values, "x | z=0"; in units of the outcome per
    unit of the variable (of probability for 0/1 outcomes); the df of `fit`. dx/dv by differences of five points.

    Raises
    ------
    ModelError if the fit is of another model or a name is no variable of it; what `Fit.predict` raises
    """
    curve = _curve(fit)
    if at not in POINTS:
        raise ModelError(f"at='{at}'; there is {', '.join(POINTS)}")
    uses = {name: only for spec in specifications(fit) for name, only in uses_of(spec.formula).items()}
    chosen = [variables] if isinstance(variables, str) else list(variables or uses)
    held = {name: [value] if np.ndim(value) == 0 else list(value) for name, value in (values or {}).items()}
    for name in (*chosen, *held):
        if name not in uses:
            raise ModelError(f"'{name}' is no variable of the regressors of '{fit.settings['formula']}'; they are {', '.join(uses)}")
    sample = _rows(fit)[list(uses)]
    found: dict[str, tuple[float, np.ndarray]] = {}
    for combination in product(*held.values()):
        frame = sample.assign(**dict(zip(held, combination)))
        points = _at_means(frame, uses) if at == "mean" else frame
        tail = ", ".join(f"{name}={value}" for name, value in zip(held, combination))
        for name in (name for name in chosen if name not in held):
            for label, effect in _effects(fit, curve, sample, points, name, uses[name], at):
                found[f"{label} | {tail}" if tail else label] = effect
    if not found:
        raise ModelError(f"every variable asked for ({', '.join(chosen)}) is held at values; name another one")
    return _as_fit(fit, found, at)


def _curve(fit: Fit):
    """The distribution of a 0/1 model, None of a linear one."""
    if isinstance(fit.prepared, Prepared | Instrumented):
        return None
    if type(fit.prepared) is Sample and fit.settings.get("method") in CURVES:
        return CURVES[fit.settings["method"]]
    raise ModelError("slopes need a fit of models.panel, models.iv or models.discrete: of another model compare predictions")


def _rows(fit: Fit) -> pd.DataFrame:
    """The rows of the estimation as they were given."""
    sample = fit.prepared.rows if isinstance(fit.prepared, Instrumented) else fit.prepared
    return fit.source.loc[sample.y.index]


def _at_means(frame: pd.DataFrame, uses: Mapping[str, bool]) -> pd.DataFrame:
    """The rows with every column of numbers at its mean; levels stay, and their dummies are averaged afterwards."""
    numbers = [name for name in uses if _is_number(frame[name], name, uses[name])]
    return frame.assign(**{name: numbers_of(frame[name], name).mean() for name in numbers})


def _is_number(column: pd.Series, name: str, only_levels: bool) -> bool:
    return not only_levels and isinstance(numbers_of(column, name).dtype, np.dtype)


def _effects(fit: Fit, curve, sample: pd.DataFrame, points: pd.DataFrame, name: str, only_levels: bool, at: str):
    """Label, effect and its derivative by the coefficients, of one variable."""
    if not _is_number(sample[name], name, only_levels):
        seen = sorted(sample[name].unique())
        for level in seen[1:]:
            yield f"{name}[T.{level}]", _change(fit, curve, points, name, seen[0], level, at)
    elif numbers_of(sample[name], name).isin([0.0, 1.0]).all():
        yield name, _change(fit, curve, points, name, 0.0, 1.0, at)
    else:
        yield name, _slope(fit, curve, sample, points, name, at)


def _design(fit: Fit, rows: pd.DataFrame, at: str) -> np.ndarray:
    x = regressors(fit, rows).to_numpy()
    return x.mean(axis=0, keepdims=True) if at == "mean" else x


def _change(fit: Fit, curve, points: pd.DataFrame, name: str, low, high, at: str) -> tuple[float, np.ndarray]:
    """The prediction at `high` less that at `low`, all else as it is."""
    before, after = (_design(fit, points.assign(**{name: value}), at) for value in (low, high))
    b = fit.coefficients
    if curve is None:
        return float((after - before).mean(axis=0) @ b), (after - before).mean(axis=0)
    effect = (curve.cdf(after @ b) - curve.cdf(before @ b)).mean()
    slope = curve.pdf(after @ b)[:, None] * after - curve.pdf(before @ b)[:, None] * before
    return float(effect), slope.mean(axis=0)


def _slope(fit: Fit, curve, sample: pd.DataFrame, points: pd.DataFrame, name: str, at: str) -> tuple[float, np.ndarray]:
    """The derivative of the prediction."""
    change = _differentiated(fit, points, numbers_of(points[name], name).to_numpy(), numbers_of(sample[name], name), name)
    change = change.mean(axis=0, keepdims=True) if at == "mean" else change
    b = fit.coefficients
    if curve is None:
        return float(change.mean(axis=0) @ b), change.mean(axis=0)
    x = _design(fit, points, at)
    index, density = x @ b, curve.pdf(x @ b)
    bend = -index * density if curve is stats.norm else density * (1 - 2 * curve.cdf(index))
    rows = bend[:, None] * (change @ b)[:, None] * x + density[:, None] * change
    return float((density * (change @ b)).mean()), rows.mean(axis=0)


def _differentiated(fit: Fit, points: pd.DataFrame, at: np.ndarray, seen: pd.Series, name: str) -> np.ndarray:
    """dx/dv (n, k) of the regressors at the values `at` of variable v, by differences of five points.

    They lie around the value; at the ends of what was `seen` on one side of it, where a spline is not defined beyond them.
    """
    close = np.where(at == 0, np.inf, np.abs(at) / NEAR)
    step = np.maximum(np.minimum(STEP * seen.std(), close), LEAST * seen.std())
    inside = np.zeros(len(at), dtype=int)
    try:
        return _difference(fit, points, at, step, name, inside)
    except ModelError:
        ends = np.where(at - 2 * step < seen.min(), 1, np.where(at + 2 * step > seen.max(), -1, 0))
        if not ends.any():
            raise
        return _difference(fit, points, at, step, name, ends)


def _difference(fit: Fit, points: pd.DataFrame, at: np.ndarray, step: np.ndarray, name: str, side: np.ndarray) -> np.ndarray:
    """The difference of each row (n, k): on both sides of its value (side 0), above it (1) or below it (-1)."""
    weights = pd.DataFrame([WEIGHTS[s] for s in side]).fillna(0.0)
    total = 0.0
    for k in weights.columns:
        weight = weights[k].to_numpy()
        moved = points.assign(**{name: at + np.where(weight != 0, k, 0) * step})
        total = total + weight[:, None] * regressors(fit, moved).to_numpy()
    return total / (12 * step[:, None])


def _as_fit(fit: Fit, found: Mapping[str, tuple[float, np.ndarray]], at: str) -> Fit:
    jacobian = np.array([slope for _, slope in found.values()])
    df = fit.df if np.ndim(fit.df) == 0 else np.array([restrictions.reference(fit, row[None, :]) for row in jacobian])
    estimator = f"slopes of {fit.summary.get('estimator') or fit.settings.get('method')}"
    return Fit(
        terms=tuple(found),
        coefficients=np.array([effect for effect, _ in found.values()]),
        covariance=restrictions.covariance(fit, jacobian),
        df=df,
        summary=fit.glance() | {"at": at, "estimator": estimator},
        notes=fit.notes,
        settings=dict(fit.settings) | {"at": at},
    )
