"""Tables of the data chapter: attrition, codebook, descriptive statistics."""

from collections.abc import Mapping

import pandas as pd

from study import privacy
from study.design.entries import Arm, Text, Variable
from study.design.profiles import Column

from . import moments, texts
from .table import Table, build


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
    left : key of texts.T1_PANELS -> table of `variables.left_for_regressions`
    arm : of design/arms.yaml, for what a row and a cluster are called
    variables : of design/variables.yaml, for the labels of outcomes
    """
    step, before, dropped, rest, clusters, df, reason = texts.T1_COLUMNS
    counted = [arm.cluster or clusters] if arm.cluster else []
    heads = [step, before, dropped, rest, *counted, *([df] if left else []), reason]
    rows: list = [[Text(en=texts.T1_RULE.en.format(unit=arm.unit.en), zh=texts.T1_RULE.zh.format(unit=arm.unit.zh))]]
    rows += [_step(line, arm, blank=bool(left)) for line in log.itertuples()]
    if len(samples):
        rows += [[texts.T1_SAMPLES], *(_step(line, arm, blank=False) for line in samples.itertuples())]
    for key, table in left.items():
        rows.append([texts.T1_PANELS[key]])
        for line in table.itertuples():
            cells = _counts(line.both, line.both - line.n, line.n, line.banks)
            rows.append([variables[line.outcome].label, *cells, "" if pd.isna(line.df) else str(line.df), texts.SINGLETONS])
    first = len(log) + 2  # row of the first sample: after the heading of each panel
    chains = [list(range(1, len(log) + 1)), *([row] for row in range(first, first + len(samples)))]
    notes = [*(texts.T1_NOTES if left else ()), *([texts.WITHHELD] if _hides(rows) else [])]
    widths = {7: (0.26, 0.08, 0.1, 0.08, 0.08, 0.06, 0.34), 6: (0.3, 0.09, 0.1, 0.09, 0.1, 0.32), 5: (0.32, 0.1, 0.11, 0.1, 0.37)}
    options = {"text_columns": {0, len(heads) - 1}, "widths": widths[len(heads)], "units": privacy.Units.steps(chains)}
    return build(heads, rows, notes=notes, **options)


def _step(line, arm: Arm, blank: bool) -> list:
    counts = [line.before, line.dropped, line.left, *([line.clusters] if arm.cluster else [])]
    return [line.label, *_counts(*counts), *([""] if blank else []), line.reason]


def codebook(entries: Mapping[str, Variable | Column]) -> Table:
    """T2: label, name, unit and definition of every variable; those of a 360-degree table by block."""
    rows: list = []
    block = None
    for name, entry in entries.items():
        if getattr(entry, "block", block) != block:
            block = entry.block
            rows.append([texts.BLOCKS[block]])
        rows.append([entry.label, name, entry.unit, entry.definition])
    notes = () if block else texts.T2_NOTES
    widths = (0.22, 0.24, 0.14, 0.40)
    return build(texts.T2_COLUMNS, rows, notes=notes, text_columns={0, 1, 2, 3}, widths=widths, wide=True, units=privacy.Units())


def descriptives(described: pd.DataFrame, entries: Mapping[str, Variable | Column], persons: bool = False) -> Table:
    """T3: moments of every variable with its observations; of persons percentiles in place of extremes.

    Parameters
    ----------
    described : of `variables.describe`
    entries : of `variables.entries`
    persons : True if rows are customers: what shows a few of them is withheld
    """
    return _of_profile(described, entries, persons) if "level" in described else _of_banks(described, entries)


def _of_banks(described: pd.DataFrame, variables: Mapping[str, Variable]) -> Table:
    order = [name for name in variables if name in set(described["variable"])]
    rows = []
    for line in described.set_index("variable").loc[order].itertuples():
        entry = variables[line.Index]
        moments = [number(getattr(line, m)) for m in ("mean", "sd", "median", "min", "max")]
        rows.append([entry.label, entry.unit, str(line.n), str(line.banks), f"{line.first_year}-{line.last_year}", *moments])
    return build(texts.T3_COLUMNS, rows, notes=texts.T3_NOTES, text_columns={0, 1}, wide=True)


def _of_profile(described: pd.DataFrame, columns: Mapping[str, Column], persons: bool) -> Table:
    behind = moments.behind(described)
    hidden = moments.hidden(described, behind) if persons else set()
    rows: list = []
    places: dict = {}
    block = None
    for i, line in enumerate(described.itertuples()):
        entry = columns[line.variable]
        if entry.block != block:
            block = entry.block
            rows.append([texts.BLOCKS[block]])
        label = _of_level(entry, line.level) if line.level else entry.label
        printed = ["" if pd.isna(getattr(line, m)) else number(getattr(line, m)) for m in moments.MOMENTS]
        cells = [f"{line.n:,}", f"{100 * line.share_missing:.1f}", *printed]
        cells = [privacy.MARK if cell and (i, name) in hidden else cell for name, cell in zip(moments.COLUMNS, cells)]
        places |= {(len(rows), 2 + at): behind[i, name] for at, name in enumerate(moments.COLUMNS) if (i, name) in behind}
        rows.append([label, texts.SHARE if line.level else entry.unit, *cells])
    notes = [*texts.T3_PROFILE_NOTES, *([texts.WITHHELD] if hidden else [])]
    units = privacy.Units(counts={2}, behind=places)
    return build(texts.T3_PROFILE_COLUMNS, rows, notes=notes, text_columns={0, 1}, wide=True, units=units)


def _of_level(entry: Column, code: str) -> Text:
    """The label of a category's line: the variable and what the code stands for."""
    level = entry.level(code)
    return Text(en=f"{entry.label.en}: {level.en}", zh=f"{entry.label.zh}:{level.zh}")


