"""What segments are made of, and what came afterwards: recency, frequency and monetary value of each arm's customers."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from study.data.sources import berka
from study.sample import Built

from . import profile
from .value_inputs import BANKS_ENTRIES, deposit_days, deposit_history

FEATURES = ("recency", "frequency", "monetary")
TRANSFORM = {"frequency": "log", "monetary": "log"}  # recency as it is: it can be 0
WINDOW = 6  # months: Berka, the same for all accounts


@dataclass(frozen=True)
class SegmentInputs:
    """One row per customer.

    Parameters
    ----------
    features : recency, frequency, monetary; at the moment from which on the outcomes count
    outcomes : what came afterwards
    measures : Berka: months_open, then count, rate and window (own transactions since the opening, per month open, in the
        last six months) and what they moved (moved_count, moved_rate, moved_window); None elsewhere
    left_out : why -> customers of the sample without a row
    """

    features: pd.DataFrame
    outcomes: pd.DataFrame
    measures: pd.DataFrame | None
    left_out: Mapping[str, int]


def build(built: Built, split: int = profile.SPLIT_DAY) -> SegmentInputs:
    """Inputs of an arm (kz_lender, akiba, berka); `split` is the last day that Akiba's features see.

    Raises
    ------
    KeyError for another arm.
    """
    return MAKERS[built.arm](built, split)


def _kz_lender(built: Built, split: int) -> SegmentInputs:
    """Months since the last loan, earlier loans, amount of the last one (rand); applied and interest revenue after the offer."""
    rows = built.rows[built.rows["trcount"].notna()]
    features = pd.DataFrame({"recency": rows["dormancy"], "frequency": rows["trcount"], "monetary": rows["lastamount"]}).astype(float)
    outcomes = pd.DataFrame({"applied": rows["applied"], "revenue": rows["grossinterest"]}).astype(float)
    return SegmentInputs(features, outcomes, None, {"no loan history": len(built.rows) - len(rows)})


def _akiba(built: Built, split: int) -> SegmentInputs:
    """To the split day: days since the last deposit, days with one, KSh on such a day; days and KSh after it."""
    days = deposit_days(built)
    history = deposit_history(days, split)
    before = days[days["day"] <= split].groupby("account")
    made = pd.DataFrame({"recency": split - before["day"].max(), "frequency": before.size(), "monetary": before["amount"].mean()})
    outcomes = history[["holdout_frequency", "holdout_amount"]].set_axis(["days", "amount"], axis=1)
    order = history.index
    return SegmentInputs(made.reindex(order).astype(float), outcomes.astype(float), None, {"no deposit by the split": len(built.rows) - len(order)})


def _berka(built: Built, split: int) -> SegmentInputs:
    """Own transactions of the last six months of the head; card and loan by the end of 1998.

    Accounts open for six months or more, with neither card nor loan so far: recency (days), frequency (own
    transactions in the window), monetary (CZK moved by them, in and out).
    """
    end = profile.LAST_DAY
    moved = berka.whole_days(built.tables["trans"])
    own = moved[~moved["k_symbol"].isin(BANKS_ENTRIES)]
    opened = built.rows.set_index("account_id")["date"]
    age = ((end - opened).dt.days / profile.MONTH)[opened.index.isin(moved["account_id"])].rename("months_open")
    old = age[age >= WINDOW]
    dates = _first_product(built)
    free = old[~(dates.reindex(old.index) <= end).any(axis=1)]
    recent = own[own["date"] > end - pd.Timedelta(days=round(WINDOW * profile.MONTH))].groupby("account_id")
    counted = recent.size().reindex(free.index).fillna(0)
    kept = counted.index[counted > 0]
    made = pd.DataFrame(
        {
            "recency": (end - own.groupby("account_id")["date"].max()).dt.days.reindex(kept),
            "frequency": counted[kept],
            "monetary": recent["amount_cents"].sum().reindex(kept) / 100,
        }
    ).astype(float)
    ever = own[own["account_id"].isin(kept)].groupby("account_id")["amount_cents"].agg(["size", "sum"])
    aged = pd.DataFrame({"months_open": free, "count": ever["size"], "moved_count": ever["sum"] / 100}).reindex(kept).astype(float)
    aged = aged.assign(rate=aged["count"] / aged["months_open"], moved_rate=aged["moved_count"] / aged["months_open"])
    aged = aged.assign(window=made["frequency"], moved_window=made["monetary"])
    later = (dates.reindex(kept) > end).astype(float)
    left = {
        "open less than six months": len(age) - len(old),
        "card or loan before": len(old) - len(free),
        "no own transaction": len(free) - len(kept),
    }
    return SegmentInputs(made, later, aged, {"no entry in the head": len(opened) - len(age)} | left)


def _first_product(built: Built) -> pd.DataFrame:
    """Day of the first card and of the loan by account, missing where there is none."""
    cards = built.tables["disp"].merge(built.tables["card"], on="disp_id").groupby("account_id")["issued"].min()
    loans = built.tables["loan"].groupby("account_id")["date"].min()
    return pd.DataFrame({"card": cards, "loan": loans})


MAKERS = {"kz_lender": _kz_lender, "akiba": _akiba, "berka": _berka}
