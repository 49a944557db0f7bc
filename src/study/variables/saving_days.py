"""Days of customers at risk of stopping: what was known at the end of each, and whether they came back on the next."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from study import analytics
from study.design.settings import Settings
from study.sample import Built

WHO = "account"
SEX = {"woman": 1, "man": 0}


def deposits(built: Built, settings: Settings) -> pd.DataFrame:
    """The credits that count as activity, of the sample's customers, in the file's order.

    Parameters
    ----------
    settings : of 06_lapse_warning: operation (empty: every credit), last day (0: the last that there is)

    Returns
    -------
    DataFrame account (the account where customers have one with a number, else the customer), period (day from 1 on: the
    customer's own, or the days since the first transaction of all)
    """
    moved, key = built.tables["transactions"], _key(built)
    when = moved["period"] if "period" in moved else (moved["date"] - moved["date"].min()).dt.days + 1
    counts = (moved["direction"] == "credit") & (moved["amount"] > 0) & moved[key].isin(built.units[key].dropna())
    counts &= when.between(1, settings.last or when.max())
    if settings.operation:
        counts &= moved["operation"] == settings.operation
    return pd.DataFrame({WHO: moved[key], "period": when})[counts]


def last_day(built: Built, settings: Settings) -> int:
    """The last day that is observed of everybody."""
    return settings.last or int(deposits(built, settings)["period"].max())


def build(built: Built, settings: Settings, gap: int) -> analytics.PersonPeriods:
    """Person-days of the customers of the sample who are ever active.

    Parameters
    ----------
    settings : of 06_lapse_warning: what `deposits` takes, and arms: randomised arms that become columns

    Returns
    -------
    PersonPeriods with further columns of the rows: silent (day of the silence that the next day would be, from 1
    on), silence (which of whose silences: its events are at most one), returns (1 if there is activity on the next day), one
    column of 0 and 1 for each arm, log_silent and log_times (natural logs of `silent` and `times`), gone (1 on days after
    the last activity before a lapse)
    """
    active = deposits(built, settings)
    made = analytics.person_periods(active, unit=WHO, time="period", gap=gap, last=last_day(built, settings))
    days = pd.MultiIndex.from_frame(active.drop_duplicates())
    rows, arm = made.rows, made.rows[WHO].map(_arms(built))
    tomorrow = pd.MultiIndex.from_arrays([rows[WHO], rows["period"] + 1])
    added = {
        "silent": rows["since"] + 1,
        "silence": rows[WHO].astype(str) + "/" + rows["times"].astype(int).astype(str),
        "returns": tomorrow.isin(days).astype(int),
        "log_silent": np.log(rows["since"] + 1),
        "log_times": np.log(rows["times"]),
        "gone": (rows["event_time"] - gap < rows["period"]).astype(int),
    }
    return replace(made, rows=rows.assign(**added, **{name: (arm == name).astype(float) for name in settings.arms}))


def spells(rows: pd.DataFrame, arms: Sequence[str]) -> pd.DataFrame:
    """One row per customer of `build`'s rows: first day, last day at risk of the last activity before a lapse, `stops`, arms."""
    kept = rows[rows["gone"] == 0].groupby(WHO)
    known = {name: (name, "first") for name in arms}
    return kept.agg(first=("period", "min"), last=("period", "max"), stops=("stops", "max"), **known).reset_index()


def people(built: Built, settings: Settings, rows: pd.DataFrame) -> pd.DataFrame:
    """One row per customer of the sample with a randomised arm; none where no arm is said to be the control.

    Parameters
    ----------
    settings : of 06_lapse_warning: control (arm) and asked (columns of customers that were known before)

    Returns
    -------
    DataFrame account, treated (1 for every arm but the control), active (1 if in `build`'s rows), stopped (1 if an
    activity was followed by a lapse or never came), and the columns of `asked`, a woman as 1
    """
    end, key = rows.groupby(WHO)["event_time"].first(), _key(built)
    arm = _arms(built)
    made = built.units.dropna(subset=key).set_index(key)
    made = made[made.index.isin(arm.dropna().index)] if settings.control else made.iloc[:0]
    known = made.index.isin(end.index)
    added = {
        "treated": (arm.reindex(made.index) != settings.control).astype(int),
        "active": known.astype(int),
        "stopped": (~known | made.index.isin(end.dropna().index)).astype(int),
    }
    asked = {name: made[name].map(SEX) if name == "sex" else made[name] for name in settings.asked}
    return pd.DataFrame(asked, index=made.index).astype(float).assign(**added).rename_axis(WHO).reset_index()[[WHO, *added, *settings.asked]]


def _key(built: Built) -> str:
    """The account where both tables have its number, else the customer."""
    return "account_id" if "account_id" in built.units and "account_id" in built.tables["transactions"] else "customer_id"


def _arms(built: Built) -> pd.Series:
    """The randomised arm by account (or customer); empty where there is none."""
    offers, key = built.tables.get("offers", pd.DataFrame()), _key(built)
    if not {"arm", "randomised"} <= set(offers.columns):
        return pd.Series(dtype=object)
    drawn = offers[offers["randomised"] == 1].drop_duplicates("customer_id").set_index("customer_id")["arm"]
    units = built.units.dropna(subset=key)
    return pd.Series(units["customer_id"].map(drawn).to_numpy(), index=units[key])
