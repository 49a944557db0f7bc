"""A5: stages of the life cycle by period, the moves between them, and what a stage says beside simpler facts."""

from collections.abc import Mapping, Sequence

import pandas as pd

from study import privacy
from study.design import source_words, words

from .engine.run import Run
from .engine.save import save_number
from .engine.table import Table, Text, build
from .engine.wording import filled, interval

WORDS = words("life_cycle")

KNOWN_FROM, LEAST = 3, 6  # stages start in the fourth column; panel C has six columns


def stages_by_period(
    shares: pd.DataFrame, moves: pd.DataFrame, explained: pd.DataFrame, customers: int, *, arm: str, periods: Mapping[int, str], **stated: float
) -> Table:
    """The table of an arm.

    Parameters
    ----------
    shares, moves : of `analytics.stage_shares`, `analytics.stage_moves`
    explained : of `analytics.groupings.explained`; customers : behind it
    periods : those to be shown -> how they are called
    stated : numbers that the notes name
    """
    stages = [stage for stage in WORDS["stages"] if stage in {*shares["stage"], *moves["start"], *moves["end"]}]
    width = max(LEAST, KNOWN_FROM + len(stages))
    rows: list = [[WORDS["panels"]["shares"]]]
    behind: dict = {}
    for period, called in periods.items():
        found = shares[shares["period"] == period].set_index("stage")
        total = int(found["total"].iloc[0])
        behind |= _counted(len(rows), found["customers"], total, stages)
        cells = [_share(found, stage) for stage in stages]
        rows.append([filled(source_words(arm, "life_cycle")["period"], at=called), f"{total:,}", "", *cells])
    rows.append([WORDS["panels"]["moves"]])
    for start in [name for name in stages if name in set(moves["start"])]:
        found = moves[moves["start"] == start].set_index("end")
        out, at_risk = int(found["out_of"].iloc[0]), int(found["at_risk"].iloc[0])
        behind |= _counted(len(rows), found["customers"], out, stages) | {(len(rows), 2): out}
        rows.append([WORDS["stages"][start], f"{out:,}", f"{at_risk:,}", *(_move(found, stage) for stage in stages)])
    panel, following = WORDS["panels"]["explained"], source_words(arm, "life_cycle")["next"]
    rows += [[filled(panel, outcome=following)], list(WORDS["heads"])]
    for line in explained.to_dict("records"):
        behind |= {(len(rows), column): customers for column in range(1, 6)}
        rows.append(_line(line, customers))
    rows = [row if len(row) == 1 else [*row, *[""] * (width - len(row))] for row in rows]
    heads = [*WORDS["columns"], *(WORDS["stages"][stage] for stage in stages)]
    heads += [""] * (width - len(heads))
    widths = (0.18, 0.09, 0.08, *[0.65 / (width - KNOWN_FROM)] * (width - KNOWN_FROM))
    notes = [filled(note, **stated) for note in (source_words(arm, "life_cycle")["note"], WORDS["notes"]["all"])]
    return build(heads, rows, notes=notes, widths=widths, units=privacy.Units(counts={1}, behind=behind))


def _counted(row: int, customers: pd.Series, total: int, stages: Sequence[str]) -> dict:
    places = {stage: KNOWN_FROM + place for place, stage in enumerate(stages)}
    return {(row, 1): total} | {(row, places[stage]): int(count) for stage, count in customers.items()}


def _share(found: pd.DataFrame, stage: str) -> str:
    return f"{100 * found.loc[stage, 'share']:.1f}{_star(found, stage)}" if stage in found.index else ""


def _move(found: pd.DataFrame, stage: str) -> str | Text:
    if stage not in found.index:
        return ""
    line = found.loc[stage]
    made = interval(100 * line["share"], 100 * line["low"], 100 * line["high"], 0)
    return Text(en=made.en + _star(found, stage), zh=made.zh + _star(found, stage))


def _star(found: pd.DataFrame, stage: str) -> str:
    return "*" if found.loc[stage, "with_small"] else ""


def _line(line: Mapping, customers: int) -> Sequence:
    value = interval(100 * line["explained"], 100 * line["low"], 100 * line["high"], 1)
    ahead = interval(100 * line["ahead"], 100 * line["ahead_low"], 100 * line["ahead_high"], 1)
    shown = "" if line["predictor"] == "stage" else ahead
    return [WORDS["known"][line["predictor"]], f"{customers:,}", f"{int(line['n']):,}", str(int(line["columns"])), value, shown]


def save_numbers(shares: pd.DataFrame, moves: pd.DataFrame, explained: pd.DataFrame, run: Run, *, customers: int, lapse: int, warned: int) -> None:
    """Offer what A5 shows to the text.

    Parameters
    ----------
    shares, moves, explained, customers : as for `stages_by_period`
    lapse : stated periods without activity that make a warning; warned : customers ever in that stage
    """

    def number(name, value, meaning, form=".0f", behind=customers):
        save_number(f"stage_{name}", value, run=run, form=form, meaning=meaning, behind=behind)

    number("customers", customers, "customers with stages", ",.0f")
    number("lapse", lapse, "periods without activity that make a warning, stated")
    number("warned", warned, "customers ever in the stage of warning", ",.0f", warned)
    for line in moves.itertuples():
        number(f"{line.start}_{line.end}", 100 * line.share, f"moves from {line.start} to {line.end}, %", ".0f", line.customers)
    for line in explained.itertuples():
        number(f"says_{line.predictor}", 100 * line.explained, f"next period's activity explained by {line.predictor}, %", ".1f")
        for end in ("", "_low", "_high") if line.predictor != "stage" else ():
            number(f"less_{line.predictor}{end}", 100 * getattr(line, f"ahead{end}"), f"stage less {line.predictor}{end}, points", ".1f")
    for line in shares[shares["period"] == shares["period"].max()].itertuples():
        number(f"last_{line.stage}", 100 * line.share, f"{line.stage} in the last period, %", ".0f", line.customers)


def beside_simpler(explained: pd.DataFrame) -> str:
    """In words: what a stage says of the next period, and what the simpler fact that says most."""
    table = explained.set_index("predictor")
    best = table["explained"].drop("stage").idxmax()
    line, stage = table.loc[best], 100 * table.loc["stage", "explained"]
    ends = {"low": 100 * line["ahead_low"], "high": 100 * line["ahead_high"]}
    return filled(WORDS["found"], stage=stage, best=WORDS["known"][best].en, one=100 * line["explained"], **ends).en
