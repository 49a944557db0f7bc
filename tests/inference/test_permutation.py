"""The permutation test against brute force through panel.fit, and its smallest attainable p."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from study import inference, models


def panel(banks=4, years=6, seed=0, missing=4):
    random = np.random.default_rng(seed)
    data = pd.DataFrame([(b, t) for b in range(banks) for t in range(years)], columns=["bank", "year"])
    data["x"] = random.normal(size=len(data)).cumsum()
    data["z"] = random.normal(size=len(data))
    data["y"] = 0.3 * data["x"] + random.normal(size=len(data))
    data.loc[random.choice(len(data), missing, replace=False), "x"] = np.nan
    data.loc[random.choice(len(data), missing // 2, replace=False), "y"] = np.nan
    return data


def statistic(data, formula):
    row = models.panel.fit(data, formula, cluster="bank").row("x")
    return row["estimate"] / row["std_error"]


@pytest.mark.parametrize("formula", ["y ~ x | bank + year", "y ~ x + z | bank + year"])
def test_enumeration_is_that_of_panel_fit_on_exchanged_paths(formula):
    data = panel()
    fit = models.panel.fit(data, formula, cluster="bank")
    result = inference.permutation(fit, "x", over="bank", reps=100, seed=1)
    paths = data.pivot(index="bank", columns="year", values="x")
    values = []
    for order in permutations(range(4)):
        moved = data.assign(x=[paths.loc[order[b], t] for b, t in zip(data["bank"], data["year"])])
        values.append(abs(statistic(moved, formula)))
    assert result.enumerated and result.reps == 24
    assert result.statistic == pytest.approx(statistic(data, formula), rel=1e-9)
    assert result.p_value == np.mean(np.array(values) >= abs(result.statistic) - 1e-9)
    assert result.smallest_attainable_p == 1 / 24


def test_three_banks_can_not_have_a_p_under_one_sixth():
    data = panel(banks=3, missing=0).assign(y=lambda d: 100 * d["x"] + d["z"])
    fit = models.panel.fit(data, "y ~ x | bank + year", cluster="bank")
    result = inference.permutation(fit, "x", over="bank", reps=999, seed=1)
    assert result.smallest_attainable_p == pytest.approx(1 / 6)
    assert result.p_value >= 1 / 6


def test_random_orders_follow_the_seed_and_count_the_observed_order():
    data = panel(banks=9, missing=0)
    fit = models.panel.fit(data, "y ~ x | bank + year", cluster="bank")
    first = inference.permutation(fit, "x", over="bank", reps=199, seed=3)
    assert first == inference.permutation(fit, "x", over="bank", reps=199, seed=3)
    assert first != inference.permutation(fit, "x", over="bank", reps=199, seed=4)
    assert (first.p_value * 200) == pytest.approx(round(first.p_value * 200))
    assert first.smallest_attainable_p == 1 / 200


def one_treated(banks=20, years=6, seed=3):
    random = np.random.default_rng(seed)
    data = pd.DataFrame([(b, t) for b in range(banks) for t in range(years)], columns=["bank", "year"])
    data["y"] = random.normal(size=banks)[data["bank"]] + random.normal(size=len(data))
    return data.assign(x=((data["bank"] == 7) & (data["year"] >= 3)).astype(float))


def test_one_treated_bank_of_twenty_has_twenty_places():
    # 20 different orders, not 20!: the p is the rank of the bank's statistic among those of the twenty
    data = one_treated()
    fit = models.panel.fit(data, "y ~ x | bank + year", cluster="bank")
    result = inference.permutation(fit, "x", over="bank", reps=999, seed=1)
    moved = [data.assign(x=((data["bank"] == b) & (data["year"] >= 3)).astype(float)) for b in range(20)]
    size = np.abs([statistic(frame, "y ~ x | bank + year") for frame in moved])
    assert (result.orders, result.reps, result.enumerated) == (20, 20, True)
    assert result.smallest_attainable_p == pytest.approx(1 / 20)
    assert result.p_value == pytest.approx((size >= size[7] * (1 - 1e-9)).mean())


def test_places_of_treated_banks_are_counted_with_their_gaps():
    # 2 treated of 6: 6! / (2! 4!) = 15 orders; a bank with a gap in its path can be told apart: 6! / (2! 3!) = 60
    data = one_treated(banks=6).assign(x=lambda d: ((d["bank"] < 2) & (d["year"] >= 3)).astype(float))
    for frame, orders in ((data, 15), (data.assign(x=data["x"].where(data.index != 30)), 60)):
        fit = models.panel.fit(frame, "y ~ x | bank + year", cluster="bank")
        result = inference.permutation(fit, "x", over="bank", reps=999, seed=1)
        assert (result.orders, result.reps, result.enumerated) == (orders, orders, True)


@pytest.mark.slow
def test_a_true_null_is_rejected_about_as_often_as_it_should():
    # 200 panels without an effect, 5 % level: 2 to 18 rejections have probability 99.6 % (binomial)
    rejected = 0
    for seed in range(200):
        data = panel(banks=8, years=5, seed=seed + 100, missing=0)
        data["y"] = np.random.default_rng(seed).normal(size=len(data))
        fit = models.panel.fit(data, "y ~ x | bank + year", cluster="bank")
        rejected += inference.permutation(fit, "x", over="bank", reps=99, seed=seed).p_value <= 0.05
    assert 2 <= rejected <= 18


def test_what_can_not_be_permuted_is_refused():
    data = panel(missing=0)
    fit = models.panel.fit(data, "y ~ x | bank + year", cluster="bank")
    with pytest.raises(models.ModelError, match="permutation over 'region'"):
        inference.permutation(fit, "x", over="region", seed=1)
    twice = models.panel.fit(pd.concat([data, data]), "y ~ x | bank + year", cluster="bank")
    with pytest.raises(models.DuplicateKeys, match="48 rows share bank and year"):
        inference.permutation(twice, "x", over="bank", seed=1)


def test_a_fit_without_rows_is_refused():
    data = pd.DataFrame({"bank": np.repeat(range(4), 5), "year": np.tile(range(5), 4)})
    data[["x", "y"]] = np.random.default_rng(0).normal(size=(20, 2))
    gram = models.gram.build(data, outcomes=["y"], regressors=["x"], absorb=["bank", "year"], cluster="bank")
    with pytest.raises(models.ModelError, match="needs the rows of a fit of models.panel"):
        inference.permutation(gram.fit("y", ["x"]), "x", over="bank", seed=1)
    random_effects = models.panel.fit(data, "y ~ x | bank + year", cluster="bank", estimator="re")
    with pytest.raises(models.ModelError, match="carries no Gram"):
        inference.wild_bootstrap(random_effects, "x", seed=1)
