"""T14, F9: the report's value formulas and the models of customer value; value by parts of the score, and lift."""

import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure

from study import privacy
from study.design import source_words, words
from study.design.entries import Text

from .engine.style import COLOURS
from .engine.table import Table, build
from .engine.wording import filled

WORDS = words("value")

ORDER = ("parts", "lift", "retention", "tracking", "frequency")
DASHED = {"same_rate", "same_amount", "last_amount", "constant", "chance"}  # baselines

NUMBERS = {
    "kz_lender": (
        ("formula", "interest"), ("formula", "cltv_literal"), ("formula", "clv_infinite"), ("formula", "ratio"), ("forms", "period_ratio"),
        ("with_cltv", "spearman/equal"), ("with_cltv", "spearman/recency"), ("with_cltv", "top_overlap/equal"), ("with_cltv", "top_overlap/entropy"),
        ("with_revenue", "spearman/cltv"), ("with_revenue", "spearman/recency"),
        *(("lift", f"lift/{name}") for name in ("cltv", "equal", "entropy", "pca", "recency", "last_amount")),
        *(("over_recency", f"gain/{name}") for name in ("equal", "entropy")),
    ),
    "akiba": (
        ("days_20", "total/actual"), ("days_20", "total/bgbb"), ("days_20", "total/bgnbd"), ("days_20", "total/same_rate"),
        ("days_20", "correlation/bgbb"), ("days_20", "correlation/same_rate"),
        ("days_30", "total/actual"), ("days_30", "total/bgbb"), ("days_30", "total/same_rate"),
        ("money_20", "total/actual"), ("money_20", "total/bgbb_value"), ("money_20", "total/same_amount"),
        ("order", "spearman/bgbb_value"), ("order", "spearman/same_amount"), ("retention", "actual"), ("retention", "sbg"), ("retention", "constant"),
    ),
    "berka": (
        ("stability", "spearman/entropy"), ("stability", "spearman/pca"), ("stability", "top_overlap/entropy"), ("weights", "entropy/fees"),
        ("weights", "entropy/transactions"), ("moves", "quiet/quiet"), ("moves", "some/some"), ("chain", "quiet"), ("chain", "busy"),
    ),
}  # fmt: skip


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
            rows.append([WORDS["panels"][panel]])
        known = pd.notna(one["estimate"])
        if known and pd.notna(one["n"]):
            behind[len(rows), 2] = int(one["n"])
        interval = "" if pd.isna(one["ci_low"]) else f"[{printed(one['ci_low'])}, {printed(one['ci_high'])}]"
        error = "" if pd.isna(one["std_error"]) else printed(one["std_error"])
        count = "" if pd.isna(one["n"]) else f"{int(one['n']):,}"
        rows.append(
            [label(one["key"]), WORDS["units"][one["unit"]], printed(one["estimate"]) if known else WORDS["not_observed"], error, interval, count]
        )
    notes = [filled(note, **stated) for note in source_words(arm, "value")["notes"]]
    options = {"text_columns": {0, 1}, "widths": (0.38, 0.17, 0.12, 0.1, 0.14, 0.09)}
    return build(WORDS["columns"], rows, notes=notes, units=privacy.Units(counts={5}, bases={4: None}, behind=behind), **options)


def label(key: str) -> Text:
    """The words of a key: its parts one after the other."""
    parts = [WORDS["keys"][part] for part in key.split("/")]
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
    data : panel (a key of the figure's panels), series, x, value, customers
    language : "en" or "zh"
    arm : whose axes are named
    """
    panels = [name for name in ORDER if (data["panel"] == name).any()]
    rows = (len(panels) + 1) // 2
    figure, axes = pyplot.subplots(rows, 2, figsize=(7.2, 2.9 * rows), squeeze=False)
    for letter, axis, name in zip("abcdef", axes.flat, panels):
        _panel(axis, data[data["panel"] == name], language)
        title = WORDS["F9"]["panels"][name][language]
        axis.set_title(f"({letter}) {title}")
        across, up = source_words(arm, "value")["F9"]["axes"][name][language].split(" | ")
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
            line["x"], line["value"], label=_series(name)[language], markersize=3, linewidth=1.2,
            linestyle="--" if name in DASHED else "-", **shown,
        )  # fmt: skip
    axis.set_ylim(bottom=0)
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if axis.get_ylim()[1] > 5 else f"{value:.1f}")
    axis.legend(fontsize=6.5)


def _series(name: str) -> Text:
    """What a line of the figure is called: its own words, else those of the table."""
    return WORDS["series"][name] if name in WORDS["series"] else WORDS["keys"][name]


def figure_notes(arm: str, **stated: float) -> list[Text]:
    """The notes of F9."""
    return [filled(note, **stated) for note in source_words(arm, "value")["F9"]["notes"]]
