"""Transactions of an arm in the order of its file, for what watches them, and how anomalies are planted in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from study.data.sources import berka
from study.sample import Built

from . import profile

OTHER = "other"
CUSTOMERS_OWN = ("cash in", "cash out", "transfer out", "card withdrawal")  # operations that a customer starts


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


def build(built: Built) -> Transactions:
    """Transactions of an arm.

    Raises
    ------
    KeyError for an arm without transactions.
    """
    return MAKERS[built.arm](built.tables)


def _berka(tables: Mapping[str, pd.DataFrame]) -> Transactions:
    """All days that the head of the file has in full; a debit is negative; the kind is operation and purpose."""
    moved = berka.whole_days(tables["trans"]).reset_index(drop=True)
    table = pd.DataFrame(
        {
            "account": moved["account_id"],
            "day": moved["date"],
            "amount": moved["amount_cents"].where(moved["type"] == "credit", -moved["amount_cents"]),
            "kind": moved["operation"] + ", " + moved["k_symbol"],
            "balance": moved["balance_cents"],
        }
    )
    eligible = moved["operation"].isin(CUSTOMERS_OWN) & (moved["k_symbol"] == "none")
    kinds = ("scaled", "burst", "duplicated", "reactivated", "drained", "split")
    thousand_crowns = 100_000
    return Transactions(table, _names(table), eligible.to_numpy(), {"kinds": kinds, "quiet": (60, 120)}, {"round_to": thousand_crowns})


def _akiba(tables: Mapping[str, pd.DataFrame]) -> Transactions:
    """Deposits of the 60 days, by the person's own day; the ledger has no balance, and silences are of weeks."""
    deposits = profile.akiba_deposits(tables["ledger"]).sort_values(["account", "period"], kind="stable", ignore_index=True)
    table = deposits[["account", "kind"]].assign(day=deposits["period"], amount=deposits["amount_cents"])
    kinds = ("scaled", "burst", "duplicated", "reactivated", "split")
    return Transactions(table, _names(table), np.ones(len(table), bool), {"kinds": kinds, "quiet": (10, 20)})


def _names(table: pd.DataFrame) -> dict[str, str]:
    return {name: name for name in ("account", "day", "amount", "kind", "balance") if name in table}


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


MAKERS = {"berka": _berka, "akiba": _akiba}
