"""Train and test rows: by time (expanding or rolling), by groups, by both (also both ways round), at random."""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import GroupKFold, KFold

from study.refusals import codes, codes_in_time, numbers, same_labels

from ..errors import BadValue, TooFew


@dataclass(frozen=True, eq=False)
class Split:
    """Positions of the rows to learn from and to test on; no row is in both."""

    train: np.ndarray
    test: np.ndarray


def by_time(order, folds: int, *, window: int | None = None) -> list[Split]:
    """Learn from the past, test on the next block.

    The distinct values of `order` are cut into folds + 1 consecutive blocks of about as many rows; no
    value is cut in two. Fold k tests on block k + 1 and learns from blocks 1..k, or with `window` from
    the last `window` blocks only (rolling).

    Parameters
    ----------
    order : period of each row, shape (n,): numbers, dates, periods, ordered categories (in their order) or texts as ISO 8601
        writes them (2024-03)
    folds : tests, at least 1
    window : blocks to learn from; None is all of the past

    Raises
    ------
    TooFew if there are fewer than folds + 1 distinct periods; BadValue for missing periods and for texts whose order need
    not be that of time.
    """
    period = codes_in_time("order", order, len(order))
    _at_least("folds", folds, 1)
    distinct = int(period.max()) + 1
    if distinct < folds + 1:
        raise TooFew(f"{distinct} distinct periods for {folds} folds; at most {distinct - 1} folds can be tested on later periods")
    if window is not None:
        _at_least("window", window, 1)
    block = _blocks(np.bincount(period), folds + 1)[period]
    first = [0 if window is None else max(0, k - window) for k in range(1, folds + 1)]
    return [Split(np.flatnonzero((block >= start) & (block < k)), np.flatnonzero(block == k)) for k, start in enumerate(first, start=1)]


def before_and_after(order, share: float) -> Split:
    """Learn from the first `share` of the rows in the order of time, test on the rest; no period is cut in two.

    The cut is at the end of the period that is nearest to `share`.

    Parameters
    ----------
    order : period of each row, shape (n,), as for `by_time`; share : above 0 and below 1

    Raises
    ------
    TooFew if there is one period; BadValue for missing periods, texts whose order need not be that of time, or another
    share.
    """
    period = codes_in_time("order", order, len(order))
    if not 0 < share < 1:
        raise BadValue(f"share is {share!r}; give a share of the rows above 0 and below 1")
    reached = np.cumsum(np.bincount(period))[:-1] / len(period)
    if not len(reached):
        raise TooFew("one distinct period: nothing is later than anything else")
    last = int(np.argmin(np.abs(reached - share)))
    return Split(np.flatnonzero(period <= last), np.flatnonzero(period > last))


def _blocks(sizes: np.ndarray, parts: int) -> np.ndarray:
    """Block of each period: cut where the cumulative rows are nearest to equal parts, no block empty."""
    block, cumulative = np.zeros(len(sizes), int), np.cumsum(sizes)
    start = 0
    for part in range(1, parts):
        goal = cumulative[-1] * part / parts
        latest = len(sizes) - (parts - part)
        ends = np.arange(start, latest)
        end = ends[np.argmin(np.abs(cumulative[ends] - goal))] + 1
        block[end:] = part
        start = end
    return block


def by_group(groups, folds: int, seed: int) -> list[Split]:
    """Whole groups (branches) are tested by what was learned from the others (scikit-learn).

    Raises
    ------
    TooFew if there are fewer groups than folds; BadValue for missing groups.
    """
    group = codes("groups", groups, len(groups))
    _at_least("folds", folds, 2)
    if group.max() + 1 < folds:
        raise TooFew(f"{group.max() + 1} groups for {folds} folds; take at most {group.max() + 1}")
    folder = GroupKFold(folds, shuffle=True, random_state=seed)
    return [Split(train, test) for train, test in folder.split(group, groups=group)]


def by_group_and_time(groups, time, *, until: int, horizon: int, share: float = 0.5, seed: int) -> Split:
    """Learn from some customers up to a period, test on the others after it: no customer and no period is in both.

    train : a random share of the groups, rows with time + horizon <= until, whose outcomes were known at `until`
    test : the other groups, rows with time > until

    Rows that are in neither are left out.

    Parameters
    ----------
    groups, time : customer and period of each row, shape (n,)
    until : last period whose outcomes may be known in training
    horizon : periods ahead over which an outcome is observed
    share : share of the groups to learn from, above 0 and below 1

    Raises
    ------
    BadValue for a share outside (0, 1); TooFew if a part is empty.
    """
    learn, when = _learners(groups, time, horizon, share, seed)
    return _after(learn, when, until, horizon)


def halves_and_time(groups, time, *, until: int, horizon: int, share: float = 0.5, seed: int) -> list[Split]:
    """`by_group_and_time` both ways round: each part of the customers is tested by what was learned from the other.

    The first split is that of `by_group_and_time` with the same seed; every row after `until` is tested once.

    Raises
    ------
    BadValue, TooFew as for `by_group_and_time`.
    """
    learn, when = _learners(groups, time, horizon, share, seed)
    return [_after(part, when, until, horizon) for part in (learn, ~learn)]


def _learners(groups, time, horizon: int, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the groups to learn from, and the period of every row."""
    same_labels(groups=groups, time=time)
    group, when = codes("groups", groups, len(groups)), numbers("time", time)
    _at_least("horizon", horizon, 1)
    if not 0 < share < 1:
        raise BadValue(f"share is {share!r}; give a share of the groups above 0 and below 1")
    n = int(group.max()) + 1
    return np.isin(group, np.random.default_rng(seed).permutation(n)[: round(share * n)]), when


def _after(learn: np.ndarray, when: np.ndarray, until: int, horizon: int) -> Split:
    train, test = learn & (when + horizon <= until), ~learn & (when > until)
    if not train.any() or not test.any():
        raise TooFew(
            f"{train.sum()} training and {test.sum()} test rows at until = {until}, horizon = {horizon} "
            f"(periods {when.min():g}-{when.max():g}); move `until` or change the share"
        )
    return Split(np.flatnonzero(train), np.flatnonzero(test))


def at_random(n: int, folds: int, seed: int) -> list[Split]:
    """Rows at random, each tested once (scikit-learn).

    Raises
    ------
    TooFew if there are fewer rows than folds.
    """
    _at_least("folds", folds, 2)
    if n < folds:
        raise TooFew(f"{n} rows for {folds} folds")
    folder = KFold(folds, shuffle=True, random_state=seed)
    return [Split(train, test) for train, test in folder.split(np.zeros((n, 1)))]


def _at_least(name: str, value: int, low: int) -> None:
    if int(value) != value or value < low:
        raise BadValue(f"{name} is {value}; give a whole number of at least {low}")
