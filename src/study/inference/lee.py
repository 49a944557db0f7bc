"""Bounds on an effect when some outcomes are missing and the treatment moves which ones."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm

from study.refusals import require

from .errors import InferenceError, MissingValues

LEVEL = 0.95


@dataclass(frozen=True)
class LeeBounds:
    """Bounds on the mean effect on those who are observed whatever their treatment.

    Parameters
    ----------
    lower, upper : bounds; std_error_lower, std_error_upper : their standard errors
    ci_low, ci_high : 95 % confidence interval of the effect (Imbens and Manski), not of the bounds
    trimmed : "treated", "control" or "none"; share : share of its observed outcomes trimmed (mean over cells)
    observed_treated, observed_control : shares of outcomes observed
    n_obs : rows; n_cells : cells of the tightening covariate
    """

    lower: float
    upper: float
    std_error_lower: float
    std_error_upper: float
    ci_low: float
    ci_high: float
    trimmed: str
    share: float
    observed_treated: float
    observed_control: float
    n_obs: int
    n_cells: int


def lee_bounds(data: pd.DataFrame, outcome: str, treatment: str, *, tighten: str | None = None) -> LeeBounds:
    """Trimming bounds: the group with more observed outcomes loses its excess from one tail, then from the other.

    p = (s1 - s0) / s1 of the treated are trimmed if s1 > s0 (shares observed), else controls in the same way;
    upper = mean of the largest 1 - p of the treated outcomes - mean of the controls; lower = with the smallest.
    The value at the cut counts in part, so that exactly the share p is trimmed, ties or not.

    Parameters
    ----------
    data : one row per unit assigned, also where the outcome is missing
    outcome : numeric column, missing where not observed
    treatment : column of 0 and 1, assigned at random
    tighten : column of cells (not moved by the treatment) within which is trimmed; bounds are averaged over the
        cells of those always observed

    Raises
    ------
    MissingValues, InferenceError if the treatment is not 0/1, an arm has no observed outcome, or cells
    disagree which arm has more observed outcomes (the assumption of monotone selection fails)

    Notes
    -----
    Assumes random assignment and that the treatment moves observation in one direction for everybody.
    Standard errors of tightened bounds take the cells' shares as estimated from the arm that is not trimmed,
    independently of the trimming shares.

    Source
    ------
    Lee (2009), Review of Economic Studies 76(3), propositions 1 to 3; Imbens and Manski (2004),
    Econometrica 72(6), for the interval.
    """
    require(data, [outcome, treatment, *([tighten] if tighten else [])])
    d, y = _treated(data, treatment), data[outcome].to_numpy(dtype=float)
    if np.isinf(y).any():
        raise InferenceError(f"'{outcome}' holds {np.isinf(y).sum()} infinite values; set them to missing or transform otherwise")
    if tighten and data[tighten].isna().any():
        raise MissingValues(f"'{tighten}' is missing in {data[tighten].isna().sum()} of {len(data)} rows; make them a cell")
    cells = pd.factorize(data[tighten], sort=True) if tighten else (np.zeros(len(data), dtype=int), np.array(["all"]))
    parts = [_one(y[cells[0] == c], d[cells[0] == c], outcome, str(label)) for c, label in enumerate(cells[1])]
    signs = {part.excess for part in parts} - {0}
    if len(signs) > 1:
        fewer = [str(label) for part, label in zip(parts, cells[1]) if part.excess == -1]
        raise InferenceError(
            f"in {len(fewer)} of {len(parts)} cells of '{tighten}' ({', '.join(fewer[:5])}) fewer treated than controls are "
            "observed, in others more: selection is not monotone over these cells; use fewer cells or none"
        )
    return _combine(parts, signs.pop() if signs else 0, y, d)


@dataclass(frozen=True)
class _Part:
    """One cell: means of both arms after each trimming, variances of the two effects, number always observed."""

    lower: float
    upper: float
    variance_lower: float
    variance_upper: float
    excess: int
    share: float
    kept: int


def _treated(data: pd.DataFrame, treatment: str) -> np.ndarray:
    if data[treatment].isna().any():
        raise MissingValues(f"'{treatment}' is missing in {data[treatment].isna().sum()} of {len(data)} rows; leave them out")
    d = data[treatment].to_numpy(dtype=float)
    if not np.isin(d, (0, 1)).all():
        raise InferenceError(f"'{treatment}' must be 0 or 1; found {np.unique(d[~np.isin(d, (0, 1))])[:5]}")
    return d.astype(int)


def _one(y: np.ndarray, d: np.ndarray, outcome: str, cell: str) -> _Part:
    seen = ~np.isnan(y)
    for arm, name in ((1, "treated"), (0, "control")):
        if not (seen & (d == arm)).any():
            raise InferenceError(f"no {name} row of cell '{cell}' has '{outcome}'; there is nothing to bound")
    shares = [seen[d == arm].mean() for arm in (0, 1)]
    excess = int(np.sign(shares[1] - shares[0]))
    more = 0 if excess < 0 else 1
    p = 1 - shares[1 - more] / shares[more]
    long, short = np.sort(y[seen & (d == more)]), y[seen & (d == 1 - more)]
    of_short = short.var() / len(short)
    top, of_top = _tail(long, p, shares, more, d)
    bottom, of_bottom = (-v if i == 0 else v for i, v in enumerate(_tail(-long[::-1], p, shares, more, d)))
    if more:
        return _Part(bottom - short.mean(), top - short.mean(), of_bottom + of_short, of_top + of_short, excess, p, len(short))
    return _Part(short.mean() - top, short.mean() - bottom, of_top + of_short, of_bottom + of_short, excess, p, len(short))


def _tail(ordered: np.ndarray, p: float, shares: list, more: int, d: np.ndarray) -> tuple[float, float]:
    """Mean of the largest 1 - p of the sorted values, and its variance (Lee 2009, proposition 3, divided by n)."""
    n = len(ordered)
    cut = p * n
    weights = np.clip(np.arange(1, n + 1) - cut, 0, 1)
    mean = weights @ ordered / weights.sum()
    spread = weights @ (ordered - mean) ** 2 / weights.sum()
    if p == 0:
        return float(mean), float(spread / n)
    at = ordered[max(int(np.ceil(cut - 1e-9)) - 1, 0)]
    of_share = (1 - p) ** 2 * sum((1 - shares[arm]) / ((d == arm).sum() * shares[arm]) for arm in (0, 1))
    variance = (spread + (at - mean) ** 2 * p) / (n * (1 - p)) + ((at - mean) / (1 - p)) ** 2 * of_share
    return float(mean), float(variance)


def _combine(parts: list[_Part], excess: int, y: np.ndarray, d: np.ndarray) -> LeeBounds:
    kept = np.array([part.kept for part in parts], dtype=float)
    weights = kept / kept.sum()
    found = {}
    for side in ("lower", "upper"):
        bounds = np.array([getattr(part, side) for part in parts])
        mean = weights @ bounds
        variance = weights**2 @ [getattr(part, f"variance_{side}") for part in parts]
        found[side] = float(mean), float(np.sqrt(variance + weights @ (bounds - mean) ** 2 / kept.sum()))
    (lower, of_lower), (upper, of_upper) = found["lower"], found["upper"]
    c = _imbens_manski(upper - lower, max(of_lower, of_upper))
    return LeeBounds(
        lower=lower,
        upper=upper,
        std_error_lower=of_lower,
        std_error_upper=of_upper,
        ci_low=lower - c * of_lower,
        ci_high=upper + c * of_upper,
        trimmed={1: "treated", -1: "control", 0: "none"}[excess],
        share=float(weights @ [part.share for part in parts]),
        observed_treated=float((~np.isnan(y[d == 1])).mean()),
        observed_control=float((~np.isnan(y[d == 0])).mean()),
        n_obs=len(y),
        n_cells=len(parts),
    )


def _imbens_manski(width: float, error: float) -> float:
    """c with Phi(c + width / error) - Phi(-c) = 95 %; 1.96 for a point, 1.645 for wide bounds."""
    if error == 0:
        return 0.0
    return float(brentq(lambda c: norm.cdf(c + width / error) - norm.cdf(-c) - LEVEL, 0, 3))
