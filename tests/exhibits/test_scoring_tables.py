"""The tables of scoring: cells by hand, small best tenths and bins withheld, the figure's data."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from study.design.entries import Text
from study.exhibits import scoring
from study.exhibits.engine.style import figure_style
from study.exhibits.scoring import feature_findings, tables
from study.privacy import MARK


def line(learner, split="random", n=2000, ones=200, lift=2.5):
    return {
        "split": split, "learner": learner, "auc": 0.7, "ci_low": 0.65, "ci_high": 0.75, "gain": -0.02, "gain_low": -0.05, "gain_high": 0.01, "ks": 0.3, "alift": 0.68, "lift_10": lift,
        "brier_skill": -0.0004, "slope": np.nan if learner == "prior" else 0.9, "saving_5": -0.125, "saving_20": 0.05, "n_test": n, "ones_test": ones,
    }  # fmt: skip


NO_CUTS = pd.DataFrame()


def side_by_side(name="applied", alone="dormancy", group="branch", cuts=NO_CUTS, **given):
    lines = pd.DataFrame([line(learner, **given) for learner in ("logit", "prior", "recency", "single")])
    chosen = Text(en="folds by variable: Age 3", zh="各变量的折数:年龄 3")
    said = {"chosen": chosen, "checked": feature_findings.WORDS["checks"]["nothing"], "cuts": cuts}
    return tables.models_side_by_side({name: lines}, alone=alone, group=group, cluster="branch", **said)


def test_cells_by_hand():
    found = side_by_side(split="grouped").frame("en").set_index("Scorer")
    assert found["panel"].iloc[0] == "Applied for the loan: whole branches left out"
    cells = [
        "0.700 [0.650, 0.750]",
        "\N{MINUS SIGN}0.020 [\N{MINUS SIGN}0.050, 0.010]",
        "0.300",
        "0.680",
        "2.50",
        "0.0",
        "0.90",
        "\N{MINUS SIGN}12.5",
        "5.0",
        "2,000",
        "200",
    ]
    assert found.loc["Logit"].tolist()[1:] == cells
    assert (found.loc["Base rate alone", "AUC [95% interval]"], found.loc["Base rate alone", "Slope"]) == ("0.700", "")
    assert found.loc["Best single variable", "AUC less that of the best single variable"] == ""
    assert "Months since the last loan alone" in found.index


def test_single_cuts_of_time_are_a_range():
    cuts = pd.DataFrame([line("logit", f"cut_{share}") | {"auc": auc} for share, auc in ((50, 0.401), (60, 0.712), (70, 0.576))])
    found = side_by_side("subscribed", "pdays", "block", cuts=cuts).frame("en").iloc[-1]
    assert found["panel"] == "one cut of time, after 50, 60, 70% of the rows: lowest to highest"
    assert found["AUC [95% interval]"] == "0.401 to 0.712" and found["Tested"] == ""


def test_what_the_checks_found_is_a_note():
    lines = [
        ("unseen", "province", "time", 1, 64, 1000, 0.064),
        ("unseen", "province", "time", 2, 984, 1000, 0.984),
        ("imbalance", "promise", "wave 1", "dormancy", 9, 9, -0.37),
        ("groups", "promise", "wave 2", "branch", 56, 900, 0.97),
        ("one period", "promise", "", "wave 1", 0, 900, 0.712),
    ]
    findings = pd.DataFrame(lines, columns=["kind", "column", "split", "place", "rows", "of", "value"])
    said = feature_findings.said(findings, {"dormancy": SimpleNamespace(label=Text(en="Months", zh="月数"))})
    assert said.en == (
        "Checked before anything was learned: levels that (almost) no row learned from has: province (by time: 6-98%); called randomised, but not balanced: promise "
        "(wave 1: 0.37 standard deviations of the ranks of months); set by whole groups and not by person: promise (wave 2: 97% of its variance); goes with the outcome in "
        "one period only: promise (wave 1, AUC 0.71)."
    )
    assert "月数" in said.zh and feature_findings.said(findings.iloc[:0], {}) == feature_findings.WORDS["checks"]["nothing"]


def test_the_published_figures_stand_first_where_there_are_some():
    found = side_by_side("subscribed", "pdays", "block").frame("en")
    assert found.iloc[0, 1:3].tolist() == ["Neural network", "0.80"] and found.iloc[0]["ALIFT"] == "0.70"


@pytest.mark.parametrize(("n", "ones", "lift"), [(234, 31, 2.0), (300, 200, 1.4)], ids=["few ones", "few others"])
def test_a_best_tenth_of_few_is_withheld(n, ones, lift):
    """31 x 2.0 / 10 = 6 ones; 200 x 1.4 / 10 = 28 ones of 30, so 2 others."""
    assert (side_by_side(n=n, ones=ones, lift=lift).frame("en")["Lift, best tenth"] == MARK).all()


def test_ones_that_give_a_small_number_back_are_withheld():
    """234 with 31 ones, and 214 of them with 27: the other 20 would have 4."""
    lines = pd.DataFrame([line("logit", "random", 234, 31), line("logit", "time", 214, 27)])
    said = {"chosen": Text(en="", zh=""), "checked": feature_findings.WORDS["checks"]["nothing"], "cuts": NO_CUTS}
    table = tables.models_side_by_side({"finished": lines}, alone=None, group="district", cluster="district", **said)
    assert table.frame("en")["With outcome 1"].tolist() == ["31", MARK]


def test_the_single_variables_are_named_with_their_folds():
    chosen = pd.DataFrame({"split": ["random", "time", "time"], "chosen": ["age", "age", "month"], "folds": [3, 1, 2]})
    made = tables.chosen_text(chosen, {"age": SimpleNamespace(label=Text(en="Age", zh="年龄"))})
    assert made == Text(en="folds by variable: Age 4, month 2", zh="各变量的折数:年龄 4, month 2")


def card():
    bins = pd.DataFrame({"variable": "age", "bin": ["a", "b", "c"], "low": [-np.inf, 30, 40], "high": [30, 40, np.inf], "n": [500, 400, 4]})
    bins = bins.assign(rate=[0.1, 0.2, 0.25], woe=[-0.2, 0.3, 0.5], points=[40.2, 55.6, 60.0])
    variables = pd.DataFrame({"variable": ["age"], "iv": [0.25], "psi": [0.01]})
    tiers = pd.DataFrame(
        {"tier": [1, 2], "threshold": [50.0, -np.inf], "n": [100, 900], "rate": [0.2, 0.05], "points": [60.0, 40.0], "value": [9.0, 2.0]}
    )
    return SimpleNamespace(bins=bins, variables=variables, tiers=tiers, psi=0.02, auc=0.6)


def test_a_small_bin_and_one_more_are_withheld():
    """904 customers in all: with the bin of 4 withheld alone, 904 - 500 - 400 gives it back."""
    labels = {"age": SimpleNamespace(label=Text(en="Age", zh="年龄"))}
    found = tables.points(card(), labels).frame("en").set_index("Variable and bin")
    assert found["panel"].iloc[0] == "Age (IV 0.250, PSI 0.010)"
    assert found.loc["above 40", "Customers"] == MARK and found.loc["above 40", "Points"] == MARK
    assert (found["Customers"] == MARK).sum() == 2
    assert found.loc["up to 30", "Weight of evidence"] == "\N{MINUS SIGN}0.200"
    assert found.loc["Tier 1: 50 points or more"].tolist()[1:] == ["100", "20.0", "", "60", "9.0"]
    assert found.loc["Tier 2: the rest", "Customers"] == "900"


def test_the_figure_draws_what_its_data_say():
    learners = ("logit", "prior", "recency", "single")
    table = pd.DataFrame([line(learner, split) for split in ("random", "grouped", "time") for learner in learners])
    folds = pd.DataFrame([line(learner, split) | {"fold": f} for split in ("random", "time") for f in (1, 2) for learner in learners])
    drawn = tables.accuracy_by_split(table, folds, ["2008-05 to 2008-07", "2008-08"])
    assert (drawn["panel"].value_counts().to_dict(), set(drawn.query("panel == 'block'")["split"])) == ({"split": 12, "block": 8}, {"time"})
    with figure_style():
        figure = scoring.accuracy(alone="pdays", group="block", published=True)(drawn, "en")
        axes = figure.axes
        assert [t.get_text() for t in axes[0].get_yticklabels()] == [
            "Best single variable",
            "Days since an earlier call alone",
            "Base rate alone",
            "Logit",
        ]
        assert sum(one.get_linestyle() == "--" and set(one.get_xdata()) == {tables.MORO["auc"]} for one in axes[0].lines) == 1
        assert [t.get_text() for t in axes[3].get_xticklabels()] == ["block 2\n2008-05\N{EN DASH}2008-07\n10.0%", "block 3\n2008-08\n10.0%"]
