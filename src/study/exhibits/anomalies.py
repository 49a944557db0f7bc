"""A7: detectors of anomalies, their precision and recall at the budget of alerts, their volume and their reasons."""

from collections.abc import Mapping

import pandas as pd

from study import privacy
from study.design import source_words, words
from study.design.entries import Text

from .engine.table import Table, build
from .engine.wording import filled, interval

WORDS = words("anomalies")
ENDS = ("", "_low", "_high")
PAIRS = (("rules", "largest"), ("rules", "random"), ("forest", "largest"), ("forest", "random"), ("forest", "rules"))


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
        notes=[_period(arm), *WORDS["notes"]],
        units=privacy.Units(behind=behind),
    )


def _spread(line: pd.Series, column: str) -> str | Text:
    """A precision or a difference with its interval; nothing for the difference to itself."""
    low, high = line[f"{column}_low"], line[f"{column}_high"]
    return "" if low == high == 0 else interval(line[column], low, high, 3)


def _period(arm: str) -> Text:
    """Which transactions these are."""
    own = source_words(arm, "anomalies")
    return own["period"] if "period" in own else WORDS["period"]


def limits(arm: str) -> Text:
    """What the data set does not allow to be said."""
    own = source_words(arm, "anomalies")
    return own["limits"] if "limits" in own else WORDS["limits"]


def found(evaluated: pd.DataFrame, counts: Mapping[str, int]) -> Text:
    """What was found, in a sentence: the rules beside the largest amounts."""
    line = evaluated[evaluated["injected"] == "all"].set_index("method").loc["rules"]
    return filled(WORDS["found"], alerts=counts["alerts"], precision=line["precision"], recall=line["recall"], gap=_spread(line, "less_largest"))


def numbers(evaluated: pd.DataFrame, volume: pd.DataFrame, counts: Mapping[str, int], budget: float) -> list[dict]:
    """What the text may name of the test, as arguments of `save_number`.

    Parameters
    ----------
    evaluated : of `analytics.anomaly.evaluate`
    volume : of `analytics.anomaly.detect`; counts : its own, and planted (transactions), episodes, kinds
    budget : alerts as a share of the transactions
    """
    n, scored = counts["accounts"], counts["scored"]
    said = {"accounts": n, "alerts": counts["alerts"], "rows": scored, **{name: counts[name] for name in ("planted", "episodes", "kinds")}}
    made = [_number(name, value, f"{name} of the test of detectors", n, ",.0f") for name, value in said.items()]
    every = evaluated[evaluated["injected"] == "all"].set_index("method")
    for method, line in every.iterrows():
        made += [_number(f"{method}_{c}", line[c], f"{c}, {method}", n) for c in ("precision", "precision_low", "precision_high", "recall")]
    per_1000 = volume.set_index("method").loc["rules", "alerts_per_1000"]
    made.append(_number("budget", 100 * budget, "alerts, % of transactions", scored, ".0f") | {"unit": "%"})
    made.append(_number("per_1000", per_1000, "alerts per 1,000 accounts", n, ".0f") | {"unit": "alerts"})
    for method, other in PAIRS:
        for end in ENDS:
            value, meaning = every.loc[method, f"less_{other}{end}"], f"precision of {method} less that of {other}{end}"
            made.append(_number(f"{method}_less_{other}{end}", value, meaning, n))
    for line in evaluated[evaluated["injected"] != "all"].itertuples():
        made.append(_number(f"{line.method}_{line.injected}", line.recall, f"recall of {line.injected}, {line.method}", n, None))
    return made


def _number(name: str, value: float, meaning: str, behind: int, form: str | None = ".3f") -> dict:
    said = {"name": f"anomaly_{name}", "value": value, "meaning": meaning, "behind": behind}
    return said | ({"form": form} if form else {})
