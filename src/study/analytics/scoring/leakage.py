"""How much of a scorer's accuracy comes from columns that are measured while, or after, the outcome happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from study.refusals import named
from study.times import is_number

from ..errors import BadValue
from ..shared import metrics
from ..shared.auc_interval import delong_difference
from ..shared.splits import Split, at_random
from . import scoring


@dataclass(frozen=True)
class Leakage:
    """Accuracy as groups of columns are taken out.

    Parameters
    ----------
    steps : one row per step: removed (the group that left), columns (how many are left), auc with interval, change
        (to the step before) with interval, precision and recall at the capacity
    alone : one row per group and for the kept columns: columns, auc with interval of these columns alone, precision, recall
    """

    steps: pd.DataFrame
    alone: pd.DataFrame


def as_columns_leave(
    data: pd.DataFrame,
    *,
    outcome: str,
    groups: Mapping[str, Sequence[str]],
    kept: Sequence[str],
    learner: str = "boosting",
    folds: int = 5,
    capacity: float = 0.1,
    seed: int,
) -> Leakage:
    """Learn and test with all columns, then without the first group, without the first two, and so on.

    A fall is no proof of a leak (the columns may be honest and good), and no fall is no proof of none (other columns
    may carry the same): when and how a column is measured decides. The table says how much depends on the answer.

    Parameters
    ----------
    data : one row per customer
    outcome : column of 0 and 1
    groups : name -> columns, in the order in which they leave
    kept : columns that stay to the end, such as those fixed before the outcome could begin
    learner : logit, tree, svm or boosting (`scoring.compare`); folds : random, the same in every step
    capacity : share of the customers of a fold that can be contacted, the highest scores first; ties are shared out
        (`metrics.gains`). precision = 1s among the contacts / contacts, recall = 1s among the contacts / 1s, all folds together

    Raises
    ------
    BadValue for an empty or a doubly listed column or a capacity that is no share; errors of `scoring.compare`.
    """
    listed = [column for columns in groups.values() for column in columns] + list(kept)
    twice = sorted({column for column in listed if listed.count(column) > 1})
    if twice or not groups or not all(groups.values()) or not kept:
        raise BadValue(f"groups and kept must be lists of columns, each column once; listed twice: {', '.join(twice) or 'none'}")
    named(data, outcome, *listed)
    if not 0 < capacity <= 1:
        raise BadValue(f"capacity is {capacity!r}; give a share of the customers above 0 and at most 1")
    task = _Task(data, outcome, learner, at_random(len(data), folds, seed), capacity, seed)
    names = list(groups)
    runs = [task.run([c for name in names[step:] for c in groups[name]] + list(kept)) for step in range(len(names) + 1)]
    steps = pd.DataFrame(
        [{"removed": "", **task.area(runs[0]), "change": np.nan, "change_low": np.nan, "change_high": np.nan}]
        + [{"removed": name, **task.area(b), **_change(a, b, learner)} for name, a, b in zip(names, runs, runs[1:])]
    )
    single = [{"group": name, **task.area(task.run(list(groups[name])))} for name in names]
    return Leakage(steps, pd.DataFrame([*single, {"group": "kept", **task.area(runs[-1])}]))


def alone(
    data: pd.DataFrame,
    *,
    outcome: str,
    groups: Mapping[str, Sequence[str]],
    learner: str = "boosting",
    folds: int = 5,
    capacity: float = 0.1,
    seed: int,
) -> pd.DataFrame:
    """Groups of columns by themselves, such as one column as the baseline: the lines of `Leakage.alone`, on the same folds."""
    named(data, outcome, *(column for columns in groups.values() for column in columns))
    task = _Task(data, outcome, learner, at_random(len(data), folds, seed), capacity, seed)
    return pd.DataFrame([{"group": name, **task.area(task.run(list(columns)))} for name, columns in groups.items()])


@dataclass(frozen=True)
class _Task:
    """What does not change from step to step."""

    data: pd.DataFrame
    outcome: str
    learner: str
    parts: list[Split]
    capacity: float
    seed: int

    def run(self, columns: list[str]) -> scoring.Comparison:
        """Learn and test with some columns."""
        kinds = {column: is_number(self.data[column]) for column in columns}
        numeric, categorical = ([column for column in columns if kinds[column] == wanted] for wanted in (True, False))
        settings = {"outcome": self.outcome, "recency": None, "splits": {"random": self.parts}, "learners": (self.learner,), "seed": self.seed}
        return scoring.compare(self.data, numeric=numeric, categorical=categorical, **settings)

    def area(self, run: scoring.Comparison) -> dict[str, float]:
        """Columns, AUC with its interval, precision and recall at the capacity."""
        line = run.table[run.table["learner"] == self.learner].iloc[0]
        columns = len(run.settings["numeric"]) + len(run.settings["categorical"])
        area = {"columns": columns, "auc": line["auc"], "auc_low": line["ci_low"], "auc_high": line["ci_high"]}
        return area | at_capacity(run.scores("random", self.learner), self.capacity)


def at_capacity(scores: pd.DataFrame, capacity: float) -> dict[str, float]:
    """Precision and recall of contacting the best share of every fold.

    Parameters
    ----------
    scores : fold, outcome, probability (of `Comparison.scores`)
    """
    reached = 0.0
    for _, part in scores.groupby("fold"):
        curve = metrics.gains(part["outcome"], part["probability"])
        reached += np.interp(capacity, curve["contacted"], curve["reached"]) * part["outcome"].sum()
    return {"precision": float(reached / (capacity * len(scores))), "recall": float(reached / scores["outcome"].sum())}


def _change(before: scoring.Comparison, after: scoring.Comparison, learner: str) -> dict[str, float]:
    """Mean over folds of the paired difference, weighted by rows, DeLong's errors of the folds put together."""
    old, new = before.scores("random", learner), after.scores("random", learner)
    differences = [
        (delong_difference(part["outcome"], new.loc[part.index, "probability"], part["probability"]), len(part)) for _, part in old.groupby("fold")
    ]
    weight = np.array([n for _, n in differences]) / len(old)
    change = float(weight @ [one.estimate for one, _ in differences])
    half = norm.ppf(0.975) * np.sqrt(weight**2 @ np.array([one.std_error**2 for one, _ in differences]))
    return {"change": change, "change_low": change - half, "change_high": change + half}
