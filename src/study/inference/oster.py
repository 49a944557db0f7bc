"""How much selection on unobservables would explain an estimate away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.models.shared.prepare import check_finite, check_rank, codes, demean, without_singletons
from study.refusals import require

from .errors import InferenceError

RMAX = 1.3  # times the R2 of the full regression


@dataclass(frozen=True)
class Oster:
    """Proportional selection on observables and unobservables.

    Parameters
    ----------
    beta : the bias-adjusted coefficient under `delta`; other_roots : further real solutions
    delta_for_null : the delta under which the coefficient would be `null`
    short, long : coefficients without and with controls; r2_short, r2_long : their R2
    rmax : R2 of the regression with the unobservables too
    """

    beta: float
    other_roots: tuple[float, ...]
    delta: float
    delta_for_null: float
    null: float
    short: float
    long: float
    r2_short: float
    r2_long: float
    rmax: float
    n_obs: int


@dataclass(frozen=True)
class _Moments:
    """A = short - long coefficient, B and C = variance explained by the controls and by the unobservables,
    x and tau = variance of the treatment without and with the controls taken out."""

    a: float
    b: float
    c: float
    x: float
    tau: float


def oster(
    data: pd.DataFrame,
    outcome: str,
    treatment: str,
    controls: Sequence[str],
    *,
    base: Sequence[str] = (),
    effects: Sequence[str] = (),
    rmax: float | None = None,
    delta: float = 1.0,
    null: float = 0.0,
) -> Oster:
    """Bias-adjusted coefficient and the delta that would bring it to the null.

    delta = (cov of unobservables with the treatment / their variance) / (the same of the controls).
    With e = long - null: delta_for_null = e (B tau + x tau A^2 + 2 e tau A x + e^2 (tau x - tau^2)) /
    (C A x + e C (x - tau) + e^2 tau A x + e^3 (tau x - tau^2))

    Parameters
    ----------
    controls : columns of the long regression whose selection is compared with that of the unobservables
    base : columns in both regressions; effects : absorbed in both (at most two)
    rmax : by default 1.3 times the R2 of the long regression, at most 1. With effects the R2 are within
    delta : under which the coefficient is adjusted
    null : the coefficient that delta_for_null would give

    Returns
    -------
    Oster; of several solutions the one nearest to the long coefficient, on the side to which the controls
    moved it (the short coefficient lies on the other side)

    Raises
    ------
    InferenceError if there is no control, rmax is not in (R2, 1], or the equation has no solution;
    MissingColumn, InfiniteValues, NoVariation, Collinear. Rows with missing values are left out.

    Source
    ------
    Oster (2019), Journal of Business and Economic Statistics 37(2), propositions 1 to 3.
    """
    if not controls:
        raise InferenceError("oster compares regressions with and without controls; name at least one")
    frame, n = _within(data, outcome, [treatment, *base, *controls], effects)
    y, x = frame[outcome].to_numpy(), frame[treatment].to_numpy()
    b, w = frame[list(base)].to_numpy(), frame[list(controls)].to_numpy()
    short, r2_short = _regression(y, np.column_stack([x, b]))
    long, r2_long = _regression(y, np.column_stack([x, b, w]))
    top = min(RMAX * r2_long, 1.0) if rmax is None else rmax
    if not r2_long < top <= 1:
        raise InferenceError(f"rmax {top:g} must be above the R2 of the long regression, {r2_long:g}, and at most 1")
    variance = y @ y / (n - 1)
    moments = _Moments(
        a=short - long,
        b=(r2_long - r2_short) * variance,
        c=(top - r2_long) * variance,
        x=_residual_variance(x, b),
        tau=_residual_variance(x, np.column_stack([b, w])),
    )
    beta, others = _beta(moments, long, delta)
    return Oster(beta, others, delta, _delta(moments, long - null), null, short, long, r2_short, r2_long, top, n)


def _within(data: pd.DataFrame, outcome: str, right: list[str], effects: Sequence[str]) -> tuple[pd.DataFrame, int]:
    """Complete rows, numbers less their means (by effect)."""
    require(data, [outcome, *right, *effects])
    rows = without_singletons(data[list(dict.fromkeys([outcome, *right, *effects]))].dropna(), effects)
    numbers = rows[[outcome, *right]].astype(float)
    check_finite(numbers)
    if len(rows) <= len(right) + 1:
        raise InferenceError(f"{len(rows)} complete rows for {len(right)} regressors; it takes more")
    levels = codes(rows, effects) if effects else pd.DataFrame({"all rows": np.zeros(len(rows), dtype=int)}, index=rows.index)
    check_rank(numbers[right], levels, f"{outcome} ~ {' + '.join(right)}")
    return pd.DataFrame(demean(numbers.to_numpy(), levels), columns=[outcome, *right]), len(rows)


def _regression(y: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    residual = y - x @ coefficients
    return float(coefficients[0]), float(1 - residual @ residual / (y @ y))


def _residual_variance(x: np.ndarray, others: np.ndarray) -> float:
    residual = x - others @ np.linalg.lstsq(others, x, rcond=None)[0] if others.shape[1] else x
    return float(residual @ residual / (len(x) - 1))


def _delta(m: _Moments, e: float) -> float:
    cubic = m.tau * m.x - m.tau**2
    above = e * (m.b * m.tau + m.x * m.tau * m.a**2 + 2 * e * m.tau * m.a * m.x + e**2 * cubic)
    below = m.c * m.a * m.x + e * m.c * (m.x - m.tau) + e**2 * m.tau * m.a * m.x + e**3 * cubic
    return float(above / below) if below else float(np.copysign(np.inf, above))


def _beta(m: _Moments, long: float, delta: float) -> tuple[float, tuple[float, ...]]:
    """The roots e = long - beta of the same equation for a given delta; the chosen beta first."""
    cubic = m.tau * m.x - m.tau**2
    equation = [
        (delta - 1) * cubic,
        (delta - 2) * m.tau * m.a * m.x,
        delta * m.c * (m.x - m.tau) - m.b * m.tau - m.x * m.tau * m.a**2,
        delta * m.c * m.a * m.x,
    ]
    size = max(abs(number) for number in equation)
    while abs(equation[0]) <= 1e-14 * size and len(equation) > 1:
        equation = equation[1:]
    roots = np.roots(equation)
    real = sorted(float(r.real) for r in roots if abs(r.imag) <= 1e-8 * max(1.0, abs(r)))
    if not real:
        raise InferenceError(f"no coefficient is compatible with delta {delta:g}: the selection equation has no real solution")
    onwards = [e for e in real if e * m.a * delta >= 0]
    chosen = min(onwards or real, key=abs)
    return long - chosen, tuple(long - e for e in real if e != chosen)
