"""Early-warning lists: four customers and three periods worked by hand."""

import numpy as np
import pandas as pd
import pytest
from answers import check

from study.analytics import early_warning
from study.analytics.errors import BadValue, MissingColumn, TooFew, UnknownChoice

# Events: a in period 4, c in period 3; b and d never. Rows before the event only.
ROWS = pd.DataFrame(
    [
        ("a", 1, 0.9, 1, 4), ("a", 2, 0.2, 2, 4), ("a", 3, 0.8, 3, 4),
        ("b", 1, 0.1, 5, np.nan), ("b", 2, 0.7, 6, np.nan), ("b", 3, 0.3, 7, np.nan),
        ("c", 1, 0.2, 2, 3), ("c", 2, 0.6, 3, 3),
        ("d", 1, 0.3, 0, np.nan), ("d", 2, 0.1, 1, np.nan), ("d", 3, 0.9, 2, np.nan),
    ],
    columns=["who", "t", "risk", "since", "event"],
)  # fmt: skip


def warn(rows=ROWS, **changed):
    arguments = {"unit": "who", "time": "t", "event_time": "event", "capacity": 2, "horizon": 2, "baselines": {"recency": "since"}}
    return early_warning.evaluate(rows, "risk", **(arguments | {"reps": 99, "seed": 1} | changed))


def of(found, ranking):
    return found.comparison.set_index("ranking").loc[ranking]


def test_precision_recall_and_lead_by_hand():
    # two contacts: period 1 a, d; period 2 b, c; period 3 d, a.  Within two periods of an event: c in 1 and 2, a in 2 and 3.
    # Hits: c in period 2 (lead 1), a in period 3 (lead 1): precision 2/6; a in period 1 is three periods early: no hit.
    found = warn()
    assert list(zip(found.alerts["who"], found.alerts["t"])) == [("a", 1), ("d", 1), ("b", 2), ("c", 2), ("d", 3), ("a", 3)]
    assert found.alerts["rank"].tolist() == [1, 2, 1, 2, 1, 2]
    assert found.alerts["hit"].tolist() == [0, 0, 0, 1, 0, 1]
    line = of(found, "risk")
    check("early_warning.precision", line["precision"])
    check("early_warning.recall", line["recall"])
    check("early_warning.lead", line["lead_mean"])
    check("early_warning.false_alerts", line["false_alerts_per_customer"])
    check("early_warning.lift", line["lift"])


def test_recency_by_hand():
    # period 1: b (5), c (2); period 2: b (6), c (3); period 3: b (7), a (3).  Hits c, c, a: precision 3/6, leads c 2, a 1.
    found = warn()
    line = of(found, "recency")
    assert line["precision"] == pytest.approx(0.5) and line["recall"] == 1 and line["lead_mean"] == 1.5
    assert of(found, "risk")["less_recency"] == pytest.approx(2 / 6 - 3 / 6)
    assert found.leads.query("ranking == 'recency'").set_index("unit")["lead"].to_dict() == {"a": 1, "c": 2}


def test_recall_and_lead_have_intervals_from_redrawn_customers():
    # risk catches a and c, recency too: their difference is 0 in every draw
    found = warn(reps=499)
    line, recency = of(found, "risk"), of(found, "recency")
    assert line["caught"] == 2 and line["recall"] == 1
    assert line["recall_less_recency"] == line["recall_less_recency_low"] == line["recall_less_recency_high"] == 0
    assert (line["lead_median_low"], line["lead_median_high"]) == (1, 1)  # both leads are 1
    assert (recency["lead_median_low"], recency["lead_median_high"]) == (1, 2)  # leads 1 and 2
    one = warn(capacity=1)  # a in period 1 (three ahead), then b, then d: no hit
    assert of(one, "risk")["recall"] == 0 and np.isnan(of(one, "risk")["lead_median_low"])


def test_intervals_are_those_of_customers_drawn_by_hand():
    random, n = np.random.default_rng(1), 4
    hits, alerts = np.array([1, 0, 1, 0]), np.array([2, 1, 1, 2])  # a, b, c, d, from the lists above
    drawn = [(hits[k].sum() / alerts[k].sum()) for k in (random.integers(n, size=n) for _ in range(99))]
    line = of(warn(), "risk")
    assert (line["precision_low"], line["precision_high"]) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])))


def test_a_share_is_rounded_down_in_each_period():
    # 4, 4 and 3 at risk: half of them is 2, 2, 1
    found = warn(capacity=0.5)
    assert found.alerts.groupby("t").size().to_dict() == {1: 2, 2: 2, 3: 1}
    assert found.counts["contacts"] == 5


