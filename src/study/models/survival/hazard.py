"""Hazards in discrete time: an event that happens to a unit once, in one of several periods."""

from dataclasses import replace

import numpy as np
import pandas as pd

from study.refusals import require, table

from ..errors import ModelError, NotEstimable
from ..fit import Fit
from ..shared import carrying
from ..shared.basis import scaled
from ..shared.columns import missing
from ..shared.formula import Formula, parse
from ..shared.formula_terms import by_outcome
from ..shared.likelihood import Sample, check_binary, cluster_name, covariance_summary, sandwich, source_columns, without_effects
from ..shared.prepare import check_finite, check_rank, keys, matrices, prepare
from . import frailty as gamma
from . import spells
from .period_effects import Rows, loads, maximise, meat
from .survival import Baseline, HazardSample, hazard_covariance, survival

__all__ = ["fit", "hazard_covariance", "survival"]

LINKS = ("cloglog", "logit")
SHOWN = 8  # periods named in a note


@by_outcome
def fit(
    data: pd.DataFrame,
    formula: str,
    *,
    time: str,
    link: str = "cloglog",
    cluster: str | None = None,
    unit: str | None = None,
    frailty: str | None = None,
) -> Fit:
    """Estimate a discrete-time hazard with one baseline effect per period.

    cloglog: h_it = 1 - exp(-exp(a_t + x_it'b)), the hazard of grouped data from a proportional hazard model,
    exp(b) its hazard ratios; logit: h_it = 1 / (1 + exp(-a_t - x_it'b)), exp(b) odds ratios
    frailty: h_it = 1 - exp(-e_i exp(a_t + x_it'b)), e_i gamma with mean 1 and variance v, integrated out

    Parameters
    ----------
    data : one row per unit and period at risk, the event's period the last one
    formula : "event ~ d + x1": event 1 in the row in which it happens, else 0; d may change from row to row
    time : column of the periods (age or calendar), of any type that sorts; their effects take the place of
        the intercept
    link : "cloglog" or "logit"
    cluster : column of the clusters of the errors
    unit : column of the units; rows after the event and repeated periods are refused, gaps noted
    frailty : "gamma" (needs `unit`) or the column of the units: gamma frailty of each; cloglog only

    Returns
    -------
    Fit of the slopes. Without clusters the covariance is the inverse of the observed information and the
    reference normal; with clusters the sandwich with the factor G/(G-1) and t(G-1). Periods without event
    (or with nothing but events) say nothing on b: their rows are dropped and counted. `survival` predicts.
    With frailty `glance` has frailty_variance, its error and the likelihood ratio test of no frailty, whose
    reference is half chi2(0), half chi2(1).

    Raises
    ------
    MissingColumn, FormulaError, InfiniteValues, NoVariation, Collinear, BadOutcome, NotEstimable,
    DuplicateKeys, Separated, NotConverged

    Source
    ------
    Prentice and Gloeckler (1978), Biometrics 34(1); Meyer (1990), Econometrica 58(4), for the frailty.
    """
    data, parsed = table(data), parse(formula, baseline=True)
    without_effects(parsed, "the effects of `time` are absorbed; write others as dummies, C(bank)")
    unit = _check_arguments(link, unit, frailty)
    extra = [time, *cluster_name(cluster), *([unit] if unit else [])]
    require(data, [*parsed.columns(), *extra])
    source = source_columns(data, parsed, extra)
    sample, rows, periods, notes, units = _sample(source, parsed, time, cluster, unit, link)
    effects, slopes, at = maximise(rows, list(sample.x.columns), formula)
    settings = {"formula": formula, "time": time, "link": link, "cluster": cluster, "unit": unit, "frailty": frailty}
    theta, loglik, bread, total, mixed = np.concatenate([effects, slopes]), at.loglik, at.inverse(), None, {}
    if frailty:
        sharing = source.loc[sample.y.index, unit]
        mixed, mixture = gamma.fit(rows, theta, at.loglik, bread, sharing, sample.clusters, formula)
        theta, loglik, bread, total = mixture.theta, mixture.loglik, mixture.bread, mixture.meat
        notes += mixture.notes
    elif cluster:
        total = meat(rows, effects, slopes, sample.clusters.iloc[:, 0].to_numpy())
    covariance, df, factors = sandwich(bread, total, sample.clusters) if cluster else (bread, np.inf, {})
    carried = carrying.by_loads(loads(rows, effects, slopes, at.inverse()), sample.clusters, sample.x) if cluster else {}
    notes += carrying.notes(carried)
    summary = _summary(rows, settings, loglik, sample, source) | mixed | covariance_summary(sample.clusters, df, factors, carried)
    t, k = rows.periods, sample.x.shape[1]
    back = units.back(len(theta), slice(t, t + k), slice(0, t))
    return _fit(sample, periods, back @ theta, back @ covariance @ back.T, df, summary, notes, source, settings)


