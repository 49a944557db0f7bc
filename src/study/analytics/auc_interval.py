"""Intervals of the area under the ROC curve: DeLong, and a bootstrap of clusters."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from .errors import BadValue, TooFew
from .inputs import codes, outcome_and_score


@dataclass(frozen=True)
class Interval:
    """An estimate with its standard error and interval.

    Parameters
    ----------
    method : delong or cluster bootstrap
    n_clusters : clusters drawn, None for DeLong; reps : draws that had both classes, 0 for DeLong
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    method: str
    n_clusters: int | None = None
    reps: int = 0


def placements(outcome, score) -> tuple[np.ndarray, np.ndarray]:
    """Share of 0s that each 1 beats, and share of 1s that beat each 0; a tie counts half.

    Source
    ------
    DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44; by midranks as in Sun and Xu (2014),
    IEEE Signal Processing Letters 21.
    """
    y, s = outcome_and_score(outcome, score)
    one = y == 1
    ranks = rankdata(s)
    ones, zeros = one.sum(), (~one).sum()
    beaten = (ranks[one] - rankdata(s[one])) / zeros
    beats = 1 - (ranks[~one] - rankdata(s[~one])) / ones
    return beaten, beats


def delong(outcome, score, level: float = 0.95) -> Interval:
    """AUC with DeLong's standard error.

    Var(AUC) = S10/m + S01/n, the sample variances of the placements of the m ones and the n zeros

    Where the scores separate the classes the error is 0 and the interval a point: no news on how sure that is.

    Raises
    ------
    TooFew if a class has one customer only; BadValue, NoVariation as for `metrics.auc`.
    """
    beaten, beats = placements(outcome, score)
    if min(len(beaten), len(beats)) < 2:
        raise TooFew(f"{len(beaten)} ones and {len(beats)} zeros; DeLong's variance needs two of each")
    area = float(beaten.mean())
    error = float(np.sqrt(beaten.var(ddof=1) / len(beaten) + beats.var(ddof=1) / len(beats)))
    half = norm.ppf(0.5 + level / 2) * error
    return Interval(area, error, max(area - half, 0.0), min(area + half, 1.0), "delong")


def delong_difference(outcome, first, second, level: float = 0.95) -> Interval:
    """AUC of `first` less AUC of `second` on the same customers, with DeLong's paired standard error.

    Raises
    ------
    TooFew if a class has one customer only; BadValue, NoVariation as for `metrics.auc`.
    """
    a, b = placements(outcome, first), placements(outcome, second)
    gaps = [left - right for left, right in zip(a, b)]
    if min(map(len, gaps)) < 2:
        raise TooFew(f"{len(gaps[0])} ones and {len(gaps[1])} zeros; DeLong's variance needs two of each")
    gap = float(gaps[0].mean())
    error = float(np.sqrt(sum(part.var(ddof=1) / len(part) for part in gaps)))
    half = norm.ppf(0.5 + level / 2) * error
    return Interval(gap, error, gap - half, gap + half, "delong")


def clustered(outcome, score, clusters, *, less=None, fold=None, reps: int = 499, seed: int, level: float = 0.95) -> Interval:
    """AUC with an interval from drawing whole clusters with replacement (percentiles).

    With `less`, another score of the same customers, it is the AUC less that of `less` in the same draws.

    With `fold` the AUC is the mean over folds, weighted by their rows, as in `scoring.compare`.
    Draws in which a fold has one class only are left out.

    Parameters
    ----------
    clusters : label per customer, such as the branch
    fold : label per customer, or None

    Raises
    ------
    TooFew for fewer than two clusters, or if fewer than half of the draws have both classes.
    """
    scores = [outcome_and_score(outcome, one) for one in ((score,) if less is None else (score, less))]
    y = scores[0][0]
    cluster = codes("clusters", clusters, len(y))
    n_clusters = int(cluster.max()) + 1
    if n_clusters < 2:
        raise TooFew("1 cluster; a bootstrap of clusters needs at least two")
    if reps < 2:
        raise BadValue(f"reps is {reps}; at least two draws are needed")
    folds = np.zeros(len(y), int) if fold is None else codes("fold", fold, len(y))
    parts = [[_Sorted(y[folds == k], s[folds == k], cluster[folds == k]) for k in range(folds.max() + 1)] for _, s in scores]
    random = np.random.default_rng(seed)
    draws = random.multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), size=reps)
    area, *values = (_first_less_second(parts, draw) for draw in (np.ones(n_clusters), *draws))
    values = np.array(values)
    usable = values[np.isfinite(values)]
    if len(usable) < reps / 2:
        raise TooFew(f"{reps - len(usable)} of {reps} draws of {n_clusters} clusters have one class only; too few 1s per cluster")
    low, high = np.quantile(usable, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(area, float(usable.std(ddof=1)), float(low), float(high), "cluster bootstrap", n_clusters, len(usable))


class _Sorted:
    """Customers of a fold in order of score, so that one draw's weighted AUC is a few sums."""

    def __init__(self, y: np.ndarray, s: np.ndarray, cluster: np.ndarray):
        order = np.argsort(s, kind="stable")
        self.y, self.cluster = y[order], cluster[order]
        self.starts = np.flatnonzero(np.diff(s[order], prepend=-np.inf) > 0)

    def auc(self, weight_of_cluster: np.ndarray) -> tuple[float, float]:
        """Weighted AUC (ties half) and the total weight."""
        weight = weight_of_cluster[self.cluster]
        ones = np.add.reduceat(weight * self.y, self.starts)
        zeros = np.add.reduceat(weight * (1 - self.y), self.starts)
        pairs = ones.sum() * zeros.sum()
        if pairs == 0:
            return np.nan, weight.sum()
        below = np.cumsum(zeros) - zeros / 2
        return float((ones * below).sum() / pairs), weight.sum()


def _first_less_second(scores: list[list[_Sorted]], weight_of_cluster: np.ndarray) -> float:
    first, *second = (_weighted_mean(folds, weight_of_cluster) for folds in scores)
    return first - sum(second)


def _weighted_mean(folds: list[_Sorted], weight_of_cluster: np.ndarray) -> float:
    areas, weights = np.array([fold.auc(weight_of_cluster) for fold in folds]).T
    return float(areas @ weights / weights.sum())


def fold_mean(outcome, score, fold, *, less=None, level: float = 0.95) -> Interval:
    """Mean over folds of the AUC, weighted by rows, with DeLong's errors of the folds put together.

    Var = sum of w_k^2 Var_k: the test rows of the folds are different customers; that the folds share
    training rows is not counted (LeDell, Petersen and van der Laan 2015 find coverage near nominal).
    With `less`, another score of the same customers, it is the AUC less that of `less`, errors paired.
    """
    frame = pd.DataFrame({"y": np.asarray(outcome, float), "s": np.asarray(score, float), "fold": np.asarray(fold)})
    frame["less"] = np.nan if less is None else np.asarray(less, float)
    of_fold = (lambda p: delong(p["y"], p["s"], level)) if less is None else (lambda p: delong_difference(p["y"], p["s"], p["less"], level))
    parts = [(of_fold(part), len(part)) for _, part in frame.groupby("fold")]
    weight = np.array([n for _, n in parts]) / len(frame)
    area = float(weight @ [part.estimate for part, _ in parts])
    error = float(np.sqrt(weight**2 @ np.array([part.std_error**2 for part, _ in parts])))
    half = norm.ppf(0.5 + level / 2) * error
    lowest = 0.0 if less is None else -1.0
    return Interval(area, error, max(area - half, lowest), min(area + half, 1.0), "delong")
