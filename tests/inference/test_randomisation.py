"""Randomisation inference against full enumeration, published examples and scipy."""

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from answers import check
from random_panels import panel
from scipy.stats import permutation_test

from study import inference, models
from study.inference import assignments


def difference(data, treatment, outcome="y"):
    y = data[outcome].to_numpy()
    return y[treatment == 1].mean() - y[treatment == 0].mean()


def test_the_lady_tasting_tea():
    # eight cups, four with milk first; the lady names all four
    cups = pd.DataFrame({"milk": [1, 0, 0, 1, 1, 0, 1, 0], "said": [1, 0, 0, 1, 1, 0, 1, 0]})
    result = inference.randomisation(
        lambda d, milk: float((milk == d["said"]).sum()), cups, assignments.complete("milk"), seed=1, alternative="greater"
    )
    assert result.enumerated and result.assignments == result.reps == 70
    check("randomisation.tea", result.p_value)
    assert result.smallest_attainable_p == pytest.approx(1 / 70)


def test_six_children_and_honey():
    children = pd.DataFrame({"w": [1, 1, 1, 0, 0, 0], "y": [3.0, 5, 0, 4, 0, 1]})
    result = inference.randomisation(difference, children, assignments.complete("w"), seed=1)
    check("randomisation.honey.statistic", result.statistic)
    check("randomisation.honey.p", result.p_value)


def test_complete_assignment_is_scipys_exact_permutation_test():
    random = np.random.default_rng(3)
    data = pd.DataFrame({"w": [1] * 5 + [0] * 6, "y": random.normal(size=11)})
    for alternative in ("two-sided", "greater", "less"):
        ours = inference.randomisation(difference, data, assignments.complete("w"), seed=1, alternative=alternative)
        two = data["y"][data["w"] == 1], data["y"][data["w"] == 0]
        other = permutation_test(two, lambda a, b: a.mean() - b.mean(), alternative=alternative, n_resamples=np.inf)
        expected = other.pvalue
        if alternative == "two-sided":  # scipy doubles the smaller tail
            expected = (np.abs(other.null_distribution) >= abs(ours.statistic) - 1e-12).mean()
        assert ours.p_value == pytest.approx(expected)
        assert ours.assignments == 462


def test_assignment_within_strata_and_by_cluster_by_hand():
    pairs = pd.DataFrame({"pair": [0, 0, 1, 1], "w": [1, 0, 1, 0], "y": [3.0, 1, 7, 6]})
    # differences +-2 and +-1: means (2+1)/2, (2-1)/2, (-2+1)/2, (-2-1)/2; two of four are as large
    result = inference.randomisation(difference, pairs, assignments.within_strata("w", "pair"), seed=1)
    assert (result.assignments, result.statistic, result.p_value) == (4, 1.5, 0.5)
    villages = pd.DataFrame({"village": [0, 0, 1, 2, 3, 3], "w": [1, 1, 1, 0, 0, 0], "y": [5.0, 5, 5, 1, 1, 1]})
    result = inference.randomisation(difference, villages, assignments.clustered("w", "village"), seed=1)
    assert (result.assignments, result.statistic) == (6, 4.0)
    assert result.p_value == pytest.approx(2 / 6)


def test_staggered_cohorts_are_exchanged_between_units():
    data = pd.DataFrame({"unit": np.repeat([4, 7, 9], 3), "t": np.tile([1, 2, 3], 3), "cohort": np.repeat([2.0, 3, np.inf], 3)})
    drawer = assignments.staggered("cohort", "unit").of(data)
    seen = {tuple(drawer.values[order]) for order in drawer.all()}
    assert seen == set(permutations([2.0, 3, np.inf])) and drawer.count == 6
    drawn = drawer.values[drawer.draw(200, np.random.default_rng(1))]
    assert {tuple(row) for row in drawn} == seen
    assert all(sorted(row) == [2, 3, np.inf] for row in drawn)


