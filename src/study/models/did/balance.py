"""Weights that make units without adoption comparable with adopters: entropy balancing and propensity matching."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from study.refusals import require

from ..errors import Collinear, ModelError, NotEstimable
from ..shared.prepare import COLLINEAR, check_finite
from .two_periods import logit


def entropy_balance(data: pd.DataFrame, *, treated: str, covariates: Sequence[str], moments: int = 1) -> pd.Series:
    """Weights of controls, as even as can be, under which their covariates have the treated units' moments.

    min sum_i w_i log w_i  subject to  sum_i w_i c(x_i) = sum over treated of c(x), sum_i w_i = number of treated

    Parameters
    ----------
    data : one row per unit, before treatment; treated : column of 0 and 1; covariates : numeric columns
    moments : 1 for means, 2 for means and variances

    Returns
    -------
    Series of weights with the index of `data`, 1 for treated units

    Raises
    ------
    MissingColumn, InfiniteValues, Collinear; NotEstimable if no weights reach the moments,
    naming the covariate furthest off

    Source
    ------
    Hainmueller (2012), Political Analysis 20(1).
    """
    if moments not in (1, 2):
        raise ModelError(f"moments {moments} must be 1 (means) or 2 (means and variances)")
    d, x, names = _units(data, treated, covariates)
    if moments == 2:
        target = x[d].mean(axis=0)
        x = np.column_stack([x, (x - target) ** 2])
        names = [*names, *(f"{name} squared" for name in names)]
    z = (x[~d] - x[d].mean(axis=0)) / x[~d].std(axis=0)
    _check_collinear(z, names)
    share = _shares(z, names)
    weights = np.ones(len(d))
    weights[~d] = share * d.sum()
    return pd.Series(weights, index=data.index, name="weight")


def propensity_match(
    data: pd.DataFrame,
    *,
    treated: str,
    covariates: Sequence[str],
    neighbours: int = 1,
    caliper: float | None = None,
) -> pd.Series:
    """Weights of nearest-neighbour matching with replacement on the logit index of the propensity.

    Parameters
    ----------
    data : one row per unit, before treatment; treated : column of 0 and 1; covariates : numeric columns
    neighbours : controls per treated unit, each with weight 1/neighbours; ties by order of rows
    caliper : largest distance in standard deviations of the index; None for any. Treated units with
        fewer neighbours inside get weight 0.

    Returns
    -------
    Series of weights with the index of `data`; 0 for units that are not used, which `fit` wants dropped

    Raises
    ------
    MissingColumn, InfiniteValues, Collinear; NotEstimable if groups are separated or no treated unit has neighbours

    Source
    ------
    Rosenbaum and Rubin (1985), American Statistician 39(1); Heckman, Ichimura and Todd (1997) for the use in differences.
    """
    d, x, names = _units(data, treated, covariates)
    if not 1 <= neighbours <= (~d).sum():
        raise ModelError(f"neighbours {neighbours} must be between 1 and the {(~d).sum()} controls")
    _check_collinear((x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1), names)
    p, _ = logit(np.column_stack([np.ones(len(d)), x]), d, np.ones(len(d)), f"propensity of '{treated}'")
    index = np.log(p / (1 - p))
    reach = np.inf if caliper is None else caliper * index.std(ddof=1)
    gaps = np.abs(index[d][:, None] - index[~d][None, :])
    nearest = np.argsort(gaps, axis=1, kind="stable")[:, :neighbours]
    inside = np.take_along_axis(gaps, nearest, axis=1)[:, -1] <= reach
    if not inside.any():
        raise NotEstimable(f"none of {d.sum()} treated units has {neighbours} controls within {caliper:g} standard deviations; widen the caliper")
    weights = np.zeros(len(d))
    weights[np.flatnonzero(d)[inside]] = 1.0
    weights[~d] = np.bincount(nearest[inside].ravel(), minlength=(~d).sum()) / neighbours
    return pd.Series(weights, index=data.index, name="weight")


def _units(data: pd.DataFrame, treated: str, covariates: Sequence[str]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    names = list(covariates)
    require(data, [treated, *names])
    if not names:
        raise ModelError("no covariates are named; without them every control has the same weight")
    check_finite(data[names])
    missing = data[[treated, *names]].isna().any(axis=1)
    if missing.any():
        raise ModelError(f"{missing.sum()} of {len(data)} units have missing values in {treated} or covariates; drop or fill them first")
    if not data[treated].isin([0, 1]).all():
        raise ModelError(f"column '{treated}' must be 0 or 1, treated or not, one row per unit")
    d = data[treated].to_numpy() == 1
    if d.all() or not d.any():
        raise NotEstimable(f"{d.sum()} of {len(d)} units are treated; it takes both treated units and controls")
    x = data[names].to_numpy(dtype=float)
    flat = [name for name, spread in zip(names, x[~d].std(axis=0)) if spread == 0]
    if flat:
        raise Collinear(f"{', '.join(flat)} has one value among the controls; leave it out")
    return d, x, names


def _check_collinear(z: np.ndarray, names: list[str]) -> None:
    if len(z) <= z.shape[1]:
        raise NotEstimable(f"{len(z)} controls for {z.shape[1]} moments; take fewer")
    centred = z - z.mean(axis=0)
    values, vectors = np.linalg.eigh(np.corrcoef(centred.T).reshape(z.shape[1], -1))
    if values[0] < COLLINEAR**2:
        involved = [name for name, weight in zip(names, np.abs(vectors[:, 0])) if weight > 1e-3]
        raise Collinear(f"among the controls {', '.join(involved)} are a combination of each other; leave one out")


def _shares(z: np.ndarray, names: list[str], rounds: int = 200) -> np.ndarray:
    """Shares p with sum p z = 0 nearest to even: p = exp(z b) / sum, b by Newton steps, halved until they help."""
    b = np.zeros(z.shape[1])
    p = np.full(len(z), 1 / len(z))
    level = 0.0
    for _ in range(rounds):
        gradient = p @ z
        if np.abs(gradient).max() < 1e-12:
            return p
        hessian = (z * p[:, None]).T @ z - np.outer(gradient, gradient)
        step = np.linalg.lstsq(hessian, -gradient, rcond=None)[0]
        for size in 0.5 ** np.arange(30):
            trial = z @ (b + size * step)
            new = trial.max() + np.log(np.exp(trial - trial.max()).mean())
            if new <= level + 1e-15 * abs(level):
                break
        b = b + size * step
        level = new
        p = np.exp(trial - trial.max())
        p /= p.sum()
    if np.abs(p @ z).max() < 1e-8:
        return p
    worst = int(np.abs(p @ z).argmax())
    raise NotEstimable(
        f"no weights of the {len(z)} controls reach the treated units' moments: {names[worst]} stays "
        f"{abs((p @ z)[worst]):.2g} standard deviations "
        "off; drop treated units outside the controls' range or take fewer covariates"
    )
