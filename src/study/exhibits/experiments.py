"""A11: an experiment with arms: effects, harm, who was observed, balance, and their numbers."""

from collections.abc import Mapping

import pandas as pd

from study.design import source_words, words
from study.design.entries import Text
from study.design.profiles import Column
from study.design.settings import Printed

from .engine.findings import Finding, findings
from .engine.table import Table
from .engine.wording import filled

WORDS = words("experiments")

Numbers = dict[str, tuple[float, str, int, str]]


def table(told, pooled, *, arm: str, columns: Mapping[str, Column], printed: Mapping[str, Printed], reps: int) -> Table:
    """A11: every contrast of every family with both p-values, who was observed, balance; of pooled arms also rates, tests and bounds.

    Parameters
    ----------
    told : of `analytics.experiment`
    pooled : of `analytics.pooled_arms`, or None where no arms are taken together
    columns : of the arm's profile, for the labels; printed : figures that others have printed, `take_up_<arm>`; reps : re-assignments
    """
    said = source_words(arm, "experiments")
    rows: list = [] if pooled is None else _rates(pooled, said, printed)
    for name, lines in told.effects.groupby("family", sort=False):
        rows.append(said["panels"][name])
        rows += [_contrast(line, said) for line in lines.to_dict("records")]
        for outcome in [one for one in lines["outcome"].unique() if pooled is not None and one in pooled.tests]:
            rows.append(Finding(said["pooled"], pooled.tests[outcome].statistic, pooled.rows[outcome], p_value=pooled.tests[outcome].p_value))
    rows += [] if pooled is None else _bounds(pooled, said, int(told.observed["n"].sum()))
    rows += _before(told, said, columns)
    notes = [filled(note, missed=f"{100 * (1 - _seen(told) / told.observed['n'].sum()):.0f}") for note in said["notes"]]
    return findings(rows, [*notes, filled(WORDS["family_note"], reps=f"{reps:,}")])


def _rates(pooled, said, printed: Mapping[str, Printed]) -> list:
    """The rate of each arm, and what was printed of it."""
    rows: list = [said["panels"]["rates"]]
    for name, line in pooled.rates.iterrows():
        published = f"{printed[f'take_up_{name}'].value / 100:.3f}" if f"take_up_{name}" in printed else ""
        rows.append(Finding(said["arms"][name], line["accepted"], int(line["n"]), published=published))
    return rows


def _bounds(pooled, said, n: int) -> list:
    bounds = pooled.bounds
    lower = Finding(WORDS["lower"], bounds.lower, n, bounds.std_error_lower)
    return [said["panels"]["bounds"], lower, Finding(WORDS["upper"], bounds.upper, n, bounds.std_error_upper, bounds.ci_low, bounds.ci_high)]


def _contrast(line: Mapping, said) -> Finding:
    """One contrast of an experiment, with its family-wise p; the outcome is named where the data set has a name for it."""
    arms = {"treated": said["arms"][line["treated"]], "against": said["arms"][line["against"]], "mean": f"{line['mean_against']:.2f}"}
    named = said["outcomes"] if "outcomes" in said else {}
    label = _of(named[line["outcome"]], arms) if line["outcome"] in named else filled(WORDS["less_of"], **arms)
    return Finding.of(label, pd.Series(line), int(line["n"]), family=line["p_family"])


def _of(outcome: Text, arms: Mapping) -> Text:
    return filled(WORDS["outcome_of"], outcome=outcome, **arms)


def _before(told, said, columns: Mapping[str, Column]) -> list:
    """Who could be observed, and what was measured before, by arm."""
    rows: list = [said["panels"]["observed"]]
    rows += [Finding(said["arms"][line.arm], line.share, int(line.n)) for line in told.observed.itertuples()]
    rows.append(Finding(WORDS["all_alike"], None, int(told.observed["n"].sum()), p_value=told.observed_p))
    rows.append(said["panels"]["balance"])
    rows += [Finding(columns[line.column].label, line.largest, int(line.n), p_value=line.p_value) for line in told.balance.itertuples()]
    return [*rows, Finding(WORDS["joint"], None, int(told.balance["n"].max()), family=told.balance_p)]


