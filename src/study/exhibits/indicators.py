"""T4, T5, F11, A1: correlations, the FinTech index, investment and customers over the years, customer relations."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from study.design import load, words
from study.design.entries import Text, Variable

from .engine.style import COLOURS
from .engine.table import Table, build
from .engine.wording import filled, number, signed

WORDS = words("indicators")
SHARED = words("shared")


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
    first, vif, vif_within = WORDS["T4"]["heads"]
    heads = [first, *(f"({i})" for i in range(1, len(names) + 1)), vif, vif_within]
    counts = {"n": inflation["raw"]["n"].iloc[0], "within": inflation["within"]["n"].iloc[0]}
    notes = [filled(note, **counts) for note in WORDS["T4"]["notes"]]
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
    return build(WORDS["A1"]["columns"], rows, notes=WORDS["A1"]["notes"], text_columns={0, 6, 7})


def _published(value: float) -> str | Text:
    return WORDS["A1"]["not_published"] if pd.isna(value) else f"{value:.1f}"


def fintech_index(table: pd.DataFrame, weights: pd.DataFrame, correlations: pd.DataFrame, variables: Mapping[str, Variable], banks: Mapping) -> Table:
    """T5: parts and scores of every bank-year, the weights with their range, the rank correlations.

    Parameters
    ----------
    table, weights, correlations : of `variables.fintech_index.index`
    """
    names = list(correlations.columns)
    rows: list = [[WORDS["T5"]["panels"]["scores"]]]
    for line in table.to_dict("records"):
        bank = banks[line["bank"]].name
        label = filled(WORDS["T5"]["bank_year"], bank=bank, year=line["year"])
        rows.append([label, *(_number(line[name]) for name in names)])
    rows.append([WORDS["T5"]["panels"]["weights"]])
    for line in weights.to_dict("records"):
        rows.append([WORDS["T5"]["methods"][line["method"]], *(_weight(line, name) for name in names)])
    rows.append([WORDS["T5"]["panels"]["correlations"]])
    for i, first in enumerate(names):
        cells = [_number(correlations.loc[first, other]) if j <= i else "" for j, other in enumerate(names)]
        rows.append([_label(first, variables), *cells])
    share = weights.set_index("method").loc["pca", "explained"]
    counts = {"n": len(table), "banks": table["bank"].nunique(), "share": 100 * share}
    notes = [filled(note, **counts) for note in WORDS["T5"]["notes"]]
    return build([WORDS["T5"]["first"], *(_label(name, variables) for name in names)], rows, notes=notes, wide=True)


def _number(value: float) -> str:
    return signed(value, 2)


def _weight(line: dict, part: str) -> str | Text:
    """The weight of a part and its range; nothing under the scores."""
    if part not in line:
        return ""
    low, high = (_number(line[f"{part}_{end}"]) for end in ("low", "high"))
    weight = _number(line[part])
    return weight if low == high else filled(SHARED["wording"]["interval"], value=weight, low=low, high=high)


def _label(name: str, variables: Mapping[str, Variable]) -> Text:
    return variables[name].label if name in variables else WORDS["T5"]["methods"][name]


def figure(data: pd.DataFrame, language: str) -> Figure:
    """FinTech investment, its growth with and without scope changes, and customer indicators.

    Parameters
    ----------
    data : panel (a key of TITLES), series, year, value, unit, series_break
    language : "en" or "zh"
    """
    figure, axes = pyplot.subplot_mosaic(LAYOUT, figsize=(7.2, 9.2), height_ratios=(0.9, 1.45, 1.05, 1))
    for panel, title in WORDS["F11"]["titles"].items():
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
        return WORDS["F11"]["indexed"][language]
    return load().variables["fintech_investment" if panel == "total" else panel].unit[language]


def _bars(axis, part: pd.DataFrame, language: str) -> None:
    bars = axis.bar(part["year"], part["value"], color=COLOURS[0], width=0.7)
    axis.bar_label(bars, labels=[f"{v:,.0f}" for v in part["value"]], fontsize=7.5, padding=1)
    axis.yaxis.set_major_formatter("{x:,.0f}")
    axis.grid(axis="x", visible=False)


def _growth(axis, part: pd.DataFrame, language: str) -> None:
    for i, (series, label) in enumerate(WORDS["F11"]["growth"].items()):
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
        axis.plot(changed["year"], changed["value"], "o", label=WORDS["F11"]["break"][language], **ring)
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
