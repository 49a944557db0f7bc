"""Risk sets of lapses: three people worked by hand."""

import pandas as pd
import pytest

from study import analytics
from study.analytics.errors import BadValue, MissingColumn, TooFew

# Days with a deposit; a lapse is 3 days without; observed to day 10, so the risk set ends at day 7.
# ann: 1, 2, 4, then nothing: L = 4, T = 7, rows 1-6, although she comes back on day 9.
# ben: 3, 5, 8: gaps 2, 3 days apart (6 and 7 empty, not 3): no lapse; rows 3-7.
# cat: 2 only: L = 2, T = 5, rows 2-4.  dan: never.  eve: 9 first, too late.
DAYS = {"ann": [1, 2, 4, 9], "ben": [3, 5, 8], "cat": [2, 2], "eve": [9]}
ACTIVITY = pd.DataFrame([(who, day) for who, days in DAYS.items() for day in days], columns=["who", "day"])


def expand(activity=ACTIVITY, gap=3, last=10, people=("dan",)):
    return analytics.person_periods(activity, unit="who", time="day", gap=gap, last=last, people=people)


def test_rows_of_three_people():
    rows = expand().rows
    assert rows.groupby("who")["day"].agg(["min", "max"]).to_dict("index") == {
        "ann": {"min": 1, "max": 6},
        "ben": {"min": 3, "max": 7},
        "cat": {"min": 2, "max": 4},
    }
    ann = rows[rows["who"] == "ann"]
    assert ann["active"].tolist() == [1, 1, 0, 1, 0, 0]
    assert ann["since"].tolist() == [0, 0, 1, 0, 1, 2]
    assert ann["times"].tolist() == [1, 2, 2, 3, 3, 3]
    assert ann["stops"].tolist() == [0, 0, 0, 1, 0, 0]
    assert ann["ahead"].tolist() == [0, 0, 0, 1, 1, 1]  # the lapse is complete on day 7
    assert ann["event_time"].eq(7).all()
    ben = rows[rows["who"] == "ben"]
    assert ben["ahead"].sum() == 0 and ben["stops"].sum() == 0 and ben["event_time"].isna().all()
    assert ben["age"].tolist() == [0, 1, 2, 3, 4]


def test_counts_and_notes():
    found = expand()
    assert found.counts == {
        "people": 5,
        "never_active": 1,
        "lapses": 2,
        "rows": 6 + 5 + 3,
        "activities_after_last": 0,
        "returned": 1,
        "entered_too_late": 1,
    }
    assert "1 people became active again after a lapse of 3 periods; the lapse stands" in found.notes


def test_a_person_stops_only_in_an_active_period():
    rows = expand().rows
    assert rows.loc[rows["stops"] == 1, "active"].eq(1).all()


def test_what_is_known_in_a_period_does_not_depend_on_later_ones():
    known = ["who", "day", "age", "active", "since", "times", "share"]
    whole = expand().rows
    for day in (4, 5, 6):
        cut = analytics.person_periods(ACTIVITY[ACTIVITY["day"] <= day], unit="who", time="day", gap=3, last=day + 3).rows
        both = whole.merge(cut, on=["who", "day"], suffixes=("", "_cut"))
        both = both[both["day"] <= day]
        for column in known[2:]:
            assert both[column].tolist() == both[f"{column}_cut"].tolist(), (day, column)


def test_the_order_of_the_activities_does_not_matter():
    pd.testing.assert_frame_equal(expand().rows, expand(ACTIVITY.sample(frac=1, random_state=1)).rows)


def test_split_shares_no_person_and_no_period():
    activity = pd.DataFrame([(who, day) for who in range(40) for day in range(1, 31, 1 + who % 3)], columns=["who", "day"])
    rows = analytics.person_periods(activity, unit="who", time="day", gap=5, last=30).rows
    split = analytics.splits.by_group_and_time(rows["who"], rows["day"], until=15, horizon=5, seed=3)
    train, test = rows.iloc[split.train], rows.iloc[split.test]
    assert not set(train["who"]) & set(test["who"])
    assert train["day"].max() + 5 <= 15 < test["day"].min()
    assert train["who"].nunique() == test["who"].nunique() == 20
    again = analytics.splits.by_group_and_time(rows["who"], rows["day"], until=15, horizon=5, seed=3)
    assert (split.train == again.train).all() and (split.test == again.test).all()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"activity": ACTIVITY.assign(day=-1)}, BadValue, "day: 10 of 10 values are below 0, the first -1"),
        ({"activity": ACTIVITY.assign(day=0.5)}, BadValue, "day: 10 of 10 periods are not whole numbers"),
        ({"activity": ACTIVITY.assign(who=None)}, BadValue, "who: 10 of 10 values are missing"),
        ({"activity": ACTIVITY.rename(columns={"day": "d"})}, MissingColumn, "no column 'day'; found who, d"),
        ({"activity": ACTIVITY.head(0)}, TooFew, "the table has no rows"),
        ({"gap": 10}, BadValue, "gap 10 is not below last 10"),
        ({"gap": 0}, BadValue, "gap must be a whole number of at least 1; found 0"),
        ({"activity": ACTIVITY.assign(day=12)}, TooFew, "no activity up to period 10 in 10 rows"),
    ],
)
def test_wrong_activities_are_refused(change, error, message):
    with pytest.raises(error, match=message):
        expand(**change)


def test_wrong_splits_are_refused():
    rows = expand().rows
    with pytest.raises(BadValue, match="share is 1"):
        analytics.splits.by_group_and_time(rows["who"], rows["day"], until=5, horizon=3, share=1, seed=1)
    with pytest.raises(TooFew, match="move `until` or change the share"):
        analytics.splits.by_group_and_time(rows["who"], rows["day"], until=50, horizon=3, seed=1)


@pytest.mark.needs_data("akiba")
def test_users_who_stop_saving(source):
    ledger = source["ledger"]
    deposits = ledger[(ledger["kind"] == "deposit") & (ledger["amount_cents"] > 0)]
    found = analytics.person_periods(deposits, unit="account", time="period", gap=14, last=60)
    assert found.rows["period"].max() == 46
    # an independent way: the longest silence that ends by day 60, user by user
    lapsed = 0
    for days in deposits.loc[deposits["period"] <= 60].groupby("account")["period"].unique():
        ends = [*sorted(days), 61]
        lapsed += any(later - earlier > 14 for earlier, later in zip(ends, ends[1:]))
    assert found.counts["lapses"] == lapsed
