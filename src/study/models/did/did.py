"""Staggered adoption: effects of a treatment that units take up at different times and keep."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import ModelError, NotEstimable
from ..fit import LEVEL, Fit
from ..shared import carrying
from . import callaway_santanna, imputation, regression
from .bacon import bacon
from .balance import entropy_balance, propensity_match
from .cells import Terms, check_window
from .cells import aggregate as average
from .panel import NEVER, Panel, build, cohorts

__all__ = ["ESTIMATORS", "Adoption", "bacon", "bands", "cohorts", "entropy_balance", "fit", "propensity_match"]

ESTIMATORS = ("callaway_santanna", "imputation", "sun_abraham", "stacked", "twfe")


@dataclass(frozen=True, eq=False)
class Adoption:
    """What inference needs of a fit of this module.

    Parameters
    ----------
    influence : array (G, k), the clusters' influence; covariance = factor * influence'influence
    factor : small-sample factor
    event : event time of every term, None where it has none; binned : True for terms e<=a and e>=b
    trend : array (k,), coefficient that a differential linear trend of slope one per period would give a pre-period term
    base : "universal" (all relative to e = -1), "varying" (each to the period before), "earlier" (leads, to all
        earlier periods)
    """

    influence: np.ndarray
    factor: float
    event: tuple[int | None, ...]
    binned: tuple[bool, ...]
    trend: np.ndarray
    base: str


def fit(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    cohort: str,
    estimator: str = "callaway_santanna",
    control: str = "not_yet",
    aggregate: str = "simple",
    window: tuple[int, int] | None = None,
    covariates: Sequence[str] | None = None,
    cluster: str | None = None,
    weights: str | None = None,
    method: str = "dr",
    base: str = "universal",
    shares: str | None = None,
) -> Fit:
    """Estimate the effect of a staggered adoption.

    ATT(g, t) = E[y_t(g) - y_t(0) | cohort g], e = t - g periods since adoption, e = 0 the first treated period

    Parameters
    ----------
    data : one row per unit and time
    outcome, unit, time, cohort : columns; cohort is the first treated value of time; missing or inf for never, and 0
        where the periods do not span 0 (where they do, 0 is a period)
    estimator : "callaway_santanna", "imputation" (Borusyak-Jaravel-Spiess), "sun_abraham", "stacked", "twfe"
    control : "not_yet" or "never" treated units, for callaway_santanna and stacked
    aggregate : "simple" (ATT over all treated cells), "event", "group", "calendar", "cell"
    window : (a, b) of event times. simple: the mean over e = a..b of the effects by event time; stacked: the window of
        each sub-experiment (needed); twfe: the ends are binned; imputation with aggregate="event": a < 0 asks for leads
    covariates : callaway_santanna, stacked: their values in the base period; else time-varying regressors
    cluster : column that is constant within units; default the unit
    weights : column of unit weights, as from `entropy_balance`
    method : "dr" (doubly robust), "regression" or "ipw"; they differ only with covariates
    base : "universal" (e = -1) or "varying" (the period before, as the R package did's default), for pre-period terms
    shares : "redrawn" (the shares of cohorts are estimated; default of callaway_santanna, as its authors have it) or
        "fixed" (the roll-out as it was; default of the others)

    Returns
    -------
    Fit with terms ATT, e=-3, g=5, t=7 or g=5,t=7. Covariance: clusters' influence with G/(G-1), for twfe and sun_abraham
    CRV1 with g(n-1)/(n-k-T); t(G-1). `glance` has overall_estimate and overall_std_error, the average over the terms
    (event: over e >= 0; group: by size; calendar: over periods).

    Raises
    ------
    ModelError, MissingColumn, InfiniteValues, DuplicateKeys, NotEstimable, NoVariation, Collinear

    Source
    ------
    Callaway and Sant'Anna (2021), Journal of Econometrics 225(2); Borusyak, Jaravel and Spiess (2024), Review of
    Economic Studies 91(6); Sun and Abraham (2021), Journal of Econometrics 225(2).
    """
    if estimator not in ESTIMATORS:
        raise ModelError(f"no estimator '{estimator}'; there is {', '.join(ESTIMATORS)}")
    window = check_window(window, aggregate)
    if aggregate == "simple" and window is not None and window[0] < 0 and estimator != "stacked":
        raise ModelError(f"window {window} of aggregate='simple' averages effects: it must start at 0 or later")
    _check_options(estimator, control, method, base)
    shares = shares or ("redrawn" if estimator == "callaway_santanna" else "fixed")
    names = {"outcome": outcome, "unit": unit, "time": time, "cohort": cohort, "cluster": cluster, "weights": weights}
    panel = build(data, covariates=covariates or (), **names)
    options = {"estimator": estimator, "control": control, "aggregate": aggregate, "window": window}
    options |= {"method": method, "base": base, "shares": shares}
    terms, counted = _estimate(panel, options)
    return _fit(panel, terms, counted, options)


def _check_options(estimator: str, control: str, method: str, base: str) -> None:
    """Refuse options that the estimator would leave unused."""
    if base != "universal" and estimator != "callaway_santanna":
        raise ModelError(f"base='{base}' is an option of callaway_santanna; estimator='{estimator}' has one base")
    if method != "dr" and estimator not in ("callaway_santanna", "stacked"):
        raise ModelError(f"method='{method}' is an option of callaway_santanna and stacked; estimator='{estimator}' has one method")
    if estimator == "twfe" and control != "not_yet":
        raise ModelError("estimator='twfe' has no choice of controls; use another estimator")


def bands(fit: Fit, *, reps: int = 999, seed: int, level: float = LEVEL) -> pd.DataFrame:
    """Uniform confidence bands by the multiplier bootstrap: all terms lie inside at once with probability `level`.

    Critical value: the `level` quantile over draws of max_k |sum_g v_g influence_gk| / std_error_k, signs v_g = +-1

    Parameters
    ----------
    fit : of this module; reps : draws; seed : of the draws

    Returns
    -------
    DataFrame term, estimate, std_error, low, high, critical_value; missing for terms without a standard error

    Raises
    ------
    ModelError if the fit has no influence, or reps or level are out of range.

    Source
    ------
    Callaway and Sant'Anna (2021), algorithm 1.
    """
    if not isinstance(fit.prepared, Adoption):
        raise ModelError("bands need a fit of models.did, which carries the clusters' influence")
    if reps < 99 or not 0 < level < 1:
        raise ModelError(f"reps {reps} must be 99 or more and level {level} between 0 and 1")
    part = fit.prepared.influence * np.sqrt(fit.prepared.factor)
    error = np.sqrt(np.diag(fit.covariance))
    moves = error > 0
    signs = np.random.default_rng(seed).integers(0, 2, size=(reps, len(part))) * 2.0 - 1.0
    if not moves.any():
        raise NotEstimable("no term has a standard error; there is nothing to draw")
    largest = np.abs(signs @ part[:, moves] / error[moves]).max(axis=1)
    critical = float(np.quantile(largest, level, method="higher"))
    low, high = fit.coefficients - critical * error, fit.coefficients + critical * error
    return pd.DataFrame(
        {
            "term": fit.terms,
            "estimate": fit.coefficients,
            "std_error": error,
            "low": low,
            "high": high,
            "critical_value": critical,
        }
    )


def _estimate(panel: Panel, options: dict) -> tuple[Terms, tuple[int, int] | None]:
    """The terms; of regressions also rows and parameters, for the small-sample factor."""
    how, window, shares = options["aggregate"], options["window"], options["shares"]
    if options["estimator"] == "twfe":
        return regression.twfe(panel, how, window)
    if options["estimator"] == "sun_abraham":
        cells, counted = regression.sun_abraham(panel)
        return average(panel, cells, how, window, shares), counted
    if options["estimator"] == "imputation":
        imputation.check_control(options["control"])
        return _with_leads(panel, average(panel, imputation.cells(panel), how, window, shares), how, window), None
    if options["estimator"] == "stacked":
        if window is None or window[1] < 0:
            raise ModelError("estimator='stacked' needs window=(a, b) with b >= 0, the event times that every sub-experiment spans")
        cells = callaway_santanna.stacked(panel, options["control"], options["method"], window)
        return average(panel, cells, how, (max(window[0], 0), window[1]) if how == "simple" else window, shares), None
    cells = callaway_santanna.cells(panel, options["control"], options["method"], options["base"])
    return average(panel, cells, how, window, shares, varying=options["base"] == "varying"), None


def _with_leads(panel: Panel, terms: Terms, how: str, window) -> Terms:
    if how != "event" or window is None or window[0] >= 0:
        note = ("no pre-period coefficients: ask for leads by window=(-a, b)",) if how == "event" else ()
        return Terms(**{**vars(terms), "notes": (*terms.notes, *note)})
    leads = imputation.leads(panel, -window[0])
    return Terms(
        names=(*leads.names, *terms.names),
        event=(*leads.event, *terms.event),
        estimate=np.concatenate([leads.estimate, terms.estimate]),
        influence=np.column_stack([leads.influence, terms.influence]),
        squares=np.column_stack([leads.squares, terms.squares]),
        treated=np.column_stack([leads.treated, terms.treated]),
        trend=np.concatenate([leads.trend, terms.trend]),
        overall=terms.overall,
        notes=(*terms.notes, "leads compare with all earlier periods, not with e=-1"),
    )


def _fit(panel: Panel, terms: Terms, counted: tuple[int, int] | None, options: dict) -> Fit:
    clusters = panel.n_clusters
    n, k = counted or (int(panel.observed.sum()), 0)
    factors = {f"G/(G-1) {panel.names['cluster']}": clusters / (clusters - 1)}
    if counted is not None:
        if n <= k:
            raise NotEstimable(f"{n} rows leave no degree of freedom for {k} parameters")
        factors = {"(n-1)/(n-K)": (n - 1) / (n - k), "K": k, **factors}
    factor = float(np.prod([value for name, value in factors.items() if name != "K"]))
    influence = by_cluster(panel, terms.influence)
    unseen, carried = _unseen(influence, terms), _carried(panel, terms)
    covariance = influence.T @ influence * factor
    covariance[unseen], covariance[:, unseen] = np.nan, np.nan
    base = "earlier" if options["estimator"] == "imputation" else options["base"]
    binned = tuple(name.startswith(("e<=", "e>=")) for name in terms.names)
    return Fit(
        terms=terms.names,
        coefficients=terms.estimate,
        covariance=covariance,
        df=clusters - 1,
        summary=_summary(panel, terms, options, factors, n) | {"clusters_by_term": carried},
        notes=(*panel.notes, *terms.notes, *_unseen_notes(unseen, terms), *carrying.notes(carried)),
        prepared=Adoption(influence, factor, terms.event, binned, terms.trend, base),
        settings={**panel.names, **options},
    )


def by_cluster(panel: Panel, influence: np.ndarray) -> np.ndarray:
    """Sums (G, k) of the units' influence (N, k)."""
    sums = [np.bincount(panel.cluster, weights=column, minlength=panel.n_clusters) for column in influence.T]
    return np.stack(sums, axis=1)


def _carried(panel: Panel, terms: Terms) -> dict[str, dict]:
    """How many clusters carry each term, treated ones among them."""
    treated = {name: len(np.unique(panel.cluster[units])) for name, units in zip(terms.names, terms.treated.T)}
    return carrying.by_term(terms.names, by_cluster(panel, terms.squares), treated, panel.names["cluster"])


def _unseen(influence: np.ndarray, terms: Terms) -> np.ndarray:
    """Terms in which no unit varies: their standard error is missing, not zero."""
    scale = np.abs(terms.estimate).max() or 1.0
    return np.abs(influence).max(axis=0) < 1e-14 * scale


def _unseen_notes(unseen: np.ndarray, terms: Terms) -> tuple[str, ...]:
    names = [name for name, still in zip(terms.names, unseen) if still]
    if not names:
        return ()
    more = " ..." if len(names) > 4 else ""
    return (f"{len(names)} terms have no standard error: no variance is seen ({', '.join(names[:4])}{more})",)


def _summary(panel: Panel, terms: Terms, options: dict, factors: dict, n: int) -> dict:
    factor = float(np.prod([value for name, value in factors.items() if name != "K"]))
    with_method = ("callaway_santanna", "stacked")
    overall, error = None, None
    if terms.overall is not None:
        overall = terms.overall[0]
        error = float(np.sqrt((by_cluster(panel, terms.overall[1][:, None]) ** 2).sum() * factor))
    never = int((panel.cohort == NEVER).sum())
    return {
        **{k: v for k, v in options.items() if k not in ("base", "method", "shares")},
        "method": options["method"] if panel.x.shape[2] and options["estimator"] in with_method else None,
        "shares": options["shares"] if options["estimator"] != "twfe" else None,
        "base": options["base"] if options["estimator"] == "callaway_santanna" else None,
        "n_obs": n,
        "n_dropped": panel.n_rows - n,
        "n_units": len(panel.y),
        "n_never_treated": never,
        "n_cohorts": len(panel.adopted),
        "n_periods": len(panel.periods),
        "n_clusters": panel.n_clusters,
        "overall_estimate": overall,
        "overall_std_error": error,
        "fixed_effects": f"{panel.names['unit']} + {panel.names['time']}",
        "vcov": f"{'CRV1' if 'K' in factors else 'influence'} by {panel.names['cluster']}",
        "small_sample": factors,
        "reference": f"t({panel.n_clusters - 1})",
        "mean_outcome": float(np.nanmean(panel.y)),
        "sd_outcome": float(np.nanstd(panel.y, ddof=1)),
        "seed": None,
    }
