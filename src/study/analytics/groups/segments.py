"""Segments of customers: k-means or a Gaussian mixture, k by silhouette among the stable ones, labels and names by rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from study.refusals import finite, named, whole

from ..errors import BadValue, NoVariation, TooFew, UnknownChoice

METHODS = ("kmeans", "mixture")
TRANSFORMS = ("none", "log", "log1p")
SAMPLE = 2000  # customers among whom the silhouette is taken: it needs all pairs
DRAW = 5000  # customers in a bootstrap sample at most: fewer customers make stability harder to reach, not easier


@dataclass(frozen=True, eq=False)
class Segments:
    """Segments of customers.

    Parameters
    ----------
    labels : 1..k by customer; segment 1 has the largest mean of `sort_by`
    probability : of the customer's segment (mixture), None for k-means
    selection : k, silhouette, stability (mean adjusted Rand over bootstrap draws), stability_low (its
        first decile), bic (mixture), stable, chosen
    profiles : segment, name, n, share, then mean and median of every feature in its own unit
    notes : how k was chosen, what stands out
    """

    labels: pd.Series
    probability: pd.Series | None = field(repr=False)
    k: int
    selection: pd.DataFrame
    profiles: pd.DataFrame
    notes: tuple[str, ...]
    settings: Mapping[str, Any] = field(repr=False)


def segments(
    data: pd.DataFrame,
    *,
    features: Sequence[str],
    transform: Mapping[str, str] | None = None,
    sort_by: str,
    k: Sequence[int] = (2, 3, 4, 5, 6),
    method: str = "kmeans",
    reps: int = 20,
    stable: float = 0.8,
    seed: int,
) -> Segments:
    """Group customers by standardised features.

    For each k the customers are grouped, and again from `reps` bootstrap samples (of at most 5,000) whose
    segments are carried over to all customers; stability is the mean adjusted Rand index of the two
    groupings. The silhouette is that of 2,000 customers at random where there are more. Chosen
    is the k with the largest silhouette among those with stability of at least `stable`, the smaller k
    on a tie; if none is stable, the most stable one, and a note says so.

    Names: for every feature "high" or "low" where the segment's median is above or below the median of
    all customers.

    Parameters
    ----------
    features : numeric columns, no missing values
    transform : feature -> "none" (default), "log" (positive values; its unit does not matter) or "log1p"
        (counts only: log(1 + x) of an amount would depend on the currency's unit)
    sort_by : the feature whose mean orders the segments
    method : "kmeans" (10 starts) or "mixture" (full covariances, 3 starts)

    Raises
    ------
    MissingColumn; BadValue for missing values or a log of values that are not positive; NoVariation for
    features that are constant; TooFew if a k is above the number of distinct customers; UnknownChoice.
    """
    features = list(features)
    z = _standardised(data, features, transform or {})
    _check_choices(features, sort_by, method, k, z)
    whole("reps", reps, 2)
    random = np.random.default_rng(seed)
    draws = [random.integers(0, len(z), min(len(z), DRAW)) for _ in range(reps)]
    sample = np.sort(random.permutation(len(z))[:SAMPLE])
    with threadpool_limits(1):
        fits = {size: _group(z, size, method, seed) for size in sorted(set(k))}
        selection = pd.DataFrame([_quality(z, size, fits[size], method, draws, sample, seed) for size in fits])
    selection["stable"] = selection["stability"] >= stable
    chosen, note = _choose(selection, stable)
    selection["chosen"] = selection["k"] == chosen
    model, code = fits[chosen]
    frame = pd.DataFrame({name: finite(data, name) for name in features})
    label = _ordered(code, frame, sort_by)
    probability = None
    if method == "mixture":
        probability = pd.Series(model.predict_proba(z).max(axis=1), index=data.index, name="probability")
    settings = {"features": features, "transform": dict(transform or {}), "sort_by": sort_by, "method": method, "reps": reps, "seed": seed}
    labels = pd.Series(label, index=data.index, name="segment")
    return Segments(labels, probability, chosen, selection, _profiles(frame, label), note, settings)


def shuffled(
    data: pd.DataFrame, *, features: Sequence[str], transform: Mapping[str, str] | None = None, k: Sequence[int] = (2, 3, 4, 5, 6),
    method: str = "kmeans", times: int = 20, seed: int, sort_by: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Silhouettes of the same columns, each put in random order: what a cloud without groups would show.

    Every column keeps its distribution, and nothing is left that ties them together. Groups are worth the name
    if the silhouettes of the data are above these.

    Parameters
    ----------
    features, transform, k, method : as for `segments` (whose `sort_by` has no use here)
    times : how often the columns are put in random order; each time the groups are those of 5,000 customers at
        random, and the silhouette that of 2,000 of them, where there are more

    Returns
    -------
    DataFrame k, silhouette (mean over the times), least, most
    """
    random = np.random.default_rng(seed)
    z = _standardised(data, list(features), transform or {})
    sort_by = sort_by or list(features)[0]
    _check_choices(list(features), sort_by, method, k, z)
    lines = []
    with threadpool_limits(1):
        for _ in range(whole("times", times, 1)):
            mixed = np.column_stack([random.permutation(column)[:DRAW] for column in z.T])
            lines += [(size, _width(mixed[:SAMPLE], _group(mixed, size, method, seed)[1][:SAMPLE])) for size in sorted(set(k))]
    table = pd.DataFrame(lines, columns=["k", "silhouette"]).groupby("k")["silhouette"].agg(silhouette="mean", least="min", most="max")
    return table.reset_index()


def _standardised(data: pd.DataFrame, features: list[str], transform: Mapping[str, str]) -> np.ndarray:
    named(data, *features)
    unknown = {name: kind for name, kind in transform.items() if kind not in TRANSFORMS or name not in features}
    if unknown:
        raise UnknownChoice(f"transform {unknown}: name a feature and one of {', '.join(TRANSFORMS)}")
    columns = []
    for name in features:
        values, kind = finite(data, name), transform.get(name, "none")
        wrong = values <= 0 if kind == "log" else values < 0 if kind == "log1p" else np.zeros(len(values), bool)
        if wrong.any():
            raise BadValue(f"{name}: {wrong.sum()} of {len(values)} values have no {kind}, the first {values[wrong][0]:g}")
        columns.append(np.log(values) if kind == "log" else np.log1p(values) if kind == "log1p" else values)
    x = np.column_stack(columns)
    constant = [name for name, spread in zip(features, np.ptp(x, axis=0)) if spread == 0]
    if constant:
        raise NoVariation(f"{len(constant)} features are the same for all {len(x)} customers: {', '.join(constant)}; leave them out")
    return (x - x.mean(axis=0)) / x.std(axis=0)


def _check_choices(features: list[str], sort_by: str, method: str, k: Sequence[int], z: np.ndarray) -> None:
    if method not in METHODS:
        raise UnknownChoice(f"method '{method}' is not known; choose one of {', '.join(METHODS)}")
    if sort_by not in features:
        raise UnknownChoice(f"sort_by '{sort_by}' is no feature; choose one of {', '.join(features)}")
    for size in k:
        whole("k", int(size), 2)
    distinct = len(np.unique(z, axis=0))
    if not len(k) or max(k) >= distinct:
        raise TooFew(f"k up to {max(k, default=0)} for {distinct} distinct customers of {len(z)}; take k from 2 to {distinct - 1}")


def _group(z: np.ndarray, k: int, method: str, seed: int):
    if method == "kmeans":
        model = KMeans(k, n_init=10, tol=0, random_state=seed).fit(z)
    else:
        model = GaussianMixture(k, n_init=3, reg_covar=1e-4, random_state=seed).fit(z)
    return model, model.predict(z)


def _quality(z, k, fit, method, draws, sample, seed) -> dict[str, float]:
    model, code = fit
    agreement = [adjusted_rand_score(code, _group(z[draw], k, method, seed)[0].predict(z)) for draw in draws if _enough(z[draw], k)]
    row = {"k": k, "silhouette": _width(z[sample], code[sample]), "stability": np.nan, "stability_low": np.nan}
    if agreement:
        row |= {"stability": float(np.mean(agreement)), "stability_low": float(np.quantile(agreement, 0.1))}
    return row | ({"bic": float(model.bic(z))} if method == "mixture" else {})


def _width(z: np.ndarray, code: np.ndarray) -> float:
    if not 1 < len(np.unique(code)) < len(z):
        return np.nan
    # differences first: from products of matrices, two customers that are alike would be 1e-8 apart
    return float(silhouette_score(squareform(pdist(z)), code, metric="precomputed"))


def _enough(z: np.ndarray, k: int) -> bool:
    return len(np.unique(z, axis=0)) > k


def _choose(selection: pd.DataFrame, stable: float) -> tuple[int, tuple[str, ...]]:
    good = selection[selection["stable"]]
    if good.empty:
        row = selection.loc[selection["stability"].idxmax()]
        return int(row["k"]), (f"no k has a stability of {stable:g}; the most stable, k = {row['k']:g} with {row['stability']:.2f}, was taken",)
    row = good.loc[good["silhouette"].idxmax()]
    return int(row["k"]), (f"k = {row['k']:g}: silhouette {row['silhouette']:.2f}, stability {row['stability']:.2f}",)


def _ordered(code: np.ndarray, frame: pd.DataFrame, sort_by: str) -> np.ndarray:
    """Labels 1..k by falling mean of `sort_by`, ties by the other features' means."""
    means = frame.groupby(code).mean()
    keys = [sort_by, *(name for name in frame.columns if name != sort_by)]
    order = means.sort_values(keys, ascending=False).index
    return pd.Series(np.arange(1, len(order) + 1), index=order).loc[code].to_numpy()


def _profiles(frame: pd.DataFrame, label: np.ndarray) -> pd.DataFrame:
    groups, overall = frame.groupby(label), frame.median()
    medians = groups.median()
    table = pd.DataFrame({"segment": medians.index, "name": [_name(medians.loc[s], overall) for s in medians.index]})
    table["n"] = groups.size().to_numpy()
    table["share"] = table["n"] / len(frame)
    for name in frame.columns:
        table[f"{name}_mean"], table[f"{name}_median"] = groups[name].mean().to_numpy(), medians[name].to_numpy()
    return table


def _name(median: pd.Series, overall: pd.Series) -> str:
    said = [f"{'high' if median[name] > overall[name] else 'low'} {name}" for name in median.index if median[name] != overall[name]]
    return ", ".join(said) or "like the median customer"
