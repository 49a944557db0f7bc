"""A6 of savers: hazards of the next and of the last deposit, the contact lists, and their numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from study import privacy
from study.design import words
from study.design.entries import Text
from study.privacy import small

from .engine.table import Table, build
from .engine.wording import filled, interval, signed

WORDS = words("lapse_warning")

Numbers = dict[str, tuple[float, str, int, str]]
STEPS = {"share": 0.1}  # of a term, for its hazard ratio: a tenth, else one
PLACES = 6  # columns of cells of the table of lapses
ENDS = ("", "_low", "_high")
DIGITS = {"lead_median": 1, "less_recency": 3}  # of recall no more than two: counts of savers would follow


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


def table(fits: Mapping[str, object], lists: Mapping[str, object], targets: object, assigned: Assigned, settings: Mapping[str, float]) -> Table:
    """A6 of savers: hazards of the next and of the last deposit, the lists at the capacity, lists by response.

    The savers who lapse or are caught are counted nowhere, not in the units either: with recall, small counts would follow.

    Parameters
    ----------
    fits : keys of `the words `hazards`` -> Fit of `models.hazard.fit` (stop_cox: of `models.cox.fit`)
    lists : "all", "early", "rested" -> of `analytics.early_warning.evaluate`
    targets : of `analytics.target_lists` with the experiment
    assigned : all people of the experiment
    settings : share (contacted), listed (share of E); until, early, rest, gap, last, end: days; lapses, returned: savers
    """
    people = fits["return_by_silence"].glance()["n_clusters"]
    rows: list = [[filled(WORDS["hazard_panel"], people=people)]]
    behind: dict = {}

    def add(label: Text, cells: list, units: list) -> None:
        behind.update({(len(rows), 1 + place): int(n) for place, (cell, n) in enumerate(zip(cells, units)) if cell})
        rows.append([label, *cells, *[""] * (PLACES - len(cells))])

    for label, *cells in _hazards(fits):
        add(label, cells, [people] * PLACES)
    for name, found in lists.items():
        rows.append([filled(WORDS["list_panels"][name], **found.counts, **settings)])
        rows.append([WORDS["ranked"], *WORDS["rankings"].values(), ""])
        at = found.comparison.set_index("ranking").loc[list(WORDS["rankings"])]
        for measure, label in WORDS["measures"].items():
            add(label, [_cell(line, measure, ranking) for ranking, line in at.iterrows()], [found.counts["units"]] * PLACES)
    table = targets.table.set_index("list").loc[list(WORDS["lists"])]
    fewest = np.minimum(table["treated"], table["customers"] - table["treated"])
    rows.append([filled(WORDS["target_panel"], n=table["customers"].iloc[0], assigned=assigned.n, listed=settings["listed"])])
    add(WORDS["listed"], list(WORDS["lists"].values()), [people] * PLACES)
    add(WORDS["expected"], [signed(x, 2) for x in table["expected_prevented"] / table["customers"]], table["customers"])
    add(WORDS["realised"], [_realised(line) for _, line in table.iterrows()], fewest)
    add(WORDS["told_apart"], [_between(*targets.difference)], [fewest.min()])
    add(WORDS["everybody"], [interval(*assigned.difference)], [assigned.n])
    shares = [f"{share:.2f}" for share in assigned.deposited.rates]
    add(
        WORDS["deposited"],
        [*shares, f"{assigned.deposited.p_value:.2f}"],
        [*np.subtract(assigned.deposited.rows, assigned.deposited.events), assigned.n],
    )
    notes = [filled(note, **settings) for note in WORDS["notes"]]
    heads = [WORDS["first"], *(f"({place})" for place in range(1, 1 + PLACES))]
    return build(heads, rows, notes=notes, wide=True, widths=(0.19, *[0.135] * PLACES), units=privacy.Units(behind=behind))


def _realised(line: pd.Series) -> Text:
    return _between(line["prevented_per_customer"], line["std_error"])


def _between(value: float, error: float) -> Text:
    half = norm.ppf(0.975) * error
    return interval(value, value - half, value + half)


def _cell(line: pd.Series, measure: str, ranking: str) -> str | Text:
    if measure.endswith("less_recency") and ranking == "recency":
        return ""
    if measure == "lead_median" and privacy.small([line["caught"]])[0]:
        return privacy.MARK
    return interval(line[measure], line[f"{measure}_low"], line[f"{measure}_high"], DIGITS.get(measure, 2))


def _hazards(fits: Mapping[str, object]) -> list[list]:
    """Event, baseline, hazard ratios, days at risk and events, a column for each fit."""
    events, baselines = zip(*WORDS["hazards"].values())
    chosen = [fits[name] for name in WORDS["hazards"]]
    rows = [[WORDS["event"], *events], [WORDS["baseline"], *baselines]]
    rows += [[label, *(_ratio(fit, term, STEPS.get(term, 1.0)) for fit in chosen)] for term, label in WORDS["terms"].items()]
    rows.append([WORDS["frailty"], *(_frailty(fit.glance()) for fit in chosen)])
    days = ["" if name == "stop_cox" else f"{fits[name].glance()['n_obs']:,}" for name in WORDS["hazards"]]  # Cox: one row per saver
    return [*rows, [WORDS["rows"], *days], [WORDS["events"], *(f"{fit.glance()['n_events']:,}" for fit in chosen)]]


def _frailty(known: Mapping) -> str:
    return f"{known['frailty_variance']:.2f} ({known['frailty_p']:.3f})" if "frailty_variance" in known else ""


def _ratio(fit, term: str, step: float) -> str | Text:
    if term not in fit.terms:
        return ""
    return interval(*np.exp(step * fit.row(term)[["estimate", "ci_low", "ci_high"]].astype(float)))


def numbers(fits: Mapping[str, object], lists: Mapping[str, object], targets: object, assigned: object, counts: Mapping[str, int]) -> Numbers:
    """Savers, lapses, hazard ratios, and what each list is worth.

    Parameters
    ----------
    fits, lists, targets, assigned : as for `warning_tables.lapses`
    counts : of `analytics.person_periods`
    """
    people = counts["people"]
    made: Numbers = {
        "warning_people": (people, ",.0f", people, "savers with a deposit"),
        "warning_lapses": (counts["lapses"], ",.0f", counts["lapses"], "savers who lapse"),
        "warning_returned": (counts["returned"], ",.0f", counts["returned"], "savers who deposit again after their lapse"),
    }
    for name, term, step in (
        ("return_by_day", "log_silent", 1),
        ("return_by_day_frailty", "log_silent", 1),
        ("return_by_silence", "share", 0.1),
        ("return_by_silence", "lottery", 1),
        ("return_by_silence", "regret", 1),
        ("stop_arms", "lottery", 1),
        ("stop_arms", "regret", 1),
    ):
        row = fits[name].row(term)
        for end, column in zip(ENDS, ("estimate", "ci_low", "ci_high")):
            made[f"warning_{name}_{term}{end}"] = (np.exp(step * row[column]), ".2f", people, f"hazard ratio of {term} ({step:g}), {column}")
    for name, found in lists.items():
        made |= _list(name, found)
    for line in targets.table.itertuples():
        behind, half = min(line.treated, line.customers - line.treated), norm.ppf(0.975) * line.std_error
        made[f"warning_target_{line.list}_expected"] = (
            line.expected_prevented / line.customers,
            "z.2f",
            line.customers,
            f"share that stop, no prize less prize, expected, {line.list}",
        )
        for end, shift in zip(ENDS, (0, -half, half)):
            value = line.prevented_per_customer + shift
            made[f"warning_target_{line.list}{end}"] = (value, "z.2f", behind, f"share that stop, no prize less prize, randomised{end}, {line.list}")
    apart, half = targets.difference[0], norm.ppf(0.975) * targets.difference[1]
    for end, shift in zip(ENDS, (0, -half, half)):
        meaning = f"the share of the risk list less that of the response list{end}"
        made[f"warning_target_apart{end}"] = (apart + shift, "z.2f", targets.table["treated"].min(), meaning)
    for end, value in zip(ENDS, assigned.difference):
        made[f"warning_assigned{end}"] = (value, "z.2f", assigned.n, f"share that stop, no prize less prize, all assigned{end}")
    made["warning_assigned_people"] = (assigned.n, ",.0f", assigned.n, "people assigned")
    made["warning_target_listed"] = (targets.table["customers"].iloc[0], ",.0f", targets.table["customers"].iloc[0], "people on each list")
    for name, share, rows, events in zip(("prize", "no_prize"), assigned.deposited.rates, assigned.deposited.rows, assigned.deposited.events):
        made[f"warning_deposited_{name}"] = (100 * share, ".0f", rows - events, f"% who ever deposit, {name}")
    made["warning_deposited_p"] = (assigned.deposited.p_value, ".2f", assigned.n, "Fisher's p of the two shares")
    known = fits["return_by_day_frailty"].glance()
    made["warning_frailty_variance"] = (known["frailty_variance"], ".2f", people, "variance of the gamma frailty of a silence")
    made["warning_frailty_p"] = (known["frailty_p"], ".3f", people, "p of no frailty")
    return made


def _list(name: str, found) -> Numbers:
    counts, made = found.counts, {}
    behind = int(counts["units"])
    for key, what in (("units", "savers at risk"), ("contacts", "contacts")):  # not the lapses: recall would give back small counts
        made[f"warning_{name}_{key}"] = (counts[key], ",.0f", behind, f"{what}, lists: {name}")
    for ranking, line in found.comparison.set_index("ranking").iterrows():
        head = f"warning_{name}_{ranking}"
        for measure in ("precision", "recall", "lead_median"):
            if measure == "lead_median" and small([line["caught"]])[0]:
                continue
            form = ".0f" if measure == "lead_median" and line[measure] % 1 == 0 else ".1f" if measure == "lead_median" else ".2f"
            made[f"{head}_{measure}"] = (line[measure], form, behind, f"{measure}, {ranking}, lists: {name}")
        if ranking == "recency":
            continue
        for measure in ("less_recency", "recall_less_recency"):
            for end in ENDS:
                made[f"{head}_{measure}{end}"] = (line[measure + end], "z.3f", behind, f"{measure}{end}, {ranking}, lists: {name}")
    return made
