"""Singletons and degrees of freedom on frames that can be counted by hand."""

import pandas as pd
import pytest

from study.sample import estimation


def frame(pairs):
    return pd.DataFrame(pairs, columns=["bank", "year"]).assign(y=1.0, d=1.0)


def test_dropping_one_singleton_can_make_another():
    # C has one year; without it 2021 has one bank; without that A has one year left, and so on
    panel = frame([("A", 2020), ("B", 2020), ("A", 2021), ("C", 2021)])
    assert len(estimation.drop_singletons(panel, ["bank", "year"])) == 0


def test_rows_that_share_their_effects_stay():
    panel = frame([("A", 2020), ("B", 2020), ("A", 2021), ("B", 2021), ("C", 2021)])
    left = estimation.drop_singletons(panel, ["bank", "year"])
    assert left["bank"].tolist() == ["A", "B", "A", "B"]


def test_degrees_of_freedom_by_hand():
    # two banks, three years, all six rows: 6 - (2 + 3 - 1) - 1 slope = 1
    panel = frame([(b, y) for b in "AB" for y in (2020, 2021, 2022)])
    assert estimation.degrees_of_freedom(panel, ["bank", "year"]) == 1


def test_two_groups_of_banks_that_never_meet_share_two_constants():
    # 4 rows of A, B in 2020-21 and 4 of C, D in 2023-24: 8 - (4 + 4 - 2) - 1 = 1
    panel = frame([(b, y) for b in "AB" for y in (2020, 2021)] + [(b, y) for b in "CD" for y in (2023, 2024)])
    assert estimation.degrees_of_freedom(panel, ["bank", "year"]) == 1


def test_missing_values_are_not_counted():
    panel = frame([(b, y) for b in "AB" for y in (2020, 2021)])
    panel.loc[0, "y"] = None
    counted = estimation.counts(panel, ["y"], "d").iloc[0]
    assert (counted["both"], counted["n"], counted["banks"]) == (3, 0, 0)


def test_a_row_without_its_effect_is_not_used():
    panel = frame([(b, y) for b in "AB" for y in (2020, 2021)] + [(None, 2020), (None, 2021)])
    assert len(estimation.sample(panel, "y", "d")) == 4


def test_a_wrong_name_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="no column 'banks'; did you mean 'bank'"):
        estimation.counts(frame([("A", 2020)]), ["y"], "d", effects=("banks", "year"))


def test_three_effects_are_refused_where_freedom_is_counted():
    with pytest.raises(ValueError, match="one or two effects, found 3"):
        estimation.degrees_of_freedom(frame([("A", 2020)]), ["bank", "year", "y"])


def test_the_panel_is_not_changed():
    panel = frame([("A", 2020), ("B", 2020), ("A", 2021), ("B", 2021), ("C", 2021)])
    before = panel.copy(deep=True)
    estimation.counts(panel, ["y"], "d")
    pd.testing.assert_frame_equal(panel, before)
