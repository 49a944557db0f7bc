"""How differently several scores rank the same customers."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import kendalltau, rankdata

from study.errors import BadValue
from study.refusals import frame, numbers

MEASURES = ("kendall", "spearman", "top_overlap")


def ranking_agreement(orderings: pd.DataFrame, top: float = 0.1, *, measures: Sequence[str] = MEASURES, reps: int = 199, seed: int) -> pd.DataFrame:
    """Rank correlations and overlap of the top of every pair of scores.

    kendall: tau-b;  spearman: correlation of (mean) ranks;
    top_overlap: customers in the top of both / customers in the larger top, the top being those with at least the k-th
    largest score, k = top n rounded up. By chance it is about `top`.

    Parameters
    ----------
    orderings : one column per score, one row per customer; larger is better
    top : share of customers in the top, above 0 and below 1
    measures : those of MEASURES that are wanted; Kendall's takes most of the time
    reps : bootstrap samples of customers, at least 2
    seed : seed of the samples (the same customers in every pair)

    Returns
    -------
    One row per pair and measure: first, second, measure, estimate, std_error, ci_low, ci_high (percentile), by_chance

    Raises
    ------
    BadValue for one score, fewer than ten customers, missing values, a score that does not vary, an unknown measure.
    """
    orderings = frame("orderings", orderings)
    values = numbers("orderings", orderings)
    n, k = values.shape
    if n < 10 or k < 2:
        raise BadValue(f"{k} orderings of {n} customers; agreement needs two orderings and ten customers")
    unknown = [name for name in measures if name not in MEASURES]
    if unknown or not len(measures):
        raise BadValue(f"measures {unknown} are not known; choose from {', '.join(MEASURES)}")
    constant = [str(name) for name, spread in zip(orderings.columns, np.ptp(values, axis=0)) if spread == 0]
    if constant:
        raise BadValue(f"{len(constant)} orderings do not vary: {', '.join(constant)}; they rank nobody")
    share = float(numbers("top", top, 0, 1, strict="low"))
    if share >= 1 or reps < 2:
        raise BadValue(f"top {share:g} and {reps} draws; the top is a share below 1 and an interval needs two draws")
    pairs = list(combinations(range(k), 2))
    estimate = _measures(values, pairs, share, measures)
    random = np.random.default_rng(seed)
    drawn = np.stack([_measures(values[random.integers(0, n, n)], pairs, share, measures) for _ in range(reps)])
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    rows = [(str(orderings.columns[i]), str(orderings.columns[j]), measure) for i, j in pairs for measure in measures]
    table = pd.DataFrame(rows, columns=["first", "second", "measure"])
    table = table.assign(estimate=estimate, std_error=np.nanstd(drawn, axis=0, ddof=1), ci_low=low, ci_high=high)
    return table.assign(by_chance=np.tile([share if measure == "top_overlap" else 0.0 for measure in measures], len(pairs)))


def _measures(values: np.ndarray, pairs, share: float, measures: Sequence[str]) -> np.ndarray:
    """The measures of each pair, one after the other."""
    ranks = np.column_stack([rankdata(column) for column in values.T])
    places = int(np.ceil(share * len(values)))
    tops = values >= np.sort(values, axis=0)[-places]
    of_pair = {
        "kendall": lambda i, j: kendalltau(ranks[:, i], ranks[:, j], method="asymptotic").statistic,
        "spearman": lambda i, j: np.corrcoef(ranks[:, i], ranks[:, j])[0, 1],
        "top_overlap": lambda i, j: (tops[:, i] & tops[:, j]).sum() / max(tops[:, i].sum(), tops[:, j].sum()),
    }
    return np.array([of_pair[measure](i, j) for i, j in pairs for measure in measures])
