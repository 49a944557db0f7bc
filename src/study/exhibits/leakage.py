"""A6 where columns are measured while customers leave: accuracy as they are taken out, and its numbers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from study import privacy
from study.design import source_words, words
from study.design.entries import Text

from .engine.table import Table, build
from .engine.wording import filled, interval

WORDS = words("leakage")

Numbers = dict[str, tuple[float, str, int, str]]


def table(
    steps: pd.DataFrame, single: pd.DataFrame, baselines: pd.DataFrame, logit: Mapping[str, pd.DataFrame], settings: Mapping[str, float], arm: str
) -> Table:
    """A6: accuracy as columns measured while customers leave are taken out.

    Parameters
    ----------
    steps, single : of `analytics.leakage.as_columns_leave` with boosting (`single` is its `alone`)
    baselines : of `analytics.leakage.alone`
    logit : "steps", "alone", "baselines" -> the same tables with the logit
    settings : customers, left (share), share (contacted), folds
    arm : whose words name the groups and baselines, and say in the notes what the file is
    """
    own = source_words(arm, "leakage")
    rows: list = [[WORDS["panels"]["steps"]]]
    for place, (line, other) in enumerate(zip(steps.to_dict("records"), logit["steps"]["auc"])):
        text = WORDS["all"] if not place else filled(WORDS["first_without"] if place == 1 else WORDS["without"], group=own["groups"][line["removed"]])
        rows.append(_accuracy(text, line, other))
    for panel, table in (("alone", single), ("baselines", baselines)):
        rows.append([WORDS["panels"][panel]])
        labels = own["baselines"] if panel == "baselines" else {name: _upper(own["groups"][name]) for name in table["group"]}
        rows += [_accuracy(labels[line["group"]], line, other) for line, other in zip(table.to_dict("records"), logit[panel]["auc"])]
    rows.append([WORDS["lot"], "0", "0.500", "", f"{settings['left']:.2f}", f"{settings['share']:.2f}", "0.500"])
    notes = [filled(note, **settings | {"customers": f"{settings['customers']:,}"}) for note in (*own["notes"], *WORDS["notes"])]
    numeric = {(row, column): int(settings["customers"]) for row, cells in enumerate(rows) if len(cells) > 1 for column in (2, 3, 4, 5, 6)}
    return build(WORDS["columns"], rows, notes=notes, units=privacy.Units(behind=numeric))


def _accuracy(label: Text, line: Mapping, other: float) -> list:
    change = line.get("change", np.nan)
    moved = "" if np.isnan(change) else interval(change, line["change_low"], line["change_high"], 3)
    area = interval(line["auc"], line["auc_low"], line["auc_high"], 3)
    return [label, f"{line['columns']}", area, moved, f"{line['precision']:.2f}", f"{line['recall']:.2f}", f"{other:.3f}"]


def _upper(text: Text) -> Text:
    return Text(en=text.en[0].upper() + text.en[1:], zh=text.zh)


def numbers(steps: pd.DataFrame, single: pd.DataFrame, baselines: pd.DataFrame, n: int) -> Numbers:
    """AUC and precision at each step, of each group alone and of the baselines; n customers."""
    made: Numbers = {}
    names = ["all", *(f"without_{group}" for group in steps["removed"][1:])]
    named = [*zip(names, steps.to_dict("records"))]
    named += [(f"alone_{line['group']}", line) for table in (single, baselines) for line in table.to_dict("records") if line["group"] != "kept"]
    for name, line in named:
        for column, form in (("auc", ".3f"), ("auc_low", ".3f"), ("auc_high", ".3f"), ("precision", ".2f")):
            made[f"leak_{name}_{column}"] = (line[column], form, n, f"{column} of boosting, columns: {name}")
    return made


def found(steps: pd.DataFrame, arm: str) -> Text:
    """What was found, in a sentence: the first and the last area, and the step with the largest fall."""
    largest = steps.loc[steps["change"].idxmin()]
    group = source_words(arm, "leakage")["groups"][largest["removed"]]
    return filled(WORDS["found"], first=steps["auc"].iloc[0], last=steps["auc"].iloc[-1], fall=-largest["change"], group=group)
