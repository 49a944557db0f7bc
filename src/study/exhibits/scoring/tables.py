"""Tables of scoring: models side by side under three splits, and the scorecard with its tiers."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from study.design import words
from study.design.entries import Text
from study.design.profiles import Column
from study.privacy import MARK, Units, small, withheld

from ..engine.run import Run
from ..engine.save import save_number
from ..engine.table import Table, build
from ..engine.wording import WITHHELD, between, filled, signed

WORDS = words("scoring")

COST_RATIOS = (5, 20)
MORO = {"auc": 0.80, "alift": 0.70, "contacts": 52944}  # abstract of Moro, Cortez and Rita (2014)
TIERS = (0.1, 0.3)
WIDTHS = (0.17, 0.14, 0.165, 0.05, 0.055, 0.06, 0.06, 0.05, 0.065, 0.065, 0.06, 0.06)


def learner_label(learner: str, alone: str | None) -> Text:
    """What a scorer is called; "recency" is the arm's column of recency."""
    if learner == "recency":
        return WORDS["alone"][alone]
    return WORDS["views"][learner] if learner in WORDS["views"] else WORDS["learners"][learner]


def split_label(split: str, group: str, shares: str = "") -> Text:
    return filled(WORDS["splits"][split], groups=WORDS["groups"][group], past=WORDS["past"][group], shares=shares)


def models_side_by_side(
    compared: Mapping[str, pd.DataFrame], *, alone: str | None, group: str, cluster: str | None, chosen: Text, checked: Text, cuts: pd.DataFrame
) -> Table:
    """A3: every scorer and the baselines, by outcome and split.

    Parameters
    ----------
    compared : outcome -> `with_savings(COST_RATIOS)` of `analytics.scoring.compare`, with `variables.scoring.by_view` below it
    alone, group, cluster : columns of recency, of the groups left out, of the intervals, of `variables.scoring.ScoringTask`
    chosen : the single variables, of `chosen_text`
    checked : what the checks before learning found, of `feature_findings.said`
    cuts : of `variables.scoring.by_cut`, empty where time is not cut once
    """
    rows: list = []
    published = "subscribed" in compared
    if published:
        blank = [""] * (len(WORDS["A3"]["columns"]) - 5)
        rows += [[WORDS["A3"]["published"]], [WORDS["A3"]["network"], f"{MORO['auc']:.2f}", "", "", f"{MORO['alift']:.2f}", *blank]]
    for name, table in compared.items():
        whole = table.loc[table["n_test"].idxmax()]
        for split, part in table.groupby("split", sort=False):
            label, where = WORDS["tasks"][name], split_label(split, group)
            rows.append([Text(en=f"{label.en}: {where.en}", zh=f"{label.zh}:{where.zh}")])
            rows += [_scorer(line, learner_label(line["learner"], alone), whole) for line in part.to_dict("records")]
    rows += _over_cuts(cuts, alone, group)
    notes = [filled(note, interval=WORDS["intervals"][cluster or "rows"], chosen=chosen) for note in WORDS["A3"]["notes"]]
    notes += [*([WORDS["A3"]["published_note"]] if published else []), checked]
    notes += [WITHHELD] if any(cell == MARK for row in rows for cell in row) else []
    # an AUC is a share of pairs, a gain in cost or Brier is of all rows tested; `_lift` withholds a best tenth of few
    behind = {(1, 1): MORO["contacts"], (1, 4): MORO["contacts"]} if published else {}
    units = Units(counts={10, 11}, bases=dict.fromkeys((3, 4), 10) | dict.fromkeys((1, 2, 5, 6, 7, 8, 9)), behind=behind)
    return build(WORDS["A3"]["columns"], rows, notes=notes, wide=True, units=units, widths=WIDTHS)


def _over_cuts(cuts: pd.DataFrame, alone: str | None, group: str) -> list[list]:
    """The panel of single cuts: lowest to highest AUC, and AUC less that of the best single variable, over the cuts."""
    if cuts.empty:
        return []
    shares = ", ".join(split.removeprefix("cut_") for split in dict.fromkeys(cuts["split"]))
    rows: list = [[split_label("cuts", group, shares)]]
    for learner, lines in cuts.groupby("learner", sort=False):
        if learner != "prior":
            gain = "" if learner == "single" else _from_to(lines["gain"])
            rows.append([learner_label(learner, alone), _from_to(lines["auc"]), gain, *[""] * (len(WORDS["A3"]["columns"]) - 3)])
    return rows


def _from_to(values: pd.Series) -> Text:
    low, high = signed(values.min(), 3), signed(values.max(), 3)
    return between(low, high)


