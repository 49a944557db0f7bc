"""Weights that make the rows still observed stand for those that are not."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import PerfectSeparationError, PerfectSeparationWarning

from study.refusals import require

from .errors import InferenceError, MissingValues


@dataclass(frozen=True, eq=False)
class CensoringWeights:
    """Inverse probability of censoring weights.

    Parameters
    ----------
    weights : Series, one per row of the data; 0 where the outcome is not observed
    probabilities : Series, estimated probability of being observed (up to and including that row)
    effective_size : (sum w)^2 / sum w^2 of the observed rows
    smallest_probability : the least of the observed rows
    n_trimmed : weights cut to the largest one allowed
    """

    weights: pd.Series
    probabilities: pd.Series
    effective_size: float
    smallest_probability: float
    n_trimmed: int


def ipcw(
    data: pd.DataFrame,
    observed: str,
    covariates: Sequence[str],
    *,
    unit: str | None = None,
    time: str | None = None,
    stabilise: Sequence[str] | None = None,
    largest: float | None = None,
) -> CensoringWeights:
    """Weights 1 / P(observed | covariates) by logit; over time the product of the probabilities so far.

    w_it = prod_{s <= t} P(observed_is | numerator) / P(observed_is | covariates_is)

    Parameters
    ----------
    observed : column of 1 (observed) and 0; with `time`, rows of a unit at risk: 1 until the row of its exit
    covariates : numeric columns that explain who is observed, the treatment among them
    unit, time : columns of a panel; without them the rows are units
    stabilise : numerator's columns: None for 1, [] for the overall share, or some of the covariates
    largest : weights above are cut to it

    Raises
    ------
    InferenceError if nobody or everybody is observed, the covariates separate the two, or rows follow an exit;
    MissingValues, MissingColumn

    Notes
    -----
    Removes selection only as far as the covariates explain it (missing at random given them).

    Source
    ------
    Robins and Finkelstein (2000), Biometrics 56(3).
    """
    keys = [name for name in (unit, time) if name]
    if len(keys) == 1:
        raise InferenceError("a panel needs both unit and time")
    columns = [observed, *covariates, *(stabilise or []), *keys]
    require(data, columns)
    lost = data[columns].isna().any()
    if lost.any():
        raise MissingValues(f"{', '.join(lost.index[lost])} have missing values; weights need them in every row")
    seen = data[observed].to_numpy(dtype=float)
    if not np.isin(seen, (0, 1)).all() or seen.min() == seen.max():
        raise InferenceError(f"'{observed}' must be 0 in some rows and 1 in others; found {np.unique(seen)[:5]}")
    below = _logit(data, seen, covariates)
    above = np.ones(len(data)) if stabilise is None else _logit(data, seen, stabilise)
    if keys:
        below, above = (_over_time(data, p, seen, *keys) for p in (below, above))
    weights = np.where(seen == 1, above / below, 0.0)
    cut = weights > largest if largest is not None else np.zeros(len(data), dtype=bool)
    weights = np.where(cut, largest, weights) if largest is not None else weights
    return CensoringWeights(
        weights=pd.Series(weights, index=data.index),
        probabilities=pd.Series(below, index=data.index),
        effective_size=float(weights.sum() ** 2 / (weights**2).sum()),
        smallest_probability=float(below[seen == 1].min()),
        n_trimmed=int(cut.sum()),
    )


def _logit(data: pd.DataFrame, seen: np.ndarray, columns: Sequence[str]) -> np.ndarray:
    x = np.column_stack([np.ones(len(data)), data[list(columns)].to_numpy(dtype=float)])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise InferenceError(f"the covariates {', '.join(columns)} are constant or repeat each other; leave one out")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PerfectSeparationWarning)
            # columns of size one: the tolerance is one of the coefficients
            fit = sm.Logit(seen, x / np.abs(x).max(axis=0)).fit(disp=0, maxiter=100, tol=1e-10)
    except (PerfectSeparationError, PerfectSeparationWarning, np.linalg.LinAlgError):
        raise InferenceError(f"{', '.join(columns)} separate the observed from the others; some have no chance to be observed") from None
    if not fit.mle_retvals["converged"]:
        raise InferenceError(f"the logit of being observed on {', '.join(columns)} does not settle; use fewer covariates")
    return fit.predict()


def _over_time(data: pd.DataFrame, probability: np.ndarray, seen: np.ndarray, unit: str, time: str) -> np.ndarray:
    frame = pd.DataFrame({"unit": data[unit].to_numpy(), "time": data[time].to_numpy(), "p": probability, "seen": seen})
    if frame.duplicated(["unit", "time"]).any():
        again = frame.duplicated(["unit", "time"]).sum()
        raise InferenceError(f"{again} rows repeat a {unit} and {time}; give one row for each")
    ordered = frame.sort_values(["unit", "time"])
    after = ordered.groupby("unit")["seen"].cumprod().groupby(ordered["unit"]).shift(fill_value=1) == 0
    if after.any():
        raise InferenceError(f"{after.sum()} rows come after the exit of their {unit}; leave them out, they are not at risk")
    return ordered.groupby("unit")["p"].cumprod().sort_index().to_numpy()
