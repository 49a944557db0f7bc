"""Figures: each function draws one tidy frame in one language."""

import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from study.design import load
from study.design.entries import Text

from .style import COLOURS

TITLES = {
    "total": Text(en="(a) FinTech investment, six state banks", zh="(a) 六家国有大行金融科技投入"),
    "growth": Text(en="(b) Growth of that total", zh="(b) 合计增速"),
    "fintech_investment": Text(en="(c) FinTech investment by bank", zh="(c) 各行金融科技投入"),
    "retail_customers": Text(en="(d) Retail customers", zh="(d) 零售客户数"),
    "mobile_users": Text(en="(e) Mobile banking users", zh="(e) 手机银行用户数"),
    "retail_aum": Text(en="(f) Retail AUM", zh="(f) 零售AUM"),
}
GROWTH = {
    "all": Text(en="all six banks", zh="六家全部"),
    "unchanged scope": Text(en="banks with unchanged scope", zh="口径未变的银行"),
}
BREAK = Text(en="first year of a new scope", zh="新口径首年")
MARKERS = "osD^vPX*"


def indicators(data: pd.DataFrame, language: str) -> Figure:
    """FinTech investment, its growth with and without scope changes, and customer indicators.

    Parameters
    ----------
    data : panel (a key of TITLES), series, year, value, unit, series_break
    language : "en" or "zh"
    """
    figure, axes = pyplot.subplots(3, 2, figsize=(7.2, 8.4))
    for axis, (panel, title) in zip(axes.flat, TITLES.items()):
        part = data[data["panel"] == panel]
        draw = {"total": _bars, "growth": _growth}.get(panel, _banks)
        draw(axis, part, language)
        axis.set_title(title[language])
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def _unit(panel: str, language: str) -> str:
    name = "fintech_investment" if panel == "total" else panel
    return load().variables[name].unit[language]


def _bars(axis, part: pd.DataFrame, language: str) -> None:
    bars = axis.bar(part["year"], part["value"], color=COLOURS[0], width=0.7)
    axis.bar_label(bars, labels=[f"{v:,.0f}" for v in part["value"]], fontsize=7.5, padding=1)
    axis.set_ylabel(_unit("total", language))
    axis.grid(axis="x", visible=False)


def _growth(axis, part: pd.DataFrame, language: str) -> None:
    for i, (series, label) in enumerate(GROWTH.items()):
        line = part[part["series"] == series]
        axis.bar(line["year"] + (i - 0.5) * 0.38, line["value"], width=0.36, label=label[language])
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_ylabel("%")
    axis.grid(axis="x", visible=False)
    axis.legend(loc="upper right")


def _banks(axis, part: pd.DataFrame, language: str) -> None:
    """One line per bank; a ring marks the first year of a new scope."""
    names = load().banks
    for i, (bank, line) in enumerate(part.groupby("series", sort=True)):
        style = {"color": COLOURS[i % len(COLOURS)], "marker": MARKERS[i // len(COLOURS)]}
        label = bank if language == "en" else names[bank].name.zh.removesuffix("银行")
        axis.plot(line["year"], line["value"], markersize=3.5, linewidth=1.2, label=label, **style)
    changed = part[part["series_break"] == 1]
    if len(changed):
        axis.plot(
            changed["year"], changed["value"], "o", markersize=9, fillstyle="none",
            color="black", markeredgewidth=0.8, label=BREAK[language],
        )
    axis.set_yscale("log")
    axis.set_ylabel(_unit(part["panel"].iloc[0], language))
    axis.yaxis.set_major_formatter("{x:,.0f}")
    axis.yaxis.set_minor_formatter("")
    axis.legend(ncols=3, fontsize=6.5, columnspacing=0.8, handlelength=1.4)
