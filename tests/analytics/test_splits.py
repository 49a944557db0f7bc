"""Splits: nothing of the future, no group on both sides, every row tested once."""

import numpy as np
import pytest

from study.analytics import BadValue, TooFew, splits


def test_time_by_hand():
    # periods 1-4 with 2, 2, 3, 3 rows, two folds: blocks 1-2 | 3 | 4 (cumulative 2, 4, 7, 10 against 3.3, 6.7)
    order = np.array([4, 1, 1, 2, 2, 3, 3, 3, 4, 4])
    first, second = splits.by_time(order, 2)
    assert sorted(order[first.train]) == [1, 1, 2, 2] and set(order[first.test]) == {3}
    assert set(order[second.train]) == {1, 2, 3} and set(order[second.test]) == {4}
    rolling = splits.by_time(order, 2, window=1)
    assert set(order[rolling[0].train]) == {1, 2} and set(order[rolling[1].train]) == {3}


def test_every_test_row_is_later_than_every_training_row():
    order = np.random.default_rng(1).integers(0, 26, 500)
    for split in splits.by_time(order, 5):
        assert order[split.train].max() < order[split.test].min()


def test_one_huge_period_still_gives_every_fold_rows():
    order = np.repeat([1, 2, 3, 4], [1, 1, 1, 997])
    assert [len(split.test) for split in splits.by_time(order, 3)] == [1, 1, 997]
    assert [len(split.test) for split in splits.by_time(5 - order, 3)] == [1, 1, 1]


def test_groups_are_whole_and_every_row_is_tested_once():
    groups = np.random.default_rng(2).integers(0, 17, 300)
    made = splits.by_group(groups, 4, seed=3)
    assert sorted(np.concatenate([split.test for split in made])) == list(range(300))
    for split in made:
        assert not set(groups[split.train]) & set(groups[split.test])
    again = splits.by_group(groups, 4, seed=3)
    assert all((a.test == b.test).all() for a, b in zip(made, again))


def test_random_rows_are_tested_once():
    made = splits.at_random(103, 5, seed=1)
    assert sorted(np.concatenate([split.test for split in made])) == list(range(103))
    assert all(len(np.intersect1d(split.train, split.test)) == 0 for split in made)
    assert (made[0].test != splits.at_random(103, 5, seed=2)[0].test).any()


def test_both_ways_round_every_later_row_is_tested_once_and_never_by_its_own_customer():
    groups, time = np.repeat(np.arange(20), 10), np.tile(np.arange(10), 20)
    one, other = splits.halves_and_time(groups, time, until=5, horizon=2, seed=4)
    assert sorted(np.concatenate([one.test, other.test])) == np.flatnonzero(time > 5).tolist()
    for split in (one, other):
        assert not set(groups[split.train]) & set(groups[split.test]) and time[split.train].max() == 3
    first = splits.by_group_and_time(groups, time, until=5, horizon=2, seed=4)
    assert (first.train == one.train).all() and (first.test == one.test).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: splits.by_time([1, 1, 2], 2), TooFew, "2 distinct periods for 2 folds; at most 1 folds"),
        (lambda: splits.by_time([1, np.nan, 2], 1), BadValue, "order: 1 of 3 values are missing"),
        (lambda: splits.by_time([1, 2, 3], 2, window=0), BadValue, "window is 0"),
        (lambda: splits.by_group(["a", "b"], 3, seed=1), TooFew, "2 groups for 3 folds; take at most 2"),
        (lambda: splits.at_random(2, 3, seed=1), TooFew, "2 rows for 3 folds"),
        (lambda: splits.at_random(9, 1, seed=1), BadValue, "folds is 1"),
    ],
)
def test_wrong_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_one_cut_of_time_cuts_no_period():
    order = [1, 1, 1, 2, 2, 3, 3, 3, 3, 4]
    assert splits.before_and_after(order, 0.5).train.tolist() == [0, 1, 2, 3, 4]
    assert splits.before_and_after(order, 0.6).test.tolist() == [5, 6, 7, 8, 9]  # 5 of 10 rows are nearer than 9
    assert splits.before_and_after(order[::-1], 0.9).test.tolist() == [0]


@pytest.mark.parametrize(
    ("order", "share", "kind", "said"),
    [([1, 1], 0.5, TooFew, "one distinct period"), ([1, 2], 1.0, BadValue, "share is 1.0"), ([1, None], 0.5, BadValue, "1 of 2 values are missing")],
)
def test_a_cut_that_can_not_be_made_is_refused(order, share, kind, said):
    with pytest.raises(kind, match=said):
        splits.before_and_after(order, share)
