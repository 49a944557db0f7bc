"""Do predicted probabilities come true: bins, intercept and slope."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from study.refusals import numbers

from ..shared.metrics import wilson
from ..shared.outcomes import outcome_and_score

EDGE = 1e-6  # probabilities nearer to 0 or 1 are moved to this distance: their log-odds would be infinite


@dataclass(frozen=True, eq=False)
class Calibration:
    """Calibration of probabilities.

    Parameters
    ----------
    bins : DataFrame bin, n, predicted, observed, ci_low, ci_high (Wilson), by equal numbers of customers
    intercept : log-odds by which all predictions are too low (calibration in the large); 0 is right
    slope : 1 is right, below 1 predictions are too extreme; nan if the predictions do not vary
    notes : what was moved or could not be computed
    """

    bins: pd.DataFrame
    intercept: float
    slope: float
    notes: tuple[str, ...] = ()


def calibration(outcome, probability, bins: int = 10) -> Calibration:
    """Observed against predicted shares, and the logit recalibration of Cox (statsmodels).

    intercept: logit P(y = 1) = a + logit p;   slope: logit P(y = 1) = a' + b logit p

    Parameters
    ----------
    outcome : 0 or 1, shape (n,); probability : in [0, 1], shape (n,)
    bins : groups of equal numbers of customers; customers of one probability stay together

    Raises
    ------
    BadValue for missing values or probabilities outside [0, 1]; NoVariation if one class is there only.
    """
    y, p = outcome_and_score(outcome, probability)
    numbers("probability", p, 0, 1)
    moved = (p < EDGE) | (p > 1 - EDGE)
    notes = [f"{moved.sum()} of {len(p)} probabilities are within {EDGE:g} of 0 or 1 and were moved there"] if moved.any() else []
    slope, said = _slope(y, _log_odds(p))
    return Calibration(_bins(y, p, bins), calibration_intercept(y, p), slope, (*notes, *said))


def calibration_intercept(outcome, probability) -> float:
    """The a of logit P(y = 1) = a + logit p (calibration in the large); 0 is right, above 0 predictions are too low."""
    y, p = outcome_and_score(outcome, probability)
    odds, base = _log_odds(numbers("probability", p, 0, 1)), logit(y.mean())
    # the likelihood's equation, mean of expit(a + odds) = mean of y, has one root between these; Newton steps can miss it
    low, high = base - odds.max() - 1, base - odds.min() + 1
    return float(brentq(lambda a: expit(a + odds).mean() - y.mean(), low, high, xtol=1e-15))


def _log_odds(p: np.ndarray) -> np.ndarray:
    return logit(np.clip(p, EDGE, 1 - EDGE))


def _slope(y: np.ndarray, odds: np.ndarray) -> tuple[float, tuple[str, ...]]:
    if np.ptp(odds) < 1e-9:
        return np.nan, ("all predictions are the same: no slope",)
    ones, zeros = odds[y == 1], odds[y == 0]
    if ones.min() >= zeros.max() or ones.max() <= zeros.min():
        return np.nan, ("the predictions separate the classes: no finite slope",)
    spread = odds.std()  # in units of its spread, so that the iterations are well scaled
    fitted = GLM(y, np.column_stack([np.ones(len(y)), odds / spread]), family=Binomial()).fit(maxiter=100, tol=1e-10, tol_criterion="params")
    if not fitted.converged:
        return np.nan, ("the logit of the recalibration did not converge: no slope",)
    return float(fitted.params[1] / spread), ()


def _bins(y: np.ndarray, p: np.ndarray, bins: int) -> pd.DataFrame:
    cuts = np.unique(np.quantile(p, np.arange(1, bins) / bins))
    code = np.unique(np.searchsorted(cuts, p, side="left"), return_inverse=True)[1]
    n, ones = np.bincount(code), np.bincount(code, weights=y)
    low, high = wilson(ones, n)
    return pd.DataFrame(
        {
            "bin": np.arange(1, len(n) + 1),
            "n": n,
            "predicted": np.bincount(code, weights=p) / n,
            "observed": ones / n,
            "ci_low": low,
            "ci_high": high,
        }
    )
