"""F9: value by parts of the score, lift, and for deposits the path of the model against what happened."""

import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure

from . import value_texts as texts
from .style import COLOURS

ORDER = ("parts", "lift", "retention", "tracking", "frequency")
DASHED = {"same_rate", "same_amount", "last_amount", "constant", "chance"}  # baselines


def value_panels(data: pd.DataFrame, language: str, arm: str) -> Figure:
    """The panels that `data` has, each with its own axes and legend.

    Parameters
    ----------
    data : panel (a key of value_texts.FIGURE_PANELS), series, x, value, customers
    language : "en" or "zh"
    arm : whose axes are named
    """
    panels = [name for name in ORDER if (data["panel"] == name).any()]
    rows = (len(panels) + 1) // 2
    figure, axes = pyplot.subplots(rows, 2, figsize=(7.2, 2.9 * rows), squeeze=False)
    for letter, axis, name in zip("abcdef", axes.flat, panels):
        _panel(axis, data[data["panel"] == name], language)
        title = texts.FIGURE_PANELS[name][language]
        axis.set_title(f"({letter}) {title}")
        across, up = texts.AXES[arm, name][language].split(" | ")
        axis.set_xlabel(across)
        axis.set_ylabel(up)
    for axis in axes.flat[len(panels) :]:
        axis.axis("off")
    return figure


def _panel(axis, part: pd.DataFrame, language: str) -> None:
    for i, name in enumerate(dict.fromkeys(part["series"])):
        line = part[part["series"] == name]
        shown = {"color": "black", "marker": "o"} if name in ("actual", "realised") else {"color": COLOURS[i % len(COLOURS)]}
        axis.plot(
            line["x"], line["value"], label=texts.SERIES[name][language], markersize=3, linewidth=1.2,
            linestyle="--" if name in DASHED else "-", **shown,
        )  # fmt: skip
    axis.set_ylim(bottom=0)
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if axis.get_ylim()[1] > 5 else f"{value:.1f}")
    axis.legend(fontsize=6.5)