def _seen(told) -> int:
    """Rows of which outcomes were observed."""
    return int(round((told.observed["share"] * told.observed["n"]).sum()))


def numbers(told, pooled) -> Numbers:
    """Contrasts with interval and p, means, who was observed, balance; of shares per cent and percentage points. Pooled arms: rates, p, bounds."""
    n, seen = int(told.observed["n"].sum()), _seen(told)
    made: Numbers = {
        "assigned": (n, ",.0f", n, "people assigned"),
        "not_answered": (n - seen, ",.0f", n - seen, "people without an answer at endline"),
    }
    made["not_reached"] = (100 * (1 - seen / n), ".0f", n - seen, "% of the customers assigned who were not reached")
    for line in told.effects.to_dict("records"):
        made |= _effect(line)
    for name, lines in told.effects[told.effects["is_share"]].groupby("family"):
        if lines["outcome"].nunique() == 1:
            made |= _shares(name, lines)
    made["observed_p"] = (told.observed_p, ".3f", n, "F test that the shares observed are alike in all arms")
    made["balance_p"] = (told.balance_p, ".3f", n, "family-wise p of the least balanced column measured before")
    made["balance_largest"] = (told.balance["largest"].max(), ".2f", n, "largest difference between two arms before, standard deviations")
    return made if pooled is None else made | _pooled(pooled, n)


def _effect(line: Mapping) -> Numbers:
    """A contrast; of a share in percentage points."""
    key, n, said = f"effect_{line['outcome']}_{line['treated']}_{line['against']}", int(line["n"]), f"{line['treated']} less {line['against']}"
    scale, form, unit = (100, ".1f", "percentage points") if line["is_share"] else (1, ".2f", "as measured")
    made: Numbers = {f"{key}_{part}": (scale * line[part], form, n, f"{said}, {part}, {unit}") for part in ("estimate", "ci_low", "ci_high")}
    made |= {f"{key}_{part}": (line[part], ".3f", n, f"{said}, {part}") for part in ("p_value", "p_family")}
    mean = f"mean of {line['outcome']}, {line['against']}, {unit}"
    return made | {f"mean_{line['outcome']}_{line['against']}": (scale * line["mean_against"], ".1f", n, mean)}


def _shares(family: str, lines: pd.DataFrame) -> Numbers:
    """Of a family with one share: each arm, and the differences, under the family's name."""
    made: Numbers = {}
    for line in lines.to_dict("records"):
        outcome, n = line["outcome"].replace("_", " "), int(line["n"])
        made[f"{family}_{line['treated']}_{line['against']}"] = (100 * line["estimate"], ".1f", n, f"{outcome}, difference in percentage points")
        for arm, share in ((line["against"], line["mean_against"]), (line["treated"], line["mean_against"] + line["estimate"])):
            made[f"{family}_share_{arm}"] = (100 * share, ".1f", n, f"% {outcome}, {arm}")
    return made


def _pooled(pooled, n: int) -> Numbers:
    made: Numbers = {
        f"take_up_{arm}": (100 * line["accepted"], ".1f", int(line["n"]), f"% accepted, {arm}, reached") for arm, line in pooled.rates.iterrows()
    }
    made |= {f"pooled_{name}_p": (test.p_value, ".3f", n, f"randomisation p of the pooled arms, {name}") for name, test in pooled.tests.items()}
    for side in ("ci_low", "ci_high", "lower", "upper"):
        made[f"lee_{side}"] = (100 * getattr(pooled.bounds, side), ".1f", n, f"Lee bounds of the pooled arms, {side}, percentage points")
    return made


def said(told) -> str:
    """What was found, in one sentence."""
    small = told.effects[told.effects["p_family"] < 0.05]
    names = ", ".join(f"{line.outcome} ({line.treated} less {line.against})" for line in small.itertuples()) or "none"
    counts = {
        "count": len(told.effects),
        "small": len(small),
        "names": names,
        "observed": f"{told.observed_p:.3f}",
        "balance": f"{told.balance_p:.3f}",
    }
    return filled(WORDS["found"], **counts).en
