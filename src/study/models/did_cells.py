"""Effects by cohort and period, and their averages, with the influence of every unit."""

from dataclasses import dataclass

import numpy as np

from .adoption import label
from .did_panel import Panel
from .errors import ModelError, NotEstimable

AGGREGATES = ("simple", "event", "group", "calendar", "cell")
SHARES = ("redrawn", "fixed")


@dataclass(frozen=True, eq=False)
class Cells:
    """m effects of cohort and period.

    Parameters
    ----------
    cohort, period : arrays (m,) of positions
    estimate : array (m,)
    influence : array (N, m); estimate - truth is about the sum over units
    size : array (m,), weight of the cell in averages: the (weighted) number of its treated units
    notes : what was left out
    """

    cohort: np.ndarray
    period: np.ndarray
    estimate: np.ndarray
    influence: np.ndarray
    size: np.ndarray
    notes: tuple[str, ...] = ()

    @property
    def event(self) -> np.ndarray:
        """Periods since adoption; 0 is the first treated period."""
        return self.period - self.cohort


@dataclass(frozen=True, eq=False)
class Terms:
    """k coefficients with the influence of every unit.

    Parameters
    ----------
    names : of the coefficients; event : their event times (None where there is none)
    estimate : array (k,); influence : array (N, k)
    trend : array (k,), the coefficient that a differential linear trend of slope one per period gives; missing
        where it is not defined
    overall : (estimate, influence (N,)) of the average over the coefficients, or None
    """

    names: tuple[str, ...]
    event: tuple[int | None, ...]
    estimate: np.ndarray
    influence: np.ndarray
    trend: np.ndarray
    overall: tuple[float, np.ndarray] | None = None
    notes: tuple[str, ...] = ()


def aggregate(panel: Panel, cells: Cells, how: str, window: tuple[int, int] | None, shares: str, varying: bool = False) -> Terms:
    """Average the cells.

    simple : cells with event >= 0, by size; with a window the mean over e = a..b of the effects by event time
    event : by event time, over cohorts by size; group : by cohort, mean over its treated periods
    calendar : by period, over treated cohorts by size; cell : as they are

    The shares of cohorts count as estimated ("redrawn": another sample would have other cohort sizes) or as given
    ("fixed").
    """
    keep = _kept(cells, how, window)
    if not keep.any():
        raise NotEstimable(f"no effect of cohort and period is left{'' if window is None else f' with event time in {window[0]}..{window[1]}'}")
    average = _Averages(panel, cells, shares)
    if how == "simple" and window is None:
        parts = {"ATT": average.by_size(keep)}
    elif how == "simple":
        parts = {"ATT": average.mean([average.by_size(keep & (cells.event == e)) for e in _events(cells, keep, window)])}
    elif how == "event":
        parts = {f"e={e}": average.by_size(keep & (cells.event == e)) for e in np.unique(cells.event[keep])}
    elif how == "group":
        there = np.unique(cells.cohort[keep])
        parts = {f"g={label(panel.periods[g])}": average.plainly(keep & (cells.cohort == g)) for g in there}
    elif how == "calendar":
        there = np.unique(cells.period[keep])
        parts = {f"t={label(panel.periods[t])}": average.by_size(keep & (cells.period == t)) for t in there}
    else:
        parts = {cell_name(panel, cells.cohort[c], cells.period[c]): (cells.estimate[c], cells.influence[:, c]) for c in np.flatnonzero(keep)}
    event = tuple(_event_times(cells, keep, how, len(parts)))
    return Terms(
        names=tuple(parts),
        event=event,
        estimate=np.array([estimate for estimate, _ in parts.values()]),
        influence=np.column_stack([influence for _, influence in parts.values()]),
        trend=np.array([np.nan if e is None or e >= 0 else (1.0 if varying else e + 1.0) for e in event]),
        overall=_overall(average, cells, keep, how, list(parts.values()), event),
        notes=cells.notes,
    )