def _fit(sample: Sample, periods: dict, theta, covariance, df: float, summary: dict, notes, source, settings) -> Fit:
    t, k = len(periods["values"]), sample.x.shape[1]
    variance = summary.get("frailty_variance", 0.0)
    baseline = Baseline(**periods, effects=theta[:t], covariance=covariance, link=settings["link"], variance=variance)
    return Fit(
        terms=tuple(sample.x.columns),
        coefficients=theta[t : t + k],
        covariance=covariance[t : t + k, t : t + k],
        df=df,
        summary=summary,
        notes=notes,
        prepared=HazardSample(**vars(sample), baseline=baseline, time=settings["time"]),
        source=source,
        settings=settings,
    )


def _check_arguments(link: str, unit: str | None, frailty: str | None) -> str | None:
    """The unit column."""
    if link not in LINKS:
        raise ModelError(f"no link '{link}'; there is {', '.join(LINKS)}")
    if frailty and link != "cloglog":
        raise ModelError("gamma frailty has a closed form for link='cloglog' only")
    if frailty == "gamma" and not unit:
        raise ModelError("frailty='gamma' needs unit=, the column of the units that share it")
    if frailty and frailty != "gamma" and unit not in (None, frailty):
        raise ModelError(f"frailty='{frailty}' and unit='{unit}' are two columns; a unit has one frailty and one event")
    return unit or frailty


def _sample(source: pd.DataFrame, parsed: Formula, time: str, cluster: str | None, unit: str | None, link: str):
    """The sample without the periods that say nothing, its rows (of scaled regressors), the periods' counts, the notes, the scale."""
    complete = source[~missing(source)]
    if complete.empty:
        raise NotEstimable(f"'{parsed.text}': no row is left of {len(source)}: all have missing values")
    event = _event(complete, parsed)
    identified = keys(complete, (), [time, *([unit] if unit else [])])
    period, values = pd.factorize(identified[time], sort=True)
    n_missing = len(source) - len(complete)
    notes = [f"{n_missing} rows with missing values dropped"] if n_missing else []
    if unit:
        code, labels = pd.factorize(identified[unit], sort=True)
        notes += spells.check(code, period, event, (unit, time), labels)
    at_risk, events = np.bincount(period), np.bincount(period, weights=event).astype(int)
    dead = (events == 0) | (events == at_risk)
    if dead.all():
        raise NotEstimable(f"'{parsed.text}': no {time} has rows both with and without event; there are {len(values)}")
    notes += _dead_periods(values, at_risk, events, time)
    kept = ~dead[period]
    index = complete.index[kept]
    prepared = prepare(complete[kept], parsed, cluster_name(cluster), drop_singletons=False, ranked=False)  # levels of the rows that count
    x, clusters = prepared.x.set_axis(index), prepared.clusters.set_axis(index)
    live = np.cumsum(~dead) - 1
    period = live[period[kept]]
    if not x.shape[1]:
        raise ModelError(f"'{parsed.text}' has no regressor beside the period effects")
    check_rank(x, pd.DataFrame({time: period}, index=index), parsed.text)
    sample = Sample(pd.Series(event[kept].astype(float), index), x, clusters, parsed, n_missing, prepared.spec)
    units = scaled(x, baseline=True)
    rows = Rows(event[kept], units.z, period, int((~dead).sum()), link)
    counts = {"periods": tuple(values), "values": pd.Index(values)[~dead], "at_risk": at_risk[~dead], "events": events[~dead]}
    fixed = {value: float(e > 0) for value, e in zip(pd.Index(values)[dead], events[dead])}
    return sample, rows, counts | {"fixed": fixed}, tuple(notes), units


def _event(complete: pd.DataFrame, parsed: Formula) -> np.ndarray:
    """Whether each row (n,) ends with the event."""
    y = matrices(complete, replace(parsed, regressors="1")).y
    check_finite(y.to_frame())
    check_binary(y, parsed)
    return y.to_numpy() == 1


def _dead_periods(values, at_risk, events, time: str) -> list[str]:
    notes = []
    for what, chosen in (("no event", events == 0), ("nothing but events", events == at_risk)):
        if chosen.any():
            named = ", ".join(map(str, values[chosen][:SHOWN])) + (", ..." if chosen.sum() > SHOWN else "")
            rows = at_risk[chosen].sum()
            notes.append(f"{chosen.sum()} of {len(values)} periods of {time} have {what} ({named}): {rows} rows dropped")
    return notes


def _summary(rows: Rows, settings: dict, loglik: float, sample: Sample, source: pd.DataFrame) -> dict:
    n, events = np.bincount(rows.period), np.bincount(rows.period, weights=rows.event)
    null = float((events * np.log(events / n) + (n - events) * np.log1p(-events / n)).sum())
    unit = settings["unit"]
    return {
        "formula": settings["formula"],
        "estimator": f"hazard, {settings['link']}" + (", gamma frailty" if settings["frailty"] else ""),
        "n_obs": len(rows.event),
        "n_dropped": sample.n_missing,
        "n_dropped_periods": len(source) - sample.n_missing - len(rows.event),
        "n_units": source.loc[sample.y.index, unit].nunique() if unit else None,
        "n_events": int(rows.event.sum()),
        "n_periods": rows.periods,
        "loglik": loglik,
        "loglik_null": null,
        "r2_mcfadden": 1 - loglik / null,
        "fixed_effects": settings["time"],
    }
