"""Hazards of the next activity and of the last one before a lapse, side by side."""

from collections.abc import Sequence

import pandas as pd

from study.models import cox, hazard


def lapse_hazards(rows: pd.DataFrame, spells: pd.DataFrame, *, unit: str, time: str, arms: Sequence[str] = ()) -> dict[str, object]:
    """Discrete-time hazards (cloglog) of who comes back, and of who stops.

    h = 1 - exp(-exp(effect of the period + x'b)): exp(b) is a hazard ratio. The first four are given behaviour, which an arm may
    have changed; the last two compare randomised arms alone, and are left out without arms.

    Parameters
    ----------
    rows : of `person_periods` with returns, silent, silence, log_silent, log_times, gone, and a column of 0 and 1 for each arm
    spells : one row per customer: first and last period at risk of the last activity, stops, the arms
    unit, time : columns of `rows`; errors are clustered by unit

    Returns
    -------
    return_by_day, return_by_day_frailty (gamma frailty of each silence), return_by_silence, stop, stop_arms -> Fit of `hazard.fit`;
    stop_cox -> Fit of `cox.fit`
    """

    def fitted(part: pd.DataFrame, outcome: str, terms: Sequence[str], by: str = time, **more):
        return hazard.fit(part, f"{outcome} ~ {' + '.join([*terms, *arms])}", time=by, cluster=unit, **more)

    found = {
        "return_by_day": fitted(rows, "returns", ["log_silent", "log_times"]),
        "return_by_day_frailty": fitted(rows, "returns", ["log_silent", "log_times"], frailty="silence"),
        "return_by_silence": fitted(rows, "returns", ["share"], "silent"),
        "stop": fitted(rows[rows["active"] == 1], "stops", ["log_times"]),
    }
    if arms:
        found["stop_arms"] = fitted(rows[rows["gone"] == 0], "stops", [])
        found["stop_cox"] = cox.fit(spells, f"stops ~ {' + '.join(arms)}", start="first", stop="last")
    return found
