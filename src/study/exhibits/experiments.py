"""A11: an experiment with arms: effects, harm, who was observed, balance, and their numbers."""

from collections.abc import Mapping

import pandas as pd

from study.design import words
from study.design.entries import Text
from study.design.profiles import Column

from .engine.findings import Finding, findings
from .engine.table import Table
from .engine.wording import filled

WORDS = words("experiments")

Numbers = dict[str, tuple[float, str, int, str]]


def upgrades(
    rates: pd.DataFrame,
    told: object,
    fits: Mapping[str, object],
    tests: Mapping[str, object],
    bounds: object,
    columns: Mapping[str, Column],
    reps: int,
) -> Table:
    """A11 of the card upgrades: take-up by arm, every contrast among reached and among all, bounds, who was reached, balance.

    Parameters
    ----------
    rates : index arm; published (%), reached, accepted (share)
    told : of `analytics.experiment`, families "reached" and "all"; fits : the same -> Fit with strata effects
    tests : the same -> `inference.randomisation` of either platinum offer; bounds : of `inference.lee_bounds`
    columns : of the arm's profile, for the labels; reps : re-assignments
    """
    rows: list = [WORDS["upgrades"]["panels"]["rates"]]
    for arm, line in rates.iterrows():
        printed = "" if pd.isna(line["published"]) else f"{line['published'] / 100:.3f}"
        rows.append(Finding(WORDS["arms"][arm], line["accepted"], int(line["reached"]), published=printed))
    for name, fit in fits.items():
        rows.append(WORDS["upgrades"]["panels"][name])
        rows += [_contrast(line, WORDS["less_of"]) for line in told.effects.query("family == @name").to_dict("records")]
        rows.append(Finding(WORDS["upgrades"]["either"], tests[name].statistic, fit.glance()["n_obs"], p_value=tests[name].p_value))
    n_all = int(told.observed["n"].sum())
    rows.append(WORDS["upgrades"]["panels"]["bounds"])
    rows.append(Finding(WORDS["upgrades"]["lower"], bounds.lower, n_all, bounds.std_error_lower))
    rows.append(Finding(WORDS["upgrades"]["upper"], bounds.upper, n_all, bounds.std_error_upper, bounds.ci_low, bounds.ci_high))
    rows += _before(told, WORDS["upgrades"]["panels"], columns)
    missed = 100 * (1 - fits["reached"].glance()["n_obs"] / n_all)
    notes = [*(filled(note, missed=f"{missed:.0f}") for note in WORDS["upgrades"]["notes"]), filled(WORDS["family_note"], reps=f"{reps:,}")]
    return findings(rows, notes)


def savers(told: object, columns: Mapping[str, Column], reps: int) -> Table:
    """A11 of the savings experiment: use, harm and attitudes by design, who answered, balance.

    Parameters
    ----------
    told : of `analytics.experiment`, families "use", "harm", "attitudes"; columns : of the arm's profile; reps : re-assignments
    """
    rows: list = []
    for name, lines in told.effects.groupby("family", sort=False):
        rows.append(WORDS["savers"]["panels"][name])
        rows += [_contrast(line, WORDS["outcome_of"], outcome=WORDS["savers"]["outcomes"][line["outcome"]]) for line in lines.to_dict("records")]
    rows += _before(told, WORDS["savers"]["panels"], columns)
    return findings(rows, [*WORDS["savers"]["notes"], filled(WORDS["family_note"], reps=f"{reps:,}")])


def _contrast(line: Mapping, form: Text, **more) -> Finding:
    """One contrast of an experiment, with its family-wise p."""
    arms = {"treated": WORDS["arms"][line["treated"]], "against": WORDS["arms"][line["against"]], "mean": f"{line['mean_against']:.2f}"}
    return Finding.of(filled(form, **arms, **more), pd.Series(line), int(line["n"]), family=line["p_family"])


