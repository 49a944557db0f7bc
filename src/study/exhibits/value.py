"""T14, F9: the report's value formulas and the models of customer value; value by parts of the score, and lift."""

import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure

from study import privacy
from study.design.entries import Text

from . import value_texts as texts
from .engine.style import COLOURS
from .engine.table import Table, build

NOT_OBSERVED = Text(en="not observed", zh="不可观测")
ORDER = ("parts", "lift", "retention", "tracking", "frequency")
DASHED = {"same_rate", "same_amount", "last_amount", "constant", "chance"}  # baselines


def values(lines: pd.DataFrame, arm: str, **stated: float) -> Table:
    """T14 of an arm.

    Parameters
    ----------
    lines : panel, key, unit, estimate, std_error, ci_low, ci_high, n, of `variables.value_lines`; an estimate
        that is missing is printed as not observed
    arm : whose notes are set under the table
    stated : numbers that the notes name
    """
    rows: list = []
    behind: dict = {}
    panel = None
    for one in lines.to_dict("records"):
        if one["panel"] != panel:
            panel = one["panel"]
            rows.append([texts.PANELS[panel]])
        known = pd.notna(one["estimate"])
        if known and pd.notna(one["n"]):
            behind[len(rows), 2] = int(one["n"])
        interval = "" if pd.isna(one["ci_low"]) else f"[{printed(one['ci_low'])}, {printed(one['ci_high'])}]"
        error = "" if pd.isna(one["std_error"]) else printed(one["std_error"])
        count = "" if pd.isna(one["n"]) else f"{int(one['n']):,}"
        rows.append([label(one["key"]), texts.UNITS[one["unit"]], printed(one["estimate"]) if known else NOT_OBSERVED, error, interval, count])
    notes = [Text(en=note.en.format(**stated), zh=note.zh.format(**stated)) for note in texts.NOTES[arm]]
    options = {"text_columns": {0, 1}, "widths": (0.38, 0.17, 0.12, 0.1, 0.14, 0.09)}
    return build(texts.COLUMNS, rows, notes=notes, units=privacy.Units(counts={5}, bases={4: None}, behind=behind), **options)


def label(key: str) -> Text:
    """The words of a key: its parts one after the other."""
    parts = [texts.KEYS[part] for part in key.split("/")]
    return Text(en=": ".join(part.en for part in parts), zh=":".join(part.zh for part in parts))


def printed(value: float) -> str:
    """Three decimals below ten, fewer above."""
    size = abs(value)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3
    return f"{value:z,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def panels(data: pd.DataFrame, language: str, arm: str) -> Figure:
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
