"""Intervals of the area under the ROC curve: DeLong, and Obuchowski with clusters."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from study.refusals import codes, same_labels

from ..errors import TooFew
from .outcomes import outcome_and_score


@dataclass(frozen=True)
class Interval:
    """An estimate with its standard error and interval.

    Parameters
    ----------
    method : delong or obuchowski; n_clusters : None for DeLong
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    method: str
    n_clusters: int | None = None


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
    same_labels(outcome=outcome, first=first, second=second)
    a, b = placements(outcome, first), placements(outcome, second)
    gaps = [left - right for left, right in zip(a, b)]
    if min(map(len, gaps)) < 2:
        raise TooFew(f"{len(gaps[0])} ones and {len(gaps[1])} zeros; DeLong's variance needs two of each")
    gap = float(gaps[0].mean())
    error = float(np.sqrt(sum(part.var(ddof=1) / len(part) for part in gaps)))
    half = norm.ppf(0.5 + level / 2) * error
    return Interval(gap, error, gap - half, gap + half, "delong")


def clustered(outcome, score, clusters, *, less=None, fold=None, level: float = 0.95) -> Interval:
    """AUC with an error that lets the customers of a cluster depend on each other.

    With A the AUC and, of cluster k, a_k the sum over its ones and b_k over its zeros of (placement - A) / m and / n,

    Var(A) = I1/(I1 - 1) sum a_k^2 + I0/(I0 - 1) sum b_k^2 + 2 I/(I - 1) sum a_k b_k

    where I1, I0 and I clusters have a one, a zero, anybody. With one customer per cluster it is DeLong's. With `fold`
    the AUC is the mean over folds, weighted by their rows as in `scoring.compare`, and a cluster's parts are added up over
    the folds. With `less`, another score of the same customers, it is the AUC less that of `less`, errors paired.

    Parameters
    ----------
    clusters : label per customer, such as the branch
    fold : label per customer, or None

    Raises
    ------
    TooFew for fewer than two clusters with a one or with a zero; BadValue, NoVariation as for `metrics.auc`.

    Source
    ------
    Obuchowski (1997), Biometrics 53(2), section 2.
    """
    same_labels(outcome=outcome, score=score, clusters=clusters, fold=fold, less=less)
    y, s = outcome_and_score(outcome, score)
    cluster = codes("clusters", clusters, len(y))
    folds = np.zeros(len(y), int) if fold is None else codes("fold", fold, len(y))
    other = None if less is None else outcome_and_score(outcome, less)[1]
    have = [len(np.unique(cluster[y == value])) for value in (1, 0)]
    if min(have) < 2:
        raise TooFew(f"{have[0]} of {cluster.max() + 1} clusters have a one, {have[1]} a zero; an error needs two of each")
    area, parts = 0.0, np.zeros((2, len(y)))
    for k in range(folds.max() + 1):
        rows = np.flatnonzero(folds == k)
        share = len(rows) / len(y)
        area_k, part_k = _centred(y[rows], s[rows], None if other is None else other[rows])
        area += share * area_k
        parts[:, rows] = share * part_k
    a, b = (np.bincount(cluster, weights=part) for part in parts)
    (one, zero), every = (n / (n - 1) for n in have), len(a) / (len(a) - 1)
    variance = float(one * a @ a + zero * b @ b + 2 * every * a @ b)
    error = float(np.sqrt(max(variance, 0.0)))
    half = norm.ppf(0.5 + level / 2) * error
    lowest = 0.0 if less is None else -1.0
    return Interval(area, error, max(area - half, lowest), min(area + half, 1.0), "obuchowski", len(a))


def _centred(y: np.ndarray, s: np.ndarray, less: np.ndarray | None) -> tuple[float, np.ndarray]:
    """AUC, or difference of two, and per customer (placement - AUC) / class size: (2, n), ones and zeros."""
    placed = placements(y, s)
    if less is not None:
        placed = tuple(first - second for first, second in zip(placed, placements(y, less)))
    area = float(placed[0].mean())
    parts = np.zeros((2, len(y)))
    for row, value, place in zip((0, 1), (1, 0), placed):
        parts[row, y == value] = (place - area) / len(place)
    return area, parts


def fold_mean(outcome, score, fold, *, less=None, level: float = 0.95) -> Interval:
    """Mean over folds of the AUC, weighted by rows, with DeLong's errors of the folds put together.

    Var = sum of w_k^2 Var_k: the test rows of the folds are different customers; that the folds share
    training rows is not counted (LeDell, Petersen and van der Laan 2015 find coverage near nominal).
    With `less`, another score of the same customers, it is the AUC less that of `less`, errors paired.
    """
    same_labels(outcome=outcome, score=score, fold=fold, less=less)
    y, s = outcome_and_score(outcome, score)
    frame = pd.DataFrame({"y": y, "s": s, "fold": codes("fold", fold, len(y)), "less": np.nan if less is None else outcome_and_score(y, less)[1]})
    of_fold = (lambda p: delong(p["y"], p["s"], level)) if less is None else (lambda p: delong_difference(p["y"], p["s"], p["less"], level))
    parts = [(of_fold(part), len(part)) for _, part in frame.groupby("fold")]
    weight = np.array([n for _, n in parts]) / len(frame)
    area = float(weight @ [part.estimate for part, _ in parts])
    error = float(np.sqrt(weight**2 @ np.array([part.std_error**2 for part, _ in parts])))
    half = norm.ppf(0.5 + level / 2) * error
    lowest = 0.0 if less is None else -1.0
    return Interval(area, error, max(area - half, lowest), min(area + half, 1.0), "delong")