def save_cuts(name: str, cuts: pd.DataFrame, *, run: Run) -> None:
    """Register the lowest and highest AUC of every scorer over the single cuts, as `score_<name>_cuts_<learner>_<end>`."""
    for learner, lines in cuts.groupby("learner", sort=False):
        for end in ("lowest", "highest"):
            line = lines.loc[lines["auc"].idxmin() if end == "lowest" else lines["auc"].idxmax()]
            meaning = f"{end} AUC of {learner} on {name} over single cuts of time"
            save_number(f"score_{name}_cuts_{learner}_{end}", line["auc"], run=run, form=".3f", meaning=meaning, behind=line["ones_test"])


def chosen_text(chosen: pd.DataFrame, columns: Mapping[str, Column]) -> Text:
    """The single variables with the number of folds in which each was chosen.

    Parameters
    ----------
    chosen : of `Comparison.chosen`; columns : of the arm's profile, for the labels (others by their own name)
    """
    folds = chosen.groupby("chosen", sort=False)["folds"].sum()
    label = {name: columns[name].label if name in columns else Text(en=name, zh=name) for name in folds.index}
    said = {language: ", ".join(f"{label[name][language]} {n}" for name, n in folds.items()) for language in ("en", "zh")}
    return filled(WORDS["A3"]["chosen"], variables=said)


def _scorer(line: Mapping, label: Text, whole: pd.Series) -> list:
    return [
        label,
        f"{line['auc']:.3f}" if line["learner"] == "prior" else _spread(line["auc"], line["ci_low"], line["ci_high"]),
        "" if line["learner"] == "single" else _spread(line["gain"], line["gain_low"], line["gain_high"]),
        f"{line['ks']:.3f}",
        f"{line['alift']:.3f}",
        MARK if _ones(line, whole) == MARK else _lift(line),
        _percent(line["brier_skill"]),
        "" if np.isnan(line["slope"]) else signed(line["slope"], 2),
        *(_percent(line[f"saving_{ratio}"]) for ratio in COST_RATIOS),
        f"{line['n_test']:,}",
        _ones(line, whole),
    ]


def _spread(*of: float) -> str:
    """An estimate with its interval."""
    return "{} [{}, {}]".format(*(signed(one, 3) for one in of))


def _percent(share: float) -> str:
    return signed(100 * share, 1)


def _ones(line: Mapping, whole: pd.Series) -> str:
    """Rows with outcome 1, withheld where those of the whole less these are few."""
    ones = whole["ones_test"] - line["ones_test"]
    return MARK if small([ones, whole["n_test"] - line["n_test"] - ones]).any() else f"{line['ones_test']:,}"


def _lift(line: Mapping) -> str:
    """The lift of the best tenth, withheld where it gives back fewer than ten ones or others in that tenth."""
    ones = round(line["lift_10"] * line["ones_test"] / 10)
    return MARK if small([ones, round(line["n_test"] / 10) - ones]).any() else f"{line['lift_10']:.2f}"


def save_comparison(name: str, compared: pd.DataFrame, *, run: Run) -> None:
    """Register AUC and gain with their intervals and ALIFT of every scorer and split, as `score_<name>_<split>_<learner>_<what>`."""
    for line in compared.itertuples():
        for what in ("auc", "ci_low", "ci_high", "gain", "gain_low", "gain_high", "alift"):
            meaning = f"{what} of {line.learner} on {name}, {line.split} split"
            key = f"score_{name}_{line.split}_{line.learner}_{what}"
            save_number(key, getattr(line, what), run=run, form=".3f", meaning=meaning, behind=line.ones_test)


def save_published(*, run: Run) -> None:
    """Register what Moro, Cortez and Rita (2014) print, as `score_published_<what>`."""
    for what, form in (("auc", ".2f"), ("alift", ".2f"), ("contacts", ",.0f")):
        meaning = f"{what} published by Moro, Cortez and Rita (2014) for a neural network on other data"
        save_number(f"score_published_{what}", MORO[what], run=run, form=form, meaning=meaning, behind=MORO["contacts"])


def points(made, columns: Mapping[str, Column]) -> Table:
    """A4: the bins of every variable with their points, then the tiers.

    Parameters
    ----------
    made : `variables.scoring.Points`; columns : of the arm's profile, for the labels
    """
    rows: list = []
    for variable in made.variables.itertuples():
        column = columns[variable.variable]
        label = column.label
        ends = f"IV {variable.iv:.3f}, PSI {variable.psi:.3f}"
        rows.append([Text(en=f"{label.en} ({ends})", zh=f"{label.zh}({ends})")])
        rows += _bins(made.bins[made.bins["variable"] == variable.variable], column)
    rows.append([filled(WORDS["A4"]["tiers"], psi=made.psi, auc=made.auc)])
    rows += [
        [_tier(line), f"{line.n:,}", f"{100 * line.rate:.1f}", "", f"{line.points:.0f}", f"{line.value:.1f}"] for line in made.tiers.itertuples()
    ]
    units = Units(counts={1}, bases={2: 1, 3: None, 4: None, 5: 1})
    notes = [*WORDS["A4"]["notes"], *([WITHHELD] if any(MARK in row for row in rows) else [])]
    return build(WORDS["A4"]["columns"], rows, notes=notes, units=units)


