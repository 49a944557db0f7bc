"""Lift in value: by hand, with ties, against what must hold of any score."""

import numpy as np
import pandas as pd
import pytest

from study import value


def lifts(table):
    return table.set_index(["score", "share"])["lift"]


def test_ten_customers_by_hand():
    # values 1..10 sum to 55: the best two by the true order hold 19, by the reverse order 3, the best one 10 and 1
    worth = np.arange(1.0, 11.0)
    scores = pd.DataFrame({"true": worth, "reverse": -worth})
    made = lifts(value.value_reached(scores, worth, (0.1, 0.2, 1), reps=5, seed=1))
    assert made["true", 0.1] == pytest.approx(10 / 55 / 0.1) and made["true", 0.2] == pytest.approx(19 / 55 / 0.2)
    assert made["reverse", 0.1] == pytest.approx(1 / 55 / 0.1) and made["reverse", 0.2] == pytest.approx(3 / 55 / 0.2)
    assert made["true", 1] == made["reverse", 1] == pytest.approx(1)


def test_ties_bring_their_part():
    # the four best tie and hold 4 + 0 + 0 + 0 of 8: the best one in ten brings a quarter of them, whatever the order of rows
    worth = np.array([4.0, 0, 0, 0, 1, 1, 1, 1, 0, 0])
    table = pd.DataFrame({"tied": [1.0] * 4 + [0.0] * 6})
    for order in (np.arange(10), np.arange(10)[::-1]):
        made = value.value_reached(table.iloc[order], worth[order], (0.1,), reps=3, seed=0)
        assert made["reached"].iloc[0] == pytest.approx(1 / 8)


def test_a_score_gains_nothing_over_itself_and_the_error_is_that_of_many_samples():
    random = np.random.default_rng(0)
    score, n = random.normal(size=2000), 2000
    worth = np.exp(score + random.normal(size=n))
    table = pd.DataFrame({"one": score, "same": score * 3})
    made = value.value_reached(table, worth, (0.1,), baseline="one", reps=200, seed=1)
    assert (made[["gain", "gain_low", "gain_high"]] == 0).all().all()
    redrawn = []
    for _ in range(200):
        s = random.normal(size=n)
        w = np.exp(s + random.normal(size=n))
        redrawn.append(w[np.argsort(-s)[: n // 10]].sum() / w.sum() / 0.1)
    assert made["std_error"].iloc[0] == pytest.approx(np.std(redrawn), rel=0.35)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"realised": [-1.0, 1, 1]}, "realised"),
        ({"realised": [0.0, 0, 0]}, "sum to 0"),
        ({"shares": (0.0,)}, "shares"),
        ({"baseline": "other"}, "none of one"),
        ({"reps": 1}, "1 draws"),
    ],
)
def test_what_is_refused(change, message):
    given = {"realised": [1.0, 2, 3], "shares": (0.5,), "baseline": None, "reps": 3} | change
    with pytest.raises(value.ValueInputError, match=message):
        value.value_reached(pd.DataFrame({"one": [1.0, 2, 3]}), seed=0, **given)
