"""Tables of the data chapter: attrition, codebook, descriptive statistics."""

from typing import Mapping

import pandas as pd

from study.design.entries import Text, Variable

from . import texts
from .table import Table, build


def attrition(log: pd.DataFrame, panels: Mapping[str, pd.DataFrame], codebook: Mapping[str, Variable]) -> Table:
    """T1: what each step of the rule costs, then what is left for each regression.

    Parameters
    ----------
    log : attrition of `sample.cn_banks.cells`
    panels : key of texts.T1_PANELS -> counts of `sample.estimation.counts`
    codebook : design variables, for the labels
    """
    rows: list = [[texts.T1_PANELS["rule"]]]
    for step in log.itertuples():
        label, reason = texts.T1_STEPS[step.step]
        rows.append([label, *_counts(step.rows + step.rows_dropped, step.rows_dropped, step.rows, step.banks), "", reason])
    last = log.iloc[-1]
    label, reason = texts.T1_STEPS["median"]
    rows.append([label, *_counts(last["rows"], last["rows"] - last["cells"], last["cells"], last["banks"]), "", reason])
    for key, counted in panels.items():
        rows.append([texts.T1_PANELS[key]])
        for line in counted.itertuples():
            df = "" if pd.isna(line.df) else str(line.df)
            label = codebook[line.outcome].label
            rows.append([label, *_counts(line.both, line.both - line.n, line.n, line.banks), df, texts.SINGLETONS])
    return build(texts.T1_COLUMNS, rows, notes=texts.T1_NOTES, text_columns={0, 6}, widths=(0.26, 0.08, 0.1, 0.08, 0.08, 0.06, 0.34))


def codebook(variables: Mapping[str, Variable], names) -> Table:
    """T2: name, label, unit and definition of the variables `names`."""
    rows = [[v.label, name, v.unit, v.definition] for name, v in variables.items() if name in names]
    return build(texts.T2_COLUMNS, rows, notes=texts.T2_NOTES, text_columns={0, 1, 2, 3}, widths=(0.22, 0.24, 0.14, 0.40), wide=True)


def descriptives(described: pd.DataFrame, variables: Mapping[str, Variable]) -> Table:
    """T3: moments of every variable with its observations, banks and years."""
    order = [name for name in variables if name in set(described["variable"])]
    rows = []
    for line in described.set_index("variable").loc[order].itertuples():
        entry = variables[line.Index]
        moments = [number(getattr(line, m)) for m in ("mean", "sd", "median", "min", "max")]
        rows.append([entry.label, entry.unit, str(line.n), str(line.banks), f"{line.first_year}-{line.last_year}", *moments])
    return build(texts.T3_COLUMNS, rows, notes=texts.T3_NOTES, text_columns={0, 1}, wide=True)


def number(value: float) -> str:
    """A number as printed: none, one or two decimals by its size."""
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return f"{value:,.{decimals}f}"


def _counts(*counts) -> list[str]:
    return [f"{int(count):,}" for count in counts]


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
    """A1: the report's indicators of customer relations by bank, "not published" where they are not."""
    rows = []
    for line in table.sort_values("customers", ascending=False).itertuples():
        years = str(line.last_year) if line.first_year == line.last_year else f"{line.first_year}-{line.last_year}"
        growth = "" if pd.isna(line.growth) else f"{line.growth:.1f}"
        rest = [_published(line.customer_retention), _published(line.customer_satisfaction)]
        rows.append([banks[line.bank].name, number(line.customers), years, growth, str(line.pages), f"{line.spread:.1f}", *rest])
    return build(texts.A1_COLUMNS, rows, notes=texts.A1_NOTES, text_columns={0, 6, 7})


def _published(value: float) -> str | Text:
    return texts.NOT_PUBLISHED if pd.isna(value) else f"{value:.1f}"
