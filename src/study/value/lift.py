"""How much of the realised value the customers hold whom a score puts first."""

import numpy as np
import pandas as pd

from study.errors import BadValue
from study.refusals import frame, numbers, same_labels


def value_reached(orderings: pd.DataFrame, realised, shares=(0.1,), baseline: str | None = None, *, reps: int = 199, seed: int) -> pd.DataFrame:
    """Share of the realised value that the best customers by each score hold, and its lift.

    lift(s) = value of the best share s of the customers / (s x value of all)

    Customers of one score come together: a part of them brings its part of their value, the mean over all orders of
    the ties. A score that knows nothing has a lift of about 1.

    Parameters
    ----------
    orderings : one column per score, one row per customer; larger is better
    realised : value that came after the scores, 0 or more, array (n,), in any unit
    shares : shares of the customers, above 0, at most 1
    baseline : a column that the others are compared with, or None
    reps : bootstrap samples of customers, at least 2 (the same customers for every score)
    seed : seed of the samples

    Returns
    -------
    One row per score and share: score, share, reached, lift, std_error, ci_low, ci_high of the lift (percentile), and
    with a baseline gain, gain_low, gain_high: its lift less the baseline's

    Raises
    ------
    BadValue for missing or negative values, nothing realised, shares out of range, an unknown baseline.
    """
    orderings = frame("orderings", orderings)
    same_labels(orderings=orderings, realised=realised)
    scores, worth = numbers("orderings", orderings), numbers("realised", realised, 0)
    parts = numbers("shares", np.atleast_1d(shares), 0, 1, strict="low")
    names = list(map(str, orderings.columns))
    if len(worth) != len(scores) or worth.sum() <= 0 or reps < 2:
        raise BadValue(
            f"{len(scores)} scored customers, {len(worth)} values that sum to {worth.sum():g}, {reps} draws; give one value each, some above 0, and two draws"
        )
    if baseline is not None and baseline not in names:
        raise BadValue(f"baseline '{baseline}' is none of {', '.join(names)}")
    sorts = [_sorted(column) for column in scores.T]
    estimate = np.stack([_reached(s, worth, np.ones(len(worth)), parts) for s in sorts])
    random, n = np.random.default_rng(seed), len(worth)
    drawn = np.empty((reps, *estimate.shape))
    for rep in range(reps):
        times = np.bincount(random.integers(0, n, n), minlength=n).astype(float)
        drawn[rep] = [_reached(s, worth, times, parts) for s in sorts]
    return _table(names, parts, estimate, drawn, baseline)


def _sorted(score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Customers by falling score, and where each block of equal scores starts."""
    order = np.argsort(-score, kind="stable")
    return order, np.flatnonzero(np.r_[True, np.diff(score[order]) != 0])


def _reached(by: tuple[np.ndarray, np.ndarray], worth: np.ndarray, times: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Share of the value held by each share of the customers; customer i is there `times[i]` times."""
    order, starts = by
    customers = np.r_[0, np.cumsum(np.add.reduceat(times[order], starts))]
    value = np.r_[0, np.cumsum(np.add.reduceat((times * worth)[order], starts))]
    if value[-1] == 0:
        return np.full(len(parts), np.nan)
    return np.interp(parts * customers[-1], customers, value) / value[-1]


def _table(names, parts, estimate, drawn, baseline) -> pd.DataFrame:
    lift, lifts = estimate / parts, drawn / parts
    low, high = np.nanquantile(lifts, [0.025, 0.975], axis=0)
    columns = {"reached": estimate, "lift": lift, "std_error": np.nanstd(lifts, axis=0, ddof=1), "ci_low": low, "ci_high": high}
    if baseline is not None:
        at = names.index(baseline)
        gain_low, gain_high = np.nanquantile(lifts - lifts[:, [at]], [0.025, 0.975], axis=0)
        columns |= {"gain": lift - lift[at], "gain_low": gain_low, "gain_high": gain_high}
    keys = {"score": np.repeat(names, len(parts)), "share": np.tile(parts, len(names))}
    return pd.DataFrame(keys | {name: values.ravel() for name, values in columns.items()})
