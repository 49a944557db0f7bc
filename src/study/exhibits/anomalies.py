"""A7: detectors of anomalies, their precision and recall at the budget of alerts, their volume and their reasons."""

from collections.abc import Mapping

import pandas as pd

from study import privacy
from study.design import source_words, words
from study.design.entries import Text

from .engine.table import Table, build
from .engine.wording import filled, interval

WORDS = words("anomalies")


def detectors(evaluated: pd.DataFrame, volume: pd.DataFrame, reasons: pd.DataFrame, counts: Mapping[str, int], arm: str) -> Table:
    """A7: the detectors side by side at one budget of alerts, largest amounts and random among them.

    Parameters
    ----------
    evaluated : of `analytics.anomaly.evaluate`
    volume : of `analytics.anomaly.detect`; counts : its own, and planted (transactions)
    reasons : of `variables.transactions.reasons`
    arm : whose period the notes name
    """
    at = evaluated.set_index(["injected", "method"])
    load = volume.set_index("method")
    kinds = [kind for kind in WORDS["kinds"] if kind in set(evaluated["injected"])]
    each = evaluated.set_index("injected").loc[kinds[0], "episodes"].iloc[0]
    rows: list = [[filled(WORDS["panels"]["all"], **counts)]]
    rows += [[label, *(_spread(at.loc[("all", name)], column) for name in WORDS["methods"])] for column, label in WORDS["precision"].items()]
    rows += [[label, *(f"{at.loc[('all', name), column]:.2f}" for name in WORDS["methods"])] for column, label in WORDS["recall"].items()]
    rows += [[label, *(f"{load.loc[name, column]:.0f}" for name in WORDS["methods"])] for column, label in WORDS["volume"].items()]
    rows += [[filled(WORDS["panels"]["kinds"], each=each)]]
    rows += [[WORDS["kinds"][kind], *(f"{at.loc[(kind, name), 'recall']:.2f}" for name in WORDS["methods"])] for kind in kinds]
    rows += [[WORDS["panels"]["reasons"]]]
    behind = {}
    for reason, lines in reasons.groupby("reason", sort=False):
        found = lines.set_index("method")
        behind |= {(len(rows), 1 + place): int(found.loc[name, "accounts"]) for place, name in enumerate(WORDS["methods"]) if name in found.index}
        rows.append([WORDS["reasons"][reason], *(f"{found.loc[name, 'alerts']:,}" if name in found.index else "" for name in WORDS["methods"])])
    return build(
        [WORDS["first"], *WORDS["methods"].values()],
        rows,
        notes=[source_words(arm, "anomalies")["period"], *WORDS["notes"]],
        units=privacy.Units(behind=behind),
    )


def _spread(line: pd.Series, column: str) -> str | Text:
    """A precision or a difference with its interval; nothing for the difference to itself."""
    low, high = line[f"{column}_low"], line[f"{column}_high"]
    return "" if low == high == 0 else interval(line[column], low, high, 3)
