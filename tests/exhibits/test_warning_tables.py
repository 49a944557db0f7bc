"""The tables of early warnings: cells by hand, the units behind them, numbers under the names that the paper uses."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from study.exhibits import lapse_warning, leakage

WORDS = lapse_warning.WORDS

MINUS = "\N{MINUS SIGN}"
GROUPS = ("transactions", "changes")


def fit(terms, frailty=None):
    row = pd.Series({"estimate": np.log(2.0), "ci_low": 0.0, "ci_high": np.log(4.0)})
    counts = {"n_obs": 8761, "n_events": 175, "n_clusters": 277} | (frailty or {})
    return SimpleNamespace(terms=terms, row=lambda term: row, glance=lambda: counts)


def listed():
    lines = []
    for place, name in enumerate(WORDS["rankings"]):
        line = {"ranking": name, "caught": 20 + place}
        for measure, value in (("precision", 0.5), ("recall", 0.25), ("less_recency", -0.25), ("recall_less_recency", 0.0), ("lead_median", 4.5)):
            line |= {measure: value, f"{measure}_low": value - 0.1, f"{measure}_high": value + 0.1}
        lines.append(line)
    return SimpleNamespace(comparison=pd.DataFrame(lines), counts={"units": 183, "contacts": 365, "catchable_events": 81})


TERMS = (*WORDS["terms"], "lottery", "regret")
FITS = {name: fit(TERMS if name.startswith("return_by_day") else ("share", "lottery", "regret")) for name in WORDS["hazards"]}
FITS["return_by_day_frailty"] = fit(TERMS, {"frailty_variance": 0.125, "frailty_p": 0.0071})
LISTS = {"all": listed(), "early": listed(), "rested": listed()}
TARGETS = SimpleNamespace(
    difference=(-0.05, 0.1),
    table=pd.DataFrame(
        {
            "list": ["risk", "response", "random"],
            "customers": 80,
            "treated": 55,
            "expected_prevented": [20.0, 24.0, -8.0],
            "prevented_per_customer": 0.1,
            "std_error": 0.1,
        }
    ),
)
ASSIGNED = SimpleNamespace(
    n=311,
    difference=(0.09, -0.02, 0.2),
    active=SimpleNamespace(events=(180, 90), rows=(200, 105), rates=(0.9, 0.857), p_value=0.567),
    targets=TARGETS,
)
ARMS = ["lottery", "regret"]
SETTINGS = {"share": 0.1, "listed": 0.3, "until": 20, "early": 7, "rest": 7, "gap": 14, "last": 60, "end": 46, "lapses": 175, "returned": 75}


def test_savers_by_hand():
    table = lapse_warning.table(FITS, LISTS, ASSIGNED, SETTINGS, "akiba")
    found = table.frame("en")
    hazards = found[found["panel"].str.startswith("A.")].set_index("Measure")
    assert found["panel"].iloc[0].startswith("A. Hazards of 277 savers")
    assert hazards.loc["Lottery (randomised)", "(1)"] == "2.00 (1.00 to 4.00)"
    assert hazards.loc["Share of days with a deposit, per tenth", "(3)"] == "1.07 (1.00 to 1.15)"  # 2 ** 0.1, 4 ** 0.1
    assert hazards.loc["Days since the last deposit, log", "(3)"] == "" and hazards.loc["Days at risk", "(6)"] == ""
    assert hazards.loc["Variance of the frailty (p of zero variance)"].tolist()[1:] == ["", "0.12 (0.007)", "", "", "", ""]
    one = found[found["panel"].str.startswith("B. 365 contacts with 10%")].set_index("Measure")
    assert one.loc["Ranked by"].tolist()[1:] == [*(label.en for label in WORDS["rankings"].values()), ""]
    assert one.loc["Precision (95% interval)", "(3)"] == "0.50 (0.40 to 0.60)"
    assert one.loc["Precision less that of recency", "(1)"] == f"{MINUS}0.250 ({MINUS}0.350 to {MINUS}0.150)"
    assert one.loc["Recall less that of recency", "(1)"] == f"0.00 ({MINUS}0.10 to 0.10)"
    assert one.loc["Recall less that of recency", "(4)"] == one.loc["Precision less that of recency", "(4)"] == ""
    last = found[found["panel"].str.startswith("E.")].set_index("Measure")
    assert last.loc["Share that stop: no prize less prize, expected"].tolist()[1:] == ["0.25", "0.30", f"{MINUS}0.10", "", "", ""]
    assert last["panel"].iloc[0].endswith("the 80 of all 311 people assigned (30%) first on each list")
    assert last.loc["Risk less response, people on both lists counted once (95% interval)", "(1)"] == f"{MINUS}0.05 ({MINUS}0.25 to 0.15)"
    assert last.loc["The same over all people assigned", "(1)"] == f"0.09 ({MINUS}0.02 to 0.20)"
    assert last.loc["Share that ever deposit: prize; no prize; p, Fisher"].tolist()[1:4] == ["0.90", "0.86", "0.57"]
    assert last.loc["Share that stop: no prize less prize, randomised (95% interval)", "(1)"] == f"0.10 ({MINUS}0.10 to 0.30)"  # 1.96 * 0.1


def test_units_behind_the_cells_and_no_count_of_lapses():
    table = lapse_warning.table(FITS, LISTS, ASSIGNED, SETTINGS, "akiba")
    labels = [row.cells[0].en for row in table.rows]
    behind = table.units.behind
    assert behind[labels.index("Lottery (randomised)"), 1] == 277
    assert behind[labels.index("Median lead in days (95% interval)"), 2] == 183
    assert behind[labels.index("Share that stop: no prize less prize, randomised (95% interval)"), 1] == 25  # the fewer: without a prize
    ever = labels.index("Share that ever deposit: prize; no prize; p, Fisher")
    assert [behind[ever, place] for place in (1, 2, 3)] == [20, 15, 311]  # those who never do
    assert set(behind.values()) == {277, 183, 80, 25, 311, 20, 15}  # neither those who lapse nor those caught: with recall, small counts would follow
    for language in ("en", "zh"):
        assert "81" not in "".join(table.frame(language)["panel"])  # with recall, counts under ten would follow


def test_a_lead_of_few_savers_is_withheld():
    few = listed()
    few.comparison.loc[2, "caught"] = 9
    lists = LISTS | {"early": few}
    found = lapse_warning.table(FITS, lists, ASSIGNED, SETTINGS, "akiba").frame("en")
    lead = found[found["panel"].str.startswith("C.")].set_index("Measure").loc["Median lead in days (95% interval)"]
    assert lead.tolist()[1:4] == ["4.5 (4.4 to 4.6)", "4.5 (4.4 to 4.6)", "[c]"]
    numbers = lapse_warning.numbers(FITS, lists, ASSIGNED, {"people": 277, "lapses": 175, "returned": 75}, ARMS)
    assert "warning_early_boosting_lead_median" not in numbers and "warning_early_logit_lead_median" in numbers


def test_teaching_data_by_hand_and_called_no_evidence():
    line = {"columns": 4, "auc": 0.9, "auc_low": 0.88, "auc_high": 0.92, "precision": 0.6, "recall": 0.4}
    steps = pd.DataFrame(
        [
            {"removed": name, **line, "change": change, "change_low": change - 0.01, "change_high": change + 0.01}
            for name, change in (("", np.nan), ("transactions", -0.05), ("changes", -0.06))
        ]
    )
    single = pd.DataFrame([{"group": name, **line} for name in (*GROUPS, "kept")])
    one = pd.DataFrame([{"group": name, **line} for name in ("recency", "count")])
    logit = {"steps": steps, "alone": single, "baselines": one}
    table = leakage.table(steps, single, one, logit, {"customers": 10127, "left": 0.16, "share": 0.1, "folds": 5}, "bankchurners")
    found = table.frame("en").set_index("Columns")
    assert found.loc["All columns"].tolist()[1:] == ["4", "0.900 (0.880 to 0.920)", "", "0.60", "0.40", "0.900"]
    assert found.loc["Without changes over the year as well", "Change (95% interval)"] == f"{MINUS}0.060 ({MINUS}0.070 to {MINUS}0.050)"
    assert found.loc["Random"].tolist()[1:] == ["0", "0.500", "", "0.16", "0.10", "0.500"]
    assert "nothing here is evidence" in table.notes[0].en and "不构成" in table.notes[0].zh
    numbers = leakage.numbers(steps, single, one, 10127)
    assert numbers["leak_without_changes_auc"][0] == 0.9 and numbers["leak_alone_count_auc"][2] == 10127 and "leak_alone_kept_auc" not in numbers


def test_numbers_of_savers():
    numbers = lapse_warning.numbers(FITS, LISTS, ASSIGNED, {"people": 277, "lapses": 175, "returned": 75}, ARMS)
    assert numbers["warning_stop_arms_lottery_high"][0] == pytest.approx(4) and numbers["warning_all_random_precision"][0] == 0.5
    assert numbers["warning_return_by_silence_share"][0] == pytest.approx(2**0.1)
    assert format(*numbers["warning_early_hazard_recall_less_recency"][:2]) == "0.000" and "warning_all_recency_less_recency" not in numbers
    assert numbers["warning_target_random_expected"][0] == -0.1 and numbers["warning_target_risk_low"][0] == pytest.approx(0.1 - 0.196, abs=1e-4)
    assert (
        numbers["warning_deposited_no_prize"][2] == 15
        and numbers["warning_assigned_low"][0] == -0.02
        and numbers["warning_frailty_variance"][0] == 0.125
    )
    assert not any("catchable" in name for name in numbers)


def test_without_an_experiment_there_is_no_panel_of_it():
    fits = {name: fit(("share",)) for name in ("return_by_day", "return_by_silence", "stop")}
    table = lapse_warning.table(fits, LISTS, None, SETTINGS, "own")
    panels = [row.cells[0].en for row in table.rows if row.cells[0].en[:2] in ("A.", "B.", "C.", "D.", "E.")]
    assert [panel[0] for panel in panels] == ["A", "B", "C", "D"]
    notes = " ".join(note.en for note in table.notes)
    assert "To stop depositing is not to leave a bank; 75 of the 175" in notes and "prize" not in notes and "60 days" not in notes


def test_a_sentence_says_what_was_found():
    assert lapse_warning.found(LISTS).en == (
        f"Of the contacts by hazard 50% are hits, and 25% of those who lapse are named; its precision less that of recency is {MINUS}0.25 ({MINUS}0.35 to {MINUS}0.15)."
    )
