"""Periods of customers for the stages of the life cycle: weeks of savers, months of accounts, none left out."""

import pandas as pd

from study.analytics import groupings
from study.analytics.groups.life_cycle import LifeCycleRules
from study.data.sources import berka
from study.sample import Built

from .value_inputs import BANKS_ENTRIES, LAST_MONTH, deposit_days

WEEKS = 8  # whole weeks of the sixty days
RULES = {
    "akiba": LifeCycleRules(activation=2, lapse=2, won_back=1, window=2),  # weeks; a lapse is two weeks, as in the early warning
    "berka": LifeCycleRules(activation=3, lapse=3, won_back=1, window=3),  # months
}


def build(built: Built) -> pd.DataFrame:
    """Rows customer, period, activity (own transactions; days with a deposit), value (hundredths moved), without gaps.

    Akiba: weeks 1 to 8 of the savers who ever deposit. Berka: whole months after that of the opening, numbered from
    January 1993 (0) to September 1994 (20); the value is what own transactions moved, in and out.

    Raises
    ------
    KeyError for another arm.
    """
    return MAKERS[built.arm](built)


def _akiba(built: Built) -> pd.DataFrame:
    days = deposit_days(built)
    days = days.assign(period=(days["day"] - 1) // 7 + 1, cents=(days["amount"] * 100).round().astype("int64"))
    sums = days.groupby(["account", "period"]).agg(activity=("day", "size"), value=("cents", "sum"))
    grid = pd.MultiIndex.from_product([sorted(days["account"].unique()), range(1, WEEKS + 1)], names=["customer", "period"])
    return _filled(sums, grid)


def _berka(built: Built) -> pd.DataFrame:
    own = own_moves(built)
    sums = own.groupby(["account_id", "period"]).agg(activity=("cents", "size"), value=("cents", "sum"))
    first = first_month(built)
    spans = [(account, month) for account, start in first.items() for month in range(start, month_number(LAST_MONTH) + 1)]
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


def shown(arm: str) -> dict[int, str]:
    """Periods of an arm that a table shows, and how they are called: all weeks, every third month."""
    if arm == "akiba":
        return {week: str(week) for week in range(1, WEEKS + 1)}
    return {at: str(pd.Period("1993-01", "M") + at) for at in range(2, month_number(LAST_MONTH) + 1, 3)}


def own_moves(built: Built) -> pd.DataFrame:
    """Berka: the customers' own transactions of whole months after the opening: trans_id, account_id, date, period, cents."""
    moved = berka.whole_days(built.tables["trans"])
    own = moved[~moved["k_symbol"].isin(BANKS_ENTRIES)]
    own = own.assign(period=month_number(own["date"].dt.to_period("M")), cents=own["amount_cents"])
    first = own["account_id"].map(first_month(built))
    inside = (own["period"] >= first) & (own["period"] <= month_number(LAST_MONTH))
    return own.loc[inside, ["trans_id", "account_id", "date", "period", "cents"]]


def first_month(built: Built) -> pd.Series:
    """Berka: number of the first whole month of every account with an entry, where one is in the data."""
    there = built.tables["trans"]["account_id"].unique()
    opened = built.rows[built.rows["account_id"].isin(there)].set_index("account_id")["date"]
    first = month_number(opened.dt.to_period("M")) + 1
    return first[first <= month_number(LAST_MONTH)].sort_index()


def month_number(month):
    """Months since January 1993 of a month, or of a column of months."""
    parts = month.dt if isinstance(month, pd.Series) else month
    return (parts.year - 1993) * 12 + parts.month - 1


def _filled(sums: pd.DataFrame, grid: pd.MultiIndex) -> pd.DataFrame:
    sums.index.names = grid.names
    return sums.reindex(grid).fillna(0).reset_index()


MAKERS = {"akiba": _akiba, "berka": _berka}