def _bins(bins: pd.DataFrame, column: Column) -> list[list]:
    """Rows of one variable; a bin of few customers is withheld, and another with it, since the bins add up."""
    counts = [int(bins["n"].sum()), *bins["n"].astype(int)]
    gone = withheld(counts, [(0, range(1, len(counts)))], keep=[0])[1:]
    rows = []
    for line, hide in zip(bins.itertuples(), gone):
        counted = [MARK, MARK] if hide else [f"{line.n:,.0f}", f"{100 * line.rate:.1f}"]
        evidence = [MARK, MARK] if small(line.n) else [signed(line.woe, 3), signed(line.points, 0)]
        rows.append([_bin(line, column), *counted, *evidence, ""])
    return rows


def save_points(made, *, run: Run) -> None:
    """Register the tiers, the PSI and the AUC of the scorecard for the text."""
    for line in made.tiers.itertuples():
        ones = round(line.n * line.rate)
        kept = {"share": (100 * line.rate, ".1f", "applied, per cent"), "value": (line.value, ".1f", "revenue a customer, rand")}
        if not np.isinf(line.threshold):
            kept["threshold"] = (line.threshold, ".0f", "lowest points")
        for what, (value, form, meaning) in kept.items():
            save_number(f"score_tier_{line.tier}_{what}", value, run=run, form=form, meaning=f"tier {line.tier}: {meaning}", behind=ones)
    total = int(made.tiers["n"].sum())
    for what, value in (("psi", made.psi), ("auc", made.auc)):
        save_number(f"score_points_{what}", value, run=run, form=".3f", meaning=f"{what} of the points in the last wave", behind=total)
    for line in made.variables.itertuples():
        for what in ("iv", "psi"):
            meaning = f"{what} of {line.variable}"
            save_number(f"score_{what}_{line.variable}", getattr(line, what), run=run, form=".3f", meaning=meaning, behind=total)


def _bin(line, column: Column) -> Text:
    if line.bin == "missing":
        return WORDS["A4"]["missing"]
    if np.isnan(line.low):
        return column.level(str(line.bin))
    if np.isinf(line.low):
        return filled(WORDS["A4"]["bins"]["lowest"], high=line.high)
    if np.isinf(line.high):
        return filled(WORDS["A4"]["bins"]["highest"], low=line.low)
    return filled(WORDS["A4"]["bins"]["between"], low=line.low, high=line.high)


def _tier(line) -> Text:
    if np.isinf(line.threshold):
        return filled(WORDS["A4"]["rest"], tier=line.tier)
    return filled(WORDS["A4"]["tier"], tier=line.tier, points=line.threshold)


def accuracy_by_split(table: pd.DataFrame, folds: pd.DataFrame, months: Sequence[str]) -> pd.DataFrame:
    """Data of F14, of the `table` and `folds` of `analytics.scoring.compare` and the months of the blocks.

    Returns
    -------
    DataFrame panel (split, block), split, learner, block, months, auc, ci_low, ci_high, n_test, ones_test
    """
    columns = ["panel", "split", "learner", "block", "months", "auc", "ci_low", "ci_high", "n_test", "ones_test"]
    by_split = table.assign(panel="split", block="", months="")
    by_block = folds[folds["split"] == "time"].rename(columns={"fold": "block"}).assign(panel="block")
    by_block["months"] = by_block["block"].map(dict(enumerate(months, start=1)))
    return pd.concat([by_split[columns], by_block[columns]], ignore_index=True)


def save_blocks(name: str, folds: pd.DataFrame, *, run: Run) -> None:
    """Register AUC and interval of every scorer on every block of time, as `score_<name>_block_<k>_<learner>_<what>`."""
    for line in folds[folds["split"] == "time"].itertuples():
        for what in ("auc", "ci_low", "ci_high"):
            meaning = f"{what} of {line.learner} on {name}, test {line.fold} by time"
            key = f"score_{name}_block_{line.fold}_{line.learner}_{what}"
            save_number(key, getattr(line, what), run=run, form=".3f", meaning=meaning, behind=line.ones_test)


def figure_notes(published: bool, group: str, cluster: str | None) -> list[Text]:
    """Notes of F14, with the published figure's line where it is drawn."""
    more = [filled(WORDS["F14"]["published"], auc=MORO["auc"])] if published else []
    return [*(filled(note, block=WORDS["blocks"][group], interval=WORDS["intervals"][cluster or "rows"]) for note in WORDS["F14"]["notes"]), *more]
