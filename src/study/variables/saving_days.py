"""Days of savers at risk of stopping: what was known at the end of each, and whether they came back on the next."""

from dataclasses import replace

import numpy as np
import pandas as pd

from study import analytics
from study.sample import Built

from . import profile

LAST_DAY = 60  # of the person's own days in the product
BEFORE = (  # asked before the product, of everybody
    "demo_female_0",
    "demo_education_0",
    "labor_employed_0",
    "labor_monthlyinc_0",
    "save_dosave_0",
    "gam_cpgi_0",
    "pref_riskaverse_0",
)


def build(built: Built, gap: int) -> analytics.PersonPeriods:
    """Person-days of the savers of the sample who are in the ledger.

    Returns
    -------
    PersonPeriods with further columns of the rows: silent (day of the silence that the next day would be, from 1
    on), silence (which of whose silences: its events are at most one), returns (1 if there is a deposit on the next day), lottery and regret (1 for the randomised design),
    log_silent and log_times (natural logs of `silent` and `times`), gone (1 on days after the last deposit before a lapse)
    """
    people = built.rows.dropna(subset="account").set_index("account")["arm"]
    deposits = profile.akiba_deposits(built.tables["ledger"])
    deposits = deposits[deposits["account"].isin(people.index)]
    made = analytics.person_periods(deposits, unit="account", time="period", gap=gap, last=LAST_DAY)
    days = pd.MultiIndex.from_frame(deposits[["account", "period"]].drop_duplicates())
    rows, arm = made.rows, made.rows["account"].map(people)
    tomorrow = pd.MultiIndex.from_arrays([rows["account"], rows["period"] + 1])
    added = {
        "silent": rows["since"] + 1,
        "silence": rows["account"].astype(str) + "/" + rows["times"].astype(int).astype(str),
        "returns": tomorrow.isin(days).astype(int),
        "log_silent": np.log(rows["since"] + 1),
        "log_times": np.log(rows["times"]),
        "gone": (rows["event_time"] - gap < rows["period"]).astype(int),
    }
    return replace(made, rows=rows.assign(**added, **{name: (arm == name).astype(float) for name in ("lottery", "regret")}))


def spells(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per saver of `build`'s rows: first day, last day at risk of the last deposit before a lapse, `stops`, design."""
    kept = rows[rows["gone"] == 0].groupby("account")
    return kept.agg(
        first=("period", "min"), last=("period", "max"), stops=("stops", "max"), lottery=("lottery", "first"), regret=("regret", "first")
    ).reset_index()


def people(built: Built, rows: pd.DataFrame) -> pd.DataFrame:
    """One row per person of the sample, all of whom were assigned a design.

    Returns
    -------
    DataFrame account, prize (1 for both designs with a prize), deposited (1 if in `build`'s rows), stopped (1 if a
    deposit was followed by a lapse or never came) and what was asked before (BEFORE)
    """
    end = rows.groupby("account")["event_time"].first()
    made = built.rows.dropna(subset="account").set_index("account")
    known = made.index.isin(end.index)
    added = {
        "prize": (made["arm"] != "control").astype(int),
        "deposited": known.astype(int),
        "stopped": (~known | made.index.isin(end.dropna().index)).astype(int),
    }
    return made[list(BEFORE)].astype(float).assign(**added).reset_index()[["account", *added, *BEFORE]]
