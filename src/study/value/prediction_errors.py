"""How far a prediction of a fitted model is uncertain because its parameters are estimated."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from study.errors import BadValue

from .likelihood import NORMAL_95, CustomerModel, NotConverged

STEP = 1e-4  # of the log of a parameter; the error of a central difference is of the order of its square


@dataclass(frozen=True)
class PredictionError:
    """A prediction with its standard error and 95 % interval (arrays of one shape).

    method : delta (normal interval) or bootstrap (percentile interval)
    draws : bootstrap samples that converged, of those asked for; None for delta
    """

    estimate: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    method: str
    draws: int | None = None
    seed: int | None = None


def delta_error(models: CustomerModel | tuple[CustomerModel, ...], statistic: Callable) -> PredictionError:
    """Standard error of a function of the parameters by the delta method.

    Var = J V J',  J the derivative in the parameters (central differences), V their covariance. For two models (buying
    and spend) V is block-diagonal: the likelihood is the product of the two, so their information does not mix.

    Parameters
    ----------
    models : one fitted model or several
    statistic : the models -> number or array, e.g. lambda m: m.predict(12, x, t, T) or its sum over customers

    Notes
    -----
    It is the error of the expectation, not the spread of what one customer does. The error of a sum over customers
    is that of the sum: put the sum inside `statistic`.
    """
    fitted = models if isinstance(models, tuple) else (models,)
    value = np.asarray(statistic(*fitted), dtype=float)
    variance = np.zeros(value.shape)
    for place, model in enumerate(fitted):
        slopes = []
        for k, estimate in enumerate(model.estimates):
            ends = []
            for sign in (1, -1):
                moved = model.estimates.copy()
                moved[k] = estimate * np.exp(sign * STEP)
                ends.append(np.asarray(statistic(*fitted[:place], model.at(moved), *fitted[place + 1 :]), dtype=float))
            slopes.append((ends[0] - ends[1]) / (estimate * 2 * np.sinh(STEP)))
        jacobian = np.stack(slopes, axis=-1)
        variance = variance + np.einsum("...i,ij,...j->...", jacobian, model.covariance, jacobian)
    error = np.sqrt(variance)
    return PredictionError(value, error, value - NORMAL_95 * error, value + NORMAL_95 * error, "delta")


def bootstrap_error(model: CustomerModel, statistic: Callable, *, reps: int = 200, seed: int) -> PredictionError:
    """Standard error and percentile interval from customers drawn anew, the model fitted to each draw.

    Parameters
    ----------
    statistic : the model -> number or array
    reps : draws, at least 2
    seed : seed of the draws

    Raises
    ------
    BadValue for fewer than two draws; NotConverged if more than a tenth of the draws have no maximum.
    """
    if reps < 2:
        raise BadValue(f"{reps} draws; a bootstrap needs at least two")
    random = np.random.default_rng(seed)
    counts = model.rows["counts"].to_numpy()
    drawn, failed = [], 0
    for _ in range(reps):
        sample = random.multinomial(model.n_customers, counts / counts.sum())
        try:
            drawn.append(np.asarray(statistic(model.refit(sample)), dtype=float))
        except NotConverged as last:
            failed, reason = failed + 1, last
    if failed > reps / 10:
        raise NotConverged(f"{failed} of {reps} bootstrap samples have no maximum of the likelihood; the last: {reason}")
    stack = np.stack(drawn)
    low, high = np.quantile(stack, [0.025, 0.975], axis=0)
    value = np.asarray(statistic(model), dtype=float)
    return PredictionError(value, stack.std(axis=0, ddof=1), low, high, "bootstrap", len(drawn), seed)
