"""Group-time effects of Callaway and Sant'Anna, and of stacked sub-experiments with clean controls."""

import numpy as np

from ..errors import ModelError, NotEstimable
from .adoption import label
from .cells import Cells
from .panel import NEVER, Panel
from .two_periods import METHODS, effect, nuisance

CONTROLS = ("never", "not_yet")


def cells(panel: Panel, control: str, method: str, base: str) -> Cells:
    """ATT(g, t): the change of cohort g from its base to period t less that of its controls.

    Parameters
    ----------
    control : "never" or "not_yet", the units not treated by the later of base and t
    method : "dr", "regression" or "ipw"; without covariates all three are differences of means
    base : "universal", the period before adoption, for all t; "varying", for t before adoption the period before t

    Raises
    ------
    NotEstimable if no cohort has a control in any period; errors of the covariates
    """
    _check(panel, control)
    if base not in ("universal", "varying"):
        raise ModelError(f"no base '{base}'; there is universal, varying")
    collect = Collected(panel, method)
    for g in panel.adopted:
        for t in range(len(panel.periods)):
            before = g - 1 if base == "universal" or t >= g else t - 1
            if before < 0 or t == before:
                continue
            last = max(t, before)
            collect.add(g, t, before, _controls(panel, g, last, control))
    return collect.cells(control)


def stacked(panel: Panel, control: str, method: str, window: tuple[int, int]) -> Cells:
    """Sub-experiments: cohorts seen over the whole window, each with controls untreated through its end.

    Weighted by cohort size this is the stacked regression with the corrective weights of Wing, Freedman and
    Hollingsworth (2024, NBER working paper 32054).
    """
    _check(panel, control)
    a, b = min(window[0], -1), window[1]
    whole = [g for g in panel.adopted if g + a >= 0 and g + b < len(panel.periods)]
    if not whole:
        raise NotEstimable(f"no cohort of {len(panel.adopted)} is observed from {a} to {b} periods since adoption; narrow the window")
    collect = Collected(panel, method)
    for g in whole:
        for t in range(g + a, g + b + 1):
            if t != g - 1:
                collect.add(g, t, g - 1, _controls(panel, g, g + b, control))
    short = len(panel.adopted) - len(whole)
    note = f"{short} of {len(panel.adopted)} cohorts are not observed over the whole window {a}..{b} and left out"
    return collect.cells(control, (note,) if short else ())


def _check(panel: Panel, control: str) -> None:
    if control not in CONTROLS:
        raise ModelError(f"no control '{control}'; there is {', '.join(CONTROLS)}")
    if control == "never" and not (panel.cohort == NEVER).any():
        raise NotEstimable("no unit is never treated: use control='not_yet'")


def _controls(panel: Panel, g: int, last: int, control: str) -> np.ndarray:
    if control == "never":
        return panel.cohort == NEVER
    return (panel.cohort > last) & (panel.cohort != g)


class Collected:
    """Effects as they are estimated; cells without treated units or controls are counted."""

    def __init__(self, panel: Panel, method: str):
        if method not in METHODS:
            raise ModelError(f"no method '{method}'; there is {', '.join(METHODS)}")
        self.panel, self.method = panel, method
        self.rows: list[tuple[int, int, float]] = []
        self.influence: list[np.ndarray] = []
        self.sides: list[tuple[int, np.ndarray, np.ndarray]] = []
        self.entered: dict[int, np.ndarray] = {}
        self.empty = {"no unit of the cohort": 0, "no control": 0}
        self.known: dict = {}

    def add(self, g: int, t: int, before: int, controls: np.ndarray) -> None:
        """Estimate one cell from the units that are observed in both periods."""
        panel = self.panel
        change = panel.y[:, t] - panel.y[:, before]
        seen = ~np.isnan(change)
        treated, controls = panel.members(g) & seen, controls & seen
        if not treated.any() or not controls.any():
            self.empty["no control" if treated.any() else "no unit of the cohort"] += 1
            return
        if panel.x.shape[2]:
            value, influence = self._given_covariates(g, t, before, change, treated, controls)
        else:
            value, influence = _difference(change, panel.weights, treated, controls)
        self.rows.append((g, t, value))
        self.influence.append(influence)
        self.sides.append((before, treated, controls))
        self.entered[g] = self.entered.get(g, False) | treated

    def _given_covariates(self, g: int, t: int, before: int, change, treated, controls):
        panel, chosen = self.panel, np.flatnonzero(treated | controls)
        key = (before, chosen.tobytes())
        if (g, key) not in self.known:
            x = np.column_stack([np.ones(len(chosen)), panel.x[chosen, before]])
            what = f"cohort {label(panel.periods[g])}, period {label(panel.periods[t])}"
            self.known[g, key] = nuisance(x, treated[chosen], panel.weights[chosen], self.method, what)
        value, part = effect(change[chosen], self.known[g, key], self.method)
        influence = np.zeros(len(change))
        influence[chosen] = part
        return value, influence

    def cells(self, control: str, notes: tuple[str, ...] = ()) -> Cells:
        panel = self.panel
        if not self.rows:
            raise NotEstimable(
                f"no cohort has a control: with control='{control}' every unit is treated when a cohort adopts, or "
                "never observed beside it; "
                f"cohorts {', '.join(label(panel.periods[g]) for g in panel.adopted[:5])}, units never treated "
                f"{(panel.cohort == NEVER).sum()}"
            )
        what = "effects of cohort and period not identified"
        said = [f"{n} {what}: {why} is observed in both periods" for why, n in self.empty.items() if n]
        cohort, period, estimate = (np.array(column) for column in zip(*self.rows))
        members = np.column_stack([self.entered[g] for g in cohort])
        size = panel.weights @ members
        return Cells(cohort, period, estimate, np.column_stack(self.influence), members, size, self.squares, (*notes, *said))

    def squares(self, load: np.ndarray) -> np.ndarray:
        """Sums of squares (N,) of the weights on outcomes of a combination (m,) of the cells, as without covariates."""
        weights, total = self.panel.weights, np.zeros(self.panel.y.shape)
        for c in np.flatnonzero(load):
            _, t, _ = self.rows[c]
            before, treated, controls = self.sides[c]
            part = load[c] * weights * (treated / weights[treated].sum() - controls / weights[controls].sum())
            total[:, t] += part
            total[:, before] -= part
        return (total**2).sum(axis=1)


def _difference(change, weights, treated, controls) -> tuple[float, np.ndarray]:
    """Difference of weighted means and the influence of every unit."""
    change = np.where(treated | controls, change, 0.0)
    to = weights * treated / weights[treated].sum()
    away = weights * controls / weights[controls].sum()
    value, other = to @ change, away @ change
    return float(value - other), to * (change - value) - away * (change - other)
