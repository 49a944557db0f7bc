"""Ranks and probabilities: hand examples, scipy, and the identity of ALIFT and AUC."""

import numpy as np
import pandas as pd
import pytest
from answers import check
from scipy.stats import ks_2samp, mannwhitneyu

from study.analytics import BadValue, NoVariation, metrics

Y = [1, 0, 1, 0]
S = [0.9, 0.8, 0.7, 0.1]


def random_case(n=300, seed=1, values=None):
    random = np.random.default_rng(seed)
    s = random.normal(size=n) if values is None else random.integers(0, values, n).astype(float)
    return (random.random(n) < 1 / (1 + np.exp(1 - s))).astype(float), s


def test_four_customers_by_hand():
    # pairs (1, 0): .9 beats .8 and .1, .7 beats .1 only: 3 of 4. KS: at .7, 1.0 - 0.5
    check("analytics.auc.four", metrics.auc(Y, S))
    assert metrics.gini(Y, S) == pytest.approx(0.5)
    check("analytics.ks.four", metrics.ks(Y, S))
    # (.01 + .64 + .09 + .01) / 4
    check("analytics.brier.four", metrics.brier(Y, S))


@pytest.mark.parametrize("values", [None, 5])
def test_auc_and_ks_are_those_of_scipy(values):
    y, s = random_case(values=values)
    u = mannwhitneyu(s[y == 1], s[y == 0]).statistic
    assert metrics.auc(y, s) == pytest.approx(u / (y.sum() * (1 - y).sum()), abs=1e-12)
    assert metrics.ks(y, s) == pytest.approx(ks_2samp(s[y == 1], s[y == 0]).statistic, abs=1e-12)


def test_a_score_turned_round_has_the_same_ks():
    y, s = random_case()
    assert metrics.ks(y, -s) == pytest.approx(metrics.ks(y, s))


def test_alift_by_hand():
    # contacted 1/4, 2/4, 3/4, 1 reach 1/2, 1/2, 1, 1: trapezoids 1/16 + 2/16 + 3/16 + 4/16 = .625
    check("analytics.alift.four", metrics.alift(Y, S))


@pytest.mark.parametrize("values", [None, 4])
def test_alift_is_a_line_of_the_auc(values):
    y, s = random_case(values=values)
    rate = y.mean()
    assert metrics.alift(y, s) == pytest.approx((1 - rate) * metrics.auc(y, s) + rate / 2, abs=1e-12)
    assert metrics.alift(y, y) == pytest.approx(1 - rate / 2) and metrics.alift(y, np.ones(len(y))) == pytest.approx(0.5)


def test_lift_by_hand_and_ties_do_not_depend_on_the_order_of_rows():
    # ten customers, two 1s among the best two of four tied ones: the best half reaches the tied four and one more
    y = [1, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    s = [2, 2, 2, 2, 1, 1, 1, 1, 1, 1]
    table = metrics.lift_table(y, s, parts=5)
    # the first two of the four tied reach half of the two 1s: lift (1/2) / (1/5) = 2.5
    assert table["lift"].tolist() == pytest.approx([2.5, 2.5, 0, 0, 0])
    assert table["ones"].tolist() == pytest.approx([1, 1, 0, 0, 0]) and table["reached"].tolist() == pytest.approx([0.5, 1, 1, 1, 1])
    turned = metrics.lift_table(y[::-1], s[::-1], parts=5)
    pd.testing.assert_frame_equal(table, turned)


def test_lift_without_ties_is_counting():
    y, s = random_case(n=200)
    best = y[np.argsort(-s)].reshape(10, 20)
    table = metrics.lift_table(y, s)
    assert table["ones"].to_numpy() == pytest.approx(best.sum(axis=1))
    assert table["lift"].to_numpy() == pytest.approx(best.mean(axis=1) / y.mean())
    assert table["cumulative_lift"].iloc[-1] == pytest.approx(1)


def test_psi_by_hand():
    # cut at the median of 1, 2, 3, 4 -> shares (.5, .5); actual 1 of 4 up to the cut: (.25, .75)
    # (.25 - .5) ln(.25 / .5) + (.75 - .5) ln(.75 / .5) = .173287 + .101366
    table = metrics.psi([1, 2, 3, 4], [1, 3, 4, 4], bins=2)
    check("analytics.psi.two", table["part"].sum())
    assert not table["filled"].any()


def test_psi_has_a_bin_for_missing_and_fills_empty_bins():
    table = metrics.psi([1, 2, 3, 4], [1, 2, np.nan, np.nan], bins=2)
    # expected (.5, .5, .5/4), actual (.5, .5/4, .5)
    assert table["bin"].tolist() == ["(-inf, 2.5]", "(2.5, inf]", "missing"]
    assert table["expected"].tolist() == [0.5, 0.5, 0.125] and table["actual"].tolist() == [0.5, 0.125, 0.5]
    assert table["filled"].tolist() == [False, True, True]
    assert metrics.psi([1, 2, 3, 4], [1, 2, 3, 4], bins=2)["part"].sum() == 0


@pytest.mark.parametrize(("count", "n", "row"), [(81, 263, "a"), (15, 148, "b"), (0, 20, "c"), (1, 29, "d")])
def test_wilson_is_newcombes_table(count, n, row):
    low, high = metrics.wilson(count, n)
    names = {
        "a": ("analytics.wilson.a.low", "analytics.wilson.a.high"),
        "b": ("analytics.wilson.b.low", "analytics.wilson.b.high"),
        "c": ("analytics.wilson.c.low", "analytics.wilson.c.high"),
        "d": ("analytics.wilson.d.low", "analytics.wilson.d.high"),
    }[row]
    check(names[0], float(low))
    check(names[1], float(high))


def test_wilson_of_nothing_is_missing():
    low, high = metrics.wilson([0, 1], [0, 2])
    assert np.isnan(low[0]) and np.isnan(high[0]) and low[1] == pytest.approx(1 - high[1])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: metrics.auc([1, 1], [0.1, 0.2]), NoVariation, "all 2 outcomes are 1"),
        (lambda: metrics.auc(Y, [0.1, np.nan, 0.3, 0.4]), BadValue, "score: 1 of 4 values are missing"),
        (lambda: metrics.auc([1, 0, 2, 0], S), BadValue, "outcome: 1 of 4 values are neither 0 nor 1, the first 2"),
        (lambda: metrics.auc([1, 0], S), BadValue, "outcome has shape"),
        (lambda: metrics.brier(Y, [2, 0, 0, 0]), BadValue, "probability: 1 of 4 values"),
        (lambda: metrics.lift_table(Y, S, parts=5), BadValue, "4 customers can not be cut into 5 parts"),
        (lambda: metrics.psi([1, 1], [1, 2]), NoVariation, "all 2 expected values are 1"),
        (lambda: metrics.psi([1, 2], [np.inf, 2]), BadValue, "actual: 1 infinite and 1 usable of 2"),
        (lambda: metrics.wilson(3, 2), BadValue, "1 of 1 counts are above their n"),
    ],
)
def test_wrong_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
