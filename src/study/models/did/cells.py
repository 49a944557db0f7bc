"""Effects by cohort and period, and their averages, with the influence of every unit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..errors import ModelError, NotEstimable
from .adoption import label
from .panel import Panel

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
    members : array (N, m) of bool, the units that count in the size of the cell: treated ones that enter it, for cohorts
        whose shares are those of units (all but imputation) any cell of the cohort
    size : array (m,), weight of the cell in averages: the (weighted) number of its members
    squares : from a combination (m,) of the cells to the sum of squares (N,) of the weights that it puts on each unit's
        outcomes, covariates aside
    notes : what was left out
    """

    cohort: np.ndarray
    period: np.ndarray
    estimate: np.ndarray
    influence: np.ndarray
    members: np.ndarray
    size: np.ndarray
    squares: Callable[[np.ndarray], np.ndarray]
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
    squares : array (N, k), sums of squares of the weights on each unit's outcomes; treated : array (N, k) of bool, the
        units whose treatment the term describes
    trend : array (k,), the coefficient that a differential linear trend of slope one per period gives; missing
        where it is not defined
    overall : (estimate, influence (N,)) of the average over the coefficients, or None
    """

    names: tuple[str, ...]
    event: tuple[int | None, ...]
    estimate: np.ndarray
    influence: np.ndarray
    squares: np.ndarray
    treated: np.ndarray
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
        parts = {cell_name(panel, cells.cohort[c], cells.period[c]): average.single(c) for c in np.flatnonzero(keep)}
    event = tuple(_event_times(cells, keep, how, len(parts)))
    return Terms(
        names=tuple(parts),
        event=event,
        estimate=np.array([part.estimate for part in parts.values()]),
        influence=np.column_stack([part.influence for part in parts.values()]),
        squares=np.column_stack([cells.squares(part.load) for part in parts.values()]),
        treated=np.column_stack([cells.members[:, part.load != 0].any(axis=1) for part in parts.values()]),
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
        return average.mean(chosen)[:2] if chosen else None
    if how == "calendar":
        return average.mean(parts)[:2]
    if how == "group":
        first = [np.flatnonzero(keep & (cells.cohort == g))[0] for g in np.unique(cells.cohort[keep])]
        return average.weighted(parts, cells.members[:, first], cells.size[first])[:2]
    return None


class _Part(NamedTuple):
    """An average of cells: its estimate, influence (N,) and the weights (m,) of the cells."""

    estimate: float
    influence: np.ndarray
    load: np.ndarray


class _Averages:
    """Averages of cells."""

    def __init__(self, panel: Panel, cells: Cells, shares: str):
        if shares not in SHARES:
            raise ModelError(f"no shares '{shares}'; there is {', '.join(SHARES)}")
        self.panel, self.cells, self.redrawn = panel, cells, shares == "redrawn"

    def single(self, c: int) -> _Part:
        load = np.zeros(len(self.cells.estimate))
        load[c] = 1.0
        return _Part(float(self.cells.estimate[c]), self.cells.influence[:, c], load)

    def by_size(self, chosen: np.ndarray) -> _Part:
        places = np.flatnonzero(chosen)
        return self.weighted([self.single(c) for c in places], self.cells.members[:, places], self.cells.size[places])

    def weighted(self, parts: list[_Part], members: np.ndarray, size: np.ndarray) -> _Part:
        """Mean by size; a unit more in some of them moves it by (effect - mean) / sum of sizes, once for each."""
        even = self._combined(parts, size / size.sum())
        if not self.redrawn or len(parts) == 1:
            return even
        gaps = np.array([part.estimate for part in parts]) - even.estimate
        return even._replace(influence=even.influence + self.panel.weights * (members @ gaps) / size.sum())

    def plainly(self, chosen: np.ndarray) -> _Part:
        return self.mean([self.single(c) for c in np.flatnonzero(chosen)])

    def mean(self, parts: list[_Part]) -> _Part:
        return self._combined(parts, np.full(len(parts), 1 / len(parts)))

    @staticmethod
    def _combined(parts: list[_Part], share: np.ndarray) -> _Part:
        return _Part(
            float(share @ np.array([part.estimate for part in parts])),
            np.column_stack([part.influence for part in parts]) @ share,
            share @ np.array([part.load for part in parts]),
        )
