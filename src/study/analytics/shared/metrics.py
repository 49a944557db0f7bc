"""How well a score ranks and how true its probabilities are: AUC, Gini, KS, Brier, lift, ALIFT, PSI, Wilson."""

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from statsmodels.stats.proportion import proportion_confint

from study.refusals import floats, numbers, same_labels, whole

from ..errors import BadValue, NoVariation
from .bins import MISSING, intervals
from .outcomes import outcome_and_score


def auc(outcome, score) -> float:
    """Area under the ROC curve: P(score of a 1 > score of a 0) + P(equal)/2 (scikit-learn).

    Parameters
    ----------
    outcome : 0 or 1, shape (n,)
    score : any number, larger for likelier 1, shape (n,)

    Raises
    ------
    BadValue for missing values or other outcomes; NoVariation if only one class is there.
    """
    return float(roc_auc_score(*outcome_and_score(outcome, score)))


def gini(outcome, score) -> float:
    """Accuracy ratio of scoring: 2 AUC - 1."""
    return 2 * auc(outcome, score) - 1


def ks(outcome, score) -> float:
    """Kolmogorov-Smirnov distance between the scores of the two classes: max over c of |F1(c) - F0(c)|."""
    false_positive, true_positive, _ = roc_curve(*outcome_and_score(outcome, score), drop_intermediate=False)
    return float(np.abs(true_positive - false_positive).max())


def brier(outcome, probability) -> float:
    """Mean squared error of probabilities: sum (p_i - y_i)^2 / n (scikit-learn).

    Raises
    ------
    BadValue if a probability is outside [0, 1].
    """
    y, p = outcome_and_score(outcome, probability)
    return float(brier_score_loss(y, numbers("probability", p, 0, 1)))


def gains(outcome, score) -> pd.DataFrame:
    """Cumulative lift (gains) curve: the share of all 1s reached by contacting the best share of customers.

    Customers of one score are reached together: between two scores the curve is a straight line, the
    mean over all orders of the ties, so that the order of the rows does not matter.

    Returns
    -------
    DataFrame contacted, reached: both from 0 to 1, one row per distinct score and the origin
    """
    y, s = outcome_and_score(outcome, score)
    blocks = pd.DataFrame({"n": 1.0, "ones": y}).groupby(-s).sum()
    curve = np.vstack([[0.0, 0.0], blocks.cumsum().to_numpy()]) / [len(y), y.sum()]
    return pd.DataFrame(curve, columns=["contacted", "reached"])


def alift(outcome, score) -> float:
    """Area under the cumulative lift curve (Moro, Cortez and Rita 2014).

    ALIFT = (1 - r) AUC + r / 2 with r the share of 1s, so a random score has 0.5 and a perfect one
    1 - r/2, not 1: compare it only between scores of the same customers.

    Source
    ------
    Moro, Cortez and Rita (2014), Decision Support Systems 62.
    """
    curve = gains(outcome, score)
    return float(np.trapezoid(curve["reached"], curve["contacted"]))


def lift_table(outcome, score, parts: int = 10) -> pd.DataFrame:
    """Lift by equal parts of the customers, the best first.

    lift of a part = its share of 1s / the share of 1s of all; ties are shared out evenly (see `gains`),
    so that counts of 1s can be fractions.

    Returns
    -------
    DataFrame part (1 is the best), contacted (cumulative share), n, ones, rate, lift,
    cumulative_lift, reached (cumulative share of the 1s)

    Raises
    ------
    BadValue if there are fewer customers than parts.
    """
    y, _ = outcome_and_score(outcome, score)
    if parts < 1 or len(y) < parts:
        raise BadValue(f"{len(y)} customers can not be cut into {parts} parts")
    curve = gains(outcome, score)
    contacted = np.arange(1, parts + 1) / parts
    reached = np.interp(contacted, curve["contacted"], curve["reached"])
    share = np.diff(reached, prepend=0.0)
    table = {
        "part": np.arange(1, parts + 1),
        "contacted": contacted,
        "n": len(y) / parts,
        "ones": share * y.sum(),
        "rate": share * parts * y.mean(),
        "lift": share * parts,
        "cumulative_lift": reached / contacted,
        "reached": reached,
    }
    return pd.DataFrame(table)


def psi(expected, actual, bins: int = 10) -> pd.DataFrame:
    """Population stability index: how far a score's distribution has moved.

    PSI = sum over bins of (a - e) ln(a / e), with e and a the shares of the two samples

    The bins are quantiles of `expected` (equal cuts are merged), open at both ends; missing values are
    a bin of their own where there are any. A bin that is empty in a sample counts as half a row there;
    column `filled` says where.

    Returns
    -------
    DataFrame bin, expected, actual, part, filled; the index is the sum of `part`

    Raises
    ------
    BadValue for an empty sample or infinite values; NoVariation if `expected` has one value only.
    """
    whole("bins", bins, 2)
    samples = [np.ravel(floats(name, given)) for name, given in (("expected", expected), ("actual", actual))]
    for name, values in zip(("expected", "actual"), samples):
        if not np.isfinite(values).any() or np.isinf(values).any():
            raise BadValue(f"{name}: {np.isinf(values).sum()} infinite and {np.isfinite(values).sum()} usable of {values.size} values")
    present = samples[0][np.isfinite(samples[0])]
    cuts = np.unique(np.quantile(present, np.arange(1, bins) / bins))
    cuts = cuts[cuts < present.max()]
    if not len(cuts):
        raise NoVariation(f"all {len(present)} expected values are {present[0]:g}; nothing to compare by bins")
    labels = [*intervals(cuts), MISSING]
    counts = np.array([_counts(values, cuts) for values in samples])
    keep = counts.sum(axis=0) > 0
    counts, labels = counts[:, keep], [label for label, kept in zip(labels, keep) if kept]
    shares = np.where(counts == 0, 0.5, counts) / counts.sum(axis=1, keepdims=True)
    part = (shares[1] - shares[0]) * np.log(shares[1] / shares[0])
    return pd.DataFrame({"bin": labels, "expected": shares[0], "actual": shares[1], "part": part, "filled": (counts == 0).any(axis=0)})


def _counts(values: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    present = values[np.isfinite(values)]
    inside = np.bincount(np.searchsorted(cuts, present, side="left"), minlength=len(cuts) + 1)
    return np.append(inside, np.isnan(values).sum())


def wilson(count, n, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's score interval of a share (statsmodels); nan where n is 0.

    Raises
    ------
    BadValue if a count is negative or above its n.
    """
    same_labels(count=count, n=n)
    count, n = np.broadcast_arrays(numbers("count", count, 0), numbers("n", n, 0))
    if (count > n).any():
        raise BadValue(f"count: {(count > n).sum()} of {count.size} counts are above their n")
    low, high = proportion_confint(count, np.where(n > 0, n, 1), alpha=1 - level, method="wilson")
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)
