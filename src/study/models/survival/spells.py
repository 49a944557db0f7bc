"""The histories of units: one row per period at risk, nothing after the event."""

import numpy as np

from ..errors import BadOutcome, DuplicateKeys


def check(unit: np.ndarray, period: np.ndarray, event: np.ndarray, names: tuple[str, str], labels) -> tuple[str, ...]:
    """Notes on gaps and late entries.

    Parameters
    ----------
    unit, period : arrays (n,) of codes; event : array (n,) of booleans
    names : of the unit and the time column; labels : the units by code

    Raises
    ------
    DuplicateKeys if a unit has a period twice; BadOutcome if it has rows after its event
    """
    order = np.lexsort((period, unit))
    u, t, e = unit[order], period[order], event[order]
    same = np.concatenate([[False], u[1:] == u[:-1]])
    step = np.diff(t, prepend=0)
    twice = same & (step == 0)
    if twice.any():
        raise DuplicateKeys(
            f"{twice.sum()} rows repeat a {names[1]} of their {names[0]} (first: {labels[u[twice][0]]}); "
            "a unit is at risk once in a period: keep one row for each"
        )
    before = np.cumsum(e) - e
    first = np.flatnonzero(~same)
    after = before > np.repeat(before[first], np.diff([*first, len(u)]))
    if after.any():
        raise BadOutcome(
            f"{after.sum()} rows of {len(np.unique(u[after]))} units come after the unit's event "
            f"(first: {names[0]} {labels[u[after][0]]}); a unit leaves the risk set with its event: drop them"
        )
    gaps = same & (step > 1)
    late = int((t[first] > 0).sum())
    notes = []
    if gaps.any():
        units = len(np.unique(u[gaps]))
        notes.append(f"{units} units have gaps in {names[1]} ({gaps.sum()} in all); they count as not at risk there")
    if late:
        notes.append(f"{late} of {len(first)} units enter after the first {names[1]}")
    return tuple(notes)