def test_draws_keep_the_numbers_within_strata_and_follow_the_seed():
    random = np.random.default_rng(0)
    data = pd.DataFrame({"s": np.arange(40) % 3, "w": random.integers(0, 2, 40), "y": random.normal(size=40)})
    mechanism = assignments.within_strata("w", "s")
    drawer = mechanism.of(data)
    for order in drawer.draw(50, np.random.default_rng(2)):
        assert (data["w"].to_numpy()[order][data["s"] == 1].sum()) == data["w"][data["s"] == 1].sum()
    one, two, three = (inference.randomisation(difference, data, mechanism, reps=199, seed=s) for s in (5, 5, 6))
    assert one == two and one.p_value != three.p_value
    assert one.smallest_attainable_p == 1 / 200 and not one.enumerated


def test_size_under_the_null_is_exact():
    # over all 70 assignments of fixed outcomes, P(p <= k / 70) is k / 70 for every attainable p
    y = np.random.default_rng(8).exponential(size=8)
    p = []
    for treated in combinations(range(8), 4):
        data = pd.DataFrame({"w": np.isin(np.arange(8), treated).astype(int), "y": y})
        p.append(inference.randomisation(difference, data, assignments.complete("w"), seed=1).p_value)
    for level in np.unique(p):
        assert np.mean(np.array(p) <= level + 1e-12) == pytest.approx(level)


def test_interval_of_a_constant_effect_ends_where_p_reaches_5_percent():
    random = np.random.default_rng(4)
    data = pd.DataFrame({"w": [1] * 5 + [0] * 5, "y": random.normal(size=10)})
    data["y"] += 3 * data["w"]
    mechanism = assignments.complete("w")
    low, high = inference.randomisation(difference, data, mechanism, seed=1, constant_effect_on="y").interval
    assert low < 3 < high
    for end, outwards in ((low, -1), (high, 1)):
        inside, outside = (
            inference.randomisation(difference, data.assign(y=data["y"] - (end + d) * data["w"]), mechanism, seed=1).p_value
            for d in (-outwards * 1e-3, outwards * 1e-3)
        )
        assert inside >= 0.05 > outside


@pytest.fixture(scope="module")
def banks():
    data = panel(seed=21, units=28, banks=4, unbalanced=True)
    cohorts = dict(zip(sorted(data["bank"].unique()), [0, 2, 4, 4]))
    data["cohort"] = data["bank"].map(cohorts)
    data["d"] = ((data["cohort"] > 0) & (data["month"] >= data["cohort"])).astype(float)
    options = {"outcomes": ["y"], "regressors": ["d", "x1"], "absorb": ["unit", "month"], "cluster": "bank"}
    return data, options, models.gram.build(data, cells=("bank", "month"), **options)


def test_staggered_adoption_without_the_rows_is_refitting_every_assignment(banks):
    data, options, gram = banks
    units = data[["bank", "cohort"]].drop_duplicates()
    statistic = inference.cell_statistic(gram, "y", ["x1"])
    result = inference.randomisation(statistic, units, assignments.staggered("cohort", "bank"), seed=1)
    assert result.enumerated and result.assignments == 12  # 4! / 2!
    assert result.statistic == pytest.approx(gram.fit("y", ["d", "x1"]).row("d")["statistic"], rel=1e-8)
    names, cohorts = units["bank"].tolist(), units["cohort"].tolist()
    values = set()
    for order in set(permutations(cohorts)):
        first = data["bank"].map(dict(zip(names, order)))
        placed = data.assign(d=((first > 0) & (data["month"] >= first)).astype(float))
        fit = models.panel.fit(placed, "y ~ d + x1 | unit + month", cluster="bank")
        values.add(abs(fit.row("d")["statistic"]))
    expected = np.mean([v >= abs(result.statistic) * (1 - 1e-7) for v in values])
    assert len(values) == 12 and result.p_value == pytest.approx(expected)