def check_window(window, how: str) -> tuple[int, int] | None:
    """The window as two whole numbers.

    Raises
    ------
    ModelError
    """
    if how not in AGGREGATES:
        raise ModelError(f"no aggregate '{how}'; there is {', '.join(AGGREGATES)}")
    if window is None:
        return None
    try:
        a, b = (int(v) for v in window)
    except (TypeError, ValueError):
        raise ModelError(f"window {window!r} is not (a, b), two whole numbers of periods since adoption") from None
    if (a, b) != tuple(window) or a > b:
        raise ModelError(f"window {window!r} is not (a, b), two whole numbers with a <= b")
    return a, b


def _kept(cells: Cells, how: str, window) -> np.ndarray:
    keep = np.ones(len(cells.estimate), dtype=bool) if how in ("event", "cell") else cells.event >= 0
    if window is not None:
        keep &= (cells.event >= window[0]) & (cells.event <= window[1])
    return keep


def _events(cells: Cells, keep, window) -> list[int]:
    """Every event time of the window: an average that silently leaves some out would be another estimand."""
    there = set(cells.event[keep])
    gone = [e for e in range(window[0], window[1] + 1) if e not in there]
    if gone:
        raise NotEstimable(
            "no cohort has an effect at event time "
            f"{', '.join(map(str, gone[:6]))}{' ...' if len(gone) > 6 else ''}, so their mean over "
            f"{window[0]}..{window[1]} is not identified; observed are {min(cells.event)}..{max(cells.event)}"
        )
    return list(range(window[0], window[1] + 1))


def _event_times(cells: Cells, keep, how: str, k: int) -> list[int | None]:
    if how == "event":
        return [int(e) for e in np.unique(cells.event[keep])]
    if how == "cell":
        return [int(e) for e in cells.event[keep]]
    return [None] * k


def cell_name(panel: Panel, cohort: int, period: int) -> str:
    """The term of an effect of cohort and period."""
    return f"g={label(panel.periods[cohort])},t={label(panel.periods[period])}"


def _overall(average, cells: Cells, keep, how: str, parts: list, event):
    """Average of the coefficients as the R package did has it: over event times >= 0, cohorts by size, periods."""
    if how == "event":
        chosen = [part for part, e in zip(parts, event) if e >= 0]
        return average.mean(chosen) if chosen else None
    if how == "calendar":
        return average.mean(parts)
    if how == "group":
        first = [np.flatnonzero(keep & (cells.cohort == g))[0] for g in np.unique(cells.cohort[keep])]
        estimate, influence = np.array([e for e, _ in parts]), np.column_stack([i for _, i in parts])
        return average.weighted(estimate, influence, cells.cohort[first], cells.size[first])
    return None


class _Averages:
    """Averages of cells: estimate and influence (N,)."""

    def __init__(self, panel: Panel, cells: Cells, shares: str):
        if shares not in SHARES:
            raise ModelError(f"no shares '{shares}'; there is {', '.join(SHARES)}")
        self.panel, self.cells, self.redrawn = panel, cells, shares == "redrawn"

    def by_size(self, chosen: np.ndarray) -> tuple[float, np.ndarray]:
        c = self.cells
        return self.weighted(c.estimate[chosen], c.influence[:, chosen], c.cohort[chosen], c.size[chosen])

    def weighted(self, estimate, influence, cohort, size) -> tuple[float, np.ndarray]:
        """Mean by size; a unit more in cohort g moves it by (effect - mean) / sum of sizes, once per cell."""
        value = float(size @ estimate / size.sum())
        moved = influence @ size / size.sum()
        if self.redrawn and len(estimate) > 1:
            for g in np.unique(cohort):
                gap = (estimate[cohort == g] - value).sum() / size.sum()
                moved = moved + gap * self.panel.weights * self.panel.members(g)
        return value, moved

    def plainly(self, chosen: np.ndarray) -> tuple[float, np.ndarray]:
        return float(self.cells.estimate[chosen].mean()), self.cells.influence[:, chosen].mean(axis=1)

    @staticmethod
    def mean(parts: list) -> tuple[float, np.ndarray]:
        return float(np.mean([estimate for estimate, _ in parts])), np.mean([influence for _, influence in parts], axis=0)
