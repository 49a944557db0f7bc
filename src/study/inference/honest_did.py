"""How large a violation of parallel trends an effect survives (Rambachan and Roth)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from study.models.fit import LEVEL, Fit

from . import honest_magnitudes as magnitudes
from . import honest_smoothness as smoothness
from .errors import InferenceError, NotIdentified
from .event_study import EventStudy, of_fit

KINDS = ("relative_magnitudes", "smoothness")
DEFAULT = (0.5, 1.0, 1.5, 2.0)  # bounds of relative magnitudes
LARGEST = 2.0**10  # bounds beyond this are called infinite


@dataclass(frozen=True, eq=False)
class HonestDid:
    """Robust confidence intervals of one effect.

    Parameters
    ----------
    intervals : DataFrame m, ci_low, ci_high; original : (low, high) under parallel trends, normal
    breakdown : largest m at which the interval leaves out zero; 0 if the original has it inside, infinite if none up to
        1024 (relative magnitudes) or 1024 standard errors (smoothness) takes it in
    estimate : of the effect; kind, target, level : of the call; n_pre, n_post : coefficients used
    seed : of the least favourable critical values; None for smoothness, which draws nothing
    notes : what was left out
    """

    intervals: pd.DataFrame
    original: tuple[float, float]
    breakdown: float
    estimate: float
    kind: str
    target: tuple[int, int]
    level: float
    n_pre: int
    n_post: int
    seed: int | None
    notes: tuple[str, ...]


def honest_did(
    fit: Fit,
    kind: str = "relative_magnitudes",
    m: Sequence[float] | None = None,
    *,
    target: int | tuple[int, int] = 0,
    level: float = LEVEL,
    seed: int = 0,
) -> HonestDid:
    """Confidence intervals of an effect when the trends of treated and controls may differ by a bounded amount.

    relative_magnitudes : |d_{e+1} - d_e| after adoption is at most m times the largest before it
    smoothness : |(d_{e+1} - d_e) - (d_e - d_{e-1})| <= m in all periods; m = 0 is a linear difference

    Parameters
    ----------
    fit : of models.did with aggregate="event" and base e = -1 (callaway_santanna, sun_abraham, stacked, twfe)
    m : bounds, in ascending order; default 0.5, 1, 1.5, 2, for smoothness 0 to twice the standard error in four steps
    target : event time e >= 0, or (a, b) for the mean effect over a..b
    level : of confidence
    seed : of the draws behind the least favourable critical values

    Returns
    -------
    HonestDid. relative_magnitudes: the conditional test with a least favourable first step (C-LF), inverted;
    smoothness: the shortest fixed-length interval (FLCI). Both take the coefficients as normal with known covariance.

    Raises
    ------
    InferenceError, NotIdentified

    Source
    ------
    Rambachan and Roth (2023), Review of Economic Studies 90(5); Andrews, Roth and Pakes (2023), Review of Economic
    Studies 90(6), for the conditional test.
    """
    if kind not in KINDS:
        raise InferenceError(f"no kind '{kind}'; there is {', '.join(KINDS)}")
    if not 0.5 < level < 1:
        raise InferenceError(f"level {level} must be between 0.5 and 1")
    study = _checked(fit)
    a, b = (target, target) if isinstance(target, (int, np.integer)) else target
    weights = _weights(study, int(a), int(b))
    post = ~study.pre
    estimate = float(weights @ study.coefficients[post])
    error = float(np.sqrt(weights @ study.covariance[np.ix_(post, post)] @ weights))
    bounds = _bounds(m, kind, error)
    if kind == "smoothness":
        method = smoothness.Smoothness(study, weights, level)
    else:
        method = magnitudes.Magnitudes(study, weights, level, seed)
    half = stats.norm.ppf(0.5 + level / 2) * error
    rows = [(bound, *method.interval(bound)) for bound in bounds]
    unit = error if kind == "smoothness" else 1.0
    return HonestDid(
        intervals=pd.DataFrame(rows, columns=["m", "ci_low", "ci_high"]),
        original=(estimate - half, estimate + half),
        breakdown=0.0 if abs(estimate) <= half else _breakdown(method, unit),
        estimate=estimate,
        kind=kind,
        target=(int(a), int(b)),
        level=level,
        n_pre=int(study.pre.sum()),
        n_post=int(post.sum()),
        seed=seed if kind == "relative_magnitudes" else None,
        notes=study.notes,
    )


def _checked(fit: Fit) -> EventStudy:
    """The event study with base e = -1 and no event time missing in between."""
    study, _ = of_fit(fit)
    base = fit.prepared.base
    if base != "universal":
        way = "estimator='callaway_santanna' with base='universal'"
        raise InferenceError(f"the pre-period terms of this fit are not relative to e = -1 but to {base} periods; use {way}")
    if fit.settings["aggregate"] != "event":
        raise InferenceError("it takes aggregate='event', one coefficient per event time")
    for side, first in ((study.event[study.pre], -2), (study.event[~study.pre], 0)):
        if not len(side):
            raise NotIdentified(f"the fit has no term with event time {'below -1' if first < 0 else '0 or later'}; widen the window")
        expected = np.arange(side.min(), -1) if first < 0 else np.arange(0, side.max() + 1)
        if not np.array_equal(side, expected):
            gone = sorted(set(expected) - set(side))
            raise NotIdentified(f"event times {', '.join(map(str, gone[:5]))} are missing between the terms; narrow the window to consecutive ones")
    return study


def _weights(study: EventStudy, a: int, b: int) -> np.ndarray:
    after = study.event[~study.pre]
    if not 0 <= a <= b <= after.max():
        raise InferenceError(f"target ({a}, {b}) must lie in the event times 0..{after.max()} of the fit")
    inside = (after >= a) & (after <= b)
    return inside / inside.sum()


def _bounds(m, kind: str, error: float) -> list[float]:
    if m is None:
        m = np.linspace(0, 2 * error, 5) if kind == "smoothness" else DEFAULT
    bounds = list(np.atleast_1d(m))
    if not bounds or not all(np.isfinite(bound) and bound >= 0 for bound in bounds):
        raise InferenceError(f"bounds m = {bounds} must be finite numbers of 0 or more")
    return [float(bound) for bound in bounds]


def _breakdown(method, unit: float, digits: int = 16) -> float:
    """Where zero enters the interval, by doubling and halving m."""
    if method.takes_in_zero(0.0):
        return 0.0
    low, high = 0.0, unit
    while not method.takes_in_zero(high):
        low, high = high, 2 * high
        if high > LARGEST * unit:
            return float("inf")
    for _ in range(digits):
        middle = (low + high) / 2
        low, high = (low, middle) if method.takes_in_zero(middle) else (middle, high)
    return float(low)
