"""One reader of numbers, one of times, labels that must match. Right values: arithmetic and the calendar of the standard library."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from answers import check

from study import value
from study.refusals import floats, numbers
from study.times import kind, numbered
from study.value import ValueInputError

HALVES = [0.5, 2.0, -1.5]
DAYS = ["2024-03-29", "2024-03-31", "2024-04-02"]  # Berlin's clocks go forward on 31 March
SINCE_1970 = [(dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days for day in DAYS]


@pytest.mark.parametrize(
    "given",
    [
        HALVES,
        np.array(HALVES, dtype=np.float16),
        [Decimal("0.5"), 2, Fraction(-3, 2)],
        pd.Series(HALVES, dtype="Float64"),
        pd.Series(HALVES, dtype="double[pyarrow]"),
        pd.Series([Decimal("0.5"), Decimal("2.0"), Decimal("-1.5")], dtype=pd.ArrowDtype(pa.decimal128(10, 2))),
        pd.Series(pd.Categorical(HALVES)),
        pl.Series(HALVES),
        pa.chunked_array([HALVES]),
    ],
    ids=lambda given: type(given).__name__,
)
def test_numbers_of_any_kind_are_read(given):
    assert floats("x", given).tolist() == HALVES


def test_gaps_are_missing_whatever_their_kind():
    for given in ([1, None], [1.0, np.nan], pd.Series([1, None], dtype="Int64"), pd.Series([1, pd.NA], dtype=object), pl.Series([1, None])):
        found = floats("x", given)
        assert found[0] == 1 and np.isnan(found[1])
    with pytest.raises(ValueInputError, match="x: 1 of 2 values are missing"):
        numbers("x", pd.Series([1, None], dtype="int64[pyarrow]"))


def test_a_table_is_read_by_columns():
    table = pd.DataFrame({"a": np.array([1, 127], dtype=np.int8), "b": [Decimal("0.5"), Decimal("1")], "c": pd.Series([True, None], dtype="boolean")})
    np.testing.assert_array_equal(floats("x", table), [[1, 0.5, 1], [127, 1, np.nan]])


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["1", "2"], "texts"),
        (pd.Series([1, "2"]), "'2' \\(1 of 2 values are texts"),
        (pd.Series(["1", "2"], dtype="string[pyarrow]"), "texts"),
        (pd.to_datetime(DAYS), "dates or times"),
        (pd.to_datetime(DAYS).tz_localize("Europe/Berlin"), "dates or times"),
        ([dt.date(2024, 1, 1)], "dates or times"),
        (pd.period_range("2024-01", periods=2, freq="M"), "dates or times"),
        (pd.to_timedelta([1, 2], unit="D"), "lengths of time"),
        (np.array([1, 2], dtype="timedelta64[D]"), "lengths of time"),
        ([1 + 1j], "complexs"),
        ([[1], [1, 2]], "rows of different lengths|lists"),
    ],
)
def test_what_is_no_number_is_refused(given, found):
    with pytest.raises(ValueInputError, match=f"x must be numbers; found .*({found})"):
        floats("x", given)


@pytest.mark.parametrize(
    "given",
    [
        pd.to_datetime(DAYS),
        pd.Series(pd.to_datetime(DAYS)).dt.tz_localize("Europe/Berlin"),
        pd.Series(pd.to_datetime(DAYS)).dt.tz_localize("Asia/Shanghai") + pd.Timedelta(hours=23),
        np.array(DAYS, dtype="datetime64[D]"),
        [dt.date.fromisoformat(day) for day in DAYS],
        [dt.datetime.fromisoformat(f"{day}T23:59:59") for day in DAYS],
        [np.datetime64(day) for day in DAYS],
        pd.PeriodIndex(DAYS, freq="D"),
        pd.Series(pd.to_datetime(DAYS)).astype("date32[pyarrow]"),
        pd.Series(pd.to_datetime(DAYS).tz_localize("Europe/Berlin")).astype("timestamp[us, tz=Europe/Berlin][pyarrow]"),
        pd.Series(pd.Categorical(pd.to_datetime(DAYS))),
        pl.Series([dt.date.fromisoformat(day) for day in DAYS]),
    ],
    ids=lambda given: f"{type(given).__name__} {getattr(given, 'dtype', '')}",
)
def test_times_are_days_of_the_calendar_in_their_zone(given):
    assert numbered("time", given).tolist() == SINCE_1970 and kind(given) == "days"


def test_periods_count_in_their_own_length():
    months = pd.PeriodIndex(["2024-01", "2024-03", "2025-01"], freq="M")
    assert np.diff(numbered("time", months)).tolist() == [2, 10] and kind(months) == "periods of M"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([pd.Timestamp(DAYS[0]), pd.NaT], "1 of 2 dates are missing"),
        (pd.Series([dt.date(2024, 1, 1), None]), "1 of 2 dates are missing"),
        ([dt.date(2024, 1, 1), 3], "1 of 2 are ints among dates"),
        ([pd.Timestamp(DAYS[0], tz="UTC"), pd.Timestamp(DAYS[0], tz="Asia/Shanghai")], "times of 2 zones \\(Asia/Shanghai, UTC\\)"),
        ([pd.Timestamp(DAYS[0], tz="UTC"), pd.Timestamp(DAYS[0])], "times of 2 zones \\(UTC, none\\)"),
        ([pd.Period("2024", "Y"), pd.Period("2024-01", "M")], "periods of the lengths"),
        (pd.period_range("2024", periods=2, freq="2D"), "one length of a single unit"),
        (DAYS, "texts"),
        (pd.DataFrame({"a": pd.to_datetime(DAYS)}), "shape \\(3, 1\\)"),
    ],
)
def test_times_that_are_not_told_apart_are_refused(given, message):
    with pytest.raises(ValueInputError, match=message):
        numbered("time", given)


def test_the_day_on_which_clocks_change_is_one_day():
    days = pd.date_range("2024-03-29", "2024-04-02", tz="Europe/Berlin")
    found = value.summary(["a"] * len(days), days, end="2024-04-05", unit=1.0)
    check("value.summary.clock_change", found.loc["a", "age"])
    assert found.loc["a", ["frequency", "recency"]].tolist() == [4, 4]


def test_moments_must_be_of_the_kind_of_the_times():
    days, months = pd.to_datetime(DAYS), pd.PeriodIndex(["2024-01", "2024-02", "2024-05"], freq="M")
    who = ["a", "b", "a"]
    for times, end in ((days, 52), ([1, 2, 3], "2024-03-31"), ([1, 2, 3], dt.date(2024, 1, 1)), (days, pd.Period("2024-03", "M"))):
        with pytest.raises(ValueInputError, match="end counts in .* and the times in .*"):
            value.summary(who, times, end=end)
    with pytest.raises(ValueInputError, match="split is 'soon', which is no date"):
        value.calibration_holdout(who, days, split="soon")
    assert value.summary(who, months, end="2024-06").loc["a"].tolist() == [1, 4, 5]
    by_day = value.calibration_holdout(who, days.tz_localize("Asia/Shanghai"), split=pd.Timestamp("2024-03-31", tz="Asia/Shanghai"), end="2024-04-10")
    assert by_day.loc["a", ["age", "holdout_frequency", "holdout_length"]].tolist() == [2, 1, 10]


A, B = pd.Series([1.0, 2.0, 4.0], index=["x", "y", "z"]), pd.Series([4.0, 2.0, 1.0], index=["z", "y", "x"])
SHARE = pd.Series([0.1, 0.2, 0.3], index=["z", "y", "x"])
LATER = pd.Series([2.0, 3.0, 5.0], index=["z", "y", "x"])


@pytest.mark.parametrize(
    "call",
    [
        lambda: value.cooperation_effect(A, B),
        lambda: value.joint_index(A / 4, B / 4),
        lambda: value.cltv(A, B, 0.5, 2),
        lambda: value.clv_discounted(A, SHARE, 0.1),
        lambda: value.candidate_forms(A, SHARE, 0.1),
        lambda: value.clv_discounted(A, pd.DataFrame([SHARE, SHARE]), 0.1),
        lambda: value.hazard_clv(A, SHARE, 0.1),
        lambda: value.hazard_clv(1.0, SHARE, 0.1, covariance=pd.DataFrame(np.eye(3), index=A.index, columns=A.index)),
        lambda: value.hazard_clv(1.0, SHARE, 0.1, covariance=pd.DataFrame(np.eye(3), index=SHARE.index, columns=A.index)),
        lambda: value.bgnbd(A, LATER, LATER + 1),
        lambda: value.bgnbd(LATER - 1, LATER, LATER + 1, counts=A),
        lambda: value.bgbb(A, LATER, LATER + 1),
        lambda: value.gamma_gamma(A, B),
        lambda: value.expected_by_frequency(A, B, B),
        lambda: value.holdout_scores(A, B),
        lambda: value.value_reached(pd.DataFrame({"score": A}), B, seed=1),
        lambda: value.summary(A, B),
        lambda: value.summary_by_period(A, B, last=9),
        lambda: value.calibration_holdout(A, A, B, split=1),
        lambda: value.transition_matrix(A, B),
        lambda: value.tracking(None, A, B, [1, 2], end=2),
    ],
)
def test_series_with_other_labels_are_refused(call):
    with pytest.raises(ValueInputError, match="different labels"):
        call()


def test_one_index_and_arrays_go_by_position():
    again = B.reindex(A.index)
    assert value.cooperation_effect(A, again + 1, "sum") == value.cooperation_effect(A, (again + 1).to_numpy(), "sum") == 3.0


def test_a_chain_is_matched_by_label():
    # V = R + P V / 1.1 by hand: of gone 0, of active 10 + 0.9 V / 1.1, so 10 / (1 - 9/11) = 55
    states = ["active", "gone"]
    chances = pd.DataFrame([[0.9, 0.1], [0.0, 1.0]], index=states, columns=states)[["gone", "active"]]
    found = value.markov_clv(chances, pd.Series({"gone": 0.0, "active": 10.0}), 0.1)
    check("value.markov.by_label", found["active"])
    assert found["gone"] == pytest.approx(0)
    moves = value.transition_matrix(["active"] * 10, ["active"] * 9 + ["gone"], absorbing=["gone"])
    error = value.markov_clv_error(moves, pd.Series({"gone": 0.0, "active": 10.0}), 0.1, reps=20, seed=1)
    assert error.estimate == pytest.approx([55, 0])
    for rewards in (pd.Series([10.0, 0.0]), pd.Series({"active": 1.0, "lost": 0.0}), pd.Series([1.0, 2.0], index=["active", "active"])):
        with pytest.raises(ValueInputError, match="labels of rewards must be the states active, gone, each once; found"):
            value.markov_clv(chances, rewards, 0.1)
    with pytest.raises(ValueInputError, match="columns of transition must be the states"):
        value.markov_clv(chances.set_axis(["gone", "lost"], axis=1), [1.0, 0.0], 0.1)


def test_states_keep_the_order_of_their_categories():
    order = ["new", "active", "gone"]
    before, after = (pd.Series(pd.Categorical(moves, categories=order, ordered=True)) for moves in (["new", "active"], ["active", "gone"]))
    assert list(value.transition_matrix(before, after, absorbing=["gone"]).counts.index) == order
    with pytest.raises(ValueInputError, match="the states are of the kinds int, str"):
        value.transition_matrix([1, "a"], ["a", "a"])


def test_columns_that_print_alike_are_refused():
    with pytest.raises(ValueInputError, match="1 of 2 columns have the name of another one, the first '1'"):
        value.composite(pd.DataFrame(np.eye(4)[:, :2], columns=[1, "1"]))