def test_everybody_is_alerted_when_the_capacity_allows():
    found = warn(capacity=9)
    assert len(found.alerts) == len(ROWS) and of(found, "risk")["precision"] == pytest.approx(4 / 11)
    assert of(found, "risk")["lift"] == pytest.approx(1)
    assert found.notes[0] == "3 periods have fewer units at risk than the capacity: all of them are alerted"


def test_a_rested_unit_is_not_alerted_again():
    # a and d in period 1 rest one period: period 2 takes b, c; b and c rest: period 3 takes d, a
    again = warn(capacity=1, rest=1)
    assert list(zip(again.alerts["who"], again.alerts["t"])) == [("a", 1), ("b", 2), ("d", 3)]
    # c and d tie in no period; resting two periods leaves c or d only where free
    longer = warn(capacity=1, rest=2)
    assert list(zip(longer.alerts["who"], longer.alerts["t"])) == [("a", 1), ("b", 2), ("d", 3)]
    assert longer.alerts.groupby("who").size().max() == 1


def test_a_perfect_risk_finds_every_event_and_random_has_the_base_rate_of_its_periods():
    random = np.random.default_rng(5)
    rows = pd.DataFrame([(who, t) for who in range(400) for t in range(10)], columns=["who", "t"])
    rows["event"] = rows["who"].map(pd.Series(np.where(random.random(400) < 0.3, random.integers(1, 10, 400), np.nan)))
    rows = rows[~(rows["event"] <= rows["t"])]
    rows["risk"] = (rows["event"] - rows["t"] <= 1).astype(float)
    arguments = {"unit": "who", "time": "t", "event_time": "event", "capacity": 40, "horizon": 1, "reps": 19}
    found = [early_warning.evaluate(rows, "risk", **arguments, seed=seed) for seed in range(40)]
    assert all(of(one, "risk")["recall"] == 1 for one in found)
    # every period has the same contacts, so random's precision is the mean over periods of the share due
    expected = rows["risk"].groupby(rows["t"]).mean().mean()
    drawn = np.array([of(one, "random")["precision"] for one in found])
    assert abs(drawn.mean() - expected) < 3.3 * drawn.std(ddof=1) / np.sqrt(len(drawn))


def test_the_same_seed_gives_the_same_lists_whatever_the_order_of_rows_is():
    first, second = warn(), warn()
    pd.testing.assert_frame_equal(first.comparison, second.comparison)
    shuffled = warn(ROWS.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(first.alerts, shuffled.alerts)


def test_one_customer_has_no_interval():
    found = warn(ROWS[ROWS["who"] == "a"], capacity=1)
    assert np.isnan(of(found, "risk")["precision_low"]) and "1 customer: no interval" in found.notes


def test_without_events_recall_is_not_defined():
    found = warn(ROWS[ROWS["event"].isna()])
    assert of(found, "risk")["precision"] == 0 and np.isnan(of(found, "risk")["recall"])
    assert found.notes[-1] == "no event falls within the horizon of a row: recall and lift are not defined"


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"capacity": 0}, BadValue, "capacity is 0; give a number"),
        ({"capacity": 1.5}, BadValue, "capacity is 1.5"),
        ({"capacity": 0.1}, TooFew, "capacity 0.1 of at most 4 units at risk is less than one contact in every period"),
        ({"horizon": 0}, BadValue, "horizon must be a whole number of at least 1; found 0"),
        ({"rows": ROWS.assign(risk=np.nan)}, BadValue, "risk: 11 of 11 values are missing or infinite"),
        ({"rows": ROWS.assign(t=-ROWS["t"])}, BadValue, "t: 11 of 11 values are below 0"),
        ({"rows": ROWS.assign(t=5)}, BadValue, "5 of 11 rows are not before their event"),
        ({"rows": pd.concat([ROWS, ROWS.tail(1)])}, BadValue, "1 rows repeat a unit and period"),
        ({"rows": ROWS.drop(columns="since")}, MissingColumn, "no column 'since'"),
        ({"baselines": {"random": "since"}}, UnknownChoice, "may not be called 'random'"),
    ],
)
def test_wrong_input_is_refused(changed, error, message):
    with pytest.raises(error, match=message):
        warn(**changed)


def test_input_is_not_changed():
    before = ROWS.copy()
    warn()
    pd.testing.assert_frame_equal(ROWS, before)
