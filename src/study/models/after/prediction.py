"""Predictions, fitted values and residuals of a Fit, in the sample and for new rows."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special, stats

from study.refusals import require, table

from ..errors import ModelError, Unseen
from ..iv.instruments import Instrumented
from ..shared.columns import missing
from ..shared.formula import parse_instruments, parts_of, uses_of
from ..shared.formula_terms import expand
from ..shared.likelihood import OrderedSample, Sample
from ..shared.prepare import Prepared, design, keys, matrices
from ..survival.survival import HazardSample

KINDS = ("response", "index")
UNSEEN = ("refuse", "missing")
CURVES: dict[str, Callable] = {"logit": special.expit, "firth": special.expit, "probit": stats.norm.cdf}
HAZARDS: dict[str, Callable] = {"logit": special.expit, "cloglog": lambda index: -np.expm1(-np.exp(index))}
TOLERANCE = 1e-13  # largest step of an effect, as a share of the target, at which the effects are settled
LOOSE = 1e-6  # how far a sum of effects may move along what the data do not tell before it counts as unknown


class Unpredicted(UserWarning):
    """Rows have no prediction: says how many and why."""


@dataclass(frozen=True)
class Levels:
    """The levels of one effect: `codes` numbers each combination of its columns, `values` (L,) are its estimates.

    `loose` (L,) is a direction in which all effects together can move without moving any fitted value.
    """

    names: list[str]
    codes: pd.DataFrame
    values: np.ndarray
    loose: np.ndarray


def predict(fit, rows=None, *, kind: str = "response", effects: bool | None = None, unseen: str = "refuse"):
    """See Fit.predict."""
    if kind not in KINDS:
        raise ModelError(f"kind='{kind}'; there is {', '.join(KINDS)}")
    if unseen not in UNSEEN:
        raise ModelError(f"unseen='{unseen}'; there is {', '.join(UNSEEN)}")
    _check_effects(fit, effects)
    if rows is None:
        return _in_sample(fit, kind, effects is not False)
    rows = table(rows)
    frame = _with_operators(fit, rows.reset_index(drop=True))
    known = ~missing(frame[_needed(fit, frame, effects is not False)])
    reasons = {"miss a value": int((~known).sum())}
    chosen = frame[known]
    if unseen == "missing":
        seen = _seen(fit, chosen)
        reasons["have a level that was not estimated"] = int((~seen).sum())
        chosen = chosen[seen]
    values = _of_rows(fit, chosen, kind, effects is not False, unseen, reasons)
    said = [f"{count} {reason}" for reason, count in reasons.items() if count]
    if said:
        warnings.warn(f"{sum(reasons.values())} of {len(rows)} rows have no prediction: {', '.join(said)}", Unpredicted, stacklevel=3)
    return values.reindex(frame.index).set_axis(rows.index)


def residuals(fit) -> pd.Series:
    """See Fit.residuals."""
    if isinstance(fit.prepared, OrderedSample):
        raise ModelError("an ordered model has no single residual: compare predict(), the probabilities of the levels, with the outcome")
    y = _linear_sample(fit).y if isinstance(fit.prepared, Prepared | Instrumented) else getattr(fit.prepared, "y", None)
    expected = predict(fit)
    return pd.Series(y.reindex(range(len(expected))).to_numpy() - expected.to_numpy(), index=expected.index, name="residual")


# the parts of a prediction


def _in_sample(fit, kind: str, with_effects: bool):
    if fit.source is None or fit.prepared is None:
        raise ModelError("the fit carries no rows (did, gram and combinations have none); give rows to predict, or estimate with models.panel")
    sample = _linear_sample(fit) if isinstance(fit.prepared, Prepared | Instrumented) else fit.prepared
    labels = fit.rows if fit.rows is not None else fit.source.index
    if isinstance(fit.prepared, Prepared | Instrumented):
        index = pd.Series(sample.x.to_numpy() @ fit.coefficients, index=sample.y.index)
        if with_effects and _absorbs(fit):
            index = index + _sum_of_effects(fit, sample, sample.y.index)
        return index.reindex(range(len(labels))).set_axis(labels).rename("prediction")
    source = fit.source.loc[sample.y.index]
    index = pd.Series(sample.x.to_numpy() @ fit.coefficients[: sample.x.shape[1]], index=sample.y.index)
    return _response(fit, index, source, kind).reindex(range(len(labels))).set_axis(labels)


def _of_rows(fit, rows: pd.DataFrame, kind: str, with_effects: bool, unseen: str, reasons: dict):
    """Predictions of complete new rows, indexed as they are."""
    if fit.prepared is None:  # a Gram's model: its terms are columns
        return pd.Series(rows[list(fit.terms)].to_numpy(dtype=float) @ fit.coefficients, index=rows.index, name="prediction")
    k = len(fit.terms) if not isinstance(fit.prepared, OrderedSample) else fit.prepared.x.shape[1]
    index = pd.Series(regressors(fit, rows).to_numpy() @ fit.coefficients[:k], index=rows.index, name="prediction")
    if isinstance(fit.prepared, Prepared | Instrumented):
        if not (with_effects and _absorbs(fit)):
            return index
        part = _effects_of_new(fit, rows, unseen)
        reasons["have a level, or levels together, whose effect is not known"] = int(part.isna().sum())
        return (index + part).rename("prediction")
    return _response(fit, index, rows, kind)


def regressors(fit, rows: pd.DataFrame) -> pd.DataFrame:
    """The regressors (n, k) of new rows in the order of the slopes, coded as in the estimation sample."""
    text = fit.settings["formula"]
    parts = [design(spec, rows, text) for spec in specifications(fit)]
    x = pd.concat([part.loc[:, ~part.columns.isin(parts[0].columns)] if i else part for i, part in enumerate(parts)], axis=1)
    slopes = list(fit.terms) if isinstance(fit.prepared, Instrumented) else list(fit.prepared.x.columns)
    return x[slopes].set_axis(rows.index)


def specifications(fit) -> list:
    """formulaic's records of the regressors: of models with instruments those of endogenous variables and controls."""
    return list(_sides(fit).values()) if isinstance(fit.prepared, Instrumented) else [fit.prepared.spec]


