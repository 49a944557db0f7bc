"""Stages and moves for publication: shares by hand, small groups added to the largest, nothing lost."""

import numpy as np
import pandas as pd
import pytest

from study.analytics import TooFew, stage_moves, stage_shares

NAMES = {"customer": "who", "period": "t"}


def histories(**counts):
    """Customers by the letters of their stages: ab=12 is twelve who are in a, then in b."""
    rows, who = [], 0
    for path, count in counts.items():
        for _ in range(count):
            rows += [(who, t, stage) for t, stage in enumerate(path)]
            who += 1
    return pd.DataFrame(rows, columns=["who", "t", "stage"])


def test_shares_by_hand():
    found = stage_shares(histories(ab=12, ac=20, bc=4), **NAMES)
    first = found[found["period"] == 0]
    assert first["stage"].tolist() == ["a"] and first["customers"].tolist() == [36] and first["with_small"].all()
    second = found[found["period"] == 1].set_index("stage")
    assert second["share"].to_dict() == {"b": 12 / 36, "c": 24 / 36} and not second["with_small"].any()


def test_moves_by_hand():
    # out of a: 12 to b, 20 to c, 3 to d: d goes to c; out of b: 4 customers, left out
    found = stage_moves(histories(ab=12, ac=20, ad=3, bc=4), **NAMES, reps=99, seed=1).set_index(["start", "end"])
    assert found["moves"].to_dict() == {("a", "b"): 12, ("a", "c"): 23}
    assert found["with_small"].to_dict() == {("a", "b"): False, ("a", "c"): True}
    assert (found["at_risk"] == 35).all() and (found["out_of"] == 35).all()
    assert found.loc[("a", "b"), "share"] == pytest.approx(12 / 35)
    assert found.loc[("a", "b"), "low"] < 12 / 35 < found.loc[("a", "b"), "high"]


def test_moves_of_one_customer_count_once_as_a_customer():
    found = stage_moves(histories(aaaa=10, ab=10), **NAMES, reps=99, seed=1).set_index("end")
    assert found["moves"].to_dict() == {"a": 30, "b": 10} and found["customers"].to_dict() == {"a": 10, "b": 10}
    # drawn as customers: a share of 30 in 40 moves whose error is that of 20 people
    drawn = 3 * (k := np.random.default_rng(2).binomial(20, 0.5, 4000)) / (2 * k + 20)
    assert found.loc["a", "low"] == pytest.approx(np.quantile(drawn, 0.025), abs=0.05)


def test_too_few():
    with pytest.raises(TooFew, match="10 customers or more"):
        stage_moves(histories(ab=5), **NAMES, seed=1)
