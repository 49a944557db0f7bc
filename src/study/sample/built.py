"""A sample as it was built: the rows kept, what each step cost, and the samples of later analyses."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from study.design.profiles import Step

COLUMNS = ["step", "label", "reason", "before", "dropped", "left", "clusters"]


@dataclass(frozen=True)
class Built:
    """The sample of an arm.

    Parameters
    ----------
    arm : id of design/sources/
    rows : what the steps keep, one row per customer, account, call, economy and wave, or cell
    tables : the tables of the customer model as read (and "cells" where facts were sampled)
    log : step, label, reason (Text), before, dropped, left (rows), clusters left; one line per step
    units : the rows of the model's table (customers, place_periods) that the steps keep; none for cells of facts
    samples : the same columns; one line per sample of a later analysis, out of `rows`
    lines : lines of the source's file that `rows` rests on, where these may be published
    """

    arm: str
    rows: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    log: pd.DataFrame
    samples: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    lines: tuple[int, ...] = ()
    units: pd.DataFrame | None = None


@dataclass(frozen=True)
class Count:
    """A number of rows that the text may name."""

    name: str
    value: int
    meaning: str


def counts(built: Built) -> list[Count]:
    """Rows as provided, rows and clusters of the sample, and rows of every sample of a later analysis."""
    found = [Count(f"rows_{line.step}", line.left, line.label.en.lower()) for line in built.log.itertuples()]
    found += [Count(f"sample_{line.step}", line.left, f"rows {line.label.en}") for line in built.samples.itertuples()]
    last = built.log.iloc[-1]
    if last["clusters"]:
        found.append(Count("sample_clusters", int(last["clusters"]), "clusters of the sample"))
    return found


def line(name: str, step: Step, before: pd.DataFrame, left: pd.DataFrame, clusters: int | None) -> dict:
    """A line of `log` or `samples`."""
    return {
        "step": name,
        "label": step.label,
        "reason": step.reason,
        "before": len(before),
        "dropped": len(before) - len(left),
        "left": len(left),
        "clusters": clusters,
    }
