"""Periods of customers for the stages of the life cycle: weeks of their own calendar, or months, none left out."""

from collections.abc import Collection

import pandas as pd

from study.analytics import groupings
from study.sample import Built

from .value_inputs import deposit_days, last_whole_month


def build(built: Built, *, key: str = "customer_id", operations: Collection[str] = (), days: int = 60, of_bank: Collection[str] = ()) -> pd.DataFrame:
    """Rows customer, period, activity (own transactions; days with a deposit), value (amount moved, whole), without gaps.

    Where transactions have days of the customer's own calendar: its whole weeks, 1, 2, ..., of customers who ever deposit. Where they
    have dates: whole months after that of the opening, numbered from January of the first year (0); the value is what own
    transactions moved, in and out.

    Parameters
    ----------
    key, operations, days : as for `value_inputs.deposit_days`
    of_bank : purposes of transactions that the bank makes and not the customer
    """
    return _weeks(built, key, operations, days) if "period" in built.tables["transactions"] else _months(built, of_bank)


def _weeks(built: Built, key: str, operations: Collection[str], end: int) -> pd.DataFrame:
    days = deposit_days(built, key, operations, end)
    days = days.assign(period=(days["day"] - 1) // 7 + 1, cents=(days["amount"] * 100).round().astype("int64"))
    sums = days.groupby(["customer", "period"]).agg(activity=("day", "size"), value=("cents", "sum"))
    return _filled(sums, pd.MultiIndex.from_product([sorted(days["customer"].unique()), range(1, end // 7 + 1)], names=["customer", "period"]))


def _months(built: Built, of_bank: Collection[str]) -> pd.DataFrame:
    own, dates = own_moves(built, of_bank), built.tables["transactions"]["date"]
    sums = own.groupby(["customer_id", "period"]).agg(activity=("amount", "size"), value=("amount", "sum"))
    last = int(month_number(last_whole_month(dates), dates))
    spans = [(customer, month) for customer, start in first_month(built).items() for month in range(start, last + 1)]
    return _filled(sums, pd.MultiIndex.from_tuples(spans, names=["customer", "period"]))


def following(rows: pd.DataFrame, stages: pd.DataFrame, longest: int = 4, parts: int = 5) -> pd.DataFrame:
    """What is known at the end of each period from the first activity to the last but one, and the activity of the next.

    Parameters
    ----------
    rows : of `build`; stages : of `analytics.life_cycle`
    longest : silences of so many periods or more are one group; parts : of the activity

    Returns
    -------
    DataFrame customer, stage, silence (periods since the last activity), activity (parts of the period's
        activity), calendar (period), next (activity of the next period)
    """
    table = rows.sort_values(["customer", "period"], ignore_index=True).merge(stages, on=["customer", "period"])
    by = table["customer"]
    latest = table["period"].where(table["activity"] > 0).groupby(by).ffill()
    made = pd.DataFrame({"customer": by, "stage": table["stage"], "calendar": table["period"], "next": table.groupby(by)["activity"].shift(-1)})
    made = made.assign(amount=table["activity"], silence=(table["period"] - latest).clip(upper=longest)).dropna(subset=["next", "silence"])
    made["silence"] = made["silence"].astype(int)
    return made.assign(activity=groupings.parts(made["amount"], parts)).drop(columns="amount")


def shown(built: Built, rows: pd.DataFrame, every: int = 3) -> dict[int, str]:
    """Periods of `rows` that a table shows, and how they are called: all weeks, months by `every` third, say."""
    moved, last = built.tables["transactions"], int(rows["period"].max())
    if "period" in moved:
        return {week: str(week) for week in range(1, last + 1)}
    return {at: str(_january(moved["date"]) + at) for at in range(every - 1, last + 1, every)}


def own_moves(built: Built, of_bank: Collection[str]) -> pd.DataFrame:
    """The customers' own transactions of whole months after the opening: transaction_id, customer_id, date, period, amount."""
    moved = built.tables["transactions"]
    own = moved[~moved["purpose"].isin(of_bank)]
    own = own.assign(period=month_number(own["date"].dt.to_period("M"), moved["date"]))
    last = month_number(last_whole_month(moved["date"]), moved["date"])
    inside = (own["period"] >= own["customer_id"].map(first_month(built))) & (own["period"] <= last)
    return own.loc[inside, ["transaction_id", "customer_id", "date", "period", "amount"]]


def first_month(built: Built) -> pd.Series:
    """Number of the first whole month of every customer with an entry, where one is in the data."""
    dates = built.tables["transactions"]["date"]
    opened = built.units[built.units["customer_id"].isin(built.tables["transactions"]["customer_id"])].set_index("customer_id")["opened"]
    first = month_number(opened.dt.to_period("M"), dates) + 1
    return first[first <= month_number(last_whole_month(dates), dates)].sort_index()


def month_number(month, dates: pd.Series):
    """Months since January of the first year of `dates`, of a month or of a column of months."""
    parts = month.dt if isinstance(month, pd.Series) else month
    return (parts.year - dates.min().year) * 12 + parts.month - 1


def _january(dates: pd.Series) -> pd.Period:
    return pd.Period(year=dates.min().year, month=1, freq="M")


def _filled(sums: pd.DataFrame, grid: pd.MultiIndex) -> pd.DataFrame:
    sums.index.names = grid.names
    return sums.reindex(grid).fillna(0).reset_index()
