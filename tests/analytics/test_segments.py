"""Segments: clear groups are found again, agreement is scikit-learn's, names follow the medians."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from study.analytics import BadValue, MissingColumn, NoVariation, TooFew, UnknownChoice, segments, shuffled

TRUTH = np.repeat([0, 1, 2], [60, 90, 50])


def customers(seed=1, apart=1.0):
    random = np.random.default_rng(seed)
    centres = np.array([[0.0, 0.0], [2.5, 2.5], [5.0, 0.0]]) * apart
    z = centres[TRUTH] + random.normal(scale=0.4, size=(200, 2))
    return pd.DataFrame({"balance": np.exp(z[:, 0]), "visits": z[:, 1]}, index=np.arange(1000, 1200))


def group(data, **given):
    arguments = {"features": ["balance", "visits"], "transform": {"balance": "log"}, "sort_by": "balance", "k": (2, 3, 4), "reps": 8, "seed": 1}
    return segments(data, **(arguments | given))


@pytest.mark.parametrize("method", ["kmeans", "mixture"])
def test_three_clear_groups_are_found(method):
    made = group(customers(), method=method)
    assert made.k == 3 and adjusted_rand_score(TRUTH, made.labels) > 0.97
    row = made.selection.set_index("k").loc[3]
    assert row["chosen"] and row["stable"] and row["stability"] > 0.95
    # segment 1 has the largest mean balance: the third true group
    assert made.labels.iloc[-1] == 1 and made.labels.iloc[0] == 3
    assert made.profiles["n"].sum() == 200 and made.profiles["share"].sum() == pytest.approx(1)
    assert made.profiles["balance_mean"].is_monotonic_decreasing
    assert (made.probability is None) == (method == "kmeans")


def test_the_grid_is_scikit_learns():
    data = customers()
    made = group(data, k=(3,), reps=3)
    x = np.column_stack([np.log(data["balance"]), data["visits"]])
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    code = KMeans(3, n_init=10, random_state=1).fit_predict(z)
    row = made.selection.iloc[0]
    assert row["silhouette"] == pytest.approx(silhouette_score(z, code))
    random = np.random.default_rng(1)
    draws = [random.integers(0, 200, 200) for _ in range(3)]
    agreement = [adjusted_rand_score(code, KMeans(3, n_init=10, random_state=1).fit(z[d]).predict(z)) for d in draws]
    assert row["stability"] == pytest.approx(np.mean(agreement))


def test_names_by_the_median_of_all():
    made = group(customers(), k=(3,))
    profile = made.profiles.set_index("segment")
    # medians of the three groups against those of all 200 (true centres: balance 0, 2.5, 5; visits 0, 2.5, 0)
    assert profile.loc[1, "name"] == "high balance, low visits" and profile.loc[3, "name"] == "low balance, low visits"
    assert profile.loc[2, "name"].endswith("high visits")


def test_labels_do_not_depend_on_the_unit_or_the_run():
    data = customers()
    first, again = group(data), group(data)
    pd.testing.assert_series_equal(first.labels, again.labels)
    pd.testing.assert_frame_equal(first.selection, again.selection)
    pd.testing.assert_series_equal(first.labels, group(data.assign(balance=data["balance"] * 100)).labels)


def test_without_groups_the_most_stable_is_taken_and_said():
    random = np.random.default_rng(3)
    data = pd.DataFrame(random.normal(size=(300, 4)), columns=list("abcd"))
    made = segments(data, features=list("abcd"), sort_by="a", k=(4, 5, 6), reps=5, stable=0.999, seed=1)
    assert "no k has a stability of 0.999; the most stable, k = " in made.notes[0]
    assert made.selection.loc[made.selection["stability"].idxmax(), "k"] == made.k


@pytest.mark.parametrize(
    ("change", "given", "error", "message"),
    [
        ({"visits": 1.0}, {}, NoVariation, "1 features are the same for all 200 customers: visits"),
        ({"balance": 0.0}, {}, BadValue, "balance: 200 of 200 values have no log, the first 0"),
        ({"visits": np.nan}, {}, BadValue, "visits: 200 of 200 values are missing"),
        ({"balance": [1.0, 2.0] * 100, "visits": [1.0, 2.0] * 100}, {}, TooFew, "k up to 4 for 2 distinct customers of 200"),
        ({}, {"k": (1,)}, BadValue, "k must be a whole number of at least 2"),
        ({}, {"sort_by": "age"}, UnknownChoice, "sort_by 'age' is no feature"),
        ({}, {"method": "dbscan"}, UnknownChoice, "method 'dbscan' is not known; choose one of kmeans, mixture"),
        ({}, {"transform": {"balance": "sqrt"}}, UnknownChoice, "name a feature and one of none, log, log1p"),
        ({}, {"features": ["income", "visits"]}, MissingColumn, "no column 'income'"),
    ],
)
def test_wrong_input_is_refused(change, given, error, message):
    with pytest.raises(error, match=message):
        group(customers().assign(**change), **given)


def test_one_and_identical_customers_are_refused():
    with pytest.raises(NoVariation, match="the same for all 1 customers"):
        group(customers().head(1))
    with pytest.raises(NoVariation, match="the same for all 5 customers: balance, visits"):
        group(pd.concat([customers().head(1)] * 5))


def test_shuffled_columns_have_no_groups():
    """Two clouds far apart: their columns shuffled fill all four corners, and two groups no longer fit."""
    random = np.random.default_rng(1)
    side = random.integers(0, 2, 400)
    data = pd.DataFrame({"x": 10 * side + random.normal(0, 1, 400), "y": 10 * side + random.normal(0, 1, 400)})
    options = {"features": ["x", "y"], "sort_by": "x", "k": [2, 4]}
    apart = segments(data, **options, reps=2, seed=3).selection.set_index("k")["silhouette"]
    table = shuffled(data, **options, times=5, seed=3).set_index("k")
    mixed = table["silhouette"]
    assert (table["least"] <= mixed).all() and (mixed <= table["most"]).all() and (table["least"] < table["most"]).all()
    pd.testing.assert_frame_equal(table, shuffled(data, **options, times=5, seed=3).set_index("k"))
    assert apart[2] > 0.8 and mixed[2] < 0.6 and mixed[4] > 0.7 and apart[4] < 0.6