def _hides(rows) -> bool:
    return any(cell == privacy.MARK for row in rows for cell in row)


def number(value: float) -> str:
    """A number as printed: none, one or two decimals by its size."""
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return f"{value:,.{decimals}f}"


def _counts(*counts) -> list[str]:
    return [privacy.MARK if pd.isna(count) else f"{int(count):,}" for count in counts]


def correlation_table(raw: pd.DataFrame, within: pd.DataFrame, inflation: Mapping[str, pd.DataFrame], variables: Mapping[str, Variable]) -> Table:
    """T4: raw correlations below the diagonal, within ones above, variance inflation beside them.

    Parameters
    ----------
    raw, within : of `models.collinearity.correlations`
    inflation : "raw" and "within" -> of `models.collinearity.vif`
    """
    names = list(dict.fromkeys([*raw["first"], *raw["second"]]))
    cells = {(r.second, r.first): r for r in raw.itertuples()} | {(r.first, r.second): r for r in within.itertuples()}
    vifs = {kind: table.set_index("variable")["vif"] for kind, table in inflation.items()}
    rows = []
    for i, name in enumerate(names, start=1):
        label = variables[name].label
        numbered = Text(en=f"({i}) {label.en}", zh=f"({i}) {label.zh}")
        line = ["1" if name == other else _correlation(cells[name, other]) for other in names]
        rows.append([numbered, *line, *(f"{vifs[k][name]:.1f}" if name in vifs[k] else "" for k in ("raw", "within"))])
    first, vif, vif_within = texts.T4_HEADS
    heads = [first, *(f"({i})" for i in range(1, len(names) + 1)), vif, vif_within]
    counts = {"n": inflation["raw"]["n"].iloc[0], "within": inflation["within"]["n"].iloc[0]}
    notes = [Text(en=note.en.format(**counts), zh=note.zh.format(**counts)) for note in texts.T4_NOTES]
    return build(heads, rows, notes=notes, wide=True)


def _correlation(pair) -> str:
    return "" if pd.isna(pair.r) else f"{pair.r:.2f} ({pair.n})"


def customer_relations(table: pd.DataFrame, banks: Mapping) -> Table:
    """A1: the report's indicators of customer relations by bank, "none comparable" where no value is published with its method."""
    rows = []
    for line in table.sort_values("customers", ascending=False).itertuples():
        years = str(line.last_year) if line.first_year == line.last_year else f"{line.first_year}-{line.last_year}"
        growth = "" if pd.isna(line.growth) else f"{line.growth:.1f}"
        spread = "" if pd.isna(line.spread) or round(line.spread, 1) == 0 else f"{line.spread:.1f}"
        rest = [_published(line.customer_retention), _published(line.customer_satisfaction)]
        rows.append([banks[line.bank].name, number(line.customers), years, growth, str(line.pages), spread, *rest])
    return build(texts.A1_COLUMNS, rows, notes=texts.A1_NOTES, text_columns={0, 6, 7})


def _published(value: float) -> str | Text:
    return texts.NOT_PUBLISHED if pd.isna(value) else f"{value:.1f}"
