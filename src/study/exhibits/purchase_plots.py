"""Figure of response and revenue by the offered rate."""

import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure

from study.design.entries import Text

from .purchase_texts import OUTCOMES
from .style import COLOURS

PANELS = ("response", "take_up", "revenue", "past_due")
NOTES = (
    Text(
        en="Points: mean outcome per customer mailed in each quarter of the offered rate within the cells of risk category and wave, adjusted to one mix of cells; "
        "bars: 95 % intervals, errors clustered by branch ({clusters:,} branches). {n:,} customers, {least:,} to {most:,} in a quarter of the rates.",
        zh="点:风险×批次单元内要约利率各四分位的每邮寄客户平均结果(按相同单元构成调整);竖线:95%置信区间,标准误按网点聚类({clusters:,}个网点)。共{n:,}名客户,每档{least:,}至{most:,}名。",
    ),
)
RATE = Text(en="mean rate of the quarter, % a month", zh="四分位平均月利率(%)")


def notes(data: pd.DataFrame, clusters: int) -> list[Text]:
    """The notes of `rates`: what bars are, customers, clusters."""
    of_tier = data.loc[data["outcome"] == PANELS[0], "n"]
    values = {"clusters": clusters, "n": int(of_tier.sum()), "least": int(of_tier.min()), "most": int(of_tier.max())}
    return [Text(en=note.en.format(**values), zh=note.zh.format(**values)) for note in NOTES]


def rates(data: pd.DataFrame, language: str) -> Figure:
    """Four outcomes per customer mailed against the rate, cells of the randomisation held fixed.

    Parameters
    ----------
    data : of `analytics.price_response`
    """
    figure, axes = pyplot.subplots(2, 2, figsize=(7.2, 5.2))
    for letter, axis, name in zip("abcd", axes.flat, PANELS):
        part = data[data["outcome"] == name]
        reach = [part["adjusted"] - part["ci_low"], part["ci_high"] - part["adjusted"]]
        axis.errorbar(part["price"], part["adjusted"], yerr=reach, fmt="o-", color=COLOURS[0], capsize=3, linewidth=1.2)
        axis.set_title(f"({letter}) {OUTCOMES[name][language]}")
        axis.set_xlabel(RATE[language])
        axis.set_ylim(bottom=0)
    return figure
