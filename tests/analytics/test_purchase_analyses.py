"""Price slopes, channels within blocks, pooled arms and credit risk: answers by hand."""

import numpy as np
import pandas as pd
import pytest

from study import analytics, inference, models


def test_a_price_slope_is_the_mix_of_the_cells_slopes():
    data = pd.DataFrame({"cell": ["a"] * 4 + ["b"] * 4, "price": [1, 2, 3, 4, 11, 12, 13, 14], "y": [4, 3, 2, 1.5, 9, 8, 7, 6.5]})
    fits = analytics.policy.price_slopes(data, price="price", cells=["cell"], outcomes=["y"])
    assert fits["y"].row("price")["estimate"] == pytest.approx(-0.85)  # in each cell (-1.5 * 2.5 - .5) / 5 = -.85, by hand


def calls():
    """Three blocks: gaps .5, 0 and one that has a single channel."""
    rows = [("jan", "mobile", y) for y in (1, 1, 1, 0)] + [("jan", "fixed", y) for y in (1, 0, 0, 0)]
    rows += [("feb", "mobile", y) for y in (1, 0)] + [("feb", "fixed", y) for y in (1, 0, 1, 0, 1, 0)] + [("mar", "fixed", 0)] * 5
    return pd.DataFrame(rows * 5, columns=["block", "channel", "bought"]).assign(age=np.tile(np.arange(21.0), 5))


def gap(data, **more):
    given = {"outcome": "bought", "channel": "channel", "treated": "mobile", "block": "block", "numeric": ["age"], "categorical": []}
    return analytics.channel_gap(data, **(given | {"least": 10, "reps": 99, "seed": 1} | more))


def test_a_channel_within_blocks_by_hand():
    found = gap(calls())
    assert (found.raw["mobile"], found.other) == ((pytest.approx(4 / 6), 30), "fixed")
    assert found.gap == pytest.approx(4 / 6 - 4 / 15)
    # weights n p (1 - p): 8 / 4 = 2 and 8 * 2/8 * 6/8 = 1.5; gaps .5 and 0
    assert found.within.row("treated")["estimate"] == pytest.approx(0.5 * 2 / 3.5)
    assert found.plain.glance()["n_obs"] == 80 and found.within.glance()["n_clusters"] == 2


def test_a_channel_needs_another_and_two_blocks():
    with pytest.raises(analytics.TooFew, match="two channels are compared, 'mobile' with another; found fixed"):
        gap(calls().query("channel == 'fixed'"))
    with pytest.raises(analytics.TooFew, match="0 of 3 blocks have 50 rows"):
        gap(calls(), least=50)


def arms():
    rows = pd.DataFrame({"arm": ["plain"] * 6 + ["gold"] * 3 + ["merit"] * 3, "y": [0, 0, 0, 1, np.nan, 0, 1, 1, 0, 1, 1, np.nan]})
    return rows.assign(all=rows["y"].fillna(0))


def test_pooled_arms_against_the_rest():
    found = analytics.pooled_arms(arms(), arm="arm", pooled=["gold", "merit"], outcomes=["y", "all"], reps=199, seed=1)
    assert found.tests["y"].statistic == pytest.approx(4 / 5 - 1 / 5) and found.rows == {"y": 10, "all": 12}
    assert found.tests["all"].statistic == pytest.approx(4 / 6 - 1 / 6)
    assert found.rates.loc["merit"].tolist() == [1.0, 2]
    alone = inference.lee_bounds(arms().assign(d=lambda t: (t["arm"] != "plain").astype(int)), "y", "d")
    assert (found.bounds.lower, found.bounds.upper) == (alone.lower, alone.upper)


def test_no_pooled_arms_and_unknown_ones():
    assert analytics.pooled_arms(arms(), arm="arm", pooled=[], outcomes=["y"], reps=99, seed=1) is None
    with pytest.raises(analytics.BadValue, match="pooled arms silver; the arms are gold, merit, plain"):
        analytics.pooled_arms(arms(), arm="arm", pooled=["silver"], outcomes=["y"], reps=99, seed=1)
    with pytest.raises(analytics.BadValue, match="one must be left"):
        analytics.pooled_arms(arms(), arm="arm", pooled=["plain", "gold", "merit"], outcomes=["y"], reps=99, seed=1)


def test_credit_risk_with_a_group_without_a_bad_loan():
    draw = np.random.default_rng(3)
    x, z = draw.normal(size=(2, 400))
    held = (draw.random(400) < 0.1).astype(int)
    bad = ((draw.random(400) < 1 / (1 + np.exp(1.5 - x))) & (held == 0)).astype(int)
    loans = pd.DataFrame({"bad": bad, "x": x, "z": z, "held": held, "finished": (draw.random(400) < 0.6).astype(int)})
    found = analytics.credit_risk(loans, formula="bad ~ x", other="bad ~ x + z", group="held")
    assert found.exact["all"].events == (0, bad.sum()) and found.exact["all"].rows == (held.sum(), 400 - held.sum())
    assert found.exact["all"].bounds[0] == pytest.approx(1 - 0.05 ** (1 / held.sum()))  # Clopper and Pearson, no event
    assert found.fits["finished"].glance()["n_obs"] == loans["finished"].sum()
    alone = models.discrete.fit(loans, "bad ~ x + held", method="firth")
    assert found.fits["firth"].row("held")["estimate"] == alone.row("held")["estimate"] < 0
