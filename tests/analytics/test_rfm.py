"""RFM scores by hand; the count that is only age."""

import numpy as np
import pandas as pd
import pytest
from answers import check
from scipy.stats import spearmanr

from study.analytics import BadValue, MissingColumn, NoVariation, TooFew, frequency_and_age, rfm

TEN = pd.DataFrame(
    {
        "since": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        "count": [1, 1, 1, 1, 2, 2, 3, 4, 5, 9],
        "money": [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
        "age": [10, 10, 10, 10, 20, 20, 20, 20, 20, 20],
    }
)
NAMES = {"recency": "since", "frequency": "count", "monetary": "money"}


def test_fifths_and_ties_by_hand():
    made = rfm(TEN, **NAMES)
    assert made.scores["recency"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert made.scores["monetary"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    # four 1s share rank 2.5: 1 + floor(5 * 2 / 10) = 2; two 2s share 5.5: 1 + floor(2.5) = 3; then 7..10
    assert made.scores["frequency"].tolist() == [2, 2, 2, 2, 3, 3, 4, 4, 5, 5]
    assert made.scores["cell"].iloc[0] == "5-2-1" and made.scores["total"].iloc[0] == 8
    assert made.notes == ("frequency: 1 of 5 scores are empty; 6 distinct values among 10 customers",)
    cut = made.cuts.query("indicator == 'recency' and score == 1").iloc[0]
    assert (cut["n"], cut["low"], cut["high"]) == (2, 8, 9)


def test_scores_do_not_depend_on_the_order_of_rows():
    shuffled = TEN.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(rfm(shuffled, **NAMES).scores.sort_index(), rfm(TEN, **NAMES).scores)


def test_rates_turn_the_order_round():
    # 1 in 10 months and 2 in 20 are the same rate
    made = rfm(TEN, **NAMES, age="age").scores
    assert made["frequency_rate"].tolist() == [0.1] * 6 + [0.15, 0.2, 0.25, 0.45]
    assert made["frequency_rate_score"].tolist() == [2] * 6 + [4, 4, 5, 5]
    # money a month 1 2 3 4 2.5 3 3.5 4 4.5 5: the two 3s share rank 4.5: 1 + floor(5 * 4 / 10) = 3
    assert made["cell_rate"].iloc[5] == "3-2-3"


def test_customers_without_activity_score_zero():
    data = TEN.copy()
    data.loc[0, ["since", "count", "money"]] = [np.nan, 0, 0]
    made = rfm(data, **NAMES)
    assert made.scores.loc[0, ["recency", "frequency", "monetary"]].tolist() == [0, 0, 0]
    assert made.notes[0] == "1 of 10 customers have no transaction: score 0"
    assert made.scores.loc[1:, "recency"].min() == 1


def test_identical_customers_share_the_middle_score():
    data = pd.concat([TEN.iloc[:1]] * 6, ignore_index=True)
    made = rfm(data, **NAMES)
    assert (made.scores[["recency", "frequency", "monetary"]] == 3).all(axis=None) and len(made.notes) == 3


def test_a_count_is_mostly_age_and_a_rate_is_not():
    # simulated: every customer has 2 transactions a month, whatever the age
    random = np.random.default_rng(4)
    age = random.integers(1, 60, 2000)
    data = pd.DataFrame({"age": age, "count": random.poisson(2 * age)})
    made = frequency_and_age(data, frequency="count", age="age").set_index("measure")
    assert made.loc["count", "spearman"] == pytest.approx(spearmanr(data["count"], age).statistic)
    assert made.loc["count", "pearson"] == pytest.approx(np.corrcoef(data["count"], age)[0, 1])
    assert made.loc["count", "spearman"] > 0.9 and abs(made.loc["rate", "spearman"]) < 0.1


def test_correlation_by_hand():
    # counts 1, 4, 3 at ages 1, 2, 3: deviations -5/3, 4/3, 1/3 and -1, 0, 1: r = 2 / sqrt(14/3 * 2)
    data = pd.DataFrame({"count": [1, 4, 3], "age": [1, 2, 3]})
    made = frequency_and_age(data, frequency="count", age="age")
    check("analytics.frequency_age", made["pearson"].iloc[0])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"count": -1}, BadValue, "count: 10 of 10 values are below 0, the first -1"),
        ({"since": 30}, BadValue, r"since is above age for 10 of 10 customers, first 30 > 10"),
        ({"age": 0}, BadValue, "age: 10 of 10 values are 0; a rate needs time"),
        ({"money": np.nan}, BadValue, "money: 10 of 10 values are missing or infinite"),
        ({"since": np.nan}, BadValue, "since: 10 of 10 values are missing"),
        ({"count": 0}, TooFew, "0 of 10 customers have a transaction"),
    ],
)
def test_wrong_tables_are_refused(change, error, message):
    with pytest.raises(error, match=message):
        rfm(TEN.assign(**change), **NAMES, age="age")


def test_one_customer_one_age_and_no_column_are_refused():
    with pytest.raises(TooFew, match="1 of 1 customers have a transaction"):
        rfm(TEN.head(1), **NAMES)
    with pytest.raises(NoVariation, match="all 4 customers have the age 10"):
        frequency_and_age(TEN.head(4), frequency="count", age="age")
    with pytest.raises(MissingColumn, match="no column 'visits'"):
        rfm(TEN, recency="since", frequency="visits", monetary="money")
