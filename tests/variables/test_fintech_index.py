"""The FinTech index: a table of four banks worked by hand, and the bank-years of the facts."""

import pandas as pd
import pytest
from scipy.stats import spearmanr

from study import value
from study.variables import fintech_index

# Part b is 10 times part a, but for bank D, which has no b.
PANEL = pd.DataFrame({"bank": list("ABCDE"), "year": 2020, "a": [1.0, 2, 3, 9, 6], "b": [10.0, 20, 30, None, 60]})


def test_bank_years_with_every_part_are_scored_highest_first():
    # a of A, B, C, E: mean 3, sd sqrt((4 + 1 + 0 + 9) / 3) = 2.160247; both parts standardise alike
    made = fintech_index.index(PANEL, ["a", "b"])
    assert made.table["bank"].tolist() == ["E", "C", "B", "A"]
    for method in ("equal", "entropy", "pca"):
        assert made.table[method].tolist() == pytest.approx([1.388730, 0, -0.462910, -0.925820], abs=1e-6)
    assert made.weights.set_index("method").loc["pca", "explained"] == pytest.approx(1)


def test_weights_have_the_range_of_leaving_one_bank_out():
    panel = PANEL.assign(b=[10.0, 30, 20, 40, 0])
    made = fintech_index.index(panel, ["a", "b"]).weights.set_index("method")
    without = [value.composite(panel.loc[panel["bank"] != bank, ["a", "b"]], "entropy").weights["a"] for bank in "ABCDE"]
    assert (made.loc["entropy", "a_low"], made.loc["entropy", "a_high"]) == (min(without), max(without))
    assert (made.loc["equal", "a_low"], made.loc["equal", "a_high"]) == (0.5, 0.5)


def test_rank_correlations_are_those_of_scipy_on_the_bank_years_of_the_facts(panel):
    made = fintech_index.index(panel)
    assert (len(made.table), made.table["bank"].nunique()) == (11, 8)
    names = list(made.correlations.columns)
    expected = spearmanr(made.table[names]).statistic
    assert made.correlations.to_numpy() == pytest.approx(expected)


def test_too_few_bank_years_are_refused():
    with pytest.raises(value.ValueInputError, match="2 rows of 2 indicators"):
        fintech_index.index(PANEL.head(2), ["a", "b"])
