"""Effect of a 0/1 treatment by augmented inverse-propensity weighting with cross-fitting."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from study.models import Fit
from study.models.shared import carrying
from study.refusals import binary, complete, finite, named, whole

from ..errors import BadValue, NoVariation, TooFew, UnknownChoice
from ..shared.influence import covariance
from ..shared.learners import classifier, preparation, typed

TERMS = ("ate", "mean_treated", "mean_untreated")
LEARNERS = ("logit", "boosting", "cells")


def aipw(
    data: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    numeric: Sequence[str] = (),
    categorical: Sequence[str] = (),
    block: str | None = None,
    cluster: str | None = None,
    learner: str = "logit",
    folds: int = 5,
    trim: tuple[float, float] | None = (0.05, 0.95),
    min_arm: int = 10,
    seed: int,
) -> Fit:
    """Mean difference between treated and untreated customers who are alike in the covariates.

    psi_i = m1(x_i) - m0(x_i) + D_i (Y_i - m1(x_i)) / e(x_i) - (1 - D_i)(Y_i - m0(x_i)) / (1 - e(x_i))
    ate = mean of psi

    e, m1 and m0 are learned from the other folds (folds of equal mix of block and treatment). The
    estimand is the mean effect over the customers kept: blocks with fewer than `min_arm` customers in
    either arm are left out, then customers whose e is outside `trim`; both are counted. It is causal only
    where treatment is as good as random given the covariates. Blocks weigh by their customers, which is
    not how a fixed-effects regression weighs them.

    Parameters
    ----------
    outcome : numeric, no missing; treatment : 0 or 1
    numeric, categorical : covariates from before the treatment; missing values as in `learners`
    block : calendar block or stratum; a covariate of every learner
    cluster : column for the standard errors, t(G - 1); None: rows, normal
    learner : "logit" (logit for e and for 0/1 outcomes, ridge for others), "boosting" (for e and 0/1
        outcomes; ridge for others), or "cells" (means of every combination of the categorical columns and the
        block; no numeric ones)
    folds : 1 learns and values on the same customers (right for "cells" with few, large cells)

    Returns
    -------
    Fit with the terms ate, mean_treated (of m1's part) and mean_untreated; glance has n_obs, n_dropped,
    n_blocks_dropped, n_trimmed, propensity_min and _max, n_treated, n_clusters

    Raises
    ------
    MissingColumn, BadValue (missing values; propensity 0 or 1 with trim=None; an empty cell), NoVariation
    (one arm only), TooFew (no block or customer left, fewer customers than folds), UnknownChoice.
    """
    extra = [name for name in (block, cluster) if name]
    named(data, outcome, treatment, *numeric, *categorical, *extra)
    complete(data, *extra)
    _check(learner, numeric, folds, trim)
    table = data.reset_index(drop=True)
    y, d = finite(table, outcome), binary(treatment, table[treatment])
    if d.min() == d.max():
        raise NoVariation(f"all {len(d)} customers have {treatment} = {d[0]:g}; a comparison needs both")
    kept, blocks_dropped = _blocks(table, d, block, min_arm)
    table, y, d = table[kept].reset_index(drop=True), y[kept], d[kept]
    names = [*categorical, *([block] if block else [])]
    nuisance = _cross_fit(_Sample(typed(table, numeric, names), y, d, list(numeric), names), learner, folds, block, seed)
    inside = _inside(nuisance[0], trim)
    e, m1, m0 = nuisance[:, inside]
    y, d = y[inside], d[inside]
    treated, untreated = m1 + d * (y - m1) / e, m0 + (1 - d) * (y - m0) / (1 - e)
    clusters = table.loc[inside, cluster] if cluster else None
    psi = np.column_stack([treated - untreated, treated, untreated])
    variance, df = covariance(psi, clusters)
    carried = _carried(d, e, clusters) if cluster else {}
    summary = {
        "estimator": "aipw", "learner": learner, "folds": folds, "n_obs": len(y), "n_dropped": int((~kept).sum()),
        "n_blocks_dropped": blocks_dropped, "n_trimmed": int((~inside).sum()), "n_treated": int(d.sum()),
        "propensity_min": float(e.min()), "propensity_max": float(e.max()), "n_clusters": None if clusters is None else clusters.nunique(),
        "vcov": "influence" + (f" by {cluster}" if cluster else ""), "reference": f"t({df:g})", "seed": seed, "clusters_by_term": carried or None,
    }  # fmt: skip
    notes = (*_notes(summary, block, trim, min_arm), *carrying.notes(carried))
    return Fit(TERMS, psi.mean(axis=0), variance, df, summary, notes)


def _carried(d: np.ndarray, e: np.ndarray, clusters: pd.Series) -> dict[str, dict]:
    """How many clusters carry each mean, by the weights on their outcomes: d / e and (1 - d) / (1 - e)."""
    one, zero = d / e, (1 - d) / (1 - e)
    raw = pd.DataFrame({"ate": d, "mean_treated": np.nan, "mean_untreated": np.nan})
    code = pd.DataFrame({clusters.name: pd.factorize(clusters, sort=True)[0]})
    return carrying.by_loads(np.column_stack([one - zero, one, zero]) / len(d), code, raw)


def _check(learner: str, numeric: Sequence[str], folds: int, trim) -> None:
    if learner not in LEARNERS:
        raise UnknownChoice(f"learner '{learner}' is not known; choose one of {', '.join(LEARNERS)}")
    if learner == "cells" and numeric:
        raise BadValue(f"learner 'cells' takes categories only; cut {', '.join(numeric)} into categories or choose another learner")
    whole("folds", folds)
    if trim is not None and not 0 < trim[0] < trim[1] < 1:
        raise BadValue(f"trim must be two propensities with 0 < low < high < 1, or None; found {trim}")


def _blocks(table: pd.DataFrame, d: np.ndarray, block: str | None, min_arm: int) -> tuple[np.ndarray, int]:
    """Rows of blocks with enough customers in both arms, and the number of other blocks."""
    if block is None:
        return np.ones(len(d), bool), 0
    treated = pd.Series(d).groupby(table[block]).transform("sum")
    size = pd.Series(d).groupby(table[block]).transform("size")
    kept = ((treated >= min_arm) & (size - treated >= min_arm)).to_numpy()
    if not kept.any():
        raise TooFew(f"none of {table[block].nunique()} blocks has {min_arm} customers in both arms")
    return kept, int(table.loc[~kept, block].nunique())


@dataclass(frozen=True, eq=False)
class _Sample:
    """Covariates, outcome and treatment of the customers whose nuisances are learned."""

    x: pd.DataFrame
    y: np.ndarray
    d: np.ndarray
    numeric: list[str]
    categorical: list[str]


def _cross_fit(sample: _Sample, learner: str, folds: int, block: str | None, seed: int) -> np.ndarray:
    """e, m1 and m0 of every customer, shape (3, n), each learned without the customer's fold."""
    n = len(sample.y)
    if folds == 1:
        everyone = np.arange(n)
        return _nuisance(sample, learner, everyone, everyone, seed)
    strata = pd.Series(sample.d).astype(str) + "/" + (sample.x[block] if block else "")
    smallest = int(strata.value_counts().min())
    if smallest < folds:
        raise TooFew(f"{smallest} customers in the smallest arm{' of a block' if block else ''} for {folds} folds; take at most {smallest}")
    out = np.empty((3, n))
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=seed).split(np.zeros(n), strata):
        out[:, test] = _nuisance(sample, learner, train, test, seed)
    return out


