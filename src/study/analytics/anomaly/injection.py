"""Anomalies of known kind put into real transactions, without a look at what detectors measure."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from study.refusals import binary, floats, same_labels, whole
from study.times import NUMBERS, numbered
from study.times import kind as kind_of

from ..errors import BadValue, TooFew, UnknownChoice
from .account_history import Ledger, ledger

NONE = "none"


@dataclass(frozen=True)
class Injected:
    """Transactions with injected anomalies.

    Parameters
    ----------
    transactions : a copy with rows changed, added and removed; index 0..n-1; an added row stands behind the last row
        of its account up to its day; balances moved by what was added and removed
    labels : the same index: episode (-1 for real rows) and injected (kind, or "none")
    episodes : episode, injected, account, rows
    removed : real rows taken out to make accounts dormant
    """

    transactions: pd.DataFrame
    labels: pd.DataFrame
    episodes: pd.DataFrame
    removed: int


@dataclass
class _Edit:
    """Changes of one episode: new amounts by row, rows removed, rows added as (behind, day, amount, like)."""

    changed: dict[int, float] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)
    added: list[tuple[int, int, float, int]] = field(default_factory=list)


def inject(
    transactions: pd.DataFrame,
    *,
    account: str,
    day: str,
    amount: str,
    kind: str,
    balance: str | None = None,
    eligible=None,
    kinds: tuple[str, ...] = ("scaled", "burst", "duplicated", "reactivated"),
    episodes: int = 20,
    history: int = 10,
    quiet: tuple[int, int] = (60, 120),
    seed: int,
) -> Injected:
    """Put `episodes` anomalies of every kind into accounts drawn at random, at most one into an account.

    scaled : a transaction of 5 to 20 times its amount
    burst : 4 to 8 more of a transaction on its day, each a tenth to a half of its amount
    duplicated : a transaction once more, 0, 1 or 2 days later
    reactivated : the account falls silent for `quiet` days, then one of 1 to 3 times the amount of an earlier one
    drained : a withdrawal of 90 to 100 % of the balance
    split : a transaction made in 3 to 5 parts of about the same size, one a day

    All are uniform draws (scaled: in logs). A new row is a copy of a real one of the account in every column but
    the day, the amount and the balance, so that it betrays nothing else.

    Parameters
    ----------
    transactions : in the file's order, days not decreasing within an account
    account, day, amount, kind, balance : columns; the amount has its sign; balance after the row
    eligible : bool per row: transactions that a customer makes and that may be imitated; default all
    history : real rows of the account before the first that may be imitated
    quiet : shortest and longest silence in days

    Raises
    ------
    MissingColumn, BadValue, UnknownChoice (kind), TooFew (accounts that can carry the anomalies).
    """
    makers = {"scaled": _scaled, "burst": _burst, "duplicated": _duplicated, "reactivated": _reactivated, "drained": _drained, "split": _split}
    unknown = [name for name in kinds if name not in makers]
    if unknown:
        raise UnknownChoice(f"no anomaly {', '.join(map(repr, unknown))}; there are {', '.join(makers)}")
    if "drained" in kinds and balance is None:
        raise BadValue("anomaly 'drained' needs the column of the balance")
    whole("episodes", episodes)
    if not 1 <= quiet[0] <= quiet[1]:
        raise BadValue(f"quiet is {quiet}; give the shortest and the longest silence in days, from 1 on")
    book = ledger(transactions, account, day, amount, kind, balance)
    same_labels(transactions=transactions, eligible=eligible)
    allowed = np.ones(len(transactions), bool) if eligible is None else binary("eligible", eligible) == 1
    if len(allowed) != len(transactions):
        raise BadValue(f"eligible has {len(allowed)} values for {len(transactions)} transactions")
    random = np.random.default_rng(seed)
    order = np.argsort(book.account, kind="stable")
    own = np.split(order, np.flatnonzero(np.diff(book.account[order])) + 1)
    waiting = list(random.permutation(len(own)))
    edits = []
    for name in kinds:
        made, waiting = _draw(name, makers[name], waiting, own, book, allowed, (history, quiet, episodes), random)
        edits += made
    return _assemble(transactions, book, edits, (account, day, amount, balance))


def _draw(name, maker, waiting, own, book: Ledger, allowed, rule, random):
    """Episodes of one kind, and the accounts that are left."""
    history, quiet, wanted = rule
    made, left = [], []
    for number in waiting:
        rows = own[number]
        like = rows[history:][allowed[rows[history:]]]
        edit = maker(book, rows, like, quiet, random) if len(made) < wanted and len(like) else None
        if edit is None:
            left.append(number)
        else:
            made.append((name, edit))
    if len(made) < wanted:
        raise TooFew(f"only {len(made)} accounts can carry the {wanted} episodes '{name}' ({len(left)} others can not); ask for fewer")
    return made, left


def _scaled(book: Ledger, rows, like, quiet, random) -> _Edit:
    row = random.choice(like)
    return _Edit(changed={row: book.amount[row] * np.exp(random.uniform(np.log(5), np.log(20)))})


def _burst(book: Ledger, rows, like, quiet, random) -> _Edit:
    row = random.choice(like)
    last = _last(book, rows, book.day[row])
    parts = random.uniform(0.1, 0.5, random.integers(4, 9))
    return _Edit(added=[(last, book.day[row], book.amount[row] * part, row) for part in parts])


def _duplicated(book: Ledger, rows, like, quiet, random) -> _Edit:
    row = random.choice(like)
    day = book.day[row] + random.integers(3)
    return _Edit(added=[(_last(book, rows, day), day, book.amount[row], row)])


def _reactivated(book: Ledger, rows, like, quiet, random) -> _Edit | None:
    length = random.integers(quiet[0], quiet[1] + 1)
    before = like[book.day[like] + length <= book.day[rows[-1]]]
    if not len(before):
        return None
    row = random.choice(before)
    start, back = book.day[row], book.day[row] + length
    silent = rows[(book.day[rows] > start) & (book.day[rows] <= back)]
    last = _last(book, rows, start)
    return _Edit(removed=list(silent), added=[(last, back, book.amount[row] * random.uniform(1, 3), row)])


def _drained(book: Ledger, rows, like, quiet, random) -> _Edit | None:
    debits = like[book.amount[like] < 0]
    if not len(debits):
        return None
    row = random.choice(debits)
    last = _last(book, rows, book.day[row])
    if book.balance[last] <= 0:
        return None
    return _Edit(added=[(last, book.day[row], -book.balance[last] * random.uniform(0.9, 1), row)])


def _split(book: Ledger, rows, like, quiet, random) -> _Edit | None:
    before = like[book.day[like] + 4 <= book.day[rows[-1]]]
    if not len(before):
        return None
    row = random.choice(before)
    parts = random.uniform(0.8, 1.2, random.integers(3, 6))
    first, *rest = book.amount[row] * parts / parts.sum()
    days = book.day[row] + np.arange(1, len(parts))
    return _Edit(changed={row: first}, added=[(_last(book, rows, day), day, part, row) for day, part in zip(days, rest, strict=True)])


def _last(book: Ledger, rows: np.ndarray, day: int) -> int:
    """Last row of the account up to a day."""
    return int(rows[np.searchsorted(book.day[rows], day, side="right") - 1])


def _assemble(transactions: pd.DataFrame, book: Ledger, edits, names) -> Injected:
    """The table with all edits, in order, balances moved along."""
    account, day, amount, balance = names
    n = len(transactions)
    added = [(number, *row) for number, (_, edit) in enumerate(edits) for row in edit.added]
    number, behind, days, amounts, like = (np.array(part) for part in zip(*added)) if added else [np.empty(0, int)] * 5
    changed = {row: (number, value) for number, (_, edit) in enumerate(edits) for row, value in edit.changed.items()}
    removed = np.array([row for _, edit in edits for row in edit.removed], dtype=int)
    whole_units = pd.api.types.is_integer_dtype(transactions[amount])
    new_amount = np.concatenate([book.amount, amounts.astype(float)])
    episode = np.concatenate([np.full(n, -1), number.astype(int)])
    for row, (which, value) in changed.items():
        new_amount[row], episode[row] = value, which
    new_amount = np.round(new_amount) if whole_units else new_amount
    delta = new_amount - np.concatenate([book.amount, np.zeros(len(amounts))])
    delta[removed] = -book.amount[removed]
    source = np.concatenate([np.arange(n), like.astype(int)])
    table = transactions.iloc[source].reset_index(drop=True)
    table[amount] = _as(new_amount, transactions[amount])
    table[day] = _with_days(transactions[day], days.astype(int))
    base = np.concatenate([np.arange(n), behind.astype(int)])
    order = np.lexsort((np.arange(len(table)), base))
    if balance:
        moved = pd.Series(delta[order]).groupby(table[account].to_numpy()[order]).cumsum().to_numpy()
        after = book.balance[base[order]] + moved
        table[balance] = _as(after[np.argsort(order)], transactions[balance])
    order = order[~np.isin(order, removed)]
    kinds = np.array([name for name, _ in edits] + [NONE])
    labels = pd.DataFrame({"episode": episode[order], "injected": kinds[episode[order]]})
    final = table.iloc[order].reset_index(drop=True)
    told = final.loc[labels["episode"] >= 0, [account]].assign(episode=labels["episode"], injected=labels["injected"])
    listed = told.groupby(["episode", "injected", account]).size().rename("rows").reset_index()
    return Injected(final, labels, listed, len(removed))


def _as(values: np.ndarray, column: pd.Series) -> np.ndarray | pd.Series:
    """Values as whole numbers where the column holds such, wide enough for them; else as floats."""
    if not pd.api.types.is_integer_dtype(column):
        return values
    whole_numbers = values.astype("int64")
    return whole_numbers if isinstance(column.dtype, np.dtype) else pd.Series(whole_numbers).astype("Int64")


def _with_days(column: pd.Series, days: np.ndarray) -> pd.Series | np.ndarray:
    """A column of days with more of them, counted from its earliest; each is midnight of the calendar in the column's zone."""
    if not len(days):
        return column.reset_index(drop=True)
    if kind_of(column) == NUMBERS:
        return _as(np.r_[floats(str(column.name), column), days], column)
    first = pd.Timestamp("1970-01-01") + pd.Timedelta(days=int(numbered(str(column.name), column).min()))
    added = pd.Series(first + pd.to_timedelta(days, unit="D"))
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        added = added.dt.tz_localize(column.dt.tz, ambiguous=np.ones(len(days), bool), nonexistent="shift_forward")
    elif not pd.api.types.is_datetime64_dtype(column):
        raise BadValue(f"{column.name} holds {column.dtype}; give days as numbers or as dates of pandas (pandas.to_datetime)")
    return pd.concat([column, added.astype(column.dtype)], ignore_index=True)