def _before(told, panels: Mapping[str, Text], columns: Mapping[str, Column]) -> list:
    """Who could be observed, and what was measured before, by arm."""
    rows: list = [panels["observed"]]
    rows += [Finding(WORDS["arms"][line.arm], line.share, int(line.n)) for line in told.observed.itertuples()]
    rows.append(Finding(WORDS["all_alike"], None, int(told.observed["n"].sum()), p_value=told.observed_p))
    rows.append(panels["balance"])
    rows += [Finding(columns[line.column].label, line.largest, int(line.n), p_value=line.p_value) for line in told.balance.itertuples()]
    return [*rows, Finding(WORDS["joint"], None, int(told.balance["n"].max()), family=told.balance_p)]


def upgrades_numbers(rates: pd.DataFrame, told, tests: Mapping[str, object], bounds) -> Numbers:
    """Take-up by arm, customers not reached, contrasts, randomisation p, bounds; per cent and percentage points."""
    made: Numbers = {
        f"take_up_{arm}": (100 * line["accepted"], ".1f", int(line["reached"]), f"% accepted, {arm}, reached") for arm, line in rates.iterrows()
    }
    n_all, reached = int(told.observed["n"].sum()), int(rates["reached"].sum())
    made["not_reached"] = (100 * (1 - reached / n_all), ".0f", n_all - reached, "% of the customers assigned who were not reached")
    made |= _experiment(told, 100, "percentage points")
    for name, test in tests.items():
        made[f"status_{name}_p"] = (test.p_value, ".3f", n_all, f"randomisation p of either platinum offer, {name}")
    for side in ("ci_low", "ci_high", "lower", "upper"):
        made[f"lee_{side}"] = (100 * getattr(bounds, side), ".1f", n_all, f"Lee bounds of either platinum offer, {side}, percentage points")
    return made


def _experiment(told, scale: float, unit: str) -> Numbers:
    """Every contrast with interval and p, means of the arms compared with, who was observed, balance; `scale` in `unit` for shares."""
    made: Numbers = {}
    for line in told.effects.to_dict("records"):
        key, n = f"effect_{line['outcome']}_{line['treated']}_{line['against']}", int(line["n"])
        for part in ("estimate", "ci_low", "ci_high"):
            made[f"{key}_{part}"] = (
                scale * line[part],
                ".1f" if scale == 100 else ".2f",
                n,
                f"{line['treated']} less {line['against']}, {part}, {unit}",
            )
        for part in ("p_value", "p_family"):
            made[f"{key}_{part}"] = (line[part], ".3f", n, f"{line['treated']} less {line['against']}, {part}")
    for (outcome, arm), lines in told.effects.groupby(["outcome", "against"]):
        made[f"mean_{outcome}_{arm}"] = (scale * lines["mean_against"].iloc[0], ".1f", int(lines["n"].iloc[0]), f"mean of {outcome}, {arm}, {unit}")
    n = int(told.observed["n"].sum())
    made["observed_p"] = (told.observed_p, ".3f", n, "F test that the shares observed are alike in all arms")
    made["balance_p"] = (told.balance_p, ".3f", n, "family-wise p of the least balanced column measured before")
    made["balance_largest"] = (told.balance["largest"].max(), ".2f", n, "largest difference between two arms before, standard deviations")
    return made


def savers_numbers(told) -> Numbers:
    """The savings experiment: contrasts in days, deposits, dollars and answers; gambling also as percentages."""
    made = _experiment(told, 1, "as measured")
    n = int(told.observed["n"].sum())
    missed = n - int(round((told.observed["share"] * told.observed["n"]).sum()))
    made |= {"assigned": (n, ",.0f", n, "people assigned"), "not_answered": (missed, ",.0f", missed, "people without an answer at endline")}
    for line in told.effects.query("family == 'harm'").to_dict("records"):
        key = f"harm_{line['treated']}_{line['against']}"
        made[key] = (100 * line["estimate"], ".1f", int(line["n"]), "gambles more, difference in percentage points")
        for arm, share in ((line["against"], line["mean_against"]), (line["treated"], line["mean_against"] + line["estimate"])):
            made[f"harm_share_{arm}"] = (100 * share, ".1f", int(line["n"]), f"% who gamble more, {arm}")
    return made