def _nuisance(sample: _Sample, learner: str, train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
    arms = [train[sample.d[train] == arm] for arm in (1, 0)]
    if learner == "cells":
        key = sample.x[sample.categorical].agg("\x1f".join, axis=1) if sample.categorical else pd.Series("", index=sample.x.index)
        return np.array([_cell_means(key, target, rows, test) for target, rows in ((sample.d, train), *((sample.y, arm) for arm in arms))])
    with threadpool_limits(1):
        made = [_fitted(sample, learner, sample.d, train, test, seed)]
        made += [_fitted(sample, learner, sample.y, arm, test, seed) for arm in arms]
    return np.array(made)


def _fitted(sample: _Sample, learner: str, target: np.ndarray, train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
    y = target[train]
    if y.min() == y.max():
        return np.full(len(test), y[0])
    is_class = bool(np.isin(target, (0, 1)).all())
    kind = learner if is_class else "logit"
    columns = preparation(kind, sample.numeric, sample.categorical)
    x_train, x_test = columns.fit_transform(sample.x.iloc[train]), columns.transform(sample.x.iloc[test])
    if is_class:
        return classifier(kind, len(sample.categorical), seed=seed).fit(x_train, y).predict_proba(x_test)[:, 1]
    return Ridge(alpha=1.0).fit(x_train, y).predict(x_test)


def _cell_means(key: pd.Series, target: np.ndarray, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    means = pd.Series(target[train]).groupby(key.iloc[train].to_numpy()).mean()
    out = key.iloc[test].map(means).to_numpy(float)
    empty = np.isnan(out)
    if empty.any():
        cells = key.iloc[test][empty].nunique()
        raise BadValue(f"{cells} cells ({empty.sum()} customers) have nobody to learn from in an arm; join cells or drop them")
    return out


def _inside(e: np.ndarray, trim) -> np.ndarray:
    if trim is None:
        edge = (e <= 0) | (e >= 1)
        if edge.any():
            raise BadValue(f"{edge.sum()} of {len(e)} customers have a propensity of 0 or 1: nobody to compare them with; give `trim`")
        return np.ones(len(e), bool)
    inside = (e >= trim[0]) & (e <= trim[1])
    if inside.sum() < 2:
        raise TooFew(f"{inside.sum()} of {len(e)} customers have a propensity from {trim[0]:g} to {trim[1]:g}")
    return inside


def _notes(summary: dict, block: str | None, trim, min_arm: int) -> tuple[str, ...]:
    notes = []
    if summary["n_blocks_dropped"]:
        dropped = f"{summary['n_blocks_dropped']} levels of {block} ({summary['n_dropped']} rows)"
        notes.append(f"{dropped} have fewer than {min_arm} customers in an arm")
    if summary["n_trimmed"]:
        notes.append(f"{summary['n_trimmed']} customers with a propensity outside {trim[0]:g} to {trim[1]:g} left out")
    return tuple(notes)