def _response(fit, index: pd.Series, rows: pd.DataFrame, kind: str):
    """From the linear index of a likelihood model to what is asked for."""
    sample, settings = fit.prepared, fit.settings
    if isinstance(sample, OrderedSample):
        return index.rename("prediction") if kind == "index" else _by_level(fit, index)
    if isinstance(sample, HazardSample):
        return _hazard(fit, index, rows, kind)
    if settings.get("method") not in CURVES:
        raise ModelError("this model has no probability of a row: Cox's has no baseline; estimate it with models.hazard")
    return (index if kind == "index" else pd.Series(CURVES[settings["method"]](index), index=index.index)).rename("prediction")


def _by_level(fit, index: pd.Series) -> pd.DataFrame:
    sample = fit.prepared
    curve = special.expit if sample.link == "logit" else stats.norm.cdf
    below = curve(fit.coefficients[sample.x.shape[1] :][None, :] - index.to_numpy()[:, None])
    edges = np.column_stack([np.zeros(len(index)), below, np.ones(len(index))])
    return pd.DataFrame(np.diff(edges, axis=1), index=index.index, columns=list(sample.levels))


def _hazard(fit, index: pd.Series, rows: pd.DataFrame, kind: str) -> pd.Series:
    """Probability of the event in the row's period, given that the unit is at risk; or its index a_t + x'b."""
    base, time = fit.prepared.baseline, fit.prepared.time
    if base.variance and kind == "response":
        raise ModelError(
            "with frailty the hazard of a row depends on how long its unit survived: see models.hazard.survival, or ask for kind='index'"
        )
    level = dict(zip(base.values, base.effects)) | {period: np.inf if hazard else -np.inf for period, hazard in base.fixed.items()}
    strange = rows.loc[~rows[time].isin(list(level)), time]
    if len(strange):
        raise Unseen(f"{len(strange)} rows have a {time} without baseline hazard ({', '.join(map(str, strange.unique()[:5]))})")
    moved = index + rows[time].map(level).astype(float).to_numpy()
    with np.errstate(over="ignore"):
        return (moved if kind == "index" else pd.Series(HAZARDS[base.link](moved), index=index.index)).rename("prediction")


