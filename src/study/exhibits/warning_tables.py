"""Tables of early warnings: hazards and contact lists of savers; the lesson in leakage."""

from typing import Mapping

import numpy as np
import pandas as pd

from study import privacy
from study.design.entries import Text

from . import warning_texts as words
from .recommendation_tables import interval
from .table import Table, build

PLACES = 5  # columns of cells of the table of lapses


def lapses(fits: Mapping[str, object], lists: Mapping[str, object], settings: Mapping[str, float]) -> Table:
    """A6 of savers: hazards of the next and of the last deposit, and the lists at the capacity.

    Parameters
    ----------
    fits : keys of `warning_texts.HAZARDS` -> Fit of `models.hazard.fit`
    lists : "all", "early", "rested" -> of `analytics.early_warning.evaluate`
    settings : share (contacted); until, early, rest, gap, last, end: days; lapses, returned: savers
    """
    people = fits["return_by_silence"].glance()["n_clusters"]
    rows: list = [[_filled(words.HAZARD_PANEL, people=people)]]
    behind = {}
    for line in _hazards(fits):
        behind |= {(len(rows), 1 + place): people for place, cell in enumerate(line[1:]) if cell}
        rows.append(line)
    for name, found in lists.items():
        rows.append([_filled(words.LIST_PANELS[name], **found.counts | {"catchable": found.counts["catchable_events"]}, **settings)])
        rows.append([words.RANKED, *words.RANKINGS.values()])
        at = found.comparison.set_index("ranking")
        for measure, label in words.MEASURES.items():
            on = at["caught"] if measure == "lead_median" else pd.Series(_base(measure, found.counts), at.index)
            cells = [_cell(at.loc[ranking], measure, ranking) for ranking in words.RANKINGS]
            behind |= {(len(rows), 1 + place): int(on[ranking]) for place, ranking in enumerate(words.RANKINGS) if cells[place]}
            rows.append([label, *cells])
    notes = [_filled(note, **settings) for note in words.LAPSE_NOTES]
    heads = [words.FIRST, *(f"({place})" for place in range(1, 1 + PLACES))]
    return build(heads, rows, notes=notes, wide=True, units=privacy.Units(behind=behind))


def _base(measure: str, counts: Mapping[str, int]) -> int:
    return counts["catchable_events"] if measure.startswith("recall") else counts["units"]


def _cell(line: pd.Series, measure: str, ranking: str) -> str | Text:
    if measure.endswith("less_recency") and ranking == "recency":
        return ""
    decimals = 1 if measure == "lead_median" else 2
    return interval(line[measure], line[f"{measure}_low"], line[f"{measure}_high"], decimals)


def _hazards(fits: Mapping[str, object]) -> list[list]:
    """Event, baseline, hazard ratios, days at risk and events, a column for each fit."""
    chosen = [fits[name] for name in words.HAZARDS]
    empty = [""] * (PLACES - len(chosen))
    rows = [[words.EVENT, *(event for event, _ in words.HAZARDS.values()), *empty]]
    rows.append([words.BASELINE, *(baseline for _, baseline in words.HAZARDS.values()), *empty])
    for term, (label, step) in words.TERMS.items():
        rows.append([label, *(_ratio(fit, term, step) for fit in chosen), *empty])
    for label, name in ((words.ROWS, "n_obs"), (words.EVENTS, "n_events")):
        rows.append([label, *(f"{fit.glance()[name]:,}" for fit in chosen), *empty])
    return rows


def _ratio(fit, term: str, step: float) -> str | Text:
    if term not in fit.terms:
        return ""
    return interval(*np.exp(step * fit.row(term)[["estimate", "ci_low", "ci_high"]].astype(float)))


def leakage(steps: pd.DataFrame, single: pd.DataFrame, baselines: pd.DataFrame, logit: Mapping[str, pd.DataFrame], settings: Mapping[str, float]) -> Table:
    """A6 of the teaching data: accuracy as columns measured while customers leave are taken out.

    Parameters
    ----------
    steps, single : of `analytics.leakage.as_columns_leave` with boosting (`single` is its `alone`)
    baselines : of `analytics.leakage.alone`, groups as in `warning_texts.BASELINES`
    logit : "steps", "alone", "baselines" -> the same tables with the logit
    settings : customers, left (share), share (contacted), folds
    """
    rows: list = [[words.LEAK_PANELS["steps"]]]
    for place, (line, other) in enumerate(zip(steps.to_dict("records"), logit["steps"]["auc"])):
        text = words.ALL if not place else _filled(words.FIRST_WITHOUT if place == 1 else words.WITHOUT, group=words.GROUPS[line["removed"]])
        rows.append(_accuracy(text, line, other))
    for panel, table in (("alone", single), ("baselines", baselines)):
        rows.append([words.LEAK_PANELS[panel]])
        labels = words.BASELINES if panel == "baselines" else {name: _upper(words.GROUPS[name]) for name in table["group"]}
        rows += [_accuracy(labels[line["group"]], line, other) for line, other in zip(table.to_dict("records"), logit[panel]["auc"])]
    rows.append([words.LOT, "0", "0.500", "", f"{settings['left']:.2f}", f"{settings['share']:.2f}", "0.500"])
    notes = [_filled(note, **settings | {"customers": f"{settings['customers']:,}"}) for note in words.LEAK_NOTES]
    numeric = {(row, column): int(settings["customers"]) for row, cells in enumerate(rows) if len(cells) > 1 for column in (2, 3, 4, 5, 6)}
    return build(words.LEAK_COLUMNS, rows, notes=notes, units=privacy.Units(behind=numeric))


def _accuracy(label: Text, line: Mapping, other: float) -> list:
    change = line.get("change", np.nan)
    moved = "" if np.isnan(change) else interval(change, line["change_low"], line["change_high"], 3)
    area = interval(line["auc"], line["auc_low"], line["auc_high"], 3)
    return [label, f"{line['columns']}", area, moved, f"{line['precision']:.2f}", f"{line['recall']:.2f}", f"{other:.3f}"]


def _upper(text: Text) -> Text:
    return Text(en=text.en[0].upper() + text.en[1:], zh=text.zh)


def _filled(text: Text, **values) -> Text:
    made = {}
    for language in ("en", "zh"):
        made[language] = text[language].format(**{name: value[language] if isinstance(value, Text) else value for name, value in values.items()})
    return Text(**made)
