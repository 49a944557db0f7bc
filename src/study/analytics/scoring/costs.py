"""What a score's errors cost, and the tiers that follow from shares or from costs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from study.refusals import binary, numbers, same_labels

from ..errors import BadValue
from ..shared.outcomes import outcome_and_score


def cost_curve(outcome, probability, ratios: Sequence[float] = (1, 2, 5, 10, 20, 50)) -> pd.DataFrame:
    """Expected cost per customer at stated cost ratios, in units of one wrongly treated customer.

    cost = (false positives + ratio * false negatives) / n

    A customer is treated where p >= 1 / (1 + ratio), which is least costly if p is true. Beside it:
    treating everybody, treating nobody, and the least cost that any threshold reaches on these
    customers (found with their outcomes, so a bound and no promise).

    Parameters
    ----------
    ratios : cost of a missed 1 over the cost of a treated 0, above 0

    Returns
    -------
    DataFrame ratio, threshold, treated (share), cost, cost_all, cost_none, cost_best, saving
    (1 - cost / min(cost_all, cost_none))
    """
    y, p = outcome_and_score(outcome, probability)
    numbers("probability", p, 0, 1)
    ratio = np.atleast_1d(numbers("ratios", ratios, 0, strict="low"))
    threshold = 1 / (1 + ratio)
    treated = p[None, :] >= threshold[:, None]
    cost = (treated * (1 - y)).mean(axis=1) + ratio * (~treated * y).mean(axis=1)
    simple = np.minimum(1 - y.mean(), ratio * y.mean())
    return pd.DataFrame(
        {
            "ratio": ratio,
            "threshold": threshold,
            "treated": treated.mean(axis=1),
            "cost": cost,
            "cost_all": 1 - y.mean(),
            "cost_none": ratio * y.mean(),
            "cost_best": _least_cost(y, p, ratio),
            "saving": 1 - cost / simple,
        }
    )


def _least_cost(y: np.ndarray, p: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """The least cost over all thresholds, customers of one probability treated together."""
    blocks = pd.DataFrame({"ones": y, "zeros": 1 - y}).groupby(-p).sum().cumsum()
    ones = np.append(0.0, blocks["ones"]) / len(y)
    zeros = np.append(0.0, blocks["zeros"]) / len(y)
    return (zeros[None, :] + ratio[:, None] * (y.mean() - ones)[None, :]).min(axis=1)


def tiers(score, *, shares: Sequence[float] | None = None, ratios: Sequence[float] | None = None, outcome=None):
    """Value tiers of customers by thresholds that are stated: quantiles or costs. Tier 1 has the highest scores.

    By shares: a threshold is the score of the last customer of the best share * n (rounded up); shares are
    cumulative from the top.
    By ratios: the thresholds are 1 / (1 + ratio) (see `cost_curve`); the score must be a probability.
    Customers of one score are never cut in two, so a tier's share can differ from the stated one.

    Parameters
    ----------
    score : shape (n,), larger is better
    shares : increasing, in (0, 1), such as (0.1, 0.3): the best tenth, the next two tenths, the rest
    ratios : increasing, above 0
    outcome : 0 or 1, for the rate of each tier; None leaves it out

    Returns
    -------
    array (n,) of tiers, and DataFrame tier, threshold (lowest score that belongs; -inf in the last), n,
    share, mean_score, rate (if outcomes are given)

    Raises
    ------
    BadValue if both or neither of shares and ratios are given, or they are not increasing.
    """
    same_labels(score=score, outcome=outcome)
    s = numbers("score", score)
    if (shares is None) == (ratios is None):
        raise BadValue("give either shares or ratios: tiers by quantiles or by costs")
    if shares is not None:
        last = np.ceil(_increasing("shares", shares, 1) * len(s) - 1e-9).astype(int) - 1
        cuts = np.sort(s)[::-1][last]
    else:
        numbers("score", s, 0, 1)
        cuts = 1 / (1 + _increasing("ratios", ratios, np.inf))
    tier = 1 + (s[:, None] < cuts[None, :]).sum(axis=1)
    table = pd.DataFrame({"tier": np.arange(1, len(cuts) + 2), "threshold": [*cuts, -np.inf]})
    frame = pd.DataFrame({"tier": tier, "mean_score": s})
    table["n"] = frame["tier"].value_counts().reindex(table["tier"], fill_value=0).to_numpy()
    table["share"] = table["n"] / len(s)
    if outcome is not None:
        frame["rate"] = binary("outcome", outcome)
    means = frame.groupby("tier").mean().reindex(table["tier"]).reset_index(drop=True)
    return tier, pd.concat([table, means], axis=1)


def _increasing(name: str, given: Sequence[float], high: float) -> np.ndarray:
    values = np.atleast_1d(numbers(name, given, 0, high, strict="low"))
    if (values >= high).any() or (np.diff(values) <= 0).any():
        raise BadValue(f"{name} must increase between 0 and {high:g} (neither included); found {list(map(float, values))}")
    return values
