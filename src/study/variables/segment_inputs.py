"""What segments are made of, and what came afterwards: recency, frequency and monetary value of customers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from study import analytics
from study.analytics import groupings
from study.data.columns import units
from study.sample import Built

from .profile import MONTH
from .value_inputs import deposit_days, deposit_history

FEATURES = ("recency", "frequency", "monetary")
TRANSFORM = {"frequency": "log", "monetary": "log"}  # recency as it is: it can be 0
KNOWN = ("earlier_loans", "last_amount", "months_since_last")  # of customers


@dataclass(frozen=True)
class SegmentInputs:
    """One row per customer.

    Parameters
    ----------
    features : recency, frequency, monetary; at the moment from which on the outcomes count
    outcomes : what came afterwards
    measures : where transactions have dates: months_open, then count, rate and window (own transactions since the opening,
        per month open, in the last months) and what they moved (moved_count, moved_rate, moved_window); None elsewhere
    left_out : why -> customers of the sample without a row
    """

    features: pd.DataFrame
    outcomes: pd.DataFrame
    measures: pd.DataFrame | None
    left_out: Mapping[str, int]


def build(
    built: Built, *, split: int = 20, key: str = "customer_id", operations: Collection[str] = (), days: int = 60,
    of_bank: Collection[str] = (), products: Collection[str] = (), window: int = 6,
) -> SegmentInputs:  # fmt: skip
    """Inputs from what the tables hold: a history of loans that customers have, else days of their own calendar, else dates.

    Parameters
    ----------
    split, key, operations, days : of days: the last that the features see, and as for `value_inputs.deposit_days`
    of_bank, products, window : of dates: purposes that are the bank's own, products whose purchase comes afterwards, months of the features
    """
    if set(KNOWN) <= set(built.units.columns) and "offers" in built.tables:
        return _loans(built)
    if "period" in built.tables["transactions"]:
        return _days(built, split, key, operations, days)
    return _dates(built, of_bank, products, window)


def _loans(built: Built) -> SegmentInputs:
    """Months since the last loan, earlier loans, amount of the last one; applied and revenue after the offer."""
    rows = built.units[built.units["earlier_loans"].notna()]
    offers = built.tables["offers"].drop_duplicates("customer_id").set_index("customer_id").loc[rows["customer_id"]].set_axis(rows.index)
    features = pd.DataFrame({"recency": rows["months_since_last"], "frequency": rows["earlier_loans"], "monetary": units(rows["last_amount"])})
    outcomes = pd.DataFrame({"applied": offers["applied"], "revenue": units(offers["revenue"])})
    return SegmentInputs(features.astype(float), outcomes.astype(float), None, {"no loan history": len(built.units) - len(rows)})


def _days(built: Built, split: int, key: str, operations: Collection[str], end: int) -> SegmentInputs:
    """To the split day: days since the last deposit, days with one, amount on such a day; days and amount after it."""
    days = deposit_days(built, key, operations, end)
    history = deposit_history(days, split, end)
    before = days[days["day"] <= split].groupby("customer")
    made = pd.DataFrame({"recency": split - before["day"].max(), "frequency": before.size(), "monetary": before["amount"].mean()})
    outcomes = history[["holdout_frequency", "holdout_amount"]].set_axis(["days", "amount"], axis=1).astype(float)
    features = made.reindex(history.index).astype(float)
    return SegmentInputs(features, outcomes, None, {"no deposit by the split": len(built.units) - len(history)})


def _dates(built: Built, of_bank: Collection[str], products: Collection[str], window: int) -> SegmentInputs:
    """Own transactions of the last months; products afterwards.

    Customers open for these months or more, with none of the products so far: recency (days), frequency (own
    transactions in the window), monetary (amount moved by them, in and out).
    """
    moved = built.tables["transactions"]
    end, own = moved["date"].max(), moved[~moved["purpose"].isin(of_bank)]
    opened = built.units.set_index("customer_id")["opened"]
    age = ((end - opened).dt.days / MONTH)[opened.index.isin(moved["customer_id"])].rename("months_open")
    old = age[age >= window]
    dates = first_held(built, products)
    free = old[~(dates.reindex(old.index) <= end).any(axis=1)]
    recent = own[own["date"] > end - pd.Timedelta(days=round(window * MONTH))].groupby("customer_id")
    counted = recent.size().reindex(free.index).fillna(0)
    kept = counted.index[counted > 0]
    last = (end - own.groupby("customer_id")["date"].max()).dt.days
    made = pd.DataFrame({"recency": last.reindex(kept), "frequency": counted[kept], "monetary": units(recent["amount"].sum()).reindex(kept)}).astype(
        float
    )
    left = {
        "no entry in the tables": len(opened) - len(age),
        f"open less than {window} months": len(age) - len(old),
        f"{' or '.join(products)} before": len(old) - len(free),
        "no own transaction": len(free) - len(kept),
    }
    return SegmentInputs(made, (dates.reindex(kept) > end).astype(float), _measures(own, free, made), left)


def _measures(own: pd.DataFrame, age: pd.Series, made: pd.DataFrame) -> pd.DataFrame:
    """Three measures of frequency, and of what was moved, beside the months open."""
    ever = own[own["customer_id"].isin(made.index)].groupby("customer_id")["amount"].agg(["size", "sum"])
    aged = pd.DataFrame({"months_open": age, "count": ever["size"], "moved_count": units(ever["sum"])}).reindex(made.index).astype(float)
    aged = aged.assign(rate=aged["count"] / aged["months_open"], moved_rate=aged["moved_count"] / aged["months_open"])
    return aged.assign(window=made["frequency"], moved_window=made["monetary"])


def first_held(built: Built, products: Collection[str]) -> pd.DataFrame:
    """First day of each product by customer, missing where there is none."""
    held = built.tables["holdings"]
    return held[held["product"].isin(products)].groupby(["customer_id", "product"])["since"].min().unstack().reindex(columns=list(products))


def by_age(inputs: SegmentInputs, chosen: Mapping, k: int, *, reps: int, seed: int) -> pd.DataFrame | None:
    """Three measures of frequency beside the months open: correlations, and what segments made on each say of the months.

    Parameters
    ----------
    chosen : options of `analytics.segments`; k : segments

    Returns
    -------
    DataFrame measure (count, rate, window), n, pearson, spearman, explained; None where there is no day of opening
    """
    if inputs.measures is None:
        return None
    known, lines = inputs.measures, []
    for measure in ("count", "rate", "window"):
        line = analytics.frequency_and_age(known, frequency=measure, age="months_open").iloc[0]
        made = inputs.features.assign(frequency=known[measure], monetary=known[f"moved_{measure}"])
        again = analytics.segments(made, **chosen | {"k": [k]}, reps=2, seed=seed)
        share = groupings.explained(known["months_open"], {"it": again.labels}, against="it", reps=reps, seed=seed)["explained"][0]
        lines.append({"measure": measure, "n": len(made), "pearson": line["pearson"], "spearman": line["spearman"], "explained": share})
    return pd.DataFrame(lines)
