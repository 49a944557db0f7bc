"""Figures: each function draws one tidy frame in one language."""

import numpy as np
import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from study.design import load
from study.design.entries import Text

from .style import COLOURS

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


def indicators(data: pd.DataFrame, language: str) -> Figure:
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
