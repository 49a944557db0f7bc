"""What the models of value need, out of the customer model: days with a deposit, what is known before an offer, accounts and their months."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from study import value
from study.data.columns import units
from study.sample import Built

from . import profile

STATES = ("quiet", "some", "busy")  # a customer's month: at most 1, 2 to 4, 5 or more own transactions


def deposit_days(built: Built, key: str = "customer_id", operations: Collection[str] = (), days: int = 60) -> pd.DataFrame:
    """Days with a deposit of the customers in the sample.

    Parameters
    ----------
    key : column of customers and transactions by which customers are told apart, and by which they are ordered
    operations : kinds of operation that are the customer's own deposits; none: every amount that comes in
    days : last day of the customer's own calendar that counts

    Returns
    -------
    DataFrame customer (value of `key`), day (1 to `days`), amount (units of the currency, the day's deposits added)
    """
    moved = built.tables["transactions"]
    moved = moved[(moved["direction"] == "credit") & (moved["amount"] > 0) & moved["period"].between(1, days) & moved[key].isin(built.units[key])]
    if operations:
        moved = moved[moved["operation"].isin(operations)]
    sums = moved.groupby([key, "period"], as_index=False)["amount"].sum()
    return sums.assign(amount=units(sums["amount"])).rename(columns={key: "customer", "period": "day"})[["customer", "day", "amount"]]


def deposit_history(days: pd.DataFrame, split: int, end: int = 60) -> pd.DataFrame:
    """Histories up to `split` and what came after it.

    Returns
    -------
    One row per customer with a deposit by `split`: the columns of `value.summary_by_period`, monetary (mean of the
    days after the first), total (amount to `split`), holdout_amount (amount after it), same_rate and same_amount (days
    and amount expected if the days with a deposit since the first go on at the same rate, the first day included)
    """
    made = value.summary_by_period(days["customer"], days["day"], last=split, holdout_to=end)
    spent = value.summary(days["customer"], days["day"], days["amount"], end=split)["monetary"]
    sums = days.assign(later=days["day"] > split).pivot_table(index="customer", columns="later", values="amount", aggfunc="sum")
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
    last = days.groupby("customer")["day"].max()
    return [int((last > after).sum()) for after in range(0, end, length)]


def halves(days: pd.DataFrame, customers: pd.Series, end: int = 60) -> pd.DataFrame:
    """Days with a deposit of everybody in the sample (0 if none) in the first and the second half of the days: before, after.

    Parameters
    ----------
    customers : of the sample, by the same key as `days`
    """
    late = (days["day"] > end // 2).map({False: "before", True: "after"})
    counts = days.groupby(["customer", late]).size().unstack(fill_value=0)
    return counts.reindex(index=customers, columns=["before", "after"]).fillna(0).set_axis(customers.index)


def assigned(built: Built, outcome: str, control: str) -> tuple[pd.DataFrame, list[str]]:
    """An outcome of the customers of a randomised experiment with a 0-1 column per arm, and the arms beside the control.

    Parameters
    ----------
    outcome : column of customers
    """
    offers = built.tables["offers"].query("randomised == 1").drop_duplicates("customer_id").set_index("customer_id")["arm"]
    arm = built.units["customer_id"].map(offers)
    arms = [name for name in dict.fromkeys(offers) if name != control]
    return built.units[[outcome]].assign(**{name: (arm == name) * 1.0 for name in arms})[arm.notna()], sorted(arms)


def borrowers(built: Built, rates: Mapping[str, float], term: str = "") -> pd.DataFrame:
    """What is known before the offer, and what the offer brought; customers with a loan history.

    Parameters
    ----------
    rates : % a month by risk category, of the last loan; none: interest is taken in proportion to the last amount
    term : column of customers, months of the last loan; empty: one month

    Returns
    -------
    DataFrame: last_amount (currency), loans (number), recency (months since the last loan, with the sign turned: larger is
    later), cycle_interest (currency: last amount x rate x term, the flat form), revenue (currency: of the offer, 0 if none),
    borrowed (0, 1)
    """
    known = built.units[built.units["earlier_loans"].notna()]
    offers = built.tables["offers"].drop_duplicates("customer_id").set_index("customer_id").loc[known["customer_id"]].set_axis(known.index)
    amount = units(known["last_amount"])
    rate = known["risk"].map(rates) / 100 if rates else 1.0
    return pd.DataFrame(
        {
            "last_amount": amount,
            "loans": known["earlier_loans"],
            "recency": -known["months_since_last"].astype(float),
            "cycle_interest": amount * rate * (known[term] if term else 1),
            "revenue": units(offers["revenue"]),
            "borrowed": offers["accepted"],
        }
    )


def account_indicators(built: Built, fees: Collection[str]) -> pd.DataFrame:
    """A credit turnover, P transactions, S fees paid (each a month), L months open; customers open a month with a transaction.

    Parameters
    ----------
    fees : purposes of transactions by which the customer pays the bank
    """
    moved = built.tables["transactions"]
    moves = pd.DataFrame({"unit": moved["customer_id"], "date": moved["date"], "cents": moved["amount"], "credit": moved["direction"] == "credit"})
    made = profile.behaviour(built.units.set_index("customer_id")["opened"], moves, moved["date"].max())
    paid = units(moved[moved["purpose"].isin(fees)].groupby("customer_id")["amount"].sum()).reindex(made.index).fillna(0.0)
    return made[["credit_turnover", "transactions", "months_open"]].assign(fees=paid / made["months_open"]).dropna()


def account_months(built: Built, of_bank: Sequence[str], fees: Collection[str]) -> pd.DataFrame:
    """Each whole month of a customer after the one of the opening: customer, month, transactions (own), fees (currency), state, next.

    A month without an entry counts as quiet; `next` is missing in the last month.

    Parameters
    ----------
    of_bank : purposes of transactions that the bank makes and not the customer; fees : those by which the customer pays the bank
    """
    moved = built.tables["transactions"]
    fee = units(moved["amount"].where(moved["purpose"].isin(fees), 0))
    moved = moved.assign(month=moved["date"].dt.to_period("M"), own=~moved["purpose"].isin(of_bank), fee=fee)
    sums = moved.groupby(["customer_id", "month"]).agg(transactions=("own", "sum"), fees=("fee", "sum"))
    there = built.units[built.units["customer_id"].isin(moved["customer_id"])]
    opened = there.set_index("customer_id")["opened"].dt.to_period("M")
    spans = [(one, month) for one, first in opened.items() for month in pd.period_range(first + 1, last_whole_month(moved["date"]), freq="M")]
    made = sums.reindex(pd.MultiIndex.from_tuples(spans, names=["customer", "month"])).fillna(0.0).reset_index()
    made["state"] = pd.cut(made["transactions"], [-1, 1, 4, 10**6], labels=list(STATES)).astype(str)
    return made.assign(next=made.groupby("customer")["state"].shift(-1))


def last_whole_month(dates: pd.Series) -> pd.Period:
    """The last month that the days cover to its end."""
    return (dates.max() + pd.Timedelta(days=1)).to_period("M") - 1
