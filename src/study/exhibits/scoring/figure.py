"""F14: how well scorers rank under a random, a grouped and a time split, side by side."""

from collections.abc import Callable
from functools import partial
from textwrap import fill

import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure

from study.design import words

from ..engine.style import COLOURS
from .tables import MORO, learner_label, split_label

WORDS = words("scoring")

GREY = "#8A8A8A"
MARKERS = "osD^vPX"
BASELINES = ("prior", "recency", "single")
SPLITS = ("random", "grouped", "time")


def accuracy(*, alone: str, group: str, published: bool) -> Callable[[pd.DataFrame, str], Figure]:
    """The drawing function of an arm's figure; its data are of `scoring_tables.accuracy_by_split`.

    Parameters
    ----------
    alone, group : as in `scoring_tables.models_side_by_side`
    published : whether the published AUC of the source is drawn as a line
    """
    return partial(_draw, alone, group, published)


def _draw(alone: str, group: str, published: bool, data: pd.DataFrame, language: str) -> Figure:
    figure, axes = pyplot.subplot_mosaic([list(SPLITS), ["block"] * 3], figsize=(7.2, 5.6), height_ratios=(1, 1.25))
    by_split = data[data["panel"] == "split"]
    names = {name: learner_label(name, alone)[language] for name in dict.fromkeys(by_split["learner"])}
    low = min(0.5, by_split["ci_low"].min()) - 0.02
    high = max(by_split["ci_high"].max(), MORO["auc"] if published else 0) + 0.02
    for letter, split in zip("abc", SPLITS):
        part = by_split[by_split["split"] == split]
        _points(axes[split], part, names if split == SPLITS[0] else dict.fromkeys(names, ""))
        axes[split].set_xlim(low, high)
        if published:
            axes[split].axvline(MORO["auc"], color="black", linewidth=0.8, linestyle="--")
        share = 100 * part["ones_test"].iloc[0] / part["n_test"].iloc[0]
        head = WORDS["F14"]["heads"]["split"][language]
        title = head.format(letter=letter, split=split_label(split, group)[language], share=share)
        axes[split].set_title("\n".join(fill(line, 30) for line in title.splitlines()), fontsize=8)
    _blocks(axes["block"], data[data["panel"] == "block"], names, WORDS["blocks"][group][language], language)
    return figure


def _colours(learners) -> dict[str, str]:
    return {name: GREY if name in BASELINES else COLOURS[i] for i, name in enumerate(learners)}


def _points(axis, part: pd.DataFrame, names: dict[str, str]) -> None:
    colours = _colours(names)
    for place, line in enumerate(part.iloc[::-1].itertuples()):
        axis.plot([line.ci_low, line.ci_high], [place, place], color=colours[line.learner], linewidth=1.6)
        axis.plot(line.auc, place, "o", color=colours[line.learner], markersize=5)
    axis.axvline(0.5, color="black", linewidth=0.8)
    axis.set_yticks(range(len(names)), [names[name] for name in part["learner"].iloc[::-1]])
    axis.set_ylim(-0.6, len(names) - 0.4)
    axis.set_xlabel("AUC")


def _blocks(axis, part: pd.DataFrame, names: dict[str, str], unit: str, language: str) -> None:
    colours = _colours(names)
    part = part[part["learner"] != "prior"]  # drawn as the line at 0.5
    apart = 0.008 * (part["block"].astype(float).max() - part["block"].astype(float).min() + 0.5)
    for i, (name, line) in enumerate(part.groupby("learner", sort=False)):
        style = {"recency": ":", "single": "--"}.get(name, "-") if line["block"].nunique() > 2 else "none"  # two points are no course of time
        place = line["block"].astype(float) + apart * (i - 3)  # side by side, so that intervals can be told apart
        axis.vlines(place, line["ci_low"], line["ci_high"], color=colours[name], linewidth=0.9, alpha=0.7)
        axis.plot(place, line["auc"], MARKERS[i], ls=style, color=colours[name], markersize=4, linewidth=1.2, label=names[name])
    blocks = part.drop_duplicates("block")
    months = blocks["months"].str.replace(" to ", "–")
    shares = [f"{100 * ones / n:.1f}%" for ones, n in zip(blocks["ones_test"], blocks["n_test"])]
    ticks = [f"{unit} {b + 1}\n{when}\n{share}" for b, when, share in zip(blocks["block"], months, shares)]
    axis.axhline(0.5, color="black", linewidth=0.8)
    axis.set_xticks(list(blocks["block"]), ticks)
    axis.margins(x=0.05)
    axis.set_ylabel("AUC")
    axis.set_title(WORDS["F14"]["heads"]["block"][language].format(block=unit))
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.27), ncol=3, fontsize=7.5)
