"""Two groups in two periods given covariates: outcome regression, weighting, and both (doubly robust)."""

from dataclasses import dataclass

import numpy as np

from ..errors import Collinear, ModelError, NotEstimable, Separated
from ..shared.prepare import COLLINEAR

METHODS = ("dr", "regression", "ipw")
OVERLAP = 0.999  # a control with a larger propensity could stand for a thousand treated units


@dataclass(frozen=True, eq=False)
class Nuisance:
    """What depends on covariates and groups only, not on the outcome.

    Parameters
    ----------
    x : array (n, k) with an intercept; treated : array (n,) of bool; weights : array (n,)
    inverse : (k, k), inverse of the controls' cross-products
    propensity : array (n,) or None; hessian : (k, k), inverse of the logit's information, or None
    """

    x: np.ndarray
    treated: np.ndarray
    weights: np.ndarray
    inverse: np.ndarray
    propensity: np.ndarray | None
    hessian: np.ndarray | None


def nuisance(x: np.ndarray, treated: np.ndarray, weights: np.ndarray, method: str, what: str) -> Nuisance:
    """Controls' cross-products and the propensity of treatment.

    Raises
    ------
    Collinear, NotEstimable, Separated naming `what`, the comparison; ModelError for an unknown method
    """
    if method not in METHODS:
        raise ModelError(f"no method '{method}'; there is {', '.join(METHODS)}")
    controls = x * (weights * ~treated)[:, None]
    _check_controls(x[~treated], what)
    inverse = np.linalg.inv(controls.T @ x)
    if method == "regression":
        return Nuisance(x, treated, weights, inverse, None, None)
    propensity, hessian = logit(x, treated, weights, what)
    return Nuisance(x, treated, weights, inverse, propensity, hessian)


def effect(change: np.ndarray, given: Nuisance, method: str) -> tuple[float, np.ndarray]:
    """The effect on the treated and the influence (n,) of every unit; they sum to estimate - truth.

    Parameters
    ----------
    change : array (n,), outcome of the later less that of the earlier period

    Source
    ------
    Sant'Anna and Zhao (2020), Journal of Econometrics 219(1): the panel estimators with logit propensity
    and linear outcome model; Hajek weights for "ipw".
    """
    x, w, d = given.x, given.weights, given.treated
    to = w * d / (w @ d)
    if method == "ipw":
        residual, slope_scores = change, None
    else:
        controls = (w * ~d)[:, None] * x
        residual = change - x @ (given.inverse @ (controls.T @ change))
        slope_scores = controls * residual[:, None] @ given.inverse
    value = to @ residual
    influence = to * (residual - value)
    if method == "regression":
        return float(value), influence - slope_scores @ (to @ x)
    odds = w * ~d * given.propensity / (1 - given.propensity)
    away = odds / odds.sum()
    other = away @ residual
    scores = (w * (d - given.propensity))[:, None] * x @ given.hessian
    part = away * (residual - other) + scores @ ((away * (residual - other)) @ x)
    if slope_scores is not None:
        influence = influence - slope_scores @ (to @ x)
        part = part - slope_scores @ (away @ x)
    return float(value - other), influence - part


def logit(x: np.ndarray, treated: np.ndarray, weights: np.ndarray, what: str, rounds: int = 50) -> tuple[np.ndarray, np.ndarray]:
    """Fitted probabilities (n,) and the inverse information (k, k), by Newton's method.

    Not models.discrete: hundreds of comparisons of cohorts need the arrays alone, and weights.

    Raises
    ------
    Separated if the covariates separate the groups; NotEstimable if a control is all but sure to be treated.
    """
    scale = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    z = x / scale
    beta = np.zeros(x.shape[1])
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(z @ beta, -500, 500)))
        information = (z * (weights * p * (1 - p))[:, None]).T @ z
        try:
            step = np.linalg.solve(information, z.T @ (weights * (treated - p)))
        except np.linalg.LinAlgError:
            break
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            p = 1 / (1 + np.exp(-(z @ beta)))
            information = (x * (weights * p * (1 - p))[:, None]).T @ x
            _check_overlap(p, treated, what)
            return p, np.linalg.inv(information)
    raise Separated(
        f"{what}: the covariates separate the treated from the controls, the propensity has no maximum; use fewer covariates or method='regression'"
    )


def _check_controls(x: np.ndarray, what: str) -> None:
    if len(x) < x.shape[1]:
        raise NotEstimable(f"{what}: {len(x)} controls for {x.shape[1] - 1} covariates and the intercept; use fewer covariates or control='not_yet'")
    scaled = x / np.where(np.linalg.norm(x, axis=0) > 0, np.linalg.norm(x, axis=0), 1.0)
    least = np.linalg.svd(scaled, compute_uv=False)[-1]
    if least < COLLINEAR:
        raise Collinear(f"{what}: among the controls the covariates are a combination of each other (or constant) up to {least:.1e}; leave some out")


def _check_overlap(p: np.ndarray, treated: np.ndarray, what: str) -> None:
    over = int((p[~treated] > OVERLAP).sum())
    if over:
        raise NotEstimable(f"{what}: {over} controls have a propensity over {OVERLAP:g}; no overlap, use fewer covariates or method='regression'")
