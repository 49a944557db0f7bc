"""Figure of response and revenue by the offered rate."""

import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure

from study.design.entries import Text

from .purchase_texts import OUTCOMES
from .style import COLOURS

PANELS = ("response", "take_up", "revenue", "past_due")
RATE = Text(en="mean rate of the tier, % a month", zh="档位平均月利率(%)")


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
