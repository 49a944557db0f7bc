"""T1: what each step of the sample costs, and what is left for each regression or later analysis."""

from collections.abc import Mapping

import pandas as pd

from study import privacy
from study.design import words
from study.design.entries import Arm, Variable

from .engine.table import Table, build
from .engine.wording import WITHHELD, filled

WORDS = words("sample")


def attrition(
    log: pd.DataFrame,
    samples: pd.DataFrame,
    left: Mapping[str, pd.DataFrame],
    arm: Arm,
    variables: Mapping[str, Variable],
) -> Table:
    """T1: what each step costs, then what is left for each regression or later analysis.

    Parameters
    ----------
    log, samples : of `sample.build`; of customers first through `privacy.publishable`, missing counts are withheld
    left : key of T1_PANELS -> table of `variables.left_for_regressions`
    arm : of design/sources/, for what a row and a cluster are called
    variables : of design/variables.yaml, for the labels of outcomes
    """
    step, before, dropped, rest, clusters, df, reason = WORDS["T1"]["columns"]
    counted = [arm.cluster or clusters] if arm.cluster else []
    heads = [step, before, dropped, rest, *counted, *([df] if left else []), reason]
    rows: list = [[filled(WORDS["T1"]["rule"], unit=arm.unit)]]
    rows += [_step(line, arm, blank=bool(left)) for line in log.itertuples()]
    if len(samples):
        rows += [[WORDS["T1"]["samples"]], *(_step(line, arm, blank=False) for line in samples.itertuples())]
    for key, table in left.items():
        rows.append([WORDS["T1"]["panels"][key]])
        for line in table.itertuples():
            cells = _counts(line.both, line.both - line.n, line.n, line.banks)
            rows.append([variables[line.outcome].label, *cells, "" if pd.isna(line.df) else str(line.df), WORDS["T1"]["singletons"]])
    first = len(log) + 2  # row of the first sample: after the heading of each panel
    chains = [list(range(1, len(log) + 1)), *([row] for row in range(first, first + len(samples)))]
    notes = [*(WORDS["T1"]["notes"] if left else ()), *([WITHHELD] if _hides(rows) else [])]
    widths = {7: (0.26, 0.08, 0.1, 0.08, 0.08, 0.06, 0.34), 6: (0.3, 0.09, 0.1, 0.09, 0.1, 0.32), 5: (0.32, 0.1, 0.11, 0.1, 0.37)}
    options = {"text_columns": {0, len(heads) - 1}, "widths": widths[len(heads)], "units": privacy.Units.steps(chains)}
    return build(heads, rows, notes=notes, **options)


def _step(line, arm: Arm, blank: bool) -> list:
    counts = [line.before, line.dropped, line.left, *([line.clusters] if arm.cluster else [])]
    return [line.label, *_counts(*counts), *([""] if blank else []), line.reason]


def _hides(rows) -> bool:
    return any(cell == privacy.MARK for row in rows for cell in row)


def _counts(*counts) -> list[str]:
    return [privacy.MARK if pd.isna(count) else f"{int(count):,}" for count in counts]