def test_a_path_that_is_not_adoption(banks):
    data, options, gram = banks
    units = data[["bank"]].drop_duplicates().assign(w=[1, 0, 1, 0])
    pulse = inference.cell_statistic(gram, "y", kind="coefficient", path=lambda w: w[..., None] * (np.asarray(gram.cells.periods) == 3).astype(float))
    result = inference.randomisation(pulse, units, assignments.complete("w"), seed=1)
    treated = set(units["bank"][units["w"] == 1])
    placed = data.assign(d=(data["bank"].isin(treated) & (data["month"] == 3)).astype(float))
    assert result.statistic == pytest.approx(models.panel.fit(placed, "y ~ d | unit + month").row("d")["estimate"], rel=1e-8)
    assert result.assignments == len(list(combinations(range(4), 2)))


def test_bad_input_is_named(banks):
    data, options, gram = banks
    frame = pd.DataFrame({"w": [1, 1, 0, 0], "u": [1, 1, 2, 3], "s": [0, 0, 0, np.nan], "y": [1.0, 2, 3, 4]})
    mechanism = assignments.complete("w")

    def refused(error, message, statistic=difference, frame=frame, assign=mechanism, **options):
        with pytest.raises(error, match=message):
            inference.randomisation(statistic, frame, assign, seed=1, **options)

    refused(inference.InferenceError, "no alternative 'both'; there is two-sided", alternative="both")
    refused(inference.Degenerate, "'w' has one possible assignment", frame=frame.assign(w=1))
    refused(inference.Degenerate, "one possible assignment", assign=assignments.within_strata("w", "u"))
    refused(inference.Degenerate, "all 6 assignments have the statistic 0", frame=frame.assign(y=0.0))
    refused(inference.Degenerate, "observed assignment is nan, and 6 of 6", frame=frame.assign(y=np.nan))
    refused(inference.MissingValues, "'s' is missing in 1 of 4 rows", assign=assignments.within_strata("w", "s"))
    refused(
        models.DuplicateKeys, "1 levels of 'u' have several values of 'w'", frame=frame.assign(w=[1, 0, 0, 1]), assign=assignments.clustered("w", "u")
    )
    refused(models.MissingColumn, "no column 'v'", assign=assignments.complete("v"))
    refused(inference.MissingValues, "'y' or the treatment is missing", frame=frame.assign(y=[1.0, 2, 3, np.nan]), constant_effect_on="y",
            statistic=lambda d, w: float((w * d["y"].fillna(0)).sum()))  # fmt: skip
    refused(inference.InferenceError, "can not be inverted", constant_effect_on="y", statistic=lambda d, w: float((w * [1, 2, 3, 5]).sum()))
    units = data[["bank", "cohort"]].drop_duplicates()
    cells = inference.cell_statistic(gram, "y")
    by_bank = assignments.complete("cohort")
    refused(models.DuplicateKeys, "rows repeat a 'bank'", cells, data[["bank", "cohort"]], by_bank)
    refused(models.ModelError, "1 of 4 levels of 'bank' in the Gram are not in the data", cells, units[1:], by_bank)
    with pytest.raises(inference.InferenceError, match="no statistic 'r2'"):
        inference.cell_statistic(gram, "y", kind="r2")
    with pytest.raises(models.ModelError, match="build it with cells"):
        inference.cell_statistic(models.gram.build(data, **options), "y")


def test_a_treatment_that_never_varies_within_effects_is_degenerate(banks):
    data, options, gram = banks
    units = data[["bank"]].drop_duplicates().assign(cohort=[-1, -2, -1, -2])  # everybody treated throughout
    with pytest.raises(inference.Degenerate, match="observed assignment is nan, and 6 of 6 re-assignments have none"):
        inference.randomisation(inference.cell_statistic(gram, "y"), units, assignments.complete("cohort"), seed=1)
