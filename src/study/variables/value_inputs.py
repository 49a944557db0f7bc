"""What the value models need of each arm: days of deposits, what a lender knows before an offer, accounts by month."""

import pandas as pd

from study import value
from study.data.sources import berka
from study.sample import Built

from . import profile

STANDARD_RATE = {"LOW": 7.75, "MEDIUM": 9.75, "HIGH": 11.75}  # KZ lender: % a month, by risk category (SOURCE.md)
LAST_MONTH = pd.Period("1994-09", "M")  # Berka: the head of the transactions ends inside October 1994
STATES = ("quiet", "some", "busy")  # an account's month: at most 1, 2 to 4, 5 or more transactions of the customer
BANKS_ENTRIES = ("interest", "penalty interest", "statement fee")  # made by the bank, not by the customer
FEES = ("penalty interest", "statement fee")  # what the customer pays to the bank


def deposit_days(built: Built) -> pd.DataFrame:
    """Akiba: days with a deposit of the people in the sample: account, day (1 to 60), amount (KSh, the day's deposits added)."""
    deposits = profile.akiba_deposits(built.tables["ledger"])
    deposits = deposits[deposits["account"].isin(built.rows["account"])]
    days = deposits.groupby(["account", "period"], as_index=False)["amount_cents"].sum()
    return days.assign(amount=days["amount_cents"] / 100).rename(columns={"period": "day"})[["account", "day", "amount"]]


def deposit_history(days: pd.DataFrame, split: int, end: int = 60) -> pd.DataFrame:
    """Histories up to `split` and what came after it.

    Returns
    -------
    One row per account with a deposit by `split`: the columns of `value.summary_by_period`, monetary (KSh, mean of the
    days after the first), total (KSh to `split`), holdout_amount (KSh after it), same_rate and same_amount (days and KSh
    expected if the days with a deposit since the first go on at the same rate, the first day included)
    """
    made = value.summary_by_period(days["account"], days["day"], last=split, holdout_to=end)
    spent = value.summary(days["account"], days["day"], days["amount"], end=split)["monetary"]
    sums = days.assign(later=days["day"] > split).pivot_table(index="account", columns="later", values="amount", aggfunc="sum")
    sums = sums.reindex(made.index).fillna(0.0)
    share = (end - split) / (made["periods"] + 1)
    return made.assign(
        monetary=spent,
        total=sums[False],
        holdout_amount=sums[True],
        same_rate=share * (made["frequency"] + 1),
        same_amount=share * sums[False],
    )


def still_depositing(days: pd.DataFrame, length: int = 10, end: int = 60) -> list[int]:
    """How many deposit on some day after 0, `length`, 2 `length`, ... days."""
    last = days.groupby("account")["day"].max()
    return [int((last > after).sum()) for after in range(0, end, length)]


def halves(built: Built, days: pd.DataFrame) -> pd.DataFrame:
    """Days with a deposit of everybody in the sample (0 if none) in days 1-30 and 31-60: before, after."""
    late = (days["day"] > 30).map({False: "before", True: "after"})
    counts = days.groupby(["account", late]).size().unstack(fill_value=0)
    return counts.reindex(index=built.rows["account"], columns=["before", "after"]).fillna(0).set_axis(built.rows.index)


def lender_customers(built: Built) -> pd.DataFrame:
    """KZ lender: what is known before the offer, and what the offer brought; customers with a loan history.

    Returns
    -------
    DataFrame: last_amount (rand), loans (number), recency (months since the last loan, with the sign turned: larger is
    later), cycle_interest (rand: interest of the last loan at the standard rate of the risk category, last amount x rate x
    term, the provider's flat form), revenue (rand: interest on the offered loan, 0 if none), borrowed (0, 1)
    """
    rows = built.rows[built.rows["trcount"].notna()]
    rate = rows["risk"].map(STANDARD_RATE) / 100
    return pd.DataFrame(
        {
            "last_amount": rows["lastamount"],
            "loans": rows["trcount"],
            "recency": -rows["dormancy"].astype(float),
            "cycle_interest": rows["lastamount"] * rate * rows["lastterm"],
            "revenue": rows["grossinterest"],
            "borrowed": rows["tookup"],
        }
    )


def account_indicators(built: Built) -> pd.DataFrame:
    """Berka: A credit turnover, P transactions, S fees paid (each a month), L months open; accounts open a month with a transaction."""
    moved = berka.whole_days(built.tables["trans"])
    moves = pd.DataFrame({"unit": moved["account_id"], "date": moved["date"], "cents": moved["amount_cents"], "credit": moved["type"] == "credit"})
    opened = built.rows.set_index("account_id")["date"]
    made = profile.behaviour(opened, moves, profile.LAST_DAY)
    paid = moved[moved["k_symbol"].isin(FEES)].groupby("account_id")["amount_cents"].sum() / 100
    fees = paid.reindex(made.index).fillna(0.0) / made["months_open"]
    return made[["credit_turnover", "transactions", "months_open"]].assign(fees=fees).dropna()


def account_months(built: Built) -> pd.DataFrame:
    """Berka: each whole month of an account after its first: account, month, transactions (the customer's own), fees (CZK), state, next.

    A month without an entry counts as quiet; `next` is missing in the last month.
    """
    moved = berka.whole_days(built.tables["trans"])
    moved = moved.assign(
        month=moved["date"].dt.to_period("M"),
        own=~moved["k_symbol"].isin(BANKS_ENTRIES),
        fee=moved["amount_cents"].where(moved["k_symbol"].isin(FEES), 0) / 100,
    )
    sums = moved.groupby(["account_id", "month"]).agg(transactions=("own", "sum"), fees=("fee", "sum"))
    opened = built.rows.loc[built.rows["account_id"].isin(moved["account_id"])].set_index("account_id")["date"].dt.to_period("M")
    spans = [(account, month) for account, first in opened.items() for month in pd.period_range(first + 1, LAST_MONTH, freq="M")]
    made = sums.reindex(pd.MultiIndex.from_tuples(spans, names=["account", "month"])).fillna(0.0).reset_index()
    made["state"] = pd.cut(made["transactions"], [-1, 1, 4, 10**6], labels=list(STATES)).astype(str)
    return made.assign(next=made.groupby("account")["state"].shift(-1))
