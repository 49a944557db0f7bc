"""Transactions in the order of their file, for what watches them, and how anomalies are planted in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from study.design.settings import Settings
from study.sample import Built

OTHER = "other"
KINDS = ("scaled", "burst", "duplicated", "reactivated", "drained", "split")  # of anomalies; a drained account needs a balance


@dataclass(frozen=True)
class Transactions:
    """Transactions and what the functions of `analytics` need to know of them.

    Parameters
    ----------
    table : account, day, amount (with its sign, hundredths of the currency), kind, balance where recorded; order of the file
    names : argument -> column, for `analytics.injection.inject` and `analytics.anomaly.detect`
    eligible : bool per row: made by the customer, so that an anomaly may imitate it
    planted : further arguments of `inject`: kinds of anomalies, days of silence
    watched : further arguments of `detect`: what a round amount is
    """

    table: pd.DataFrame
    names: Mapping[str, str]
    eligible: np.ndarray
    planted: Mapping[str, Any]
    watched: Mapping[str, Any] = field(default_factory=dict)


def build(built: Built, settings: Settings) -> Transactions:
    """The transactions of the model as detectors take them: a debit is negative, the kind is operation and purpose.

    Parameters
    ----------
    settings : of 08_anomalies: activity (operation; empty: all; else its credits alone), last day (0: the last that there is),
        started and purposes (operations and purposes of what a customer starts; empty: any), quiet (days of silence before an
        account comes back), round_to (0: no amount is called round)
    """
    moved = _counted(built.tables["transactions"], settings)
    table = pd.DataFrame({"account": moved["account_id" if "account_id" in moved else "customer_id"], "day": moved[_time(moved)]})
    table["amount"] = moved["amount"].where(moved["direction"] == "credit", -moved["amount"])
    table["kind"] = moved["operation"] + ", " + moved["purpose"] if "purpose" in moved else moved["operation"]
    if "balance" in moved:
        table["balance"] = moved["balance"]
    eligible = moved["operation"].isin(settings.started) if settings.started else pd.Series(True, index=moved.index)
    if settings.purposes:
        eligible &= moved["purpose"].isin(settings.purposes)
    kinds = tuple(kind for kind in KINDS if kind != "drained" or "balance" in moved)
    watched = {"round_to": settings.round_to} if settings.round_to else {}
    names = {name: name for name in ("account", "day", "amount", "kind", "balance") if name in table}
    return Transactions(table, names, eligible.to_numpy(), {"kinds": kinds, "quiet": tuple(settings.quiet)}, watched)


def _counted(moved: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """What counts, in the order of the file; by account where days are the customers' own, since files have no order of those."""
    if settings.activity:
        moved = moved[(moved["operation"] == settings.activity) & (moved["direction"] == "credit") & (moved["amount"] > 0)]
    if settings.last:
        moved = moved[moved[_time(moved)].between(1, settings.last)]
    by = ["account_id" if "account_id" in moved else "customer_id", "period"]
    return moved.sort_values(by, kind="stable", ignore_index=True) if _time(moved) == "period" else moved.reset_index(drop=True)


def _time(moved: pd.DataFrame) -> str:
    return "period" if "period" in moved else "date"


def reasons(alerts: pd.DataFrame, methods: Sequence[str], least: int) -> pd.DataFrame:
    """Alerts and accounts behind them by reason; reasons of few accounts are joined, until none is left.

    Parameters
    ----------
    alerts : of `analytics.anomaly.detect`
    methods : those that give reasons
    least : accounts behind a cell that is not zero

    Returns
    -------
    DataFrame reason, method, alerts, accounts; the most frequent reason first, "other" last
    """
    mine = alerts[alerts["method"].isin(methods)]
    order = list(mine["reason"].value_counts(sort=False).sort_index().sort_values(ascending=False, kind="stable").index)
    small: list[str] = []
    while True:
        told = mine.assign(reason=mine["reason"].where(~mine["reason"].isin(small), OTHER))
        accounts = told.groupby(["reason", "method"])["account"].nunique().unstack(fill_value=0)
        few = [reason for reason in accounts.index if accounts.loc[reason].between(1, least - 1).any()]
        rest = [reason for reason in order if reason not in small]
        if not few or not rest:
            break
        small += [reason for reason in few if reason != OTHER] or rest[-1:]
    counts = told.groupby(["reason", "method"])["account"].agg(alerts="size", accounts="nunique")
    shown = [reason for reason in order if reason not in small] + ([OTHER] if small else [])
    full = pd.MultiIndex.from_product([shown, methods], names=["reason", "method"])
    return counts.reindex(full, fill_value=0).reset_index()
