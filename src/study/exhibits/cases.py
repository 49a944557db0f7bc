"""T20: the source report's figures, cases and tables, each with its status."""

from collections.abc import Mapping

import pandas as pd

from study.design import Design
from study.design.entries import ReportFigure, ReportTable, Text

from .engine.table import Table, build
from .engine.wording import number

NUMERALS = "一二三四五六七"
PARTS = {  # text of a chapter that the report's list of contents does not name
    "intro": Text(en="introduction", zh="引言"),
    "key": Text(en="key strategies", zh="关键策略"),
    "core": Text(en="core paths", zh="核心路径"),
}
T20_COLUMNS = (
    Text(en="What the report prints [chapter.section]", zh="报告内容[章(节)]"),
    Text(en="As printed", zh="原文"),
    Text(en="Status", zh="状态"),
    Text(en="Beside it", zh="对照"),
)
T20_PANELS = {
    "figures": Text(en="A. Case figures [5.1]", zh="A. 案例数字[五(一)]"),
    "joint": Text(en="B. The joint value index of ICBC, recomputed from its own inputs", zh="B. 工商银行联合价值指数(由报告自身数据重算)"),
    "case": Text(en="C. Cases in words", zh="C. 文字案例"),
    "table": Text(en="D. The other tables", zh="D. 其余表格"),
}
T20_STATUS = {
    "arithmetic": Text(en="arithmetic, inputs claimed", zh="算术可核,输入仅为宣称"),
    "checkable": Text(en="checkable in principle", zh="原则上可核实"),
    "claimed": Text(en="claimed only", zh="仅为宣称"),
    "terms": Text(en="terms, nothing to verify", zh="术语,无可核实内容"),
    "not_comparable": Text(en="not comparable", zh="不可比"),
}
T20_BESIDE = {
    "checkable": Text(en="dates and names could be checked", zh="年代与名称可核对"),
    "claimed": Text(en="no method, base, date or document", zh="无方法、基数、日期或文件"),
    "terms": Text(en="no claim", zh="无论断"),
    "not_comparable": Text(en="a rating without a scale", zh="无量表的评级"),
}
T20_NOTHING = Text(en="no comparable fact in these data", zh="本数据中无可比事实")
T20_NOTES = (
    Text(
        en="The source report names no document for any figure; lower bounds in its text become points in its tables. Beside "
        "it: facts on the same bank, of the nearest year, from the embedded data; they may measure something else. The bounds of panel B "
        "hold whatever the dependence of satisfaction and loyalty; the product is the joint share only under independence.",
        zh="报告未给出任何数字的文件出处;其正文中的下限在表格中成为点值。“对照”为内嵌数据中同一银行最近年份的事实,口径可能不同。"
        "B面板的界对满意度与忠诚度的任何相依关系均成立;仅在独立时乘积才是联合份额。",
    ),
)


def report(design: Design, beside: pd.DataFrame, joint: Mapping[str, float]) -> Table:
    """T20: what the report prints, where, with which status, and what stands beside it.

    Parameters
    ----------
    beside : of `variables.report.beside`
    joint : product, lower and upper end of the joint value index, as shares
    """
    rows: list = [[T20_PANELS["figures"]]]
    for name, figure in design.report_figures.items():
        next_to = _beside(beside[beside["figure"] == name], design)
        rows.append([_indicator(figure, design), figure.printed, T20_STATUS[figure.status], figure.remark or next_to])
    rows.append([T20_PANELS["joint"]])
    for label, remark, value in t20_joint(joint):
        rows.append([label, value, T20_STATUS["arithmetic"], remark])
    for kind in ("case", "table"):
        rows.append([T20_PANELS[kind]])
        rows += [_in_words(entry) for entry in design.report_tables.values() if entry.kind == kind]
    return build(T20_COLUMNS, rows, notes=T20_NOTES, text_columns={0, 1, 2, 3}, widths=(0.34, 0.2, 0.16, 0.3))


def _indicator(figure: ReportFigure, design: Design) -> Text:
    year = {"en": figure.year or "no year", "zh": f"{figure.year}年" if figure.year else "无年份"}
    bank, indicator = design.banks[figure.bank].name, figure.indicator
    return Text(en=f"{figure.bank}: {indicator.en} ({year['en']})", zh=f"{bank.zh}:{indicator.zh}({year['zh']})")


def _in_words(entry: ReportTable) -> list[Text]:
    place = t20_place(entry.place)
    title = Text(en=f"{entry.title.en} [{place.en}]", zh=f"{entry.title.zh}[{place.zh}]")
    return [title, entry.says, T20_STATUS[entry.status], T20_BESIDE[entry.status]]


def _beside(rows: pd.DataFrame, design: Design) -> Text:
    """The facts with label, year and unit, or that there is none."""
    parts = [_fact(row, design) for row in rows.itertuples()]
    if not parts:
        return T20_NOTHING
    return Text(en="; ".join(p.en for p in parts), zh=";".join(p.zh for p in parts))


def _fact(row, design: Design) -> Text:
    entry = design.variables[row.variable]
    printed = number(row.value)
    return Text(
        en=f"{entry.label.en}, {row.year} ({entry.unit.en}): {printed}",
        zh=f"{entry.label.zh},{row.year}年({entry.unit.zh}):{printed}",
    )


def t20_place(mark: str) -> Text:
    """Where the report says it: "5(一)" is 5.1, "5 intro" the introduction of chapter 5."""
    chapter, rest = mark[0], mark[1:]
    if rest.startswith("("):
        return Text(en=f"{chapter}.{NUMERALS.index(rest[1]) + 1}", zh=f"{NUMERALS[int(chapter) - 1]}{rest}")
    part = PARTS[rest.strip()]
    return Text(en=f"{chapter}, {part.en}", zh=f"{NUMERALS[int(chapter) - 1]}、{part.zh}")


def t20_joint(joint) -> list[tuple[Text, Text, str]]:
    """Rows of panel B: label, remark, printed value."""
    percent = {name: f"{100 * value:.1f} %" for name, value in joint.items()}
    return [
        (
            Text(en="CS x CL", zh="CS×CL"),
            Text(en="joint share if satisfaction and loyalty are independent", zh="满意与忠诚独立时的联合份额"),
            percent["product"],
        ),
        (
            Text(en="Fréchet bounds", zh="Fréchet界"),
            Text(en="all that the two shares imply", zh="两项份额所能推出的全部"),
            Text(en=f"{percent['lower']} to {percent['upper']}", zh=f"{percent['lower']}至{percent['upper']}"),
        ),
    ]
