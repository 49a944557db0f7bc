"""Samples of the arms with customers (or economies): steps by name, in the words of the section `sample`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from study.data import berka
from study.design.profiles import Step

from .built import COLUMNS, Built, line
from .errors import SampleError

Keep = Callable[[pd.DataFrame, Mapping[str, pd.DataFrame]], pd.Series]
CONTACTS = 10  # calls of each channel that a block needs for overlap


@dataclass(frozen=True)
class Rules:
    """What an arm's rows are and which of them each step keeps.

    Parameters
    ----------
    table : the table whose rows are sampled
    cluster : the column whose values errors are clustered by, or None
    keep : name of the section `sample` -> function (rows, tables) -> which rows
    """

    table: str
    cluster: str | None
    keep: Mapping[str, Keep]


def _both_channels(least: int) -> Keep:
    def keep(calls: pd.DataFrame, tables) -> pd.Series:
        counts = calls.groupby(["block", "contact"]).size().unstack(fill_value=0)
        return calls["block"].isin(counts.index[(counts >= least).all(axis=1)])

    return keep


def _waves(least: int) -> Keep:
    return lambda rows, tables: rows.groupby("codewb")["year"].transform("nunique") >= least


def _account_in(table: str) -> Keep:
    return lambda rows, tables: rows["account_id"].isin(tables[table]["account_id"])


def _with_card(accounts: pd.DataFrame, tables) -> pd.Series:
    held = tables["disp"].merge(tables["card"], on="disp_id")
    return accounts["account_id"].isin(held["account_id"])


def _unmarked(column: str) -> Keep:
    return lambda rows, tables: rows[column].ne(1) if column in rows else pd.Series(True, index=rows.index)


def _has_rows(table: str, least: int = 1) -> Keep:
    def keep(rows: pd.DataFrame, tables) -> pd.Series:
        counts = tables[table]["customer_id"].value_counts() if table in tables else pd.Series(dtype=int)
        return rows["customer_id"].map(counts).fillna(0) >= least

    return keep


RULES = {
    "kz_lender": Rules(
        "customers",
        "branchuse",
        {
            "standard_rate": lambda rows, tables: rows["normrate_less"] == 1,
            "history": lambda rows, tables: rows["trcount"].notna(),
            "income": lambda rows, tables: rows["grossincome"].notna(),
            "low_medium": lambda rows, tables: rows["risk"] != "HIGH",
            "same_rate": lambda rows, tables: rows["offer4"] == rows["final4"],
            "borrowed": lambda rows, tables: rows["tookup"] == 1,
        },
    ),
    "akiba": Rules(
        "people",
        None,
        {
            "endline": lambda rows, tables: rows["endline"] == 1,
            "deposit": lambda rows, tables: rows["mobile_anydeposit"] == 1,
            "ledger": lambda rows, tables: rows["account"].isin(tables["ledger"]["account"]),
        },
    ),
    "status_goods": Rules("customers", None, {"reached": lambda rows, tables: rows["exclude"] == 0}),
    "uci_marketing": Rules("calls", "block", {"both": _both_channels(1), "ten": _both_channels(CONTACTS)}),
    "berka": Rules(
        "account",
        "district_id",
        {
            "head": lambda rows, tables: rows["account_id"].isin(berka.whole_days(tables["trans"])["account_id"]),
            "card": _with_card,
            "loan": _account_in("loan"),
            "order": _account_in("order"),
        },
    ),
    "findex": Rules(
        "countries",
        "codewb",
        {
            "adults": lambda rows, tables: rows["group"] == "all",
            "economies": lambda rows, tables: rows["regionwb24_hi"] != "",
            "both": lambda rows, tables: rows[["fiaccount_t_d", "mobileaccount_t_d"]].notna().all(axis=1),
            "two": _waves(2),
            "four": _waves(4),
        },
    ),
    "bankchurners": Rules("customers", None, {}),
    "own": Rules(
        "customers",
        "branch_id",
        {
            "staff": _unmarked("staff"),
            "joint": _unmarked("joint"),
            "moved": _has_rows("transactions"),
            "months": _has_rows("customer_months", 6),
            "offered": _has_rows("offers"),
            "asked": _has_rows("survey"),
        },
    ),
}


def build(arm: str, tables: Mapping[str, pd.DataFrame], steps: Mapping[str, Step]) -> Built:
    """The sample of an arm: steps one after the other, then each sample of a later analysis out of what is left.

    Parameters
    ----------
    tables : of `data.registry.read`
    steps : of the arm's section `sample`; the first is the table as provided

    Raises
    ------
    SampleError if the design and the rules name different steps.
    """
    rules = RULES[arm]
    first, *others = steps
    if set(others) != set(rules.keep):
        odd = sorted(set(others) ^ set(rules.keep))
        raise SampleError(f"{arm}: {', '.join(odd)} is in only one of the section `sample` and sample.customers.RULES")
    rows = tables[rules.table]
    log, samples = [line(first, steps[first], rows, rows, rules.cluster)], []
    for name in others:
        left = rows[rules.keep[name](rows, tables)]
        entry = line(name, steps[name], rows, left, rules.cluster)
        if steps[name].kind == "sample":
            samples.append(entry)
        else:
            log.append(entry)
            rows = left
    return Built(arm, rows, tables, pd.DataFrame(log, columns=COLUMNS), pd.DataFrame(samples, columns=COLUMNS))
