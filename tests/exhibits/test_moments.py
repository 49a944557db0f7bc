"""T1 and T3 of customers: what shows a few of them, or gives a few back, is not printed."""

import pandas as pd
import pytest

from study import exhibits, privacy
from study.design import load
from study.design.profiles import Column
from study.exhibits import Text
from study.exhibits.engine import moments, wording
from study.sample import Built
from study.variables.descriptives import of_profile


def column(kind, label):
    both = Text(en=label, zh=label)
    return Column(block="static", kind=kind, label=both, unit=both, definition=both)


COLUMNS = {"age": column("number", "Age"), "gold": column("flag", "Gold"), "card": column("category", "Card"), "sex": column("flag", "Woman")}


@pytest.fixture
def described():
    """200 customers: age missing for 4, gold card 3, cards 3 gold, 150 classic, 47 silver."""
    table = pd.DataFrame(
        {
            "age": [None] * 4 + list(range(20, 69)) * 4,
            "gold": [1.0] * 3 + [0.0] * 197,
            "card": ["gold"] * 3 + ["classic"] * 150 + ["silver"] * 47,
            "sex": [1.0] * 80 + [0.0] * 120,
        }
    )
    return of_profile(table, COLUMNS)


def test_customers_behind_each_moment_by_hand(described):
    behind = moments.behind(described)
    lines = [(line.variable, line.level) for line in described.itertuples()]
    age, gold, sex = (lines.index((name, "")) for name in ("age", "gold", "sex"))
    assert [behind[age, m] for m in moments.COLUMNS[1:]] == [4, 196, 196, 19, 196, 19]
    assert [behind[gold, m] for m in ("share_missing", "mean", "sd")] == [0, 3, 3]
    assert [behind[sex, m] for m in ("share_missing", "mean", "sd")] == [0, 80, 80]
    assert behind[lines.index(("card", "classic")), "mean"] == 50  # those with another card
    assert behind[lines.index(("card", "gold")), "mean"] == 3


def test_small_groups_are_withheld_with_what_would_give_them_back(described):
    printed = exhibits.variables.descriptives(described, COLUMNS, persons=True).frame("en").set_index("Variable")
    assert printed.loc["Age", ["N", "Missing, %"]].tolist() == ["[c]", "[c]"]  # 200 less 196 are 4
    assert printed.loc["Age", "Mean"] == "44.00"
    assert printed.loc["Gold", ["N", "Mean", "SD"]].tolist() == ["200", "[c]", "[c]"]
    assert printed.loc["Card: gold", ["N", "Mean"]].tolist() == ["[c]", "[c]"]
    assert printed.loc["Card: silver", ["N", "Mean"]].tolist() == ["[c]", "[c]"]  # else 200 - 150 - 47 is 3
    assert printed.loc["Card: classic", ["N", "Mean"]].tolist() == ["150", "0.75"]
    assert printed.loc["Woman", ["N", "Mean", "SD"]].tolist() == ["200", "0.40", "0.49"]


def test_tables_of_others_are_printed_whole(described):
    table = exhibits.variables.descriptives(described, COLUMNS)
    assert not table.frame("en").eq("[c]").any(axis=None)
    assert wording.WITHHELD not in table.notes


def test_a_category_whose_levels_are_all_small_is_withheld_whole():
    described = of_profile(pd.DataFrame({"card": ["gold"] * 5 + ["classic"] * 6}), {"card": COLUMNS["card"]})
    printed = exhibits.variables.descriptives(described, COLUMNS, persons=True).frame("en")
    assert printed["N"].tolist() == ["[c]", "[c]"]


def test_steps_that_cost_a_few_customers_are_joined_in_t1():
    def line(step, before, dropped):
        text = Text(en=step, zh=step)
        return {"step": step, "label": text, "reason": text, "before": before, "dropped": dropped, "left": before - dropped, "clusters": None}

    log = pd.DataFrame([line("all", 500, 0), line("old", 500, 4), line("joint", 496, 96)])
    samples = pd.DataFrame([line("with age", 400, 3), line("with card", 400, 300)])
    design = load()
    shown = privacy.publishable(Built("status_goods", pd.DataFrame(), {}, log, samples))
    table = exhibits.sample.attrition(shown.log, shown.samples, {}, design.arms["status_goods"], design.variables)
    cells = table.cells("en")
    assert cells.iloc[:, 0].tolist() == ["all", "old; joint", "with age", "with card"]
    assert cells.iloc[:, 1:4].to_numpy().tolist() == [
        ["500", "0", "500"],
        ["500", "100", "400"],
        ["400", "[c]", "[c]"],
        ["400", "300", "100"],
    ]
    assert table.notes == (wording.WITHHELD,)
    assert len(table.units.sums) == 5  # four sums, and 500 left by the first step is 500 before the second
