"""Agreement of rankings and stability of composites: by hand, against scipy, and where there is nothing to disagree on."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from study import value


def scores(n=60, seed=0):
    random = np.random.default_rng(seed)
    base = random.normal(size=n)
    return pd.DataFrame({"clv": base, "cltv": base + random.normal(size=n), "noise": random.normal(size=n)})


def rows(table):
    return table.set_index(["first", "second", "measure"]).sort_index()


def test_ten_customers_by_hand():
    # the two best change places, all others keep theirs: 1 of 45 pairs is discordant; sum of squared rank differences 2
    table = pd.DataFrame({"one": np.arange(10.0), "two": [0, 1, 2, 3, 4, 5, 6, 7, 9, 8]})
    made = rows(value.ranking_agreement(table, top=0.1, reps=5, seed=1)).loc[("one", "two")]
    assert made.loc["kendall", "estimate"] == pytest.approx(1 - 2 / 45)
    assert made.loc["spearman", "estimate"] == pytest.approx(1 - 6 * 2 / (10 * 99))
    assert made.loc["top_overlap", "estimate"] == 0 and made.loc["top_overlap", "by_chance"] == 0.1
    assert rows(value.ranking_agreement(table, top=0.2, reps=5, seed=1)).loc[("one", "two", "top_overlap"), "estimate"] == 1


def test_correlations_are_those_of_scipy_also_with_ties():
    table = scores().round(0)
    made = rows(value.ranking_agreement(table, reps=3, seed=1))
    for pair in (("clv", "cltv"), ("clv", "noise"), ("cltv", "noise")):
        one, two = table[pair[0]], table[pair[1]]
        assert made.loc[(*pair, "kendall"), "estimate"] == pytest.approx(stats.kendalltau(one, two).statistic)
        assert made.loc[(*pair, "spearman"), "estimate"] == pytest.approx(stats.spearmanr(one, two).statistic)


def test_a_monotone_change_of_a_score_changes_nothing():
    table = scores()
    made = rows(value.ranking_agreement(table.assign(clv=np.exp(table["clv"]), twice=2 * table["clv"]), reps=3, seed=1))
    assert made.loc[("clv", "twice"), "estimate"].tolist() == pytest.approx([1, 1, 1])
    same = rows(value.ranking_agreement(table, reps=3, seed=1))
    assert made.loc[("clv", "cltv"), "estimate"].tolist() == pytest.approx(same.loc[("clv", "cltv"), "estimate"].tolist())


def test_intervals_cover_the_truth():
    # normal scores of correlation .5: Kendall 2/pi arcsin(.5) = 1/3, Spearman 6/pi arcsin(.25) = .4826
    random, hits = np.random.default_rng(3), []
    for _ in range(30):
        pair = pd.DataFrame(random.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 120), columns=["a", "b"])
        made = value.ranking_agreement(pair, reps=59, seed=5).set_index("measure")
        hits.append([made.loc[m, "ci_low"] <= true <= made.loc[m, "ci_high"] for m, true in (("kendall", 1 / 3), ("spearman", 0.4826))])
    # 30 samples at 95 %: fewer than 24 hits has a chance below 0.1 %
    assert (np.sum(hits, axis=0) >= 24).all()


def test_draws_are_those_of_the_seed():
    pd.testing.assert_frame_equal(value.ranking_agreement(scores(), reps=20, seed=2), value.ranking_agreement(scores(), reps=20, seed=2))


@pytest.mark.parametrize(
    ("table", "arguments", "message"),
    [
        (scores()[["clv"]], {}, "1 orderings of 60 customers; agreement needs two"),
        (scores().head(9), {}, "3 orderings of 9 customers"),
        (scores().assign(noise=1.0), {}, "1 orderings do not vary: noise; they rank nobody"),
        (scores().assign(noise=np.nan), {}, "orderings: 60 of 180 values are missing"),
        (scores(), {"top": 1.0}, "top 1 and 199 draws"),
        (scores(), {"top": 0.0}, "top: 1 of 1 values are not above 0"),
        (scores(), {"reps": 1}, "top 0.1 and 1 draws"),
    ],
)
def test_wrong_orderings_are_refused(table, arguments, message):
    with pytest.raises(value.ValueInputError, match=message):
        value.ranking_agreement(table, **arguments, seed=1)


def test_equal_weights_do_not_move_and_weights_of_the_sample_are_those_of_composite():
    made = value.composite_stability(scores(), 40, seed=4)
    weights = made.weights.set_index(["weighting", "indicator"])
    assert weights.loc["equal", "std_error"].tolist() == [0, 0, 0]
    for kind in ("equal", "entropy", "pca"):
        assert weights.loc[kind, "weight"].tolist() == value.composite(scores(), kind).weights.tolist()
    assert (weights["ci_low"] <= weights["ci_high"]).all() and made.draws == 40
    assert made.agreement[["first", "second"]].drop_duplicates().to_numpy().tolist() == [["equal", "entropy"], ["equal", "pca"], ["entropy", "pca"]]
    ranks = made.ranks.set_index("weighting")
    assert (ranks["spearman_low"] <= ranks["spearman"]).all() and (ranks["spearman"] <= 1).all()


def test_spread_of_the_first_component_is_that_of_the_same_draws_by_singular_vectors():
    table, random, drawn = scores(), np.random.default_rng(4), []
    for _ in range(40):
        sample = table.to_numpy()[random.integers(0, 60, 60)]
        vector = np.linalg.svd((sample - sample.mean(axis=0)) / sample.std(axis=0), full_matrices=False)[2][0]
        drawn.append(vector * np.sign(vector.sum()) / np.abs(vector).sum())
    made = value.composite_stability(table, 40, seed=4).weights.set_index("weighting").loc["pca"]
    assert made["std_error"].to_numpy() == pytest.approx(np.std(drawn, axis=0, ddof=1))
    assert made["ci_high"].to_numpy() == pytest.approx(np.quantile(drawn, 0.975, axis=0))


def test_more_units_make_weights_and_ranks_steadier():
    few, many = (value.composite_stability(scores(n), 30, seed=4) for n in (40, 1000))
    for table, column, sign in (("weights", "std_error", 1), ("ranks", "spearman", -1), ("ranks", "moved", 1)):
        of_pca = [getattr(made, table).set_index("weighting").loc["pca", column] for made in (few, many)]
        assert (sign * (np.mean(of_pca[0]) - np.mean(of_pca[1]))) > 0


def test_bootstrap_error_of_a_weight_is_its_spread_over_samples():
    # two indicators of correlation rho share the first component: weights 1/2 each, whatever the sample
    random = np.random.default_rng(9)
    pair = pd.DataFrame(random.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 50), columns=["a", "b"])
    made = value.composite_stability(pair, 30, seed=1).weights.set_index("weighting")
    assert made.loc["pca", "std_error"].tolist() == pytest.approx([0, 0], abs=1e-12)


def test_too_few_draws_and_rare_indicators_are_refused():
    with pytest.raises(value.ValueInputError, match="1 draws; a bootstrap needs at least two"):
        value.composite_stability(scores(), 1, seed=1)
    rare = scores(30).assign(rare=np.eye(30)[0])
    with pytest.raises(value.ValueInputError, match=r"an indicator does not vary in \d+ of 50 draws; 30 units are too few"):
        value.composite_stability(rare, 50, seed=1)


def test_the_wanted_measures_only_and_the_same_numbers():
    every = rows(value.ranking_agreement(scores(), reps=9, seed=4))
    some = rows(value.ranking_agreement(scores(), measures=("spearman", "top_overlap"), reps=9, seed=4))
    pd.testing.assert_frame_equal(some, every[every.index.get_level_values("measure") != "kendall"])
    with pytest.raises(value.ValueInputError, match="measures"):
        value.ranking_agreement(scores(), measures=("rank",), reps=9, seed=4)
