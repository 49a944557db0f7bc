"""Histories from transactions: the published CDNOW table from the raw transactions, and small cases by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from study import value


def test_cdnow_histories_are_the_published_ones(transactions, spend):
    made = value.summary(transactions["customer"], transactions["date"], transactions["amount"], end="1997-09-30", unit=7)
    assert made["frequency"].tolist() == spend["frequency"].tolist()
    # the published table is rounded to two decimals
    assert made["recency"].to_numpy() == pytest.approx(spend["recency"], abs=0.0051)
    assert made["age"].to_numpy() == pytest.approx(spend["T"], abs=0.0051)
    assert made["monetary"].fillna(0).to_numpy() == pytest.approx(spend["monetary"], abs=0.0051)


# customer b: at 0 and twice at 4 (one occasion of 3 + 5), at 9; customer a: at 2 and 7; customer c: at 8
TIME = [9, 0, 4, 4, 2, 7, 8]
WHO = ["b", "b", "b", "b", "a", "a", "c"]
AMOUNT = [10.0, 99, 3, 5, 99, 6, 99]


def test_histories_by_hand():
    made = value.summary(WHO, TIME, AMOUNT, end=10)
    assert made.index.tolist() == ["a", "b", "c"]
    assert made["frequency"].tolist() == [1, 2, 0] and made["recency"].tolist() == [5, 9, 0]
    assert made["age"].tolist() == [8, 10, 2]
    # b: occasions of 8 and 10; c has no repeat
    assert made["monetary"].tolist()[:2] == [6, 9] and np.isnan(made["monetary"].iloc[2])
    assert value.summary(WHO, TIME, end=10, unit=2)["age"].tolist() == [4, 5, 1]
    assert value.summary(WHO, TIME)["age"].tolist() == [7, 9, 1]  # the last transaction is the end


def test_held_out_time_by_hand():
    made = value.calibration_holdout(WHO, TIME, AMOUNT, split=4, end=9)
    # c came after the split; a bought at 7, b at 9
    assert made.index.tolist() == ["a", "b"] and made["frequency"].tolist() == [0, 1] and made["age"].tolist() == [2, 4]
    assert made["holdout_frequency"].tolist() == [1, 1] and made["holdout_length"].tolist() == [5, 5]
    assert made["holdout_monetary"].tolist() == [6, 10]


def test_opportunities_by_hand():
    # periods 1..6; a: 1, 3, 3, 6; b: 2; c: 6 (no opportunity left); d: 7 (later than the last)
    made = value.summary_by_period(list("aaaabcd"), [1, 3, 3, 6, 2, 6, 7], last=6)
    assert made.index.tolist() == ["a", "b", "c"]
    assert made.to_numpy().tolist() == [[2, 5, 5], [0, 0, 4], [0, 0, 0]]
    assert made.columns.tolist() == ["frequency", "recency", "periods"]
    # held out 4 to 6: a at 6 (and at 1, 3 before), b never; c and d came later
    held = value.summary_by_period(list("aaaabcd"), [1, 3, 3, 6, 2, 6, 7], last=3, holdout_to=6)
    assert held.to_numpy().tolist() == [[1, 2, 2, 1, 3], [0, 0, 1, 0, 3]]


def test_dates_and_hours_of_one_day_are_one_occasion():
    times = pd.to_datetime(["2020-01-01 09:00", "2020-01-08 10:00", "2020-01-08 17:00"])
    made = value.summary(["x"] * 3, times, end="2020-01-15", unit=7)
    assert made.to_numpy().tolist() == [[1, 1, 2]]
    for end in (date(2020, 1, 15), pd.Timestamp("2020-01-15 23:00"), np.datetime64("2020-01-15")):
        pd.testing.assert_frame_equal(value.summary(["x"] * 3, times, end=end, unit=7), made)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: value.summary([1, None], [0, 1]), "customer: 1 of 2 transactions have no customer"),
        (lambda: value.summary([1, 2], [0, np.nan]), "time: 1 of 2 values are missing"),
        (lambda: value.summary([1, 2], pd.to_datetime(["2020-01-01", None])), "time: 1 of 2 dates are missing"),
        (lambda: value.summary([1, 2], [0]), r"customer has shape \(2,\), time has shape \(1,\)"),
        (lambda: value.summary([1, 2], [5, 6], end=4), "no transaction is at or before 4"),
        (lambda: value.summary([1, 2], [5, 6], unit=0), "unit: 1 of 1 values are not above 0"),
        (lambda: value.calibration_holdout([1, 2], [5, 6], split=6, end=6), "split 6 is not before the end 6: nothing is held out"),
        (lambda: value.summary_by_period([1, 2], [1, 2], last=3, holdout_to=3), "holdout_to 3 is not above the last opportunity 3"),
        (lambda: value.summary_by_period([1, 2], [1.5, 2], last=3), "period: 1 of 2 values are not whole numbers, the first 1.5"),
    ],
)
def test_wrong_transactions_are_refused(call, message):
    with pytest.raises(value.ValueInputError, match=message):
        call()


def test_input_is_not_changed(transactions):
    before = transactions.copy()
    value.summary(transactions["customer"], transactions["date"], transactions["amount"], end="1997-09-30")
    pd.testing.assert_frame_equal(before, transactions)
