"""Person-period rows of a lapse: who is at risk in which period, and what was known then."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.refusals import complete, named, whole
from study.times import periods

from ..errors import BadValue, TooFew


@dataclass(frozen=True)
class PersonPeriods:
    """Rows and counts of a risk set.

    Parameters
    ----------
    rows : one row per person and period at risk (see `person_periods`)
    counts : people, people never active, lapses, rows, activities outside the window, returns after a lapse
    notes : what was left out, in words
    """

    rows: pd.DataFrame
    counts: dict[str, int]
    notes: tuple[str, ...]


def person_periods(activity: pd.DataFrame, *, unit: str, time: str, gap: int, last: int, people=None) -> PersonPeriods:
    """Expand activities to the rows of people at risk of a lapse: `gap` periods in a row without activity.

    L_i is the last active period before the first such silence and T_i = L_i + gap the period in which the
    lapse is complete: the first period at whose end anyone can know it. A person enters with the first activity
    and leaves before T_i, or at last - gap, the last period whose next `gap` periods are observed. Both events
    are functions of the activities only: a person who comes back after T_i has lapsed and is counted as returned.

    Two uses of the rows. Hazard: `stops` is 1 in L_i; by construction L_i is a period with activity, so that
    rows without activity can not stop: fit it on the rows with `active` = 1. Early warning: `ahead` is 1 where
    T_i falls in the next `gap` periods, which is to say once the silence has begun.

    Parameters
    ----------
    activity : one row per activity; several in a period count as one active period
    unit, time : names of its columns: person, period (whole numbers from 0 on, or days)
    gap : periods without activity that make a lapse
    last : last period that is observed for everybody; later activities are left out and counted
    people : all people, also those without activity (never at risk; counted)

    Returns
    -------
    PersonPeriods; rows sorted by unit and time with columns: unit, time, age (periods since the first activity),
    active (0/1), since (periods since the last activity), times (active periods so far), share (times / (age +
    1)), stops (0/1), ahead (0/1), event_time (T_i, missing where none): all but the last three known at the end of `time`

    Raises
    ------
    MissingColumn, BadValue (missing or negative periods, a gap that leaves no risk set), TooFew (no activity).
    """
    named(activity, unit, time)
    complete(activity, unit)
    whole("gap", gap)
    whole("last", last)
    if gap >= last:
        raise BadValue(f"gap {gap} is not below last {last}: no period has {gap} observed periods after it")
    when = periods(activity, time)
    inside = when <= last
    days = pd.DataFrame({unit: activity[unit].to_numpy(), time: when})[inside].drop_duplicates().sort_values([unit, time], ignore_index=True)
    if not len(days):
        raise TooFew(f"no activity up to period {last} in {len(activity)} rows")
    lapses = _lapses(days, unit, time, gap, last)
    rows = _expand(days, lapses, unit, time, gap, last)
    everybody = pd.Index(days[unit].unique() if people is None else people).union(days[unit].unique())
    returned = days.merge(lapses, on=unit).query(f"`{time}` > event_time")[unit].nunique()
    counts = {
        "people": len(everybody),
        "never_active": len(everybody) - days[unit].nunique(),
        "lapses": int(lapses["event_time"].notna().sum()),
        "rows": len(rows),
        "activities_after_last": int((~inside).sum()),
        "returned": int(returned),
        "entered_too_late": int((lapses["first"] > last - gap).sum()),
    }
    return PersonPeriods(rows, counts, _notes(counts, gap, last))


def _lapses(days: pd.DataFrame, unit: str, time: str, gap: int, last: int) -> pd.DataFrame:
    """First activity and T_i (missing where none) of every person with activity."""
    following = days.groupby(unit)[time].shift(-1).fillna(last + 1)
    silent = (following - days[time] > gap) & (days[time] + gap <= last)
    event = (days[time] + gap).where(silent).groupby(days[unit]).min()
    first = days.groupby(unit)[time].min()
    return pd.DataFrame({"first": first, "event_time": event}).reset_index()


def _expand(days: pd.DataFrame, lapses: pd.DataFrame, unit: str, time: str, gap: int, last: int) -> pd.DataFrame:
    end = np.minimum(lapses["event_time"].fillna(np.inf) - 1, last - gap).astype(int)
    length = (end - lapses["first"] + 1).clip(lower=0)
    rows = lapses.loc[lapses.index.repeat(length)]
    age = rows.groupby(level=0).cumcount().to_numpy()
    rows = rows.reset_index(drop=True)
    rows[time] = rows["first"] + age
    rows["age"] = age
    marked = rows.merge(days.assign(active=1), on=[unit, time], how="left")
    rows["active"] = marked["active"].fillna(0).astype(int)
    latest = rows[time].where(rows["active"] == 1).groupby(rows[unit]).ffill()
    rows["since"] = (rows[time] - latest).astype(int)
    rows["times"] = rows.groupby(unit)["active"].cumsum()
    rows["share"] = rows["times"] / (rows["age"] + 1)
    rows["stops"] = (rows["event_time"] == rows[time] + gap).astype(int)
    rows["ahead"] = (rows["event_time"] <= rows[time] + gap).astype(int)
    return rows[[unit, time, "age", "active", "since", "times", "share", "stops", "ahead", "event_time"]]


def _notes(counts: dict[str, int], gap: int, last: int) -> tuple[str, ...]:
    texts = {
        "never_active": "people were never active and are never at risk",
        "activities_after_last": f"activities after period {last} are left out",
        "returned": f"people became active again after a lapse of {gap} periods; the lapse stands",
        "entered_too_late": f"people were first active after period {last - gap} and have no row",
    }
    return tuple(f"{counts[key]} {text}" for key, text in texts.items() if counts[key])
