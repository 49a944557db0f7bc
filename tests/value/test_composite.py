"""Composite scores: a table of three units worked by hand."""

import numpy as np
import pandas as pd
import pytest

from study import value

TABLE = pd.DataFrame({"a": [0.0, 1, 2], "b": [0.0, 0, 3]}, index=["x", "y", "z"])


def test_equal_weights():
    # z_a = -1, 0, 1; z_b = (x - 1) / sqrt(3) = -.57735, -.57735, 1.154701; the means of the two
    made = value.composite(TABLE, "equal")
    assert made.weights.to_dict() == {"a": 0.5, "b": 0.5} and made.explained is None
    assert made.scores.to_dict() == pytest.approx({"x": -0.788675, "y": -0.288675, "z": 1.077350}, abs=1e-6)


def test_entropy_weights():
    # p_a = 0, 1/3, 2/3: e = (ln 3 / 3 + 2 ln 1.5 / 3) / ln 3 = .579380; p_b = 0, 0, 1: e = 0
    # w_a = .420620 / 1.420620 = .296082
    made = value.composite(TABLE, "entropy")
    assert made.weights.to_dict() == pytest.approx({"a": 0.296082, "b": 0.703918}, abs=1e-6)


def test_two_indicators_share_the_first_component():
    # correlation (.57735 + 1.154701) / 2 = .866025: eigenvector (1, 1), share (1 + .866025) / 2
    made = value.composite(TABLE, "pca")
    assert made.weights.to_dict() == pytest.approx({"a": 0.5, "b": 0.5})
    assert made.explained == pytest.approx(0.9330127)


def test_first_component_is_the_first_singular_vector():
    # an independent way: the first right singular vector of the standardised table
    x = pd.DataFrame(np.random.default_rng(7).normal(size=(40, 4)) @ np.triu(np.ones((4, 4))))
    z = (x - x.mean()) / x.std()
    vector = np.linalg.svd(z.to_numpy(), full_matrices=False)[2][0]
    expected = vector * np.sign(vector.sum()) / np.abs(vector).sum()
    made = value.composite(x, "pca")
    assert made.weights.to_numpy() == pytest.approx(expected)
    assert made.scores.to_numpy() == pytest.approx(z.to_numpy() @ expected)


@pytest.mark.parametrize("weights", ["equal", "entropy", "pca"])
def test_units_of_an_indicator_do_not_matter(weights):
    rescaled = TABLE * [100, 0.01] + [5, -3]
    pd.testing.assert_series_equal(value.composite(TABLE, weights).scores, value.composite(rescaled, weights).scores)


@pytest.mark.parametrize(
    ("table", "weights", "message"),
    [
        (TABLE.assign(b=4.0), "equal", "1 indicators do not vary: b"),
        (TABLE.assign(b=[1, np.nan, 2]), "equal", "indicators: 1 of 6 values are missing"),
        (TABLE[["a"]], "equal", "3 rows of 1 indicators"),
        (TABLE.head(2), "equal", "2 rows of 2 indicators"),
        (TABLE, "expert", "weights 'expert' are not known; choose one of equal, entropy, pca"),
    ],
)
def test_wrong_tables_are_refused(table, weights, message):
    with pytest.raises(value.ValueInputError, match=message):
        value.composite(table, weights)
