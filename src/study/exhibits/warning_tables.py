"""Tables of early warnings: hazards and contact lists of savers; the lesson in leakage."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from study import privacy
from study.design.entries import Text

from . import warning_texts as words
from .recommendation_tables import interval
from .table import Table, build
from .wording import filled, signed

PLACES = 6  # columns of cells of the table of lapses


@dataclass(frozen=True)
class Assigned:
    """All people of the experiment.

    Parameters
    ----------
    n : people
    difference : share that stop without a prize less that with one, and its interval
    deposited : of `models.discrete.exact`: who ever deposits, with a prize and without
    """

    n: int
    difference: tuple[float, float, float]
    deposited: object


def lapses(fits: Mapping[str, object], lists: Mapping[str, object], targets: object, assigned: Assigned, settings: Mapping[str, float]) -> Table:
    """A6 of savers: hazards of the next and of the last deposit, the lists at the capacity, lists by response.

    The savers who lapse or are caught are counted nowhere, not in the units either: with recall, small counts would follow.

    Parameters
    ----------
    fits : keys of `warning_texts.HAZARDS` -> Fit of `models.hazard.fit` (stop_cox: of `models.cox.fit`)
    lists : "all", "early", "rested" -> of `analytics.early_warning.evaluate`
    targets : of `analytics.target_lists` with the experiment
    assigned : all people of the experiment
    settings : share (contacted), listed (share of E); until, early, rest, gap, last, end: days; lapses, returned: savers
    """
    people = fits["return_by_silence"].glance()["n_clusters"]
    rows: list = [[filled(words.HAZARD_PANEL, people=people)]]
    behind: dict = {}

    def add(label: Text, cells: list, units: list) -> None:
        behind.update({(len(rows), 1 + place): int(n) for place, (cell, n) in enumerate(zip(cells, units)) if cell})
        rows.append([label, *cells, *[""] * (PLACES - len(cells))])

    for label, *cells in _hazards(fits):
        add(label, cells, [people] * PLACES)
    for name, found in lists.items():
        rows.append([filled(words.LIST_PANELS[name], **found.counts, **settings)])
        rows.append([words.RANKED, *words.RANKINGS.values(), ""])
        at = found.comparison.set_index("ranking").loc[list(words.RANKINGS)]
        for measure, label in words.MEASURES.items():
            add(label, [_cell(line, measure, ranking) for ranking, line in at.iterrows()], [found.counts["units"]] * PLACES)
    table = targets.table.set_index("list").loc[list(words.LISTS)]
    fewest = np.minimum(table["treated"], table["customers"] - table["treated"])
    rows.append([filled(words.TARGET_PANEL, n=table["customers"].iloc[0], assigned=assigned.n, listed=settings["listed"])])
    add(words.LISTED, list(words.LISTS.values()), [people] * PLACES)
    add(words.EXPECTED, [signed(x, 2) for x in table["expected_prevented"] / table["customers"]], table["customers"])
    add(words.REALISED, [_realised(line) for _, line in table.iterrows()], fewest)
    add(words.EVERYBODY, [interval(*assigned.difference)], [assigned.n])
    shares = [f"{share:.2f}" for share in assigned.deposited.rates]
    add(
        words.DEPOSITED,
        [*shares, f"{assigned.deposited.p_value:.2f}"],
        [*np.subtract(assigned.deposited.rows, assigned.deposited.events), assigned.n],
    )
    notes = [filled(note, **settings) for note in words.LAPSE_NOTES]
    heads = [words.FIRST, *(f"({place})" for place in range(1, 1 + PLACES))]
    return build(heads, rows, notes=notes, wide=True, widths=(0.19, *[0.135] * PLACES), units=privacy.Units(behind=behind))


def _realised(line: pd.Series) -> Text:
    half = norm.ppf(0.975) * line["std_error"]
    return interval(line["prevented_per_customer"], line["prevented_per_customer"] - half, line["prevented_per_customer"] + half)


def _cell(line: pd.Series, measure: str, ranking: str) -> str | Text:
    if measure.endswith("less_recency") and ranking == "recency":
        return ""
    if measure == "lead_median" and privacy.small([line["caught"]])[0]:
        return privacy.MARK
    return interval(line[measure], line[f"{measure}_low"], line[f"{measure}_high"], 1 if measure == "lead_median" else 2)


def _hazards(fits: Mapping[str, object]) -> list[list]:
    """Event, baseline, hazard ratios, days at risk and events, a column for each fit."""
    events, baselines = zip(*words.HAZARDS.values())
    chosen = [fits[name] for name in words.HAZARDS]
    rows = [[words.EVENT, *events], [words.BASELINE, *baselines]]
    rows += [[label, *(_ratio(fit, term, step) for fit in chosen)] for term, (label, step) in words.TERMS.items()]
    rows.append([words.FRAILTY, *(_frailty(fit.glance()) for fit in chosen)])
    days = ["" if name == "stop_cox" else f"{fits[name].glance()['n_obs']:,}" for name in words.HAZARDS]  # Cox: one row per saver
    return [*rows, [words.ROWS, *days], [words.EVENTS, *(f"{fit.glance()['n_events']:,}" for fit in chosen)]]


def _frailty(known: Mapping) -> str:
    return f"{known['frailty_variance']:.2f} ({known['frailty_p']:.3f})" if "frailty_variance" in known else ""


def _ratio(fit, term: str, step: float) -> str | Text:
    if term not in fit.terms:
        return ""
    return interval(*np.exp(step * fit.row(term)[["estimate", "ci_low", "ci_high"]].astype(float)))


def leakage(
    steps: pd.DataFrame, single: pd.DataFrame, baselines: pd.DataFrame, logit: Mapping[str, pd.DataFrame], settings: Mapping[str, float]
) -> Table:
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
        text = words.ALL if not place else filled(words.FIRST_WITHOUT if place == 1 else words.WITHOUT, group=words.GROUPS[line["removed"]])
        rows.append(_accuracy(text, line, other))
    for panel, table in (("alone", single), ("baselines", baselines)):
        rows.append([words.LEAK_PANELS[panel]])
        labels = words.BASELINES if panel == "baselines" else {name: _upper(words.GROUPS[name]) for name in table["group"]}
        rows += [_accuracy(labels[line["group"]], line, other) for line, other in zip(table.to_dict("records"), logit[panel]["auc"])]
    rows.append([words.LOT, "0", "0.500", "", f"{settings['left']:.2f}", f"{settings['share']:.2f}", "0.500"])
    notes = [filled(note, **settings | {"customers": f"{settings['customers']:,}"}) for note in words.LEAK_NOTES]
    numeric = {(row, column): int(settings["customers"]) for row, cells in enumerate(rows) if len(cells) > 1 for column in (2, 3, 4, 5, 6)}
    return build(words.LEAK_COLUMNS, rows, notes=notes, units=privacy.Units(behind=numeric))


def _accuracy(label: Text, line: Mapping, other: float) -> list:
    change = line.get("change", np.nan)
    moved = "" if np.isnan(change) else interval(change, line["change_low"], line["change_high"], 3)
    area = interval(line["auc"], line["auc_low"], line["auc_high"], 3)
    return [label, f"{line['columns']}", area, moved, f"{line['precision']:.2f}", f"{line['recall']:.2f}", f"{other:.3f}"]


def _upper(text: Text) -> Text:
    return Text(en=text.en[0].upper() + text.en[1:], zh=text.zh)
