"""Table of the source report's figures, cases and tables, each with its status."""

from collections.abc import Mapping

import pandas as pd

from study.design import Design
from study.design.entries import ReportFigure, ReportTable, Text

from . import texts
from .builders import number
from .table import Table, build


def report(design: Design, beside: pd.DataFrame, joint: Mapping[str, float]) -> Table:
    """T20: what the report prints, where, with which status, and what stands beside it.

    Parameters
    ----------
    beside : of `variables.report.beside`
    joint : product, lower and upper end of the joint value index, as shares
    """
    rows: list = [[texts.T20_PANELS["figures"]]]
    for name, figure in design.report_figures.items():
        next_to = _beside(beside[beside["figure"] == name], design)
        rows.append([_indicator(figure, design), figure.printed, texts.T20_STATUS[figure.status], figure.remark or next_to])
    rows.append([texts.T20_PANELS["joint"]])
    for label, remark, value in texts.t20_joint(joint):
        rows.append([label, value, texts.T20_STATUS["arithmetic"], remark])
    for kind in ("case", "table"):
        rows.append([texts.T20_PANELS[kind]])
        rows += [_in_words(entry) for entry in design.report_tables.values() if entry.kind == kind]
    return build(texts.T20_COLUMNS, rows, notes=texts.T20_NOTES, text_columns={0, 1, 2, 3}, widths=(0.34, 0.2, 0.16, 0.3))


def _indicator(figure: ReportFigure, design: Design) -> Text:
    year = {"en": figure.year or "no year", "zh": f"{figure.year}年" if figure.year else "无年份"}
    bank, indicator = design.banks[figure.bank].name, figure.indicator
    return Text(en=f"{figure.bank}: {indicator.en} ({year['en']})", zh=f"{bank.zh}:{indicator.zh}({year['zh']})")


def _in_words(entry: ReportTable) -> list[Text]:
    place = texts.t20_place(entry.place)
    title = Text(en=f"{entry.title.en} [{place.en}]", zh=f"{entry.title.zh}[{place.zh}]")
    return [title, entry.says, texts.T20_STATUS[entry.status], texts.T20_BESIDE[entry.status]]


def _beside(rows: pd.DataFrame, design: Design) -> Text:
    """The facts with label, year and unit, or that there is none."""
    parts = [_fact(row, design) for row in rows.itertuples()]
    if not parts:
        return texts.T20_NOTHING
    return Text(en="; ".join(p.en for p in parts), zh=";".join(p.zh for p in parts))


def _fact(row, design: Design) -> Text:
    entry = design.variables[row.variable]
    printed = number(row.value)
    return Text(
        en=f"{entry.label.en}, {row.year} ({entry.unit.en}): {printed}",
        zh=f"{entry.label.zh},{row.year}年({entry.unit.zh}):{printed}",
    )
