"""Hazard, cumulative hazard and survival along a path of regressors, from a fit of models.hazard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from study.refusals import require

from ..errors import DuplicateKeys, ModelError, NotEstimable, Unseen
from ..fit import LEVEL, Fit
from ..shared.likelihood import Sample
from ..shared.prepare import design


@dataclass(frozen=True, eq=False)
class Baseline:
    """The period effects of a hazard model.

    Parameters
    ----------
    periods : all periods of the data, in order
    values : Index (T,), the periods with effects; at_risk, events : arrays (T,), rows
    effects : array (T,), on the scale of the link
    fixed : periods without effect -> their hazard, 0 (no event) or 1 (nothing but events)
    covariance : array, of the effects, the slopes and, with frailty, log v
    link : "cloglog" or "logit"; variance : of the frailty, v; 0 without
    """

    periods: tuple
    values: pd.Index
    at_risk: np.ndarray
    events: np.ndarray
    effects: np.ndarray
    fixed: Mapping[Any, float]
    covariance: np.ndarray
    link: str
    variance: float


@dataclass(frozen=True, eq=False)
class HazardSample(Sample):
    """The sample of a hazard model with its baseline; time : the column of the periods."""

    baseline: Baseline
    time: str


def survival(fit: Fit, path: pd.DataFrame | Mapping[str, Any]) -> pd.DataFrame:
    """What a unit with these regressors can expect.

    S_t = prod_{s <= t} (1 - h_s); cumulative hazard -log S_t; with frailty those of a unit drawn at random,
    S_t = (1 + v L_t)^(-1/v), L_t the cumulative hazard at frailty 1

    Parameters
    ----------
    fit : of models.hazard.fit
    path : one row per period with the time column and the regressors, which may change; or a mapping of
        regressors to values that stay the same in all periods of the estimation sample. S is conditional
        on being at risk in the first period of the path.

    Returns
    -------
    DataFrame period, hazard, cumulative_hazard, survival, std_error of survival (delta method), ci_low,
    ci_high (95 %, on the scale of log(-log S)); one row per period, in order. A period without event in
    the estimation sample has hazard 0.

    Raises
    ------
    Unseen if a period or level was not in the estimation sample; MissingColumn; DuplicateKeys
    """
    periods, cumulative, slope = _curve(fit, path)
    with np.errstate(all="ignore"):
        survival = np.exp(-cumulative)
        hazard = -np.expm1(-np.diff(cumulative, prepend=0.0))  # missing where nobody is left at risk
        error = np.sqrt(np.einsum("ij,jk,ik->i", slope, fit.prepared.baseline.covariance, slope))
        half = stats.t.ppf(0.5 + LEVEL / 2, fit.df) * error / cumulative
        low, high = np.exp(-cumulative * np.exp(half)), np.exp(-cumulative * np.exp(-half))
    certain = (cumulative == 0) | ~np.isfinite(cumulative)
    return pd.DataFrame(
        {
            "period": periods,
            "hazard": hazard,
            "cumulative_hazard": cumulative,
            "survival": survival,
            "std_error": np.where(certain, 0.0, survival * error),
            "ci_low": np.where(certain, survival, low),
            "ci_high": np.where(certain, survival, high),
        }
    )


def hazard_covariance(fit: Fit, path: pd.DataFrame | Mapping[str, Any]) -> np.ndarray:
    """Covariance (T, T) of the hazards that `survival` gives for the same path, for values that rest on the curve.

    Raises
    ------
    as `survival`; NotEstimable if a period of the path had nothing but events: its hazard has no error
    """
    periods, cumulative, slope = _curve(fit, path)
    if not np.isfinite(cumulative).all():
        first = periods[~np.isfinite(cumulative)][0]
        raise NotEstimable(f"{fit.prepared.time} {first} had nothing but events: no covariance; end the path before it")
    hazards = np.diff(cumulative, prepend=0.0)
    slopes = np.exp(-hazards)[:, None] * np.diff(slope, axis=0, prepend=0.0)
    return slopes @ fit.prepared.baseline.covariance @ slopes.T


def _curve(fit: Fit, path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Periods, cumulative hazard -log S and its derivatives by the parameters (T, p)."""
    if not isinstance(fit.prepared, HazardSample):
        raise ModelError("survival needs a fit of models.hazard.fit")
    base, time = fit.prepared.baseline, fit.prepared.time
    path = _path(fit, path)
    x = design(fit.prepared.spec, path, fit.prepared.formula.text)[list(fit.terms)].to_numpy()
    position = {value: i for i, value in enumerate(base.values)}
    t, k = len(base.values), len(fit.terms)
    level, slope = np.zeros(len(path)), np.zeros((len(path), base.covariance.shape[0]))
    for row, (period, values) in enumerate(zip(path[time], x)):
        if period not in position:
            level[row] = np.inf if base.fixed[period] else 0.0
            continue
        index = base.effects[position[period]] + values @ fit.coefficients
        level[row] = np.exp(index) if base.link == "cloglog" else np.logaddexp(0, index)
        derivative = level[row] if base.link == "cloglog" else expit(index)
        slope[row, position[period]] = derivative
        slope[row, t : t + k] = derivative * values
    return path[time].to_numpy(), *_mixed(level.cumsum(), slope.cumsum(axis=0), base)


def _mixed(total: np.ndarray, slope: np.ndarray, base: Baseline) -> tuple[np.ndarray, np.ndarray]:
    """The cumulative hazard of a unit drawn at random and its derivatives, from those at frailty 1."""
    v = base.variance
    if not v:
        return total, slope
    with np.errstate(all="ignore"):
        cumulative = np.log1p(v * total) / v
        slope = slope / (1 + v * total)[:, None]
        slope[:, -1] += total / (1 + v * total) - cumulative  # by log v
    return cumulative, slope


def _path(fit: Fit, path) -> pd.DataFrame:
    base, time = fit.prepared.baseline, fit.prepared.time
    known = base.periods
    if not isinstance(path, pd.DataFrame):
        path = pd.DataFrame({time: list(known), **path})
    require(path, [time])
    strange = [value for value in path[time] if value not in base.fixed and value not in set(base.values)]
    if strange:
        raise Unseen(
            f"{len(strange)} periods of {time} were not in the estimation sample ({', '.join(map(str, strange[:5]))}); "
            f"it has {len(known)}, {known[0]} to {known[-1]}: no baseline hazard is estimated elsewhere"
        )
    if path[time].duplicated().any():
        repeated = path[time].duplicated().sum()
        raise DuplicateKeys(f"{repeated} rows repeat a {time}; a path has one row for each period of one unit")
    place = {value: i for i, value in enumerate(known)}  # not the values' own order: months as ordered categories have names
    return path.assign(**{time: path[time].astype(object)}).sort_values(time, key=lambda column: column.map(place)).reset_index(drop=True)
