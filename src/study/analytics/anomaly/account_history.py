"""What an account's past says of its next transaction: no figure of a row uses a later row."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.refusals import complete, finite, named, whole
from study.times import periods

from ..errors import BadValue
from ..shared import categories

NORMAL = 1.4826022185056018  # 1 / (quantile of the normal at 3/4): MAD times this is a standard deviation
CHUNK = 200_000  # rows whose windows are held at once


@dataclass(frozen=True)
class Ledger:
    """Transactions as arrays in the file's order.

    Parameters
    ----------
    account, kind : codes; kind is the account's kind of transaction and its direction
    day, amount : day from 0; amount with its sign
    balance : balance after the row, or None
    accounts : names of the accounts
    """

    account: np.ndarray
    kind: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    balance: np.ndarray | None
    accounts: pd.Index


def ledger(transactions: pd.DataFrame, account: str, day: str, amount: str, kind: str, balance: str | None) -> Ledger:
    """Checked transactions.

    Raises
    ------
    MissingColumn; BadValue for missing values, negative days, rows that go back in time within an account.
    """
    named(transactions, account, day, amount, kind, *([balance] if balance else []))
    complete(transactions, account, kind)
    codes, names = pd.factorize(transactions[account], sort=True)
    when, money = periods(transactions, day), finite(transactions, amount)
    back = pd.Series(when).groupby(codes).diff() < 0
    if back.any():
        raise BadValue(
            f"{back.sum()} of {len(back)} rows are earlier than the row before them in the same account; sort by {day} with a "
            "stable sort, which keeps the order within a day"
        )
    kinds = pd.factorize(pd.MultiIndex.from_arrays([categories.texts(transactions[kind]), money < 0]), sort=True)[0]
    return Ledger(codes, kinds, when, money, finite(transactions, balance) if balance else None, pd.Index(names))


def features(book: Ledger, *, window: int = 30, minimum: int = 5, smallest_spread: float = 0.05, round_to: float | None = None) -> pd.DataFrame:
    """One row per transaction, from the earlier rows of its account and from itself.

    amount : (x - median) / max(1.4826 MAD, smallest_spread), x the log of the absolute amount, over the last `window`
        earlier rows of the same account, kind and direction
    new_kind : 1 if the account never had this kind and direction
    burst : rows of the account on this day so far, this one included, above its busiest earlier day
    repeat : earlier rows of this day with the same kind and amount
    round : 1 less the earlier share of round amounts, for a round amount (of the same account and kind)
    silence : log of the days since the previous row over the longest earlier silence (at least one day)
    drain : share of the balance before the row that it takes, above the largest earlier share

    Each is 0 where the account (amount, round: the account and kind) has fewer than `minimum` earlier rows, and
    is not negative, but for amount, which may be below the median.

    Parameters
    ----------
    smallest_spread : floor of the spread in log units, which defines the score where all amounts are equal (MAD 0)
    round_to : what a round amount is a multiple of, in the unit of the amounts; None: no such feature
    """
    whole("window", window)
    whole("minimum", minimum)
    if not smallest_spread > 0:
        raise BadValue(f"smallest_spread is {smallest_spread!r}; it must be above 0, or equal amounts have no scale")
    rows = pd.DataFrame({"account": book.account, "kind": book.kind, "day": book.day, "amount": book.amount})
    by_account, by_kind = rows.groupby("account"), rows.groupby(["account", "kind"])
    enough = (by_account.cumcount() >= minimum).to_numpy()
    enough_kind = (by_kind.cumcount() >= minimum).to_numpy()
    found = {
        "amount": np.where(enough_kind, robust_score(rows, by_kind, window, smallest_spread), 0.0),
        "new_kind": np.where(enough, by_kind.cumcount() == 0, 0.0),
        "burst": np.where(enough, _burst(rows), 0.0),
        "repeat": rows.groupby(["account", "day", "kind", "amount"]).cumcount().to_numpy(float),
        "silence": np.where(enough, _silence(by_account["day"].diff(), rows["account"]), 0.0),
    }
    if round_to is not None:
        found["round"] = np.where(enough_kind, _round(rows, round_to), 0.0)
    if book.balance is not None:
        found["drain"] = np.where(enough, _drain(rows, book.balance), 0.0)
    return pd.DataFrame(found)


def robust_score(rows: pd.DataFrame, groups, window: int, smallest_spread: float) -> np.ndarray:
    """(x - median) / max(1.4826 MAD, smallest_spread) over up to `window` earlier rows of the group; missing if none.

    Parameters
    ----------
    rows : with column amount; groups : its GroupBy, rows in order of time
    """
    x = np.log(np.maximum(np.abs(rows["amount"].to_numpy()), np.finfo(float).tiny))
    order = np.argsort(groups.ngroup().to_numpy(), kind="stable")
    past = groups.cumcount().to_numpy()[order]
    ordered, found = x[order], np.full(len(x), np.nan)
    back = np.arange(1, window + 1)
    for start in range(0, len(x), CHUNK):
        at = np.arange(start, min(start + CHUNK, len(x)))
        at = at[past[at] > 0]
        known = back <= past[at, None]
        values = np.where(known, ordered[np.maximum(at[:, None] - back, 0)], np.inf)
        count = known.sum(axis=1)
        center = _median(values, count)
        spread = NORMAL * _median(np.where(known, np.abs(values - center[:, None]), np.inf), count)
        found[order[at]] = (ordered[at] - center) / np.maximum(spread, smallest_spread)
    return found


def _median(values: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Median of the first `count` values of every row once sorted (the others are infinite)."""
    ranked = np.sort(values, axis=1)
    middle = np.column_stack([(count - 1) // 2, count // 2])
    return np.take_along_axis(ranked, middle, axis=1).mean(axis=1)


def _burst(rows: pd.DataFrame) -> np.ndarray:
    days = rows.groupby(["account", "day"], sort=True).size()
    busiest = days.groupby(level="account").cummax().groupby(level="account").shift(1).fillna(0)
    earlier = busiest.reindex(pd.MultiIndex.from_frame(rows[["account", "day"]])).to_numpy()
    return np.maximum(rows.groupby(["account", "day"]).cumcount().to_numpy() + 1 - earlier, 0)


def _silence(days: pd.Series, account: pd.Series) -> np.ndarray:
    longest = days.groupby(account).cummax().groupby(account).shift(1).fillna(0).clip(lower=1)
    return np.log((days.fillna(0) / longest).clip(lower=1)).to_numpy()


def _round(rows: pd.DataFrame, round_to: float) -> np.ndarray:
    if not round_to > 0:
        raise BadValue(f"round_to is {round_to!r}; give a positive amount")
    is_round = pd.Series(rows["amount"] % round_to == 0).astype(float)
    keys = [rows["account"], rows["kind"]]
    earlier = is_round.groupby(keys).cumsum() - is_round
    return (is_round * (1 - earlier / is_round.groupby(keys).cumcount().clip(lower=1))).to_numpy()


def _drain(rows: pd.DataFrame, balance: np.ndarray) -> np.ndarray:
    before = balance - rows["amount"].to_numpy()
    taken = np.divide(-rows["amount"], before, out=np.zeros(len(rows)), where=(before > 0) & (rows["amount"].to_numpy() < 0))
    share = pd.Series(np.minimum(taken, 1))
    largest = share.groupby(rows["account"]).cummax().groupby(rows["account"]).shift(1).fillna(0)
    return np.maximum(share - largest, 0).to_numpy()
