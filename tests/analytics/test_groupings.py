"""What groups say of an outcome: sums of squares by hand, statsmodels' adjusted R-squared, draws over customers."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import f_oneway

from study.analytics import BadValue, NoVariation, UnknownChoice, groupings


def test_parts_by_hand():
    # ranks 1 2 3.5 3.5 5 6, three parts of six: 1 + floor((r - 1/2) / 2)
    assert groupings.parts(pd.Series([1, 2, 3, 3, 5, 6]), 3).tolist() == [1, 1, 2, 2, 3, 3]
    assert groupings.parts(pd.Series([0, 0, 0, 9]), 2).tolist() == [1, 1, 1, 2]


def test_means_by_hand():
    outcomes = pd.DataFrame({"took": [1, 0, 0, 1], "money": [2.0, 4.0, 0.0, 7.0]})
    found = groupings.by_group(outcomes, pd.Series(["a", "a", "b", "b"]), reps=99, seed=1).set_index(["outcome", "group"])
    assert found["mean"].tolist() == [0.5, 0.5, 3.0, 3.5] and found["having"].tolist() == [1, 1, 2, 1] and (found["n"] == 2).all()
    # Wilson at 1 of 2: 0.5 -/+ 1.96 / (1 + 3.8415 / 2) x sqrt(0.25 / 2 + 3.8415 / 16) = 0.5 -/+ 0.4055
    assert found.loc[("took", "a"), ["low", "high"]].tolist() == pytest.approx([0.0945, 0.9055], abs=1e-4)


def test_epsilon_squared_by_hand():
    # groups (1, 3) and (6, 10): within 2 + 8 = 10 on 2 degrees, total (1-5)^2 + (3-5)^2 + 1 + 25 = 46 on 3; 1 - 5 / (46/3)
    y = pd.Series([1.0, 3.0, 6.0, 10.0])
    found = groupings.explained(y, {"g": pd.Series(["a", "a", "b", "b"])}, against="g", reps=19, seed=1)
    assert found.loc[0, "explained"] == pytest.approx(1 - 5 / (46 / 3), abs=1e-12)


def test_against_statsmodels_and_scipy():
    random = np.random.default_rng(5)
    x = pd.DataFrame({"a": random.normal(5, 2, 300), "b": random.exponential(10, 300)})
    y, group = 0.3 * x["a"] + random.normal(0, 1, 300), pd.Series(random.integers(0, 4, 300))
    found = groupings.explained(y, {"linear": x, "group": group}, against="linear", reps=99, seed=2).set_index("predictor")
    fit = sm.OLS(y, sm.add_constant(x)).fit()
    assert found.loc["linear", "explained"] == pytest.approx(fit.rsquared_adj, abs=1e-10)
    f = f_oneway(*(y[group == g] for g in range(4))).statistic
    assert found.loc["group", "explained"] == pytest.approx(3 * (f - 1) / (3 * f + 296), abs=1e-10)  # epsilon squared from F
    gap = found.loc["linear", "explained"] - found.loc["group", "explained"]
    assert found.loc["group", "ahead"] == pytest.approx(gap, abs=1e-12) and found.loc["linear", "ahead"] == 0
    assert found.loc["group", "ahead_low"] < gap < found.loc["group", "ahead_high"]


def test_clusters_are_drawn_whole():
    random = np.random.default_rng(3)
    own = random.normal(0, 1, 40)
    y = pd.Series(np.repeat(own, 25) + random.normal(0, 0.1, 1000))
    group = pd.Series(np.repeat(np.arange(40) % 2, 25))
    widths = []
    for cluster in (None, pd.Series(np.repeat(np.arange(40), 25))):
        found = groupings.explained(y, {"g": group}, against="g", cluster=cluster, reps=199, seed=4).iloc[0]
        widths.append(found["high"] - found["low"])
    assert widths[1] > 2 * widths[0]


def test_refusals():
    y, g = pd.Series([1.0, 2.0, 3.0]), pd.Series(["a", "b", "b"])
    with pytest.raises(UnknownChoice, match="choose one of g"):
        groupings.explained(y, {"g": g}, against="h", seed=1)
    with pytest.raises(NoVariation, match="is 1 for all 3"):
        groupings.explained(y * 0 + 1, {"g": g}, against="g", seed=1)
    with pytest.raises(BadValue, match="same index"):
        groupings.explained(y, {"g": g.set_axis([5, 6, 7])}, against="g", seed=1)
    with pytest.raises(BadValue, match="1 of 3 customers have no group"):
        groupings.explained(y, {"g": pd.Series(["a", None, "b"])}, against="g", seed=1)
