"""The tables of segments and stages: names by rule, cells by hand, small groups withheld or starred."""

import numpy as np
import pandas as pd
import pytest

from study import analytics, privacy
from study.analytics import groupings
from study.design.entries import Text
from study.exhibits.life_cycle import stages_by_period
from study.exhibits.segments import label, segments


def inputs(n=400):
    random = np.random.default_rng(8)
    side = random.integers(0, 2, n)
    made = pd.DataFrame({"recency": 20 * side + random.integers(0, 5, n), "frequency": 10 - 5 * side + random.integers(0, 3, n)})
    return made.assign(monetary=100 + 50 * (1 - side) + random.integers(0, 20, n)), side


def t23(loans, halves=None, least=10):
    table, side = inputs()
    options = {"features": list(table), "sort_by": "monetary", "k": [2, 3]}
    found = [analytics.segments(table, **options, method=m, reps=3, seed=1) for m in ("kmeans", "mixture")]
    outcomes = pd.DataFrame({"card": side.astype(float), "loan": loans})
    parts = groupings.parts(table["monetary"], 2) if halves is None else halves
    after = {"kmeans": groupings.by_group(outcomes, found[0].labels, seed=1), "rfm": groupings.by_group(outcomes, parts, seed=1)}
    says = {
        name: groupings.explained(outcomes[name], {"kmeans": found[0].labels, "rfm": parts, "linear": table}, against="kmeans", reps=49, seed=1)
        for name in outcomes
    }
    made = segments(
        *found, analytics.shuffled(table, **options, seed=1), after, says, arm="berka", least=least, draws=3, shuffles=20, reps=49, split=20
    )
    return made, side


def test_names_by_rule():
    assert (
        label(2, "low recency, high monetary").en == "2: recent, large"
        and label(2, "low recency, high monetary").zh == Text(en="", zh="2:近期、大额").zh
    )
    assert label(1, "like the median customer").en == "1: like the median customer"


def test_cells_by_hand():
    table, side = t23((np.arange(400) % 4 == 0).astype(float))
    found = table.frame("en")
    profiles = found[found["panel"].str.startswith("B")]
    assert profiles.iloc[1, 1] == "1: recent, frequent, large" and profiles.iloc[1, 2] == f"{(side == 0).sum()}"
    afterwards = found[found["panel"].str.startswith("C")]
    assert afterwards.iloc[1, 3] == "[c]" or afterwards.iloc[1, 3] == "0.000"  # no card in the first segment, all in the second
    assert afterwards.iloc[2, 3] == "1.000"
    says = found[found["panel"].str.startswith("D")].iloc[1]
    assert says.iloc[1] == "k-means segments" and says.iloc[3] == "100.0 (100.0 to 100.0)" and says.iloc[4] == ""


def test_a_small_share_is_withheld_with_another():
    """Three loans in the first segment, and the other grouping shows all of its own: two cells must go, or a subtraction gives it."""
    _, side = inputs()
    loans, halves = np.zeros(400), pd.Series(np.arange(400) % 2 + 1)
    loans[np.flatnonzero(side == 1)[:40]] = 1
    loans[np.flatnonzero(side == 0)[:3]] = 1
    found = t23(loans, halves)[0].frame("en")
    cells = found[found["panel"].str.startswith("C")].iloc[1:, 5].tolist()
    assert cells[:2] == [privacy.MARK, privacy.MARK]
    assert cells[2:] == [f"{loans[halves == half].mean():.3f}" for half in (1, 2)]


def test_stages_have_stars_where_small_ones_were_added():
    rows = [
        (who, t, stage) for who in range(40) for t, stage in enumerate(("activation", "growth" if who < 15 else "churn" if who < 18 else "maturity"))
    ]
    stages = pd.DataFrame(rows, columns=["customer", "period", "stage"])
    names = {"customer": "customer", "period": "period"}
    moves = analytics.stage_moves(stages, **names, reps=49, seed=1)
    says = pd.DataFrame([("stage", 4, 40, 0.5, 0.4, 0.6, 0.0, 0.0, 0.0), ("silence", 3, 40, 0.25, 0.2, 0.3, 0.25, 0.1, 0.4)])
    says.columns = ["predictor", "columns", "n", "explained", "low", "high", "ahead", "ahead_low", "ahead_high"]
    limits = {"lapse": 2, "activation": 2, "window": 2, "growth": "10", "reps": 49}
    found = stages_by_period(analytics.stage_shares(stages, **names), moves, says, 40, arm="akiba", periods={1: "2"}, **limits).frame("en")
    assert list(found.columns[4:]) == ["Activation", "Growth", "Maturity"]  # nobody is in acquisition, and warning has too few
    assert found.iloc[0].tolist()[1:] == ["Week 2", "40", "", "", "37.5", "62.5*"]
    assert found.iloc[1, 1:4].tolist() == ["Activation", "40", "40"] and found.iloc[1, 6].startswith("62 (") and found.iloc[1, 6].endswith(")*")
    assert found.iloc[-1].tolist()[1:7] == ["Periods since the last activity", "40", "40", "3", "25.0 (20.0 to 30.0)", "25.0 (10.0 to 40.0)"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_languages_are_there(language):
    made = t23((np.arange(400) % 4 == 0).astype(float))[0]
    assert (made.frame(language).iloc[:, 1] != "").all() and all(note[language] for note in made.notes)
