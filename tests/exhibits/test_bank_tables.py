"""T6 and T13: what is printed of Fits with known coefficients and errors."""

import re
from dataclasses import dataclass

import numpy as np
import pytest

from study import exhibits
from study.exhibits import Text
from study.exhibits.engine import regression
from study.models.fit import Fit


@dataclass(frozen=True)
class Drawn:
    p_value: float
    smallest_attainable_p: float


def fit(estimate, error, n=20, banks=5):
    summary = {"n_obs": n, "n_clusters": banks}
    return Fit(("x",), np.array([estimate]), np.array([[error**2]]), banks - 1, summary)


def cells(table):
    return table.frame("en").drop(columns="panel").to_numpy().tolist()


LABEL = Text(en="Outcome", zh="结果")


def test_interval_and_p_are_those_of_the_jackknife():
    scoped = exhibits.Line(LABEL, "x", fit(-0.5, 0.25), wild=Drawn(0.25, 0.0625))
    line = exhibits.Line(LABEL, "x", fit(1.0, 0.25), fit(1.0, 0.5), wild=Drawn(0.0625, 0.0625), q=0.5, mde=1.5, scoped=scoped)
    (printed,) = cells(exhibits.regressions({LABEL: [line]}))
    # t(4): 97.5 % at 2.7764; two-sided p of t = 2 is 0.1161
    expected = [
        "1.000",
        "0.500",
        "[\N{MINUS SIGN}0.388, 2.388]",
        "0.116",
        "0.062 (0.062)",
        "0.500",
        "",
        "1.500",
        "\N{MINUS SIGN}0.500 (0.250)",
        "20",
        "5",
    ]
    assert printed == ["Outcome", *expected]


def test_a_line_without_jackknife_says_none_and_webb_stands_for_the_signs():
    line = exhibits.Line(LABEL, "x", fit(1.0, 0.25, banks=3), wild=Drawn(0.25, 0.25), webb=Drawn(0.5, 6 / 216))
    (printed,) = cells(exhibits.regressions({LABEL: [line]}))
    assert printed[2:6] == ["none", "none", "none", "0.500 (0.028)"] and printed[8:10] == ["none", "not estimable"]


def test_rounding_hides_neither_a_sign_nor_a_level():
    assert [regression.needed(value) for value in (-0.00021, 0.0, 0.0004, -0.2, 3e-6)] == [4, 3, 4, 3, 6]
    assert [regression.shown(value) for value in (-0.00021, 0.0, 0.0004, -0.2)] == ["\N{MINUS SIGN}0.0002", "0.000", "0.0004", "\N{MINUS SIGN}0.200"]
    assert [regression.probability(p) for p in (0.04981, 0.05, 0.0502, 0.0996, 0.0004)] == ["0.0498", "0.050", "0.050", "0.0996", "<0.001"]


def variant(label, first, second=None):
    return exhibits.robustness.Variant(Text(en=label, zh=label), first, second)


def entry(estimate, bank="", n=20):
    return exhibits.robustness.Entry("x", fit(estimate, 0.25, n), fit(estimate, 0.5, n), Drawn(0.04, 0.01), bank=bank)


def test_a_change_that_alters_nothing_printed_has_no_line():
    lines = [variant("strict", entry(1.0)), variant("same", entry(1.0)), variant("fewer", entry(1.0, n=19)), variant("out", entry(2.0, "ICBC"))]
    printed = cells(exhibits.robustness.variants({LABEL: lines}))
    assert [row[0] for row in printed] == ["strict", "fewer", "out"]
    assert printed[0][1:7] == ["1.000", "0.500", "0.116", "0.040", "20 (5)", "not estimable"]
    assert printed[2][1] == "2.000 (ICBC)"


def test_the_note_counts_the_p_values_that_could_not_be_less():
    at_floor = exhibits.robustness.Entry("x", fit(1.0, 0.25), fit(1.0, 0.5), Drawn(0.0625, 0.0625))
    table = exhibits.robustness.variants({LABEL: [variant("strict", at_floor, entry(1.0)), variant("fewer", entry(2.0))]})
    assert table.notes[-1].en.startswith("1 of the 3 bootstrap p-values are the least")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_note_of_t6_says_power_floors_and_size_of_the_family(language):
    notes = " ".join(note[language] for note in exhibits.baseline.notes(reps=9999, floors=[0.25, 0.0625, 0.25], tests=18, power=0.8))
    assert "0.25 / 0.0625" in notes and "18" in notes and re.search("80 ?%", notes)
