"""Customer lifetime value where customers move between states: the Markov chain of Pfeifer and Carraway."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.errors import BadValue
from study.refusals import as_pandas, numbers, same_labels

from .histories import whole
from .prediction_errors import PredictionError


@dataclass(frozen=True)
class TransitionMatrix:
    """Estimated chances of moving, as tables with the state before in rows and the state after in columns.

    probabilities : n_jk / n_j, the maximum-likelihood estimate; a row without moves that is absorbing stays for sure
    counts : n_jk, moves seen
    std_errors : sqrt(p (1 - p) / n_j), multinomial; missing in rows without moves
    """

    probabilities: pd.DataFrame
    counts: pd.DataFrame
    std_errors: pd.DataFrame


def transition_matrix(origin, destination, counts=None, states=None, absorbing=()) -> TransitionMatrix:
    """Estimate a Markov chain from moves of one period.

    Parameters
    ----------
    origin, destination : states before and after, arrays (n,) of any labels; Series are matched by position and must have the
        same labels
    counts : how often each move was seen, array (n,); once each if not given
    states : order of the states; if not given that of ordered categories, else sorted
    absorbing : states that are not left (closed accounts); a state without moves out must be one

    Raises
    ------
    BadValue for missing states, states outside `states`, an absorbing state that is left, a state without moves
    out that is not absorbing: which and how many.
    """
    same_labels(origin=origin, destination=destination, counts=counts)
    before, after = pd.Series(as_pandas(origin)), pd.Series(as_pandas(destination))
    number = np.ones(len(before)) if counts is None else whole("counts", counts)
    if not len(before) == len(after) == len(number) or len(before) == 0:
        raise BadValue(f"{len(before)} states before, {len(after)} after and {len(number)} counts; give one each of at least one move")
    missing = int((before.isna() | after.isna()).to_numpy().sum())
    if missing:
        raise BadValue(f"{missing} of {len(before)} moves have a missing state; drop them or give them a state of their own")
    order = _order(before, after, absorbing) if states is None else list(states)
    strange = sorted(map(str, (set(before) | set(after) | set(absorbing)) - set(order)))
    if strange:
        raise BadValue(f"{len(strange)} states are not in `states`: {', '.join(strange)}")
    moves = pd.DataFrame({"before": before.to_numpy(), "after": after.to_numpy(), "n": number})
    table = moves.pivot_table(index="before", columns="after", values="n", aggfunc="sum").reindex(index=order, columns=order).fillna(0.0)
    return _estimate(table.rename_axis(index="before", columns="after"), absorbing)


def _order(before: pd.Series, after: pd.Series, absorbing) -> list:
    """The states that occur: in the order of ordered categories that both columns share, else sorted."""
    there = set(before) | set(after) | set(absorbing)
    if before.dtype == after.dtype and getattr(before.dtype, "ordered", False):
        return [state for state in before.cat.categories if state in there] + sorted(there - set(before.cat.categories))
    try:
        return sorted(there)
    except TypeError:
        kinds = ", ".join(sorted({type(state).__name__ for state in there}))
        raise BadValue(f"the states are of the kinds {kinds}, which have no common order; give it as `states`") from None


def _estimate(table: pd.DataFrame, absorbing) -> TransitionMatrix:
    n = table.to_numpy()
    left = [state for state in absorbing if table.loc[state].sum() > table.loc[state, state]]
    if left:
        raise BadValue(f"{len(left)} absorbing states are left: {', '.join(map(str, left))}; they are no end")
    empty = [state for state, total in zip(table.index, n.sum(axis=1)) if total == 0 and state not in set(absorbing)]
    if empty:
        raise BadValue(f"{len(empty)} states have no move out: {', '.join(map(str, empty))}; name them in `absorbing` or leave them out")
    total = n.sum(axis=1, keepdims=True)
    chances = np.where(total > 0, n / np.where(total > 0, total, 1), np.eye(len(n)))
    errors = np.sqrt(chances * (1 - chances) / np.where(total > 0, total, np.nan))
    labels = {"index": table.index, "columns": table.columns}
    return TransitionMatrix(pd.DataFrame(chances, **labels), table, pd.DataFrame(errors, **labels))


def markov_clv(transition, rewards, discount: float, horizon: int | None = None) -> pd.Series:
    """Discounted value of a customer by the state now.

    V = sum over t = 0..T of (P/(1 + i))^t R,   and (I - P/(1 + i))^-1 R without end

    Parameters
    ----------
    transition : P, table or array (states, states), rows sum to 1, or a TransitionMatrix; every way out (a closed
        account) is a state of its own; the columns of a table are matched to its rows by label
    rewards : R, money per period by state, shape (states,): a Series is matched to the states by label; received at the start of the period (the first at once)
    discount : i per period, above -1; above 0 without end
    horizon : T, last period counted, whole number; None for no end

    Returns
    -------
    Series of money by state

    Raises
    ------
    BadValue for rows that do not sum to 1, chances outside 0 to 1, shapes or labels that do not fit, no discount without end.

    Source
    ------
    Pfeifer and Carraway (2000), Journal of Interactive Marketing 14(2), 43-55.
    """
    labels, chances = _chances(transition)
    r = _rewards(rewards, labels)
    if r.shape != (len(chances),):
        raise BadValue(f"rewards has shape {r.shape} and there are {len(chances)} states; give one of each")
    rate = float(numbers("discount", discount, -1, strict="low"))
    return pd.Series(_value(chances, r, rate, _horizon(horizon, rate)), index=labels, name="value")


def markov_clv_error(
    transition: TransitionMatrix, rewards, discount: float, horizon: int | None = None, *, reps: int = 999, seed: int, draw: str = "multinomial"
) -> PredictionError:
    """Value by state with its error from the moves that P was estimated from.

    Parameters
    ----------
    transition : estimated by `value.transition_matrix`
    rewards, discount, horizon : see `value.markov_clv`
    reps : draws, at least 2
    seed : seed of the draws
    draw : "multinomial" (moves of each state drawn anew at the estimated chances) or "dirichlet" (rows from a Dirichlet
        with the counts as parameters, the posterior without a prior; a move never seen stays impossible in both)

    Returns
    -------
    PredictionError: estimate, std_error and percentile interval by state, in the order of the table
    """
    value = markov_clv(transition, rewards, discount, horizon).to_numpy()
    if draw not in ("multinomial", "dirichlet"):
        raise BadValue(f"draw '{draw}' is not known; choose multinomial or dirichlet")
    if reps < 2:
        raise BadValue(f"{reps} draws; an error needs at least two")
    random, counts = np.random.default_rng(seed), transition.counts.to_numpy()
    chances, r, rate = transition.probabilities.to_numpy(), _rewards(rewards, transition.probabilities.index), float(discount)
    drawn = np.empty((reps, len(value)))
    for rep in range(reps):
        moved = chances.copy()
        for state, n in enumerate(counts):
            seen = n > 0
            if seen.sum() < 2:
                continue
            if draw == "dirichlet":
                moved[state, seen] = random.dirichlet(n[seen])
            else:
                moved[state] = random.multinomial(int(n.sum()), n / n.sum()) / n.sum()
        drawn[rep] = _value(moved, r, rate, horizon)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    method = "bootstrap" if draw == "multinomial" else "dirichlet"
    return PredictionError(value, drawn.std(axis=0, ddof=1), low, high, method, reps, seed)


def _chances(transition) -> tuple[pd.Index, np.ndarray]:
    table = transition.probabilities if isinstance(transition, TransitionMatrix) else pd.DataFrame(as_pandas(transition))
    if table.shape[0] != table.shape[1]:
        raise BadValue(f"transition has shape {table.shape}; give one row and one column of each state")
    table = table[_matched("columns of transition", table.columns, table.index)]
    chances = numbers("transition", table, 0, 1)
    total = chances.sum(axis=1)
    off = np.abs(total - 1) > 1e-8
    if off.any():
        state = table.index[off][0]
        raise BadValue(
            f"transition: {off.sum()} of {len(total)} rows do not sum to 1, the first {state} with {total[off][0]:.6g}; "
            "give leaving a state of its own, and states before in rows"
        )
    return table.index, chances


def _rewards(given, states: pd.Index) -> np.ndarray:
    """Rewards in the order of the states."""
    given = as_pandas(given)
    if isinstance(given, pd.Series) and len(given) == len(states):
        given = given[_matched("labels of rewards", given.index, states)]
    return numbers("rewards", given)


def _matched(what: str, found: pd.Index, states: pd.Index) -> pd.Index:
    """The states, if each of them is named once."""
    if found.has_duplicates or states.has_duplicates or set(found) != set(states):
        strange = [label for label in found if label not in set(states)] or list(found[found.duplicated()]) or list(states[states.duplicated()])
        raise BadValue(f"the {what} must be the states {', '.join(map(str, states[:8]))}, each once; found {strange[0]!r}")
    return states


def _horizon(horizon: int | None, rate: float) -> int | None:
    if horizon is not None:
        return int(whole("horizon", [horizon])[0])
    if rate <= 0:
        raise BadValue(f"discount {rate:g}: the sum without end needs a discount above 0; give a horizon")
    return None


def _value(chances: np.ndarray, r: np.ndarray, rate: float, horizon: int | None) -> np.ndarray:
    if horizon is None:
        return np.linalg.solve(np.eye(len(r)) - chances / (1 + rate), r)
    value = r.copy()
    for _ in range(horizon):
        value = r + chances @ value / (1 + rate)
    return value
