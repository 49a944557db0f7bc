"""Recommendation: a table of four customers and four products by hand, other implementations, and the leak."""

import numpy as np
import pandas as pd
import pytest
from answers import check
from scipy import sparse
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors

from study import analytics
from study.analytics import recommend
from study.analytics.errors import BadValue, MissingColumn, TooFew, UnknownChoice
from study.analytics.recommendation import ranking, recommenders

PAIRS = pd.DataFrame([tuple(pair) for pair in ("wA", "wB", "xA", "xB", "xC", "yA", "yC", "zB", "zD")], columns=["who", "what"])
HIDDEN = pd.Series({"w": "B", "x": "C", "y": "A", "z": "D"})
FOUR = analytics.holdings(PAIRS, customer="who", product="what")


def measured(found, recommender):
    return found.measures[found.measures["recommender"] == recommender].set_index("measure")


def several(seed=0, customers=300):
    """Two kinds of customers, each with three products of its own."""
    random = np.random.default_rng(seed)
    kind = np.arange(customers) % 2
    likes = np.where(np.arange(6) // 3 == kind[:, None], 0.7, 0.1)
    who, what = np.nonzero(random.random((customers, 6)) < likes)
    pairs = pd.DataFrame({"who": who, "what": np.array(list("abcdef"))[what]})
    table = analytics.holdings(pairs, customer="who", product="what", customers=np.arange(customers))
    return table, pd.DataFrame({"kind": kind, "noise": random.normal(size=customers)})


def test_four_customers_by_hand():
    # Left after hiding: w A; x A, B; y C; z B.  Holders: A 2, B 2, C 1, D 0 of 4.
    # popularity .5, .5, .25, 0: w finds B first; x C first; y A, tied with B, first or second; z D third.
    found = recommend.evaluate(FOUR, hidden=HIDDEN, seed=1)
    popular = measured(found, "popularity")["value"]
    check("recommend.popularity.recall1", popular["recall@1"])
    check("recommend.popularity.recall2", popular["recall@2"])
    check("recommend.popularity.map", popular["map"])
    check("recommend.popularity.similarity", popular["similarity"])
    check("recommend.popularity.coverage1", popular["coverage@1"])
    assert popular["coverage@2"] == 1
    # cosines: A and B share x of two holders each: 1/2, all others 0.
    # w: B first; x: C and D tie at 0; y: A, B, D tie at 0; z: A first, then C and D tie
    cosine = measured(found, "item_cosine")
    check("recommend.item_cosine.recall1", cosine.loc["recall@1", "value"])
    check("recommend.item_cosine.map", cosine.loc["map", "value"])
    assert cosine.loc["recall@1", "less_popularity"] == pytest.approx(0.458333 - 0.625, abs=1e-6)
    # a lot: one of 3, 2, 3, 3 open products
    assert measured(found, "lot").loc["recall@1", "value"] == pytest.approx((1 / 3 + 1 / 2 + 1 / 3 + 1 / 3) / 4)
    assert found.counts == {"customers": 4, "products": 4, "holdings": 9, "without_products": 0, "with_one": 0, "evaluated": 4}


def test_item_cosine_is_that_of_other_implementations():
    table, _ = several()
    dense = table.matrix.toarray()
    ours = recommenders.item_cosine(table.matrix, np.arange(6))
    alike = cosine_similarity(dense.T) - np.eye(6)
    held = np.maximum(dense.sum(axis=1, keepdims=True), 1)
    assert ours == pytest.approx(dense @ alike / held)
    # and through distances of nearest neighbours, which take another way to the cosine
    distance, place = NearestNeighbors(n_neighbors=6, metric="cosine", algorithm="brute").fit(dense.T).kneighbors(dense.T)
    other = np.zeros((6, 6))
    np.put_along_axis(other, place, 1 - distance, axis=1)
    np.fill_diagonal(other, 0)
    check("recommend.item_cosine.neighbours", float(np.abs(ours - dense @ other / held).max()))


def test_matrix_factorisation_minimises_its_criterion():
    # exact alternating least squares in numpy from another start reaches the same fitted table
    table, _ = several(customers=60)
    held = sparse.csr_array(table.matrix)
    ours = recommenders.matrix_factorisation(held, np.arange(6), seed=1, sweeps=1000)
    x = held.toarray()
    c = np.where(x > 0, 10.0, 1.0)

    def half(fixed, table, confidence):
        return np.stack([np.linalg.solve((fixed.T * w) @ fixed + 0.1 * np.eye(2), (fixed.T * w) @ row) for row, w in zip(table, confidence)])

    q = np.random.default_rng(5).normal(size=(6, 2))
    for _ in range(1000):
        p = half(q, x, c)
        q = half(p, x.T, c.T)
    check("recommend.factorisation.als", float(np.abs(ours - np.where(x.sum(axis=1, keepdims=True) > 0, p @ q.T, 0)).max()))


def test_auc_of_products_is_that_of_scikit_learn():
    table, _ = several()
    found = recommend.evaluate(table, seed=4)
    held = table.matrix.toarray() > 0
    rows = table.customers.get_indexer(found.hidden.index)
    train = held.copy()
    train[rows, table.products.get_indexer(found.hidden)] = False
    kept = train[rows].astype(float)
    scores = kept @ (cosine_similarity(train.T.astype(float)) - np.eye(6)) / kept.sum(axis=1, keepdims=True)
    for column, product in enumerate(table.products):
        use = (found.hidden == product).to_numpy() | ~held[rows, column]
        expected = roc_auc_score((found.hidden == product).to_numpy()[use], scores[use, column].round(9))
        line = found.products.query("recommender == 'item_cosine' and product == @product").iloc[0]
        assert line["auc"] == pytest.approx(expected, abs=1e-9), product
        error = analytics.auc_interval.delong((found.hidden == product).to_numpy()[use], scores[use, column].round(9)).std_error
        assert line["auc_error"] == pytest.approx(error, abs=1e-9)
        assert line["hidden"] + line["others"] == use.sum()


def test_average_precision_without_ties_is_that_of_scikit_learn():
    scores = np.random.default_rng(8).random((50, 7))
    hidden = np.random.default_rng(9).integers(7, size=50)
    open_ = np.ones((50, 7), bool)
    ours = ranking.average_precision(*ranking.places(scores, open_, hidden))
    assert ours == pytest.approx([average_precision_score(np.arange(7) == h, s) for h, s in zip(hidden, scores)])


def test_ties_count_as_a_draw_by_lot():
    # the hidden product ties with two others behind one better product: ranks 2, 3 or 4
    scores, open_ = np.array([[0.5, 0.2, 0.2, 0.2, 0.9]]), np.array([[True, True, True, True, False]])
    before, ties = ranking.places(scores, open_, np.array([2]))
    assert (before[0], ties[0]) == (1, 2)
    assert [ranking.recall_at(before, ties, k)[0] for k in (1, 2, 3, 4)] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert ranking.average_precision(before, ties)[0] == pytest.approx((1 / 2 + 1 / 3 + 1 / 4) / 3)


def test_recommenders_find_what_customers_like():
    table, features = several(1)
    methods = ("item_cosine", "matrix_factorisation", "customer_features", "product_features")
    groups = pd.DataFrame({"left": [1, 1, 1, 0, 0, 0], "right": [0, 0, 0, 1, 1, 1.0]}, index=table.products)
    found = recommend.evaluate(table, methods=methods, customer_features=features, product_features=groups, reps=199, seed=2)
    for method in methods:
        line = measured(found, method).loc["recall@1"]
        assert line["less_low"] > 0, method  # better than popularity where kinds of customers exist
        assert line["low"] < line["value"] < line["high"]
    again = recommend.evaluate(table, methods=methods, customer_features=features, product_features=groups, reps=199, seed=2)
    pd.testing.assert_frame_equal(found.measures, again.measures)


def test_popularity_is_not_beaten_where_choices_are_independent():
    random = np.random.default_rng(4)
    who, what = np.nonzero(random.random((800, 5)) < [0.7, 0.4, 0.2, 0.1, 0.1])
    table = analytics.holdings(pd.DataFrame({"who": who, "what": what}), customer="who", product="what")
    found = recommend.evaluate(table, reps=199, seed=1)
    assert measured(found, "item_cosine").loc["map", "less_low"] <= 0
    popular = found.products.query("recommender == 'popularity'")
    assert popular["auc"].eq(0.5).all()


def test_a_leak_is_shown_with_and_without_the_column():
    # every loan has an order that repays it; nothing else says anything on loans
    random = np.random.default_rng(6)
    who, what = np.nonzero(random.random((600, 4)) < [0.6, 0.5, 0.4, 0.3])
    names = np.array(["card", "household", "insurance", "loan"])
    pairs = pd.DataFrame({"who": who, "what": names[what]})
    pairs = pd.concat([pairs, pairs[pairs["what"] == "loan"].assign(what="repayment")])
    table = analytics.holdings(pairs, customer="who", product="what")
    found = recommend.leak(table, column="repayment", product="loan", seed=1, reps=19).set_index("recommender")
    assert found.loc["item_cosine", "auc_with"] > 0.99
    assert abs(found.loc["item_cosine", "auc_without"] - 0.5) < 0.1
    assert found.loc["popularity", "recall_with"] == found.loc["popularity", "recall_without"]


def test_cold_start_is_popularity_or_features_only():
    table, features = several(2)
    found = recommend.evaluate(table, methods=("item_cosine", "customer_features"), customer_features=features, reps=19, seed=1)
    defined = found.cold.groupby("recommender")["defined"].all()
    assert defined.to_dict() == {"lot": False, "popularity": True, "item_cosine": False, "customer_features": True}
    assert found.cold["customers"].iloc[0] == found.counts["with_one"] // 2
    recall = found.cold.query("measure == 'recall@1'").set_index("recommender")["value"]
    assert recall["item_cosine"] == pytest.approx(1 / 6) and recall["customer_features"] > 1 / 6


def test_products_and_customers_without_holdings_are_counted():
    table = analytics.holdings(PAIRS, customer="who", product="what", customers=list("uvwxyz"), products=list("ABCDE"))
    found = recommend.evaluate(table, seed=1, reps=19)
    assert found.counts["without_products"] == 2
    assert found.notes[0] == "2 customers hold nothing: popularity or customer features only, and no evaluation"
    assert found.notes[1] == "1 products (E) are held by nobody: they can be neither hidden nor learnt"
    assert found.products.query("product == 'E'")["auc"].isna().all()


def test_a_product_whose_holders_are_all_hidden_is_named():
    found = recommend.evaluate(FOUR, hidden=HIDDEN, seed=1, reps=19)
    assert "1 products (D) have all their holders hidden: they can not be learnt" in found.notes


def test_k_that_covers_everything_is_said():
    assert (
        "4 customers have at most 3 open products: their recall@3 is 1 whatever the recommender"
        in recommend.evaluate(FOUR, k=(3,), hidden=HIDDEN, seed=1, reps=19).notes
    )


FEATURES = pd.DataFrame({"age": [1.0, 2, 3, 4]}, index=list("wxyz"))


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"k": (5,)}, BadValue, "k = 5 is above the 4 products that can be recommended"),
        ({"k": (0,)}, BadValue, "k must be a whole number of at least 1; found 0"),
        ({"methods": ("oracle",)}, UnknownChoice, "no recommender 'oracle'; there are item_cosine"),
        ({"seen_only": ("Z",)}, UnknownChoice, "no product 'Z'; there are A, B, C, D"),
        ({"seen_only": ("A", "B", "C")}, TooFew, "1 products can be recommended; two are needed"),
        ({"methods": ("customer_features",)}, BadValue, "method customer_features needs the table"),
        ({"methods": ("customer_features",), "customer_features": FEATURES.head(3)}, BadValue, "1 of 4 rows are absent"),
        ({"methods": ("customer_features",), "customer_features": FEATURES * np.nan}, BadValue, "age: 4 of 4 values are missing"),
        ({"hidden": pd.Series({"w": "C"})}, BadValue, "hidden: 1 of 1 are not a product that the customer holds beside another"),
        ({"hidden": pd.Series({"q": "A"})}, BadValue, "hidden: 1 of 1"),
    ],
)
def test_wrong_input_is_refused(changed, error, message):
    with pytest.raises(error, match=message):
        recommend.evaluate(FOUR, **({"seed": 1, "reps": 19} | changed))


