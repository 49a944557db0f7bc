"""T20: the source report's figures, cases and tables, each with its status."""

from collections.abc import Mapping

import pandas as pd

from study.design import Design, words
from study.design.entries import ReportFigure, ReportTable, Text

from .engine.table import Table, build
from .engine.wording import between, filled, number

WORDS = words("cases")

NUMERALS = "一二三四五六七"


def report(design: Design, beside: pd.DataFrame, joint: Mapping[str, float]) -> Table:
    """T20: what the report prints, where, with which status, and what stands beside it.

    Parameters
    ----------
    beside : of `variables.report.beside`
    joint : product, lower and upper end of the joint value index, as shares
    """
    rows: list = [[WORDS["T20"]["panels"]["figures"]]]
    for name, figure in design.report_figures.items():
        next_to = _beside(beside[beside["figure"] == name], design)
        rows.append([_indicator(figure, design), figure.printed, WORDS["T20"]["status"][figure.status], figure.remark or next_to])
    rows.append([WORDS["T20"]["panels"]["joint"]])
    for label, remark, value in _joint(joint):
        rows.append([label, value, WORDS["T20"]["status"]["arithmetic"], remark])
    for kind in ("case", "table"):
        rows.append([WORDS["T20"]["panels"][kind]])
        rows += [_in_words(entry) for entry in design.report_tables.values() if entry.kind == kind]
    return build(WORDS["T20"]["columns"], rows, notes=WORDS["T20"]["notes"], text_columns={0, 1, 2, 3}, widths=(0.34, 0.2, 0.16, 0.3))


def _indicator(figure: ReportFigure, design: Design) -> Text:
    year = filled(WORDS["T20"]["year"], year=figure.year) if figure.year else WORDS["T20"]["no_year"]
    bank, indicator = design.banks[figure.bank].name, figure.indicator
    return Text(en=f"{figure.bank}: {indicator.en} ({year.en})", zh=f"{bank.zh}:{indicator.zh}({year.zh})")


def _in_words(entry: ReportTable) -> list[Text]:
    place = _place(entry.place)
    title = Text(en=f"{entry.title.en} [{place.en}]", zh=f"{entry.title.zh}[{place.zh}]")
    return [title, entry.says, WORDS["T20"]["status"][entry.status], WORDS["T20"]["beside"][entry.status]]


def _beside(rows: pd.DataFrame, design: Design) -> Text:
    """The facts with label, year and unit, or that there is none."""
    parts = [_fact(row, design) for row in rows.itertuples()]
    if not parts:
        return WORDS["T20"]["nothing"]
    return Text(en="; ".join(p.en for p in parts), zh=";".join(p.zh for p in parts))


def _fact(row, design: Design) -> Text:
    entry = design.variables[row.variable]
    printed = number(row.value)
    return filled(WORDS["T20"]["fact"], label=entry.label, year=row.year, unit=entry.unit, value=printed)


def _place(mark: str) -> Text:
    """Where the report says it: "5(一)" is 5.1, "5 intro" the introduction of chapter 5."""
    chapter, rest = mark[0], mark[1:]
    if rest.startswith("("):
        return Text(en=f"{chapter}.{NUMERALS.index(rest[1]) + 1}", zh=f"{NUMERALS[int(chapter) - 1]}{rest}")
    part = WORDS["T20"]["parts"][rest.strip()]
    return Text(en=f"{chapter}, {part.en}", zh=f"{NUMERALS[int(chapter) - 1]}、{part.zh}")


def _joint(joint) -> list[tuple[Text, Text, str | Text]]:
    """Rows of panel B: label, remark, printed value."""
    percent = {name: f"{100 * value:.1f} %" for name, value in joint.items()}
    said = WORDS["T20"]["joint"]
    return [
        (said["product"], said["independent"], percent["product"]),
        (said["bounds"], said["implied"], between(percent["lower"], percent["upper"])),
    ]
