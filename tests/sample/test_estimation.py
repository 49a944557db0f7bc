"""Singletons and degrees of freedom on frames that can be counted by hand."""

import pandas as pd

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
