"""Cox's proportional hazards of spells in whole periods, Efron's treatment of ties (statsmodels)."""

import warnings

import numpy as np
import pandas as pd
from statsmodels.duration.hazard_regression import PHReg

from study.refusals import require, table

from ..errors import FormulaError, ModelError, NotConverged
from ..fit import Fit
from ..shared.basis import scaled
from ..shared.columns import missing, number
from ..shared.formula import parse
from ..shared.likelihood import Sample, binary_sample, covariance_summary, source_columns, without_effects

SLOPE = 1e-6  # of the log likelihood at the estimates, per event and standard deviation of a regressor


def fit(data: pd.DataFrame, formula: str, *, start: str, stop: str) -> Fit:
    """Estimate hazard ratios without a form for the baseline.

    h_i(t) = h_0(t) exp(x_i'b); a spell is at risk in the periods start, start + 1, ..., stop

    Parameters
    ----------
    data : one row per spell; its regressors do not change
    formula : "event ~ d + x1": event 1 if the spell ends with the event in period `stop`, 0 if it is cut off after it
    start, stop : columns: first and last period at risk, whole numbers, start <= stop

    Returns
    -------
    Fit of the slopes, exp(b) hazard ratios; the covariance is the inverse of the observed information, the reference
    normal.

    Raises
    ------
    MissingColumn, FormulaError, InfiniteValues, NoVariation, Collinear, BadOutcome, NotEstimable; ModelError for a
    spell that ends before it starts or times that are not whole; NotConverged (a group without events has no maximum).

    Source
    ------
    Cox (1972), Journal of the Royal Statistical Society B 34(2); Efron (1977), JASA 72(359), for ties.
    """
    data, parsed = table(data), parse(formula, baseline=True)
    without_effects(parsed, "write dummies, as in 'event ~ d + C(region)'")
    require(data, [*parsed.columns(), start, stop])
    source = source_columns(data, parsed, [start, stop])
    complete = source[~missing(source)].reset_index(drop=True)
    first, last = _times(complete, start, stop)
    sample = binary_sample(complete, parsed, None)
    x = sample.x
    if not x.shape[1]:
        raise FormulaError(f"'{formula}' has no regressor")
    units = scaled(x, baseline=True)
    # statsmodels counts a spell as at risk at its entry, so that it must enter after the period before; and knows no time below 0
    zero = first.min() - 1
    model = PHReg(last - zero, units.z, status=sample.y.to_numpy(), entry=first - zero - 0.5, ties="efron")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # what did not converge is refused below, with its name
        results = model.fit(disp=0)
    slope = np.abs(model.score(results.params)).max() / sample.y.sum()
    if not (np.isfinite(results.params).all() and slope < SLOPE and (units.z @ results.params).std() < 20):
        raise NotConverged(f"'{formula}': the partial likelihood of {len(x)} spells has no maximum that was reached; a group without events?")
    covariance = np.linalg.inv(-model.hessian(results.params)) / np.outer(units.size, units.size)
    summary = _summary(sample, formula, len(source) - len(complete), model.loglike(results.params))
    return Fit(
        terms=tuple(x.columns),
        coefficients=np.asarray(results.params) / units.size,
        covariance=covariance,
        df=np.inf,
        summary=summary,
        notes=(f"{len(source) - len(complete)} rows with missing values dropped",) if len(source) > len(complete) else (),
        prepared=sample,
        source=source,
        settings={"formula": formula, "start": start, "stop": stop},
    )


def _times(complete: pd.DataFrame, start: str, stop: str) -> tuple[np.ndarray, np.ndarray]:
    """First and last period at risk of each spell (n,), whole numbers."""
    first, last = (number(complete[name], name).to_numpy() for name in (start, stop))
    backwards, broken = int((last < first).sum()), int(((first % 1 != 0) | (last % 1 != 0)).sum())
    if backwards or broken:
        raise ModelError(f"{backwards} of {len(complete)} spells end before they start and {broken} have times that are not whole periods")
    return first, last


def _summary(sample: Sample, formula: str, dropped: int, loglik: float) -> dict:
    return {
        "formula": formula,
        "estimator": "Cox, Efron's ties",
        "n_obs": len(sample.y),
        "n_dropped": dropped,
        "n_units": len(sample.y),
        "n_events": int(sample.y.sum()),
        "loglik": float(loglik),
        "fixed_effects": "none",
    } | covariance_summary(sample.clusters, np.inf, {})
