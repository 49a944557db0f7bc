"""Columns of any type: the same answer, or a refusal in the package's own words. Right values: arithmetic and the calendar."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from answers import check

from study import analytics, times
from study.analytics import BadValue, UnknownChoice, anomaly, early_warning, injection, leakage, metrics, policy, scoring, splits
from study.analytics.shared import categories
from study.analytics.shared.bins import intervals, of_categories, printed
from study.analytics.shared.learners import typed
from study.refusals import codes

DAYS = pd.date_range("2024-03-29", periods=5)  # Berlin's clocks go forward on 31 March


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (DAYS.tz_localize("Europe/Berlin"), range(5)),
        (DAYS.tz_localize("Europe/Berlin") + pd.Timedelta(hours=5), range(5)),
        ([day.date() for day in DAYS], range(5)),
        (pd.period_range("2023-11", periods=5, freq="M"), range(5)),
        (pd.period_range("2023Q3", periods=5, freq="Q"), range(5)),
        ([Decimal(3), Decimal(1), Decimal(1), Decimal(0), Decimal(9)], [3, 1, 1, 0, 9]),
        (pd.array([3, 1, 1, 0, 9], dtype="Int8"), [3, 1, 1, 0, 9]),
    ],
)
def test_periods_of_any_kind_are_counted(column, expected):
    assert times.periods(pd.DataFrame({"d": column}), "d").tolist() == list(expected)


@pytest.mark.parametrize("column", [["1", "2"], pd.to_timedelta([1, 2], unit="D"), [dt.date(2024, 1, 1), 5], [dt.date(2024, 1, 1), None]])
def test_what_is_no_period_is_refused(column):
    with pytest.raises(BadValue, match="d must be numbers|d: 1 of 2"):
        times.periods(pd.DataFrame({"d": column}), "d")


def test_a_table_must_be_of_pandas_and_its_columns_told_apart():
    table = pl.DataFrame({"r": [1, 2], "f": [1, 2], "m": [1, 2]})
    with pytest.raises(BadValue, match="the table is a polars DataFrame; give a pandas DataFrame"):
        analytics.rfm(table, recency="r", frequency="f", monetary="m")
    twice = pd.DataFrame([[1, 2, 3, 4]], columns=["r", "f", "m", "m"])
    with pytest.raises(BadValue, match="2 columns have the name 'm'; keep one"):
        analytics.rfm(twice, recency="r", frequency="f", monetary="m")


@pytest.mark.parametrize("given", [pd.to_datetime(["2024-01-01"] * 3), ["1", "2", "3"], pd.period_range("2024", periods=3, freq="M")])
def test_dates_and_texts_are_no_numbers(given):
    data = pd.DataFrame({"x": given, "y": [0, 1, 1], "f": [1, 1, 2]})
    calls = [
        lambda: analytics.rfm(data, recency="x", frequency="f", monetary="f"),
        lambda: analytics.segments(data, features=["x", "f"], sort_by="f", seed=1),
        lambda: scoring.scorecard(data, outcome="y", numeric=["x"]),
        lambda: typed(data, ["x"], []),
        lambda: metrics.auc(data["y"], data["x"]),
        lambda: metrics.psi(data["x"], data["x"]),
        lambda: splits.by_group_and_time(data["f"], data["x"], until=1, horizon=1, seed=1),
        lambda: policy.offer_value(data["f"], data["f"], data["f"], data["x"], funding=0.1, loss=0.1),
        lambda: analytics.aipw(data, outcome="x", treatment="y", numeric=["f"], seed=1),
    ]
    for call in calls:
        with pytest.raises(BadValue, match="must be numbers; found"):
            call()


def test_events_are_counted_from_the_beginning_of_the_times():
    # unit a on 29 March and 2 April: 4 days, over the change of the clocks; b has no event
    days = pd.to_datetime(["2024-03-29", "2024-03-30", "2024-03-29"]).tz_localize("Europe/Berlin")
    rows = pd.DataFrame(
        {"u": ["a", "a", "b"], "t": days, "e": pd.to_datetime(["2024-04-02"] * 2 + [None]).tz_localize("Europe/Berlin"), "risk": [3, 2, 1]}
    )
    settings = {"unit": "u", "time": "t", "event_time": "e", "capacity": 1, "horizon": 4, "reps": 9, "seed": 1}
    found = early_warning.evaluate(rows, "risk", **settings).alerts
    assert found["lead"].tolist() == [4, 3] and found["hit"].tolist() == [1, 1]
    with pytest.raises(BadValue, match="t counts in days and e in numbers; give both in one kind"):
        early_warning.evaluate(rows.assign(e=[4, 4, 9]), "risk", **settings)
    with pytest.raises(BadValue, match="1 rows repeat a unit and period"):
        early_warning.evaluate(rows.assign(t=days[:1].append(days[:1] + pd.Timedelta(hours=3)).append(days[2:])), "risk", **settings)


@pytest.mark.parametrize(
    ("order", "fine"),
    [
        (pd.Categorical(["Jan", "Feb", "Mar", "Apr"], categories=["Jan", "Feb", "Mar", "Apr", "May"], ordered=True), True),
        (["2023-12", "2024-01", "2024-02", "2024-10"], True),
        (["2023Q4", "2024Q1", "2024Q2", "2024Q3"], True),
        ([dt.date(2023, 12, 1), dt.date(2024, 1, 1), dt.date(2024, 2, 1), dt.date(2024, 10, 1)], True),
        (pd.period_range("2023-11", periods=4, freq="M"), True),
        (pl.Series([8, 9, 10, 11]), True),
        (pd.array([8, 9, 10, 11], dtype="int8[pyarrow]"), True),
        (["8", "9", "10", "11"], False),
        (["1.12.2023", "1.1.2024", "1.2.2024", "1.10.2024"], False),
        (["Jan", "Feb", "Mar", "Apr"], False),
        (pd.Categorical(["Jan", "Feb", "Mar", "Apr"]), False),
        (["2024", "2024-01", "2024-02", "2024-10"], False),
    ],
)
def test_a_split_by_time_keeps_the_order_of_time_or_refuses(order, fine):
    if fine:
        assert [(s.train.tolist(), s.test.tolist()) for s in splits.by_time(order, 3)] == [([0], [1]), ([0, 1], [2]), ([0, 1, 2], [3])]
    else:
        with pytest.raises(BadValue, match="whose order need not be that of time"):
            splits.by_time(order, 3)


def test_groups_of_several_kinds_have_no_common_order():
    with pytest.raises(BadValue, match="groups holds Period, date, which have no common order"):
        codes("groups", pd.Series([pd.Period("2024", "Y"), dt.date(2024, 1, 1)]), 2)
    assert codes("groups", pd.Categorical(["b", "a"], categories=["b", "a", "c"], ordered=True), 2).tolist() == [0, 1]


def test_a_category_is_one_text_whatever_its_type():
    whole = ["1", "2", None]
    for column in (
        [1, 2, None],
        [1.0, 2.0, np.nan],
        [Decimal(1), Decimal("2.00"), None],
        ["1", "2", None],
        pd.array([1, 2, None], dtype="Int8"),
        pl.Series([1, 2, None]),
    ):
        for stored in (column, pd.Series(column).astype("category")):
            assert categories.texts(stored).tolist() == whole, column
    assert categories.texts(pd.Series([True, 1, 1.5, Decimal("1.50")], dtype=object)).tolist() == ["True", "1", "1.5", "1.5"]
    days = ["2024-01-31", "2024-02-29"]
    for column in (pd.to_datetime(days), [dt.date.fromisoformat(day) for day in days], np.array(days, dtype="datetime64[D]")):
        assert categories.texts(column).tolist() == days
    assert categories.text(np.float32(0.1)) == categories.text(0.1) == "0.1"


def test_missing_and_other_are_no_categories():
    column = pd.Series(["missing"] * 50 + ["other"] * 48 + [None] * 50 + ["x", "y"])
    bins = of_categories(column, rare=0.01)
    assert bins.labels == ("(missing)", "missing", "other", "(other)")
    assert bins.place(pd.Series(["missing", None, "other", "x", "never seen"])).tolist() == [1, 0, 2, 3, 3]
    table = typed(pd.DataFrame({"k": ["(missing)", None]}), [], ["k"])
    assert table["k"].tolist() == ["(missing)", "((missing))"]


def test_a_card_gives_the_same_points_to_1_and_1_0_and_never_takes_missing_for_a_category():
    # evidence by hand: shares of bad .1, .3 and .6 of 100 rows each; with the share s the log odds of good are ln((1 - s) / s)
    rows = [(level, int(row < bad)) for level, bad in ((1, 10), (2, 30), (None, 60)) for row in range(100)]
    data = pd.DataFrame(rows, columns=["k", "bad"])
    card = scoring.scorecard(data, outcome="bad", numeric=[], categorical=["k"])
    expected = [600 + 20 / np.log(2) * (np.log((1 - s) / s) - np.log(50)) for s in (0.1, 0.3, 0.6)]
    for column in ([1, 2, None], pd.array([1, 2, None], dtype="Int64"), ["1", "2", None], [Decimal(1), Decimal(2), None]):
        points, unknown = card.score(pd.DataFrame({"k": column}))
        assert points.tolist() == pytest.approx(expected) and unknown == {}
        check("analytics.points.missing", points.iloc[2])
    assert card.score(pd.DataFrame({"k": ["missing"]}))[1] == {"k": 1}


def test_cuts_that_print_alike_get_more_digits():
    assert printed([1.5, 2.25]) == ["1.5", "2.25"] and printed([20150131, 20150201]) == ["20150131", "20150201"]
    assert intervals([1e-9, 1.0000001e-9]) == ["(-inf, 1e-09]", "(1e-09, 1.0000001e-09]", "(1.0000001e-09, inf]"]
    close = np.array([1.0, 1 + 1e-12, 1 + 2e-12])
    assert len(set(printed(close))) == 3
    drift = metrics.psi(np.repeat(20150000 + np.arange(40), 5), np.repeat(20150000 + np.arange(40), 5))
    assert drift["bin"].is_unique and drift["part"].sum() == 0


def test_columns_to_learn_from_are_numbers_categories_or_refused():
    random = np.random.default_rng(3)
    y = random.integers(0, 2, 200)
    data = pd.DataFrame(
        {"y": y, "amount": [Decimal(str(value)) for value in y + random.normal(size=200).round(2)], "kind": random.choice(["a", "b"], 200)}
    )
    settings = {"outcome": "y", "learner": "logit", "folds": 2, "seed": 1}
    found = leakage.as_columns_leave(data, groups={"amount": ["amount"]}, kept=["kind"], **settings)
    plain = leakage.as_columns_leave(data.assign(amount=data["amount"].astype(float)), groups={"amount": ["amount"]}, kept=["kind"], **settings)
    pd.testing.assert_frame_equal(found.steps, plain.steps)
    with pytest.raises(BadValue, match="amount holds dates or periods"):
        leakage.as_columns_leave(data.assign(amount=pd.Timestamp("2024-01-01")), groups={"amount": ["amount"]}, kept=["kind"], **settings)


LEFT, RIGHT = pd.Series([0, 1, 1, 0], index=list("abcd")), pd.Series([1, 2, 3, 4], index=list("dcba"))
HALF = pd.DataFrame({"low": 0.5, "high": 0.5}, index=list("abcd"))
ARM = pd.Series(["low", "high", "low", "high"], index=list("abcd"))


@pytest.mark.parametrize(
    "call",
    [
        lambda: metrics.auc(LEFT, RIGHT),
        lambda: metrics.wilson(LEFT, RIGHT),
        lambda: analytics.calibration(LEFT, RIGHT / 5),
        lambda: scoring.cost_curve(LEFT, RIGHT / 5),
        lambda: scoring.tiers(RIGHT, shares=(0.5,), outcome=LEFT),
        lambda: analytics.auc_interval.delong(LEFT, RIGHT),
        lambda: analytics.auc_interval.delong_difference(LEFT, LEFT, RIGHT),
        lambda: analytics.auc_interval.clustered(LEFT, LEFT, RIGHT),
        lambda: analytics.auc_interval.fold_mean(LEFT, LEFT, RIGHT),
        lambda: analytics.groupings.by_group(LEFT.to_frame("y"), RIGHT, seed=1),
        lambda: analytics.groupings.explained(LEFT, {"x": LEFT}, against="x", cluster=RIGHT, seed=1),
        lambda: splits.by_group_and_time(LEFT, RIGHT, until=1, horizon=1, seed=1),
        lambda: policy.value(RIGHT, ARM, HALF),
        lambda: policy.value(LEFT, ARM, HALF, {"mine": ARM[::-1]}),
        lambda: policy.value(LEFT, ARM, HALF, cluster=RIGHT),
        lambda: policy.value(LEFT, ARM, HALF, model=HALF[::-1]),
        lambda: policy.offer_value(LEFT, LEFT, LEFT, RIGHT, funding=0.1, loss=0.1),
        lambda: policy.learn(HALF, outcome=RIGHT, assigned=ARM, actions=["low", "high"], train=np.arange(4), numeric=["low"], seed=1),
        lambda: policy.learn_and_value(HALF, outcome=LEFT, assigned=ARM, propensity=HALF[::-1], numeric=["low"], seed=1),
    ],
)
def test_series_with_other_labels_are_refused(call):
    with pytest.raises(BadValue, match="different labels"):
        call()


def test_policies_are_told_apart():
    for name in ("random assignment", "always low"):
        with pytest.raises(UnknownChoice, match=f"policy '{name}' has the name of one that is always valued"):
            policy.value(LEFT, ARM, HALF, {name: ARM})
    with pytest.raises(BadValue, match="must have names that print apart"):
        policy.value(LEFT, [1, 1, 1, 1], HALF.set_axis([1, "1"], axis=1))


def transactions(zone=None, dtype="int64"):
    random = np.random.default_rng(4)
    day = pd.to_datetime("2024-01-01") + pd.to_timedelta(np.repeat(np.arange(0, 200, 2), 6), unit="D")
    account, amount = np.tile(np.arange(6), 100), random.integers(1, 100, 600)
    return pd.DataFrame({"account": account, "day": day.tz_localize(zone), "amount": amount.astype(dtype), "kind": 1})


def test_injected_rows_have_the_days_of_the_calendar_and_amounts_that_fit():
    settings = {"account": "account", "day": "day", "amount": "amount", "kind": "kind", "episodes": 1, "history": 20, "quiet": (60, 80), "seed": 1}
    plain, zoned = (injection.inject(transactions(zone), **settings) for zone in (None, "Europe/Berlin"))
    assert (zoned.transactions["day"].dt.tz_localize(None) == plain.transactions["day"]).all()  # over the clock change as without it
    small = injection.inject(transactions(dtype="int8"), **settings).transactions["amount"]
    assert small.tolist() == plain.transactions["amount"].tolist() and small.max() > 127
    numbered = injection.inject(transactions().assign(day=lambda t: (t["day"] - t["day"].min()).dt.days.astype("int16")), **settings).transactions
    assert numbered["day"].tolist() == (plain.transactions["day"] - pd.Timestamp("2024-01-01")).dt.days.tolist()


def test_learning_ends_on_the_same_day_in_every_zone():
    settings = {"account": "account", "day": "day", "amount": "amount", "kind": "kind", "budget": 5, "trees": 10, "seed": 1}
    plain = anomaly.detect(transactions(), learn_until=pd.Timestamp("2024-05-01"), **settings)
    zoned = anomaly.detect(transactions("Europe/Berlin"), learn_until="2024-05-01", **settings)
    assert plain.alerts["row"].tolist() == zoned.alerts["row"].tolist()
    with pytest.raises(BadValue, match="learn_until counts in numbers and the times in days"):
        anomaly.detect(transactions(), learn_until=120, **settings)
