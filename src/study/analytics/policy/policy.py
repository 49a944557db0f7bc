"""Value of a targeting or pricing policy from a randomised experiment with known propensities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from study.refusals import as_pandas, codes, complete, finite, floats, named, numbers, same_labels, whole

from ..errors import BadValue, NoVariation, TooFew, UnknownChoice
from ..shared.influence import intervals
from ..shared.learners import preparation, typed
from .price_response import price_response, price_slopes

__all__ = ["Policies", "Arms", "learn", "learn_and_value", "offer_value", "price_response", "price_slopes", "two_arms", "value"]

RANDOM = "random assignment"
LEARNERS = ("linear", "boosting")


@dataclass(frozen=True, eq=False)
class Policies:
    """Values of policies.

    Parameters
    ----------
    table : policy, method (ipw, hajek, dr), value per customer with std_error, ci_low, ci_high; followed
        (customers whose assignment is what the policy says), and the share of customers per action
    differences : policy less the reference policy, from the same customers
    notes : uniform policies that could not be valued, the reference
    n : customers valued
    """

    table: pd.DataFrame
    differences: pd.DataFrame
    notes: tuple[str, ...]
    n: int


@dataclass(frozen=True, eq=False)
class Arms:
    """assigned ("low" or "high") and propensity by customer; cells: n, median, n_low, n_high, share_high."""

    assigned: pd.Series
    propensity: pd.DataFrame
    cells: pd.DataFrame


def value(
    outcome,
    assigned,
    propensity: pd.DataFrame,
    policies: Mapping[str, Sequence | pd.DataFrame] | None = None,
    *,
    model: pd.DataFrame | None = None,
    cluster=None,
    against: str | Sequence[str] = RANDOM,
    level: float = 0.95,
) -> Policies:
    """Mean outcome per customer if everybody got what the policy says.

    ipw   : V = sum_i w_i Y_i / n,                     w_i = pi(A_i | x_i) / e(A_i | x_i)
    hajek : V = sum_i w_i Y_i / sum_i w_i
    dr    : V = sum_i [ sum_a pi(a | x_i) m_a(x_i) + w_i (Y_i - m_{A_i}(x_i)) ] / n

    with known propensities e, so that ipw has no bias and dr none either, however bad m is. Random
    assignment (pi = e) and every uniform policy ("always a") are always valued beside the others.

    Parameters
    ----------
    outcome : Y, shape (n,), per customer (nothing done: 0, not missing)
    assigned : A, the action of each customer, shape (n,)
    propensity : DataFrame (n, actions), the columns are the actions, rows sum to 1
    policies : name -> actions (n,), or DataFrame (n, actions) of probabilities; a policy and a model must
        not have been learned from these customers' outcomes (`learn_and_value` sees to it)
    model : predicted outcome by action, DataFrame (n, actions); None leaves dr out
    cluster : labels (n,) for the standard errors; None takes customers as independent
    against : the policy, or the policies one after the other, that `differences` compares with

    Raises
    ------
    BadValue for missing values, different labels, propensities outside [0, 1] or not summing to 1, an action assigned with
    propensity 0, or a policy that asks for an action with propensity 0; UnknownChoice for unknown actions
    or reference.
    """
    listed = {f"policy '{name}'": given for name, given in (policies or {}).items()}
    same_labels(outcome=outcome, assigned=assigned, propensity=propensity, model=model, cluster=cluster, **listed)
    y = numbers("outcome", outcome)
    e, action = _propensity(propensity, assigned, len(y))
    plans, notes = _plans(policies or {}, propensity.columns, e, len(y))
    references = [against] if isinstance(against, str) else list(against)
    for one in references:
        if one not in plans:
            raise UnknownChoice(f"no policy '{one}' to compare with; there are {', '.join(plans)}")
    m = None if model is None else _matrix("model", model, propensity.columns, len(y))
    rows = np.arange(len(y))
    keys, columns, shares = [], [], []
    for name, plan in plans.items():
        weight = plan[rows, action] / e[rows, action]
        parts = {"ipw": weight * y}
        if weight.sum() > 0:
            level_ = (weight * y).sum() / weight.sum()
            parts["hajek"] = level_ + weight * (y - level_) / weight.mean()
        if m is not None:
            parts["dr"] = (plan * m).sum(axis=1) + weight * (y - m[rows, action])
        for method, influence in parts.items():
            keys.append((name, method))
            columns.append(influence)
            shares.append({"followed": int((plan[rows, action] == 1).sum()), **dict(zip(_names(propensity.columns), plan.mean(axis=0)))})
    influence = np.column_stack(columns)
    head = pd.DataFrame(keys, columns=["policy", "method"])
    made = intervals(influence, cluster, level).rename(columns={"estimate": "value"})
    table = pd.concat([head, made, pd.DataFrame(shares)], axis=1)
    gaps = [_differences(head, influence, one, cluster, level) for one in references]
    return Policies(table, pd.concat(gaps, ignore_index=True), notes, len(y))


def _names(actions) -> list[str]:
    return [f"share_{action}" for action in actions]


def _differences(head: pd.DataFrame, influence: np.ndarray, against: str, cluster, level: float) -> pd.DataFrame:
    reference = {method: k for k, (name, method) in enumerate(head.itertuples(index=False)) if name == against}
    kept = [k for k, row in head.iterrows() if row["policy"] != against and row["method"] in reference]
    if not kept:
        return pd.DataFrame(columns=["policy", "method", "against", "difference", "std_error", "ci_low", "ci_high"])
    gaps = np.column_stack([influence[:, k] - influence[:, reference[head["method"].iloc[k]]] for k in kept])
    made = intervals(gaps, cluster, level).rename(columns={"estimate": "difference"})
    return pd.concat([head.iloc[kept].reset_index(drop=True).assign(against=against), made], axis=1)


def _matrix(name: str, given: pd.DataFrame, actions, n: int, low=-np.inf, high=np.inf) -> np.ndarray:
    if not isinstance(given, pd.DataFrame) or set(given.columns) != set(actions) or len(given) != n:
        raise BadValue(f"{name} must be a DataFrame of {n} rows with the columns {list(actions)}")
    if len(set(map(str, given.columns))) < given.shape[1]:
        raise BadValue(f"{name}: the actions {list(given.columns)} must have names that print apart")
    return numbers(name, given[list(actions)], low, high)


def _propensity(propensity: pd.DataFrame, assigned, n: int) -> tuple[np.ndarray, np.ndarray]:
    e = _matrix("propensity", propensity, propensity.columns, n, 0, 1)
    off = np.abs(e.sum(axis=1) - 1) > 1e-8
    if off.any():
        raise BadValue(f"propensity: {off.sum()} of {n} rows do not sum to 1, the first sums to {e[off][0].sum():g}")
    action = _actions("assigned", assigned, propensity.columns, n)
    never = e[np.arange(n), action] == 0
    if never.any():
        raise BadValue(f"{never.sum()} of {n} customers have an action that their propensity says is never assigned (0)")
    return e, action


def _actions(name: str, given, actions, n: int) -> np.ndarray:
    series = pd.Series(as_pandas(given))
    if len(series) != n:
        raise BadValue(f"{name} has {len(series)} values for {n} customers")
    code = pd.Index(actions).get_indexer(series)
    if (code < 0).any():
        first = series[code < 0].iloc[0]
        raise UnknownChoice(f"{name}: {(code < 0).sum()} of {n} actions are none of {', '.join(map(str, actions))}, first {first!r}")
    return code


def _plans(policies, actions, e: np.ndarray, n: int) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    plans, notes = {}, []
    reserved = {RANDOM, *(f"always {action}" for action in actions)} & set(policies)
    if reserved:
        raise UnknownChoice(f"policy '{min(reserved)}' has the name of one that is always valued; call it something else")
    for name, given in policies.items():
        if isinstance(given, pd.DataFrame):
            plan = _matrix(name, given, actions, n, 0, 1)
            if (np.abs(plan.sum(axis=1) - 1) > 1e-8).any():
                raise BadValue(f"policy '{name}': {(np.abs(plan.sum(axis=1) - 1) > 1e-8).sum()} of {n} rows do not sum to 1")
        else:
            plan = np.eye(len(actions))[_actions(f"policy '{name}'", given, actions, n)]
        without = ((plan > 0) & (e == 0)).any(axis=1)
        if without.any():
            raise BadValue(
                f"policy '{name}' asks {without.sum()} of {n} customers for an action with propensity 0; nobody shows what it does to them"
            )
        plans[name] = plan
    for k, action in enumerate(actions):
        never = (e[:, k] == 0).sum()
        if never:
            notes.append(f"always {action}: not valued, {never} of {n} customers have propensity 0 for it")
        else:
            plans[f"always {action}"] = np.eye(len(actions))[np.full(n, k)]
    plans[RANDOM] = e
    return plans, tuple(notes)


def two_arms(data: pd.DataFrame, *, rate: str, cells: Sequence[str]) -> Arms:
    """Low or high around the median of a randomised rate within its cells; the propensity is the cell's share.

    high = rate above the cell's median; low = at or below it

    Raises
    ------
    MissingColumn, BadValue; NoVariation naming the cells in which everybody is on one side (propensity 0 or 1).
    """
    named(data, rate, *cells)
    complete(data, *cells)
    values = pd.Series(finite(data, rate), index=data.index)
    groups = [data[name] for name in cells]
    high = values > values.groupby(groups).transform("median")
    table = values.groupby(groups).agg(n="size", median="median")
    table["n_high"] = high.groupby(groups).sum()
    table["n_low"] = table["n"] - table["n_high"]
    table["share_high"] = table["n_high"] / table["n"]
    single = table[(table["n_high"] == 0) | (table["n_low"] == 0)]
    if len(single):
        raise NoVariation(
            f"{len(single)} of {len(table)} cells ({single['n'].sum()} customers) have one side of the median only, "
            f"first {single.index[0]}; leave them out or join cells"
        )
    share = high.groupby(groups).transform("mean")
    propensity = pd.DataFrame({"low": 1 - share, "high": share})
    assigned = pd.Series(np.where(high, "high", "low"), index=data.index, name="assigned")
    return Arms(assigned, propensity, table[["n", "median", "n_low", "n_high", "share_high"]].reset_index())


def offer_value(interest, loan, months, past_due, *, funding: float, loss: float) -> np.ndarray:
    """Value of an offer to the lender: interest less the stated costs of funds and losses, money per customer mailed.

    value = interest - funding * loan * months - loss * past_due

    Parameters
    ----------
    interest, loan, months, past_due : shape (n,); all 0 for customers who did not borrow (past due may be missing there)
    funding : cost of funds per unit lent and month; loss : share of the past-due amount that is lost, 0 to 1

    Raises
    ------
    BadValue for negative amounts, or past due missing for a borrower.
    """
    same_labels(interest=interest, loan=loan, months=months, past_due=past_due)
    lent = numbers("loan", loan, 0)
    due = floats("past_due", past_due)
    if due.shape != lent.shape:
        raise BadValue(f"past_due has shape {due.shape} and loan {lent.shape}; give one of each per customer")
    unknown = np.isnan(due) & (lent > 0)
    if unknown.any():
        raise BadValue(f"past_due is missing for {unknown.sum()} of {(lent > 0).sum()} borrowers; a loss can not be stated for them")
    due = numbers("past_due", np.where(np.isnan(due), 0, due), 0)
    cost, lost = numbers("funding", funding, 0), numbers("loss", loss, 0, 1)
    return numbers("interest", interest, 0) - cost * lent * numbers("months", months, 0) - lost * due


def learn(
    data: pd.DataFrame, *, outcome, assigned, actions: Sequence, train: np.ndarray, numeric, categorical=(), learner="linear", seed: int
) -> pd.DataFrame:
    """Predicted outcome of every customer under every action, learned from the rows `train` only.

    One regression per action on the customers who got it: "linear" (ridge, penalty 1 on standardised
    columns) or "boosting" (50 rounds of trees with 8 leaves of at least 100 customers). The greedy policy
    takes the action with the largest prediction, the first one on a tie: `.idxmax(axis=1)`.

    Raises
    ------
    MissingColumn; UnknownChoice for another learner; TooFew if an action has no training customers.
    """
    numeric, categorical = list(numeric), list(categorical)
    named(data, *numeric, *categorical)
    if learner not in LEARNERS:
        raise UnknownChoice(f"learner '{learner}' is not known; choose one of {', '.join(LEARNERS)}")
    same_labels(data=data, outcome=outcome, assigned=assigned)
    x, y = typed(data, numeric, categorical), numbers("outcome", outcome)
    code = _actions("assigned", assigned, actions, len(y))
    made = {}
    for k, action in enumerate(actions):
        rows = train[code[train] == k]
        if len(rows) < 2:
            raise TooFew(f"{len(rows)} of {len(train)} training customers got '{action}'; learning needs at least two")
        columns = preparation("logit" if learner == "linear" else learner, numeric, categorical)
        with threadpool_limits(1):
            fitted = _regression(learner, len(categorical), seed).fit(columns.fit_transform(x.iloc[rows]), y[rows])
            made[action] = fitted.predict(columns.transform(x))
    return pd.DataFrame(made, index=data.index)


def _regression(learner: str, n_categorical: int, seed: int):
    if learner == "linear":
        return Ridge(alpha=1.0)
    coded = list(range(n_categorical)) or None
    return HistGradientBoostingRegressor(
        max_iter=50, max_leaf_nodes=8, min_samples_leaf=100, early_stopping=False, categorical_features=coded, random_state=seed
    )


def learn_and_value(
    data: pd.DataFrame,
    *,
    outcome,
    assigned,
    propensity: pd.DataFrame,
    numeric: Sequence[str],
    categorical: Sequence[str] = (),
    cluster=None,
    learner: str = "linear",
    against: str | Sequence[str] = RANDOM,
    seed: int,
) -> dict[str, Policies]:
    """A policy learned on one half of the customers and valued on the other, and the other way round.

    With `cluster` the halves are whole clusters. The learned policy is called "learned"; the regressions
    that it comes from also serve dr, so no customer is valued by what his own outcome taught.

    Returns
    -------
    {"half 1": ..., "half 2": ...}: valued on that half with the policy of the other half; these intervals
    are right. "both": all customers, each with the policy learned without him: its interval is too short,
    for each half's policy came from the other half's outcomes (with pure noise, 400 customers and 300
    draws the 95 % intervals of dr missed 0 in 10 % of the draws, those of the halves in 4 and 6 %)

    Raises
    ------
    As `learn` and `value`; TooFew for fewer than four clusters.
    """
    named(data, *numeric, *categorical)
    named(propensity)
    same_labels(data=data, outcome=outcome, assigned=assigned, propensity=propensity, cluster=cluster)
    y = numbers("outcome", outcome)
    group = np.arange(len(y)) if cluster is None else codes("cluster", cluster, len(y))
    if group.max() + 1 < 4:
        raise TooFew(f"{group.max() + 1} {'customers' if cluster is None else 'clusters'}; two halves need at least four")
    first = np.isin(group, np.random.default_rng(seed).permutation(group.max() + 1)[: (group.max() + 1) // 2])
    model = pd.DataFrame(0.0, index=propensity.index, columns=propensity.columns)
    for half in (first, ~first):
        learned = learn(
            data, outcome=y, assigned=assigned, actions=list(propensity.columns), train=np.flatnonzero(~half),
            numeric=numeric, categorical=categorical, learner=learner, seed=seed,
        )  # fmt: skip
        model[half] = learned.to_numpy()[half]
    taken = model.idxmax(axis=1).to_numpy()
    parts = {"half 1": first, "half 2": ~first, "both": np.ones(len(y), bool)}
    assigned = np.asarray(assigned)
    made = {
        name: value(
            y[rows], assigned[rows], propensity[rows], {"learned": taken[rows]}, model=model[rows],
            cluster=None if cluster is None else np.asarray(cluster)[rows], against=against,
        )
        for name, rows in parts.items()
    }  # fmt: skip
    said = "the interval of 'learned' is too short: each half's policy came from the other half; report the halves"
    return made | {"both": replace(made["both"], notes=(*made["both"].notes, said))}


def over_draws(data: pd.DataFrame, *, draws: int, seed: int, policy: str = "learned", method: str = "dr", **given) -> pd.DataFrame:
    """What a learned policy is worth less the one it is compared with, over several draws of the halves.

    One split is one of many: a rule may win in the first and lose in the next.

    Parameters
    ----------
    draws : of the halves, with seeds seed, seed + 1, ...; given : further arguments of `learn_and_value`

    Returns
    -------
    DataFrame draw, half, difference: two lines per draw. They share customers, so their spread is no standard error.
    """
    lines = []
    for draw in range(whole("draws", draws)):
        made = learn_and_value(data, seed=seed + draw, **given)
        for half in ("half 1", "half 2"):
            found = made[half].differences.query("policy == @policy and method == @method")["difference"].iloc[0]
            lines.append({"draw": draw + 1, "half": half, "difference": float(found)})
    return pd.DataFrame(lines)
