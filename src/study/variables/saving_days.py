"""Days of savers at risk of stopping: what was known at the end of each, and whether they came back on the next."""

from dataclasses import replace

import numpy as np
import pandas as pd

from study import analytics
from study.sample import Built

from . import profile

LAST_DAY = 60  # of the person's own days in the product


def build(built: Built, gap: int) -> analytics.PersonPeriods:
    """Person-days of the savers of the sample who are in the ledger.

    Returns
    -------
    PersonPeriods with further columns of the rows: silent (day of the silence that the next day would be, from 1
    on), returns (1 if there is a deposit on the next day), lottery and regret (1 for the randomised design),
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
        "returns": tomorrow.isin(days).astype(int),
        "log_silent": np.log(rows["since"] + 1),
        "log_times": np.log(rows["times"]),
        "gone": (rows["event_time"] - gap < rows["period"]).astype(int),
    }
    return replace(made, rows=rows.assign(**added, **{name: (arm == name).astype(float) for name in ("lottery", "regret")}))
