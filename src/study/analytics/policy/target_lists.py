"""Whom to contact: those at the highest risk, or those who respond most (Ascarza 2018)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from study.refusals import binary, finite, named, number_or_share

from ..errors import BadValue, TooFew
from ..scoring import scoring
from ..shared.splits import Split

LISTS = ("risk", "response", "random")


@dataclass(frozen=True)
class TargetLists:
    """The lists of equal length side by side.

    Parameters
    ----------
    lists : index of `customers`, columns risk, response, random: True if on the list
    table : one row per list: customers, mean risk, expected events prevented, and where an experiment is given
        the difference in events between its arms within the list with its error
    overlap : share of the risk list that is on the response list
    rank_correlation : Spearman's, of risk and response
    notes : tuple of str
    difference : with an experiment, events prevented per customer on the risk list less those on the response list, and its
        error, in which a customer on both lists is one customer
    """

    lists: pd.DataFrame
    table: pd.DataFrame
    overlap: float
    rank_correlation: float
    notes: tuple[str, ...]
    difference: tuple[float, float] | None = None


def target_lists(
    customers: pd.DataFrame,
    *,
    risk: str,
    response: str,
    capacity: int | float,
    treated: str | None = None,
    event: str | None = None,
    seed: int,
) -> TargetLists:
    """Target by risk and by response.

    risk list: the highest P(event | no contact); response list: the highest P(event | no contact) - P(event | contact)
    expected prevented = sum over the list of the estimated response
    realised prevented per customer = mean event of the list's untreated - mean event of its treated,
    error = sqrt(var_0/n_0 + var_1/n_1)

    The expected figure uses the response to choose and to judge, and so favours the response list by construction;
    only the realised one, from a randomised contact that the estimates have not seen, can tell them apart.

    Parameters
    ----------
    customers : one row each
    risk, response : columns; a positive response is an event prevented
    capacity : customers on a list: number (int) or share (float)
    treated, event : columns 0/1 of a randomised contact and of what happened, both or neither
    seed : ties and the random list

    Raises
    ------
    MissingColumn; BadValue (missing values, a capacity of zero or above the customers, only one of treated and
    event); TooFew (a list without customers).
    """
    named(customers, risk, response, *filter(None, (treated, event)))
    if (treated is None) != (event is None):
        raise BadValue("give both `treated` and `event`, or neither")
    scores = {"risk": finite(customers, risk), "response": finite(customers, response)}
    n = _length(number_or_share("capacity", capacity), len(customers))
    random = np.random.default_rng(seed)
    scores["random"], chance = random.random(len(customers)), random.random(len(customers))
    chosen = {name: np.isin(np.arange(len(customers)), np.lexsort((chance, -scores[name]))[:n]) for name in LISTS}
    lines = [
        {"list": name, "customers": n, "mean_risk": scores["risk"][on].mean(), "expected_prevented": scores["response"][on].sum()}
        | (_realised(customers[on], treated, event) if treated else {})
        for name, on in chosen.items()
    ]
    notes, correlation = [], np.nan
    if min(np.ptp(scores["risk"]), np.ptp(scores["response"])) > 0:
        correlation = float(spearmanr(scores["risk"], scores["response"]).statistic)
    else:
        notes.append("risk or response is the same for everybody: no rank correlation, ties are broken by chance")
    if treated is None:
        notes.append("no experiment: expected_prevented favours the response list by construction")
    apart = _apart(customers, chosen["risk"], chosen["response"], treated, event) if treated else None
    overlap = float(chosen["response"][chosen["risk"]].mean())
    return TargetLists(pd.DataFrame(chosen, index=customers.index), pd.DataFrame(lines), overlap, correlation, tuple(notes), apart)


def risk_and_response(
    customers: pd.DataFrame, parts: Sequence[Split], *, treated: str, event: str, numeric: Sequence[str], learner: str = "logit", seed: int
) -> pd.DataFrame:
    """Risk and response of the tested customers, by one model for each arm of the others (two-model uplift).

    risk = P(event | not treated), response = P(event | not treated) - P(event | treated)

    Parameters
    ----------
    customers : one row each
    parts : splits whose tests do not overlap, such as `splits.at_random`
    treated, event : columns 0/1 of a randomised contact and of what happened
    numeric : columns known before the contact
    learner, seed : of `scoring.compare`

    Returns
    -------
    The tested rows with columns risk and response, sorted as in `customers`

    Raises
    ------
    MissingColumn, BadValue; NoVariation if an arm of a part has too few of a class.
    """
    named(customers, treated, event, *numeric)
    arm = binary(treated, customers[treated])
    made = []
    for part in parts:
        risk = {}
        for given in (0, 1):
            learn = Split(part.train[arm[part.train] == given], part.test)
            settings = {"outcome": event, "numeric": numeric, "recency": None, "learners": (learner,), "seed": seed}
            scored = scoring.compare(customers, splits={"arm": [learn]}, **settings).predictions.set_index("row")
            risk[given] = scored.loc[part.test, learner].to_numpy()
        made.append(pd.DataFrame({"place": part.test, "risk": risk[0], "response": risk[0] - risk[1]}))
    scores = pd.concat(made).sort_values("place")
    return customers.iloc[scores["place"]].assign(risk=scores["risk"].to_numpy(), response=scores["response"].to_numpy())


def _length(capacity: int | float, n: int) -> int:
    length = capacity if isinstance(capacity, int) else int(np.floor(capacity * n + 1e-9))
    if length > n:
        raise BadValue(f"capacity {length} is above the {n} customers")
    if length < 1:
        raise TooFew(f"capacity {capacity:g} of {n} customers is less than one; raise it")
    return length


def _apart(customers: pd.DataFrame, one: np.ndarray, other: np.ndarray, treated: str, event: str) -> tuple[float, float]:
    """Events prevented per customer on one list less those on another, and the error; the lists may share customers."""
    arm, outcome = binary(treated, customers[treated]), binary(event, customers[event])
    difference, parts = 0.0, np.zeros(len(customers))  # what each customer adds to the error
    for sign, listed in ((1, one), (-1, other)):
        for a, way in ((0, 1), (1, -1)):
            on = listed & (arm == a)
            n, mean = on.sum(), outcome[on].mean()
            difference += sign * way * mean
            parts[on] += sign * way * (outcome[on] - mean) / np.sqrt(n * (n - 1))
    return float(difference), float(np.sqrt((parts**2).sum()))


def _realised(chosen: pd.DataFrame, treated: str, event: str) -> dict[str, float]:
    """Events prevented per customer on a list, from its randomised contacts."""
    arm, outcome = binary(treated, chosen[treated]), binary(event, chosen[event])
    groups = [outcome[arm == a] for a in (0, 1)]
    if min(map(len, groups)) < 2:
        raise TooFew(f"a list has {len(groups[1])} treated and {len(groups[0])} untreated customers; two of each are needed")
    error = np.sqrt(sum(group.var(ddof=1) / len(group) for group in groups))
    return {"treated": len(groups[1]), "prevented_per_customer": groups[0].mean() - groups[1].mean(), "std_error": error}
