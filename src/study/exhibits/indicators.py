"""T4, T5, F11, A1: correlations, the FinTech index, investment and customers over the years, customer relations."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from study.design import load
from study.design.entries import Text, Variable

from .engine.style import COLOURS
from .engine.table import Table, build
from .engine.wording import number, signed

F11_NOTES = (
    Text(
        en="(a), (b): ABC, BOC, BOCOM, CCB, ICBC, PSBC. The scope of BOCOM's investment changed in 2021; the second bar "
        "leaves out banks in the year of a change.",
        zh="(a)(b)为农行、中行、交行、建行、工行、邮储六家。交行2021年投入口径变更;第二组柱剔除当年口径变更的银行。",
    ),
    Text(
        en="(c)-(f): banks with two years or more; lines join the years that are published. Mobile "
        "users are registered, signed-up, effective or app users: compare within a bank only.",
        zh="(c)-(f)为至少有两年数据的银行,连线连接已披露年份。手机银行用户口径不一,仅可在同一银行内比较。",
    ),
    Text(
        en="(g), (h): the published series of two case banks; no event is drawn, because none with a dated source is at "
        "hand, and nothing is read as an effect.",
        zh="(g)(h)为两家案例银行的披露序列;因无注明日期的来源,未标注事件,亦不作效应解读。",
    ),
)
A1_COLUMNS = (
    Text(en="Bank", zh="银行"),
    Text(en="Customers (million)", zh="客户数(百万户)"),
    Text(en="Years", zh="年份"),
    Text(en="Growth, % a year", zh="年均增长率(%)"),
    Text(en="Pages", zh="来源页数"),
    Text(en="Spread, %", zh="来源差异(%)"),
    Text(en="Retention", zh="留存率"),
    Text(en="Satisfaction", zh="满意度"),
)
NOT_PUBLISHED = Text(en="none comparable", zh="无可比披露")
A1_NOTES = (
    Text(
        en="The report's three indicators of customer relations: growth, retention, satisfaction. Customers of the last "
        "year published; growth per year between the first and the last year. Pages: how many print the last figure as a "
        "point; spread: highest over lowest of them, before any is set aside, where they differ. None comparable: "
        "no value with its method and base is published.",
        zh="报告提出的三项客户关系指标:增长率、留存率(报告称保持率)、满意度。客户数为最近披露年份;增长率为首末年份间年均值。来源页数为以点值披露该数的页面数;来源差异为剔除前最高值与最低值之比,仅在二者不同时列示。“无可比披露”指未见连同方法与基数披露的数值。",
    ),
)
T5_FIRST = Text(en="Bank and year", zh="银行与年份")
T5_METHODS = {
    "equal": Text(en="Equal weights", zh="等权"),
    "entropy": Text(en="Entropy weights", zh="熵权"),
    "pca": Text(en="First component", zh="第一主成分"),
}
T5_PANELS = {
    "scores": Text(en="A. Parts and scores", zh="A. 分项与得分"),
    "weights": Text(en="B. Weights (range when one bank at a time is left out)", zh="B. 权重(括号内为逐一剔除银行时的范围)"),
    "correlations": Text(en="C. Rank correlations (Spearman)", zh="C. 秩相关系数(Spearman)"),
}
T5_NOTES = (
    Text(
        en="The {n} bank-years of {banks} banks that publish all three parts. A score is the weighted sum of the standardised "
        "parts: above zero is more than the average of these bank-years, in no unit. The first component carries {share:.0f} % "
        "of the variance of the parts. The index is ours, and describes: no regression uses it.",
        zh="{banks}家银行中三个分项均披露的{n}个银行-年。得分为标准化分项的加权和,大于零表示高于这些银行-年的平均,无量纲。"
        "第一主成分解释分项方差的{share:.0f}%。该指数为本研究构造,仅作描述,未用于回归。",
    ),
)
T4_NOTES = (
    Text(
        en="Below the diagonal: correlations over the bank-years that have both variables, their number in parentheses. "
        "Above it: the same after bank and year effects. Under 20 bank-years: none. VIF: variance inflation among the four "
        "variables that have one, over {n} bank-years; within: after bank and year effects, over {within} bank-years.",
        zh="对角线下方为同时具有两变量的银行-年相关系数(括号内为个数);上方为扣除银行与年份效应后的相关系数;不足20个不列。"
        "VIF为所列四个变量之间的方差膨胀因子,共{n}个银行-年;组内VIF扣除银行与年份效应,共{within}个。",
    ),
)
T4_HEADS = (Text(en="Variable", zh="变量"), Text(en="VIF", zh="VIF"), Text(en="VIF within", zh="组内VIF"))

TITLES = {
    "total": Text(en="(a) FinTech investment, six state banks", zh="(a) 六家国有大行投入合计"),
    "growth": Text(en="(b) Growth of that total", zh="(b) 合计增速"),
    "fintech_investment": Text(en="(c) FinTech investment by bank", zh="(c) 各行金融科技投入"),
    "retail_customers": Text(en="(d) Retail customers", zh="(d) 零售客户数"),
    "mobile_users": Text(en="(e) Mobile banking users", zh="(e) 手机银行用户数"),
    "retail_aum": Text(en="(f) Retail AUM", zh="(f) 零售AUM"),
    "case_CMB": Text(en="(g) China Merchants Bank", zh="(g) 招商银行"),
    "case_ICBC": Text(en="(h) ICBC", zh="(h) 工商银行"),
}
INDEXED = Text(en="first year published = 100", zh="首个披露年份=100")
GROWTH = {
    "all": Text(en="all six banks", zh="六家全部"),
    "unchanged scope": Text(en="banks with unchanged scope", zh="口径未变的银行"),
}
BREAK = Text(en="first year of a new scope", zh="新口径首年")
MARKERS = "osD^vPX*"
LABEL_POINTS = 8.5  # height of a label
LAYOUT = [["total"] * 3 + ["growth"] * 3, ["fintech_investment"] * 6]
LAYOUT += [["retail_customers"] * 2 + ["mobile_users"] * 2 + ["retail_aum"] * 2]
LAYOUT += [["case_CMB"] * 3 + ["case_ICBC"] * 3]


def correlations(raw: pd.DataFrame, within: pd.DataFrame, inflation: Mapping[str, pd.DataFrame], variables: Mapping[str, Variable]) -> Table:
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
    first, vif, vif_within = T4_HEADS
    heads = [first, *(f"({i})" for i in range(1, len(names) + 1)), vif, vif_within]
    counts = {"n": inflation["raw"]["n"].iloc[0], "within": inflation["within"]["n"].iloc[0]}
    notes = [Text(en=note.en.format(**counts), zh=note.zh.format(**counts)) for note in T4_NOTES]
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
    return build(A1_COLUMNS, rows, notes=A1_NOTES, text_columns={0, 6, 7})


def _published(value: float) -> str | Text:
    return NOT_PUBLISHED if pd.isna(value) else f"{value:.1f}"


def fintech_index(table: pd.DataFrame, weights: pd.DataFrame, correlations: pd.DataFrame, variables: Mapping[str, Variable], banks: Mapping) -> Table:
    """T5: parts and scores of every bank-year, the weights with their range, the rank correlations.

    Parameters
    ----------
    table, weights, correlations : of `variables.fintech_index.index`
    """
    names = list(correlations.columns)
    rows: list = [[T5_PANELS["scores"]]]
    for line in table.to_dict("records"):
        bank = banks[line["bank"]].name
        label = Text(en=f"{bank.en}, {line['year']}", zh=f"{bank.zh},{line['year']}年")
        rows.append([label, *(_number(line[name]) for name in names)])
    rows.append([T5_PANELS["weights"]])
    for line in weights.to_dict("records"):
        rows.append([T5_METHODS[line["method"]], *(_weight(line, name) for name in names)])
    rows.append([T5_PANELS["correlations"]])
    for i, first in enumerate(names):
        cells = [_number(correlations.loc[first, other]) if j <= i else "" for j, other in enumerate(names)]
        rows.append([_label(first, variables), *cells])
    share = weights.set_index("method").loc["pca", "explained"]
    counts = {"n": len(table), "banks": table["bank"].nunique(), "share": 100 * share}
    notes = [Text(en=note.en.format(**counts), zh=note.zh.format(**counts)) for note in T5_NOTES]
    return build([T5_FIRST, *(_label(name, variables) for name in names)], rows, notes=notes, wide=True)


def _number(value: float) -> str:
    return signed(value, 2)


def _weight(line: dict, part: str) -> str | Text:
    """The weight of a part and its range; nothing under the scores."""
    if part not in line:
        return ""
    low, high = (_number(line[f"{part}_{end}"]) for end in ("low", "high"))
    weight = _number(line[part])
    return weight if low == high else Text(en=f"{weight} ({low} to {high})", zh=f"{weight}({low}至{high})")


def _label(name: str, variables: Mapping[str, Variable]) -> Text:
    return variables[name].label if name in variables else T5_METHODS[name]


def figure(data: pd.DataFrame, language: str) -> Figure:
    """FinTech investment, its growth with and without scope changes, and customer indicators.

    Parameters
    ----------
    data : panel (a key of TITLES), series, year, value, unit, series_break
    language : "en" or "zh"
    """
    figure, axes = pyplot.subplot_mosaic(LAYOUT, figsize=(7.2, 9.2), height_ratios=(0.9, 1.45, 1.05, 1))
    for panel, title in TITLES.items():
        part = data[data["panel"] == panel]
        draw = {"total": _bars, "growth": _growth, "case_CMB": _case, "case_ICBC": _case}.get(panel, _banks)
        draw(axes[panel], part, language)
        axes[panel].set_title(f"{title[language]}\n{_unit(panel, language)}")
        narrow = panel in LAYOUT[2]
        axes[panel].xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4 if narrow else 7))
    return figure


def _unit(panel: str, language: str) -> str:
    if panel == "growth":
        return "%"
    if panel.startswith("case_"):
        return INDEXED[language]
    return load().variables["fintech_investment" if panel == "total" else panel].unit[language]


def _bars(axis, part: pd.DataFrame, language: str) -> None:
    bars = axis.bar(part["year"], part["value"], color=COLOURS[0], width=0.7)
    axis.bar_label(bars, labels=[f"{v:,.0f}" for v in part["value"]], fontsize=7.5, padding=1)
    axis.yaxis.set_major_formatter("{x:,.0f}")
    axis.grid(axis="x", visible=False)


def _growth(axis, part: pd.DataFrame, language: str) -> None:
    for i, (series, label) in enumerate(GROWTH.items()):
        line = part[part["series"] == series]
        axis.bar(line["year"] + (i - 0.5) * 0.38, line["value"], width=0.36, label=label[language])
    axis.axhline(0, color="black", linewidth=0.8)
    axis.grid(axis="x", visible=False)
    axis.legend(loc="upper right")


def _banks(axis, part: pd.DataFrame, language: str) -> None:
    """One line per bank with its name at the end; a ring marks the first year of a new scope."""
    ends, order = [], list(load().banks)
    for bank, line in part.groupby("series", sort=True):
        colour = COLOURS[order.index(bank) % len(COLOURS)]
        marker = MARKERS[order.index(bank) // len(COLOURS)]
        axis.plot(line["year"], line["value"], marker, ls="-", markersize=3, linewidth=1.1, color=colour)
        ends.append((line["value"].iloc[-1], line["year"].iloc[-1], bank, colour))
    changed = part[part["series_break"] == 1]
    if len(changed):
        ring = {"markersize": 9, "fillstyle": "none", "color": "black", "markeredgewidth": 0.8}
        axis.plot(changed["year"], changed["value"], "o", label=BREAK[language], **ring)
        axis.legend(loc="upper left")
    axis.set_ylim(bottom=0)
    axis.yaxis.set_major_formatter("{x:,.0f}")
    _label_ends(axis, ends, part["year"].max(), language)


def _case(axis, part: pd.DataFrame, language: str) -> None:
    """The indexed series of one bank, told apart by a legend."""
    codebook = load().variables
    for i, (name, line) in enumerate(part.groupby("series", sort=True)):
        label = codebook[name].label[language]
        axis.plot(line["year"], line["value"], MARKERS[i], ls="-", markersize=3, linewidth=1.1, label=label)
    axis.axhline(100, color="black", linewidth=0.6)
    axis.legend(loc="upper left")


def _label_ends(axis, ends: list, last_year: int, language: str) -> None:
    """Write the banks' names right of the axis, moved apart where they would touch."""
    names = load().banks
    ends = sorted(ends)
    height = axis.get_ylim()[1] * axis.figure.dpi / (72 * axis.bbox.height)
    places = _apart(np.array([end[0] for end in ends]), gap=LABEL_POINTS * height)
    for (value, year, bank, colour), place in zip(ends, places):
        text = bank if language == "en" else names[bank].name.zh.removesuffix("银行")
        point, label = (year, value), (last_year + 0.35, place)
        axis.annotate(
            text, point, label, fontsize=7, color=colour, va="center", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.4, "shrinkA": 0},
        )  # fmt: skip


def _apart(values: np.ndarray, gap: float) -> np.ndarray:
    """Sorted values moved as little as needed to be `gap` apart: neighbours push each other equally."""
    places = values.astype(float)
    for _ in range(1000):
        push = np.clip(gap - np.diff(places), 0, None) / 2
        if push.max(initial=0) < 1e-3 * gap:
            break
        places[:-1] -= push
        places[1:] += push
    return places