def test_nobody_with_two_products():
    single = analytics.holdings(PAIRS.drop_duplicates("who"), customer="who", product="what", products=list("ABCD"))
    with pytest.raises(TooFew, match="none of 4 customers holds two products"):
        recommend.evaluate(single, seed=1)


def test_wrong_pairs_are_refused():
    with pytest.raises(BadValue, match="2 of 9 pairs have a what that is not listed, the first 'C'"):
        analytics.holdings(PAIRS, customer="who", product="what", products=list("ABD"))
    with pytest.raises(MissingColumn, match="no column 'item'"):
        analytics.holdings(PAIRS, customer="who", product="item")
    twice = analytics.holdings(pd.concat([PAIRS, PAIRS]), customer="who", product="what")
    assert twice.matrix.max() == 1 and twice.matrix.sum() == 9


def test_over_draws_is_the_mean_of_evaluations_with_other_seeds():
    table, _ = several(customers=80)
    found = recommend.over_draws(table, draws=3, seed=5).set_index(["recommender", "product"])
    each = [recommend.evaluate(table, reps=1, seed=seed).products.set_index(["recommender", "product"])["auc"] for seed in (5, 6, 7)]
    areas = pd.concat(each, axis=1)
    assert found["auc"].to_numpy() == pytest.approx(areas.mean(axis=1).loc[found.index].to_numpy())
    assert found["auc_sd"].to_numpy() == pytest.approx(np.std(areas.loc[found.index], axis=1, ddof=1).to_numpy())
    assert (found["auc_low"] < found["auc_high"]).loc["item_cosine"].all() and (found["auc_low"] == areas.min(axis=1).loc[found.index]).all()
    assert found.loc["popularity", "auc"].to_numpy() == pytest.approx(0.5), "one list for everybody, in every draw"


def test_over_draws_needs_two_draws():
    with pytest.raises(BadValue, match="draws"):
        recommend.over_draws(FOUR, draws=1, seed=1)
