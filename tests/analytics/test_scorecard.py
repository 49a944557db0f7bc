"""Weight of evidence, information value and points: by hand."""

import numpy as np
import pandas as pd
import pytest
from answers import check

from study.analytics import BadValue, MissingColumn, NoVariation, scoring
from study.analytics.scoring.scorecard import woe


def test_evidence_by_hand():
    # good 60, 30, 10 and bad 20, 30, 50 of 100 each: ln 3, ln 1, ln .2; IV = .4 ln 3 + 0 + .4 ln 5
    table = woe([60, 30, 10], [20, 30, 50])
    check("analytics.woe.first", table["woe"].iloc[0])
    assert table["woe"].tolist() == pytest.approx([np.log(3), 0, -np.log(5)])
    check("analytics.iv", table["iv"].sum())


def test_a_bin_without_bad_gets_half_a_customer():
    table = woe([10, 5], [0, 5])
    # 10.5 / 15.5 against .5 / 5.5
    assert table["woe"].iloc[0] == pytest.approx(np.log((10.5 / 15.5) / (0.5 / 5.5))) and table["filled"].tolist() == [True, False]


def customers(good=(60, 30, 10), bad=(20, 30, 50)):
    rows = [(level, outcome) for outcome, counts in ((0, good), (1, bad)) for level, n in zip("abc", counts) for _ in range(n)]
    return pd.DataFrame(rows, columns=["level", "bad"])


def test_points_of_one_variable_are_its_odds():
    # one variable: the logit on WoE has slope 1, so a bin's odds are 3, 1, 1/5; 600 at 50:1, 20 double:
    # 600 + 20 / ln 2 * (ln 3 - ln 50)
    card = scoring.scorecard(customers(), outcome="bad", numeric=[], categorical=["level"])
    assert card.coefficients.tolist() == pytest.approx([0, 1], abs=1e-6)
    points = card.bins.set_index("bin")["points"]
    check("analytics.points.first", points["a"])
    assert points["a"] - points["c"] == pytest.approx(20 / np.log(2) * np.log(15), rel=1e-6)
    assert card.information_value["level"] == pytest.approx(0.4 * np.log(15))


def test_good_can_be_the_event():
    card = scoring.scorecard(customers(), outcome="bad", numeric=[], categorical=["level"], good=1)
    assert card.bins.set_index("bin")["woe"].to_dict() == pytest.approx({"a": -np.log(3), "b": 0, "c": np.log(5)})


def test_unknown_categories_get_neutral_points_and_are_counted():
    card = scoring.scorecard(customers(), outcome="bad", numeric=[], categorical=["level"])
    points, unknown = card.score(pd.DataFrame({"level": ["b", "z", None]}))
    assert unknown == {"level": 2} and points.tolist() == pytest.approx([card.points_at_zero] * 3)


def test_rare_categories_are_one_bin():
    data = pd.concat([customers(), pd.DataFrame({"level": ["x", "y"], "bad": [0, 1]})], ignore_index=True)
    card = scoring.scorecard(data, outcome="bad", numeric=[], categorical=["level"])
    assert card.bins["bin"].tolist() == ["a", "b", "c", "other"] and card.bins["good"].tolist() == [60, 30, 10, 1]
    points, unknown = card.score(pd.DataFrame({"level": ["x", "new"]}))
    assert unknown == {} and points.nunique() == 1


def numbers(n=1000, seed=2):
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    bad = (random.random(n) < 1 / (1 + np.exp(2 + x))).astype(int)
    return pd.DataFrame({"x": np.where(random.random(n) < 0.1, np.nan, x), "one": 7.0, "bad": bad})


def test_quantile_bins_with_missing_as_its_own_and_constants_left_out():
    data = numbers()
    card = scoring.scorecard(data, outcome="bad", numeric=["x", "one"], bins=4)
    assert card.notes == ("one has one bin only and was left out",)
    assert len(card.bins) == 5 and card.bins["bin"].iloc[-1] == "missing"
    counts = card.bins[["good", "bad"]].sum(axis=1)
    assert counts.iloc[-1] == data["x"].isna().sum() and np.ptp(counts.iloc[:4]) <= 1
    # every row's points are those of its bin, worked out again from the edges
    points, _ = card.score(data)
    edges = card.bins["high"].iloc[:3].to_numpy()
    expected = card.bins["points"].to_numpy()[np.where(data["x"].isna(), 4, (data["x"].to_numpy()[:, None] > edges).sum(axis=1))]
    assert points.to_numpy() == pytest.approx(expected)


def test_monotone_bins_rise_throughout():
    card = scoring.scorecard(numbers(), outcome="bad", numeric=["x"], monotone=True)
    evidence = card.bins[card.bins["bin"] != "missing"]["woe"].to_numpy()
    assert len(evidence) >= 3 and (np.diff(evidence) > 0).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: woe([1, 0], [1, 0]), BadValue, "with a customer in every bin"),
        (lambda: woe([1, 2], [0, 0]), NoVariation, "3 good and 0 bad"),
        (lambda: scoring.scorecard(customers().assign(bad=1), outcome="bad", numeric=[], categorical=["level"]), NoVariation, "0 of 200"),
        (lambda: scoring.scorecard(customers().assign(level="a"), outcome="bad", numeric=[], categorical=["level"]), NoVariation, "none of 1"),
        (lambda: scoring.scorecard(customers(), outcome="bad", numeric=["income"]), MissingColumn, "no column 'income'"),
        (lambda: scoring.scorecard(numbers().assign(x=np.inf), outcome="bad", numeric=["x"]), BadValue, "x: 1000 of 1000 values are infinite"),
    ],
)
def test_wrong_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
