"""Numbers of the text on early warnings: name -> (value, printed form, customers behind it, meaning)."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm

from study.privacy import small

Numbers = dict[str, tuple[float, str, int, str]]
ENDS = ("", "_low", "_high")


def lapses(fits: Mapping[str, object], lists: Mapping[str, object], targets: object, assigned: object, counts: Mapping[str, int]) -> Numbers:
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


def leakage(steps: pd.DataFrame, single: pd.DataFrame, baselines: pd.DataFrame, n: int) -> Numbers:
    """AUC and precision at each step, of each group alone and of the baselines; n customers."""
    made: Numbers = {}
    names = ["all", *(f"without_{group}" for group in steps["removed"][1:])]
    named = [*zip(names, steps.to_dict("records"))]
    named += [(f"alone_{line['group']}", line) for table in (single, baselines) for line in table.to_dict("records") if line["group"] != "kept"]
    for name, line in named:
        for column, form in (("auc", ".3f"), ("auc_low", ".3f"), ("auc_high", ".3f"), ("precision", ".2f")):
            made[f"leak_{name}_{column}"] = (line[column], form, n, f"{column} of boosting, columns: {name}")
    return made
