"""F14: how well scorers rank under a random, a grouped and a time split, side by side."""

from functools import partial
from typing import Callable

import pandas as pd
from matplotlib import pyplot
from matplotlib.figure import Figure

from study.variables.scoring import ScoringTask

from . import scoring_texts as texts
from .scoring_tables import MORO, learner_label, split_label
from .style import COLOURS

GREY = "#8A8A8A"
MARKERS = "osD^vP"


def accuracy(task: ScoringTask) -> Callable[[pd.DataFrame, str], Figure]:
    """The drawing function of an arm's figure; its data are of `scoring_tables.accuracy_by_split`."""
    return partial(_draw, task)


def _draw(task: ScoringTask, data: pd.DataFrame, language: str) -> Figure:
    layout = [["random", "grouped", "time"], ["block"] * 3]
    figure, axes = pyplot.subplot_mosaic(layout, figsize=(7.2, 5.8), height_ratios=(1, 1.15))
    by_split = data[data["panel"] == "split"]
    low = min(0.5, by_split["ci_low"].min()) - 0.02
    high = max(by_split["ci_high"].max(), MORO["auc"] if task.outcome == "subscribed" else 0) + 0.02
    for letter, split in zip("abc", ("random", "grouped", "time")):
        part = by_split[by_split["split"] == split]
        _points(axes[split], part, task, language, names=split == "random")
        axes[split].set_xlim(low, high)
        head = texts.F14_HEADS["split"][language]
        share = 100 * part["ones_test"].iloc[0] / part["n_test"].iloc[0]
        axes[split].set_title(head.format(letter=letter, split=split_label(split, task)[language], share=share))
    _blocks(axes["block"], data[data["panel"] == "block"], task, language)
    return figure


def _colours(learners) -> dict[str, str]:
    return {name: GREY if name in ("prior", "recency") else COLOURS[i] for i, name in enumerate(learners)}


def _points(axis, part: pd.DataFrame, task: ScoringTask, language: str, names: bool) -> None:
    learners = list(part["learner"])[::-1]
    colours = _colours(part["learner"])
    for place, line in zip(range(len(learners)), part.iloc[::-1].itertuples()):
        axis.plot([line.ci_low, line.ci_high], [place, place], color=colours[line.learner], linewidth=1.6)
        axis.plot(line.auc, place, "o", color=colours[line.learner], markersize=5)
    axis.axvline(0.5, color="black", linewidth=0.8)
    if task.outcome == "subscribed":
        axis.axvline(MORO["auc"], color="black", linewidth=0.8, linestyle="--", label=texts.F14_PUBLISHED[language])
        if names:
            axis.legend(loc="lower right", fontsize=6.5, borderaxespad=0.1)
    axis.set_yticks(range(len(learners)), [learner_label(name, task)[language] if names else "" for name in learners])
    axis.set_ylim(-0.6, len(learners) - 0.4)
    axis.set_xlabel("AUC")


def _blocks(axis, part: pd.DataFrame, task: ScoringTask, language: str) -> None:
    colours = _colours(part["learner"].unique())
    for i, (name, line) in enumerate(part.groupby("learner", sort=False)):
        style = "--" if name in ("prior", "recency") else "-"
        label = learner_label(name, task)[language]
        axis.plot(line["block"], line["auc"], MARKERS[i], ls=style, color=colours[name], markersize=4, linewidth=1.2, label=label)
    blocks = part.drop_duplicates("block")
    unit = texts.BLOCKS[task.group][language]
    ticks = [f"{unit} {b + 1}\n{100 * ones / n:.1f} %" for b, ones, n in zip(blocks["block"], blocks["ones_test"], blocks["n_test"])]
    axis.set_xticks(list(blocks["block"]), ticks)
    axis.margins(x=0.05)
    axis.set_ylabel("AUC")
    axis.set_title(texts.F14_HEADS["block"][language].format(block=unit))
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=7.5)