# which columns and levels new rows need


def _check_effects(fit, effects: bool | None) -> None:
    if effects is None or _absorbs(fit):
        return
    raise ModelError(f"effects={effects}: the fit has no absorbed effects that could be left out or put in; leave the argument away")


def _absorbs(fit) -> bool:
    return bool(fit.summary.get("fixed_effects")) and not isinstance(fit.prepared, Sample)


def _with_operators(fit, rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of l(), d() and i() of new rows."""
    operators = fit.settings.get("operators")
    if not operators:
        return rows
    formula = operators["formula"].partition("~")[2]
    return expand(rows, f"0 ~{formula}", operators["unit"], operators["time"], terms=fit.terms)[0]


def _needed(fit, rows: pd.DataFrame, with_effects: bool) -> list[str]:
    """The columns that a prediction reads."""
    sample = fit.prepared
    if sample is None and fit.gram is not None:
        if with_effects and _absorbs(fit):
            raise ModelError("a Gram has removed its effects and does not know them: ask for effects=False, or estimate with models.panel")
        needed = list(fit.terms)
    elif isinstance(sample, Instrumented):
        needed = [name for spec in specifications(fit) for name in uses_of(spec.formula)]
    elif isinstance(sample, Prepared | Sample) and sample.spec is not None:
        needed = list(uses_of(sample.spec.formula))
    else:
        raise ModelError("the fit has nothing to predict from (averages of cells, combinations, marginal effects): use the model that it was made of")
    if isinstance(sample, Prepared | Instrumented) and with_effects and _absorbs(fit):
        needed += [part for effect in _linear_rows(fit).effects.columns for part in parts_of(effect)]
    if isinstance(sample, HazardSample):
        needed.append(sample.time)
    require(rows, needed)
    return list(dict.fromkeys(needed))


def _seen(fit, rows: pd.DataFrame) -> np.ndarray:
    """Which rows (n,) have levels of regressors that were estimated: one row of each combination of levels is tried."""
    if fit.prepared is None or rows.empty:
        return np.ones(len(rows), dtype=bool)
    uses: Mapping[str, bool] = {name: only for spec in specifications(fit) for name, only in uses_of(spec.formula).items()}
    levels = [name for name, only in uses.items() if only or not pd.api.types.is_numeric_dtype(rows[name].dtype)]
    if isinstance(fit.prepared, HazardSample):
        levels.append(fit.prepared.time)
    if not levels:
        return np.ones(len(rows), dtype=bool)
    group = rows.groupby(levels, observed=True, sort=False).ngroup().to_numpy()
    first = [int(np.flatnonzero(group == g)[0]) for g in range(group.max() + 1)]
    return np.array([_can(fit, rows.iloc[[at]]) for at in first])[group]


def _can(fit, row: pd.DataFrame) -> bool:
    try:
        _of_rows(fit, row, "index", False, "refuse", {})
    except Unseen:
        return False
    return True


# linear models


def _linear_rows(fit) -> Prepared:
    """Outcome, effects and weights of a linear model as they were before the effects were removed."""
    return fit.prepared.rows if isinstance(fit.prepared, Instrumented) else fit.prepared


def _linear_sample(fit) -> Prepared:
    """The same, its regressors those of the equation of interest in the order of the terms."""
    rows = _linear_rows(fit)
    return replace(rows, x=regressors(fit, fit.source.loc[rows.y.index])) if isinstance(fit.prepared, Instrumented) else rows


def _sides(fit) -> dict:
    """formulaic's records of the endogenous variables and of the controls of a model with instruments."""
    parsed, kept = parse_instruments(fit.settings["formula"]), fit.source.loc[fit.prepared.rows.y.index]
    sides = {"endogenous": matrices(kept, replace(parsed, regressors=parsed.endogenous, baseline=True)).spec}
    return sides | ({"controls": matrices(kept, parsed).spec} if fit.prepared.controls.shape[1] else {})


def _sum_of_effects(fit, sample: Prepared, index: pd.Index) -> pd.Series:
    """The sum of the effects of the rows of the sample: what regressors leave, less the residual."""
    found = _effect_levels(fit, sample)
    return pd.Series(sum(level.values[sample.effects[name].to_numpy()] for name, level in found.items()), index=index)


def _effect_levels(fit, sample: Prepared) -> dict[str, Levels]:
    """The estimates of the effects' levels, and the direction in which they are not told apart.

    They solve the normal equations of y - x'b on the levels. Of several solutions (levels that cross add up to one
    constant, or to one in each connected set) any gives the same sums within a set; `loose` shows where sums differ.
    """
    effects, names = sample.effects, list(sample.effects.columns)
    weights = None if sample.weights is None else sample.weights.to_numpy()
    target = sample.y.to_numpy() - sample.x.to_numpy() @ fit.coefficients
    values = _settled(target, effects, weights)
    start = [np.random.default_rng(j).uniform(1, 2, effects[name].max() + 1) for j, name in enumerate(names)]
    moved = _settled(-sum(s[effects[name].to_numpy()] for s, name in zip(start, names)), effects, weights)
    known = keys(fit.source.loc[sample.y.index], names)
    made = {}
    for j, name in enumerate(names):
        codes = known[parts_of(name)].assign(code_of_effect=effects[name].to_numpy()).drop_duplicates()
        made[name] = Levels(parts_of(name), codes, values[j], start[j] + moved[j])
    return made


def _settled(target: np.ndarray, effects: pd.DataFrame, weights: np.ndarray | None, rounds: int = 100_000) -> list[np.ndarray]:
    """Levels (L,) of each effect whose sums fit the target best, by turns (Gauss-Seidel)."""
    codes = [effects[name].to_numpy() for name in effects.columns]
    totals = [np.bincount(code, weights=weights) for code in codes]
    levels = [np.zeros(len(total)) for total in totals]
    left, scale = np.array(target, dtype=float), np.abs(target).max() or 1.0
    for _ in range(rounds):
        largest = 0.0
        for j, (code, total) in enumerate(zip(codes, totals)):
            step = np.bincount(code, weights=left if weights is None else left * weights, minlength=len(total)) / total
            levels[j] += step
            left -= step[code]
            largest = max(largest, np.abs(step).max())
        if len(codes) == 1 or largest <= TOLERANCE * scale:
            return levels
    raise ModelError(f"the effects {', '.join(effects.columns)} did not settle in {rounds} rounds; predict with effects=False")


def _effects_of_new(fit, rows: pd.DataFrame, unseen: str) -> pd.Series:
    """The sum of the effects of new rows; missing where a level, or the levels together, were not estimated."""
    sample = _linear_sample(fit)
    found = _effect_levels(fit, sample)
    new = keys(rows, list(found))
    total, loose = np.zeros(len(rows)), np.zeros(len(rows))
    strange: dict[str, np.ndarray] = {}
    for name, level in found.items():
        code = new[level.names].merge(level.codes, on=level.names, how="left")["code_of_effect"].to_numpy()
        strange[name] = np.isnan(code)
        place = np.where(strange[name], 0, code).astype(int)
        total += level.values[place]
        loose += level.loose[place]
    apart = ~np.logical_or.reduce(list(strange.values())) & (np.abs(loose) > LOOSE)
    if unseen == "refuse" and (apart.any() or any(gone.any() for gone in strange.values())):
        said = [f"{gone.sum()} rows have a level of {name} that was not estimated" for name, gone in strange.items() if gone.any()]
        said += [f"{apart.sum()} rows join levels that no chain of rows connects, so that their sum is not known"] if apart.any() else []
        raise Unseen(f"{'; '.join(said)}. unseen='missing' leaves them missing, effects=False predicts without effects")
    return pd.Series(np.where(apart | np.logical_or.reduce(list(strange.values())), np.nan, total), index=rows.index)
