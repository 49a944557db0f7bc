"""A6 where lapses are seen: hazards of the next and of the last deposit, the contact lists, and their numbers."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm

from study import privacy
from study.design import Words, source_words, words
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


def table(fits: Mapping[str, object], lists: Mapping[str, object], assigned, settings: Mapping[str, float], arm: str) -> Table:
    """A6: hazards of the next and of the last deposit, the lists at the capacity, lists by response where arms were drawn by lot.

    The savers who lapse or are caught are counted nowhere, not in the units either: with recall, small counts would follow.

    Parameters
    ----------
    fits : of `analytics.lapse_hazards`
    lists : "all", "early", "rested" -> of `analytics.early_warning.evaluate`
    assigned : of `analytics.assigned_lists`; None: nothing was drawn by lot
    settings : share (contacted), listed (share of E); until, early, rest, gap, last, end: days; lapses, returned: savers
    arm : whose words name randomised arms, and say what the data are
    """
    own = source_words(arm, "lapse_warning")
    people = fits["return_by_silence"].glance()["n_clusters"]
    rows: list = [[filled(WORDS["hazard_panel"], people=people)]]
    behind: dict = {}

    def add(label: Text, cells: list, units: list) -> None:
        behind.update({(len(rows), 1 + place): int(n) for place, (cell, n) in enumerate(zip(cells, units)) if cell})
        rows.append([label, *cells, *[""] * (PLACES - len(cells))])

    for label, *cells in _hazards(fits, own):
        add(label, cells, [people] * PLACES)
    for name, found in lists.items():
        rows.append([filled(WORDS["list_panels"][name], **found.counts, **settings)])
        rows.append([WORDS["ranked"], *WORDS["rankings"].values(), ""])
        at = found.comparison.set_index("ranking").loc[list(WORDS["rankings"])]
        for measure, label in WORDS["measures"].items():
            add(label, [_cell(line, measure, ranking) for ranking, line in at.iterrows()], [found.counts["units"]] * PLACES)
    if assigned is not None:
        rows.append([filled(own["target_panel"], n=assigned.targets.table["customers"].iloc[0], assigned=assigned.n, listed=settings["listed"])])
        add(WORDS["listed"], list(own["lists"].values()), [people] * PLACES)
        for label, cells, units in _experiment(assigned, own):
            add(label, cells, units)
    about = own["about"] if "about" in own else WORDS["about"]
    notes = [filled(note, about=filled(about, **settings), **settings) for note in (*WORDS["notes"], *(own["notes"] if "notes" in own else ()))]
    heads = [WORDS["first"], *(f"({place})" for place in range(1, 1 + PLACES))]
    return build(heads, rows, notes=notes, wide=True, widths=(0.19, *[0.135] * PLACES), units=privacy.Units(behind=behind))


def _experiment(assigned, own: Words):
    """Label, cells and units behind them, of the lists that are tried on everybody who was assigned an arm."""
    targets = assigned.targets
    table = targets.table.set_index("list").loc[list(own["lists"])]
    fewest = np.minimum(table["treated"], table["customers"] - table["treated"])
    yield own["expected"], [signed(x, 2) for x in table["expected_prevented"] / table["customers"]], table["customers"]
    yield own["realised"], [_realised(line) for _, line in table.iterrows()], fewest
    yield WORDS["told_apart"], [_between(*targets.difference)], [fewest.min()]
    yield WORDS["everybody"], [interval(*assigned.difference)], [assigned.n]
    shares = [f"{share:.2f}" for share in assigned.active.rates]
    never = np.subtract(assigned.active.rows, assigned.active.events)
    yield own["deposited"], [*shares, f"{assigned.active.p_value:.2f}"], [*never, assigned.n]


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


def _hazards(fits: Mapping[str, object], own: Words) -> list[list]:
    """Event, baseline, hazard ratios, days at risk and events, a column for each fit."""
    names = [name for name in WORDS["hazards"] if name in fits]
    events, baselines = zip(*(WORDS["hazards"][name] for name in names))
    chosen = [fits[name] for name in names]
    terms = {**WORDS["terms"], **(own["terms"] if "terms" in own else {})}
    rows = [[WORDS["event"], *events], [WORDS["baseline"], *baselines]]
    rows += [[label, *(_ratio(fit, term, STEPS.get(term, 1.0)) for fit in chosen)] for term, label in terms.items()]
    rows.append([WORDS["frailty"], *(_frailty(fit.glance()) for fit in chosen)])
    days = ["" if name == "stop_cox" else f"{fits[name].glance()['n_obs']:,}" for name in names]  # Cox: one row per saver
    return [*rows, [WORDS["rows"], *days], [WORDS["events"], *(f"{fit.glance()['n_events']:,}" for fit in chosen)]]


def _frailty(known: Mapping) -> str:
    return f"{known['frailty_variance']:.2f} ({known['frailty_p']:.3f})" if "frailty_variance" in known else ""


def _ratio(fit, term: str, step: float) -> str | Text:
    if term not in fit.terms:
        return ""
    return interval(*np.exp(step * fit.row(term)[["estimate", "ci_low", "ci_high"]].astype(float)))


def numbers(fits: Mapping[str, object], lists: Mapping[str, object], assigned, counts: Mapping[str, int], arms: Sequence[str]) -> Numbers:
    """Savers, lapses, hazard ratios, and what each list is worth.

    Parameters
    ----------
    fits, lists, assigned : as for `table`
    counts : of `analytics.person_periods`
    arms : randomised arms that the hazards have as terms
    """
    people = counts["people"]
    made: Numbers = {
        "warning_people": (people, ",.0f", people, "savers with a deposit"),
        "warning_lapses": (counts["lapses"], ",.0f", counts["lapses"], "savers who lapse"),
        "warning_returned": (counts["returned"], ",.0f", counts["returned"], "savers who deposit again after their lapse"),
    }
    said = [("return_by_day", "log_silent", 1), ("return_by_day_frailty", "log_silent", 1), ("return_by_silence", "share", 0.1)]
    said += [(name, arm, 1) for name in ("return_by_silence", "stop_arms") for arm in arms]
    for name, term, step in said:
        row = fits[name].row(term)
        for end, column in zip(ENDS, ("estimate", "ci_low", "ci_high")):
            made[f"warning_{name}_{term}{end}"] = (np.exp(step * row[column]), ".2f", people, f"hazard ratio of {term} ({step:g}), {column}")
    for name, found in lists.items():
        made |= _list(name, found)
    made |= _assigned(assigned) if assigned is not None else {}
    known = fits["return_by_day_frailty"].glance()
    made["warning_frailty_variance"] = (known["frailty_variance"], ".2f", people, "variance of the gamma frailty of a silence")
    made["warning_frailty_p"] = (known["frailty_p"], ".3f", people, "p of no frailty")
    return made


def _assigned(assigned) -> Numbers:
    """The lists by risk and response, and everybody who was assigned."""
    table, made = assigned.targets.table, {}
    for line in table.itertuples():
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
    apart, half = assigned.targets.difference[0], norm.ppf(0.975) * assigned.targets.difference[1]
    for end, shift in zip(ENDS, (0, -half, half)):
        meaning = f"the share of the risk list less that of the response list{end}"
        made[f"warning_target_apart{end}"] = (apart + shift, "z.2f", table["treated"].min(), meaning)
    for end, value in zip(ENDS, assigned.difference):
        made[f"warning_assigned{end}"] = (value, "z.2f", assigned.n, f"share that stop, no prize less prize, all assigned{end}")
    made["warning_assigned_people"] = (assigned.n, ",.0f", assigned.n, "people assigned")
    made["warning_target_listed"] = (table["customers"].iloc[0], ",.0f", table["customers"].iloc[0], "people on each list")
    for name, share, rows, events in zip(("prize", "no_prize"), assigned.active.rates, assigned.active.rows, assigned.active.events):
        made[f"warning_deposited_{name}"] = (100 * share, ".0f", rows - events, f"% who ever deposit, {name}")
    made["warning_deposited_p"] = (assigned.active.p_value, ".2f", assigned.n, "Fisher's p of the two shares")
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


def found(lists: Mapping[str, object]) -> Text:
    """What was found, in a sentence: the hazard beside recency on the full list."""
    line = lists["all"].comparison.set_index("ranking").loc["hazard"]
    gap = interval(line["less_recency"], line["less_recency_low"], line["less_recency_high"])
    return filled(WORDS["found"], precision=line["precision"], recall=line["recall"], gap=gap)


def stated(days: Mapping[str, int], capacity: float, growing: pd.DataFrame, behind: int) -> Numbers:
    """What the question was asked with, and the logit that has counts and days as well.

    Parameters
    ----------
    days : name -> days; growing : `comparison` of the lists with counts and days, by ranking; behind : customers at risk
    """
    made: Numbers = {f"warning_{name}": (value, ".0f", behind, f"{name}, days") for name, value in days.items()}
    made["warning_capacity"] = (100 * capacity, ".0f", behind, "savers at risk who are contacted, %")
    for name in ("precision", "recall"):
        made[f"warning_growing_logit_{name}"] = (growing.loc["logit", name], ".2f", behind, f"{name} of the logit with counts and days")
    return made
