"""T1: what each step of the sample costs, and what is left for each regression or later analysis."""

from collections.abc import Mapping

import pandas as pd

from study import privacy
from study.design.entries import Arm, Text, Variable

from .engine.table import Table, build
from .engine.wording import WITHHELD

T1_COLUMNS = (
    Text(en="Step or outcome", zh="步骤或被解释变量"),
    Text(en="Before", zh="之前"),
    Text(en="Dropped", zh="剔除"),
    Text(en="Left", zh="剩余"),
    Text(en="Banks", zh="银行数"),
    Text(en="d.f.", zh="自由度"),
    Text(en="Reason", zh="原因"),
)
T1_RULE = Text(en="A. From the data to the sample ({unit})", zh="A. 从数据到样本({unit})")
T1_SAMPLES = Text(en="B. Samples of later analyses, out of what is left", zh="B. 后续分析所用样本(取自剩余部分)")
T1_PANELS = {
    "same_year": Text(
        en="B. Estimation samples, outcome and investment of the same year (bank-years)",
        zh="B. 估计样本:当年投入(银行-年)",
    ),
    "lagged": Text(
        en="C. Estimation samples, investment of the year before (bank-years)",
        zh="C. 估计样本:上年投入(银行-年)",
    ),
}
SINGLETONS = Text(en="singletons of bank or year", zh="仅有一个观测值的银行或年份")
T1_NOTES = (
    Text(
        en="A cell is one bank, year and variable. Panels B and C start from the bank-years that have both outcome and "
        "investment; d.f. are the degrees of freedom left after bank and year effects and one slope.",
        zh="单元指一家银行、一个年份、一个变量。B、C面板自同时具有被解释变量与投入的银行-年开始;自由度为扣除银行、年份效应与一个斜率后的剩余。",
    ),
)


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
    step, before, dropped, rest, clusters, df, reason = T1_COLUMNS
    counted = [arm.cluster or clusters] if arm.cluster else []
    heads = [step, before, dropped, rest, *counted, *([df] if left else []), reason]
    rows: list = [[Text(en=T1_RULE.en.format(unit=arm.unit.en), zh=T1_RULE.zh.format(unit=arm.unit.zh))]]
    rows += [_step(line, arm, blank=bool(left)) for line in log.itertuples()]
    if len(samples):
        rows += [[T1_SAMPLES], *(_step(line, arm, blank=False) for line in samples.itertuples())]
    for key, table in left.items():
        rows.append([T1_PANELS[key]])
        for line in table.itertuples():
            cells = _counts(line.both, line.both - line.n, line.n, line.banks)
            rows.append([variables[line.outcome].label, *cells, "" if pd.isna(line.df) else str(line.df), SINGLETONS])
    first = len(log) + 2  # row of the first sample: after the heading of each panel
    chains = [list(range(1, len(log) + 1)), *([row] for row in range(first, first + len(samples)))]
    notes = [*(T1_NOTES if left else ()), *([WITHHELD] if _hides(rows) else [])]
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
