"""Models of ordered levels, such as satisfaction from 1 to 5: proportional odds and ordered probit."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from study.refusals import require, table

from ..errors import BadOutcome, FormulaError, ModelError, NotEstimable
from ..fit import Fit
from ..shared import carrying
from ..shared.basis import scaled
from ..shared.columns import holds_numbers, missing
from ..shared.formula import Formula, parse
from ..shared.formula_terms import by_outcome
from ..shared.likelihood import OrderedSample, cluster_name, clustered, covariance_summary, source_columns, without_effects
from ..shared.prepare import prepare
from .brant import Brant, brant
from .cumulative import maximise

__all__ = ["Brant", "brant", "fit"]

LINKS = ("logit", "probit")


@by_outcome
def fit(
    data: pd.DataFrame,
    formula: str,
    *,
    link: str = "logit",
    cluster: str | None = None,
    levels: Sequence[Any] | None = None,
    unit: str | None = None,
    time: str | None = None,
) -> Fit:
    """Estimate an ordered logit (proportional odds) or probit.

    P(y <= j | x) = F(c_j - x'b), F logistic or normal, c_1 < ... < c_{J-1}

    Parameters
    ----------
    data : one row per observation
    formula : "satisfaction ~ d + x1"; the outcome is a column of numbers or an ordered Categorical
    link : "logit" or "probit"
    cluster : column of the clusters
    levels : the levels that there should be, lowest first; default: the categories, or the numbers found
    unit, time : columns of units and periods, for l(x, 1) and d(x) in the formula (docs/methods/after_a_fit.md)

    Returns
    -------
    Fit: the slopes, then the thresholds, named "low | next". A positive slope goes with higher levels.
    Without clusters the covariance is the inverse of the observed information, the reference normal; with
    clusters the sandwich with the factor G/(G-1) and t(G-1).

    Raises
    ------
    BadOutcome if levels have no order, no rows or are not those asked for; Separated, NotConverged,
    NotEstimable, FormulaError, MissingColumn, InfiniteValues, NoVariation, Collinear

    Source
    ------
    McCullagh (1980), Journal of the Royal Statistical Society B 42(2).
    """
    if link not in LINKS:
        raise ModelError(f"no link '{link}'; there is {', '.join(LINKS)}")
    data, parsed = table(data), parse(formula, baseline=True)
    without_effects(parsed, "write dummies, as in 'satisfaction ~ x + C(bank)', if their levels have many rows each")
    sample = _sample(data, parsed, cluster, link, levels)
    units = scaled(sample.x, baseline=True)
    at_scale, at = maximise(sample.y.to_numpy(dtype=int), units.z, link, list(sample.x.columns), formula)
    bread = np.linalg.inv(at.information)
    spread, df, factors = clustered(bread, at.scores, sample.clusters)
    k = sample.x.shape[1]
    back = units.back(len(at_scale), slice(0, k), slice(k, None), sign=1)
    carried = carrying.by_loads((at.scores @ bread)[:, :k], sample.clusters, sample.x)
    names = [f"{low} | {high}" for low, high in zip(sample.levels, sample.levels[1:])]
    settings = {"formula": formula, "link": link, "cluster": cluster, "levels": levels}
    return Fit(
        terms=(*sample.x.columns, *names),
        coefficients=back @ at_scale,
        covariance=back @ spread @ back.T,
        df=df,
        summary=_summary(sample, settings, at.loglik) | covariance_summary(sample.clusters, df, factors, carried),
        notes=(*sample.notes, *carrying.notes(carried)),
        prepared=sample,
        source=source_columns(data, parsed, [cluster]),
        settings=settings,
    )


def _sample(data: pd.DataFrame, parsed: Formula, cluster: str | None, link: str, levels) -> OrderedSample:
    name = parsed.outcome_column
    if name not in data.columns:
        try:
            require(data, [name])
        except ModelError as error:
            message = f"'{parsed.text}': the outcome of an ordered model is the name of a column; {error}"
            raise FormulaError(message) from None
    require(data, [name])
    outcome = data[name].where(~missing(data[[name]]))
    levels = _levels(outcome, parsed, levels)
    code = {level: float(i) for i, level in enumerate(levels)}
    codes = pd.Series([code.get(value, np.nan) for value in outcome.astype(object)], index=data.index, dtype=float)
    prepared = prepare(data.assign(**{name: codes}), parsed, cluster_name(cluster), drop_singletons=False)
    counts = np.bincount(prepared.y.astype(int), minlength=len(levels))
    if (counts == 0).any():
        empty = ", ".join(repr(level) for level, count in zip(levels, counts) if not count)
        raise BadOutcome(
            f"'{parsed.outcome}': {(counts == 0).sum()} of {len(levels)} levels have no rows ({empty}); the thresholds "
            "beside them can not be told apart: join them with a neighbour or leave them out of the levels"
        )
    x = prepared.x
    if not x.shape[1]:
        raise ModelError(f"'{parsed.text}' has no regressor")
    if len(x) <= x.shape[1] + len(levels) - 1:
        raise NotEstimable(f"'{parsed.text}': {len(x)} rows for {x.shape[1]} slopes and {len(levels) - 1} thresholds")
    return OrderedSample(prepared.y, x, prepared.clusters, parsed, prepared.n_missing, prepared.spec, tuple(levels), link)


def _levels(outcome: pd.Series, parsed: Formula, asked: Sequence[Any] | None) -> list:
    """The levels, lowest first."""
    found = outcome.dropna().unique()
    if asked is None and isinstance(outcome.dtype, pd.CategoricalDtype) and outcome.cat.ordered:
        asked = outcome.cat.categories
    elif asked is None and not holds_numbers(outcome):
        raise BadOutcome(
            f"'{parsed.outcome}' has {len(found)} levels without an order ({', '.join(map(str, found[:5]))}); "
            "make it an ordered Categorical, or give levels=, lowest first"
        )
    levels = sorted(found) if asked is None else list(asked)
    strange = [value for value in found if value not in levels]
    if strange:
        shown = ", ".join(map(str, strange[:5]))
        raise BadOutcome(f"'{parsed.outcome}' has {len(strange)} values that are not levels: {shown}; add or correct them")
    if len(levels) < 3:
        raise NotEstimable(f"'{parsed.outcome}' has {len(levels)} levels; an ordered model has three or more: use models.discrete")
    if len(levels) > 30:
        raise BadOutcome(f"'{parsed.outcome}' has {len(levels)} levels; use models.panel for a continuous outcome, or group them")
    return levels


def _summary(sample: OrderedSample, settings: dict, loglik: float) -> dict:
    counts = np.bincount(sample.y.astype(int))
    null = float((counts * np.log(counts / counts.sum())).sum())
    return {
        "formula": settings["formula"],
        "estimator": f"ordered {settings['link']}",
        "n_obs": len(sample.y),
        "n_dropped": sample.n_missing,
        "n_units": len(sample.y),
        "rows_by_level": dict(zip(sample.levels, counts.tolist())),
        "loglik": loglik,
        "loglik_null": null,
        "r2_mcfadden": 1 - loglik / null,
        "fixed_effects": "",
    }
