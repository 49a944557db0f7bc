"""Randomisation inference under a declared assignment mechanism."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from study.refusals import require

from .assignments import Assignment, Drawer
from .errors import Degenerate, InferenceError, MissingValues
from .inversion import end_of_set
from .shares import p_value

TIE = 1e-9  # two statistics closer than this share of their size are equal
LEVEL = 0.95
ALTERNATIVES = ("two-sided", "greater", "less")
Statistic = Callable[[pd.DataFrame, np.ndarray], float]


@dataclass(frozen=True)
class Randomisation:
    """Result of the test of no effect on anybody (Fisher's sharp null).

    Parameters
    ----------
    statistic : the observed one
    p_value : share of assignments with a statistic as extreme, the observed assignment included
    smallest_attainable_p : no p-value can be smaller under this mechanism and these draws
    assignments : how many different ones the mechanism has
    reps : how many were taken; enumerated : True if each was taken once
    not_estimable : assignments without a statistic; they are left out
    interval : 95 % confidence interval of a constant effect, or None
    """

    statistic: float
    p_value: float
    smallest_attainable_p: float
    assignments: int
    reps: int
    enumerated: bool
    not_estimable: int
    alternative: str
    seed: int | None
    interval: tuple[float, float] | None = None


def randomisation(
    statistic: Statistic,
    data: pd.DataFrame,
    assign: Assignment,
    *,
    reps: int = 1999,
    seed: int,
    alternative: str = "two-sided",
    constant_effect_on: str | None = None,
) -> Randomisation:
    """Test the sharp null of no effect by re-assigning the treatment as it was assigned.

    p = share of assignments w with |T(w)| >= |T(observed)|

    Parameters
    ----------
    statistic : T(data, treatment) -> number, with the treatment of each row; an object with a method
        `many(data, treatments)` gets the array (reps, n) at once (`cell_statistic`)
    data : one row per observation
    assign : mechanism of `assignments`: complete, within_strata, clustered, staggered
    reps : random assignments; all are taken, each once, where their number is at most `reps`
    seed : seed of the random assignments
    alternative : "two-sided", "greater", "less"
    constant_effect_on : outcome column; also invert the test over constant effects of a numeric treatment,
        outcome - effect * treatment, into a 95 % confidence interval

    Raises
    ------
    Degenerate if no assignment, or not the observed one, has a statistic, or all have the same;
    MissingValues, MissingColumn, DuplicateKeys, InferenceError

    Source
    ------
    Fisher (1935), The Design of Experiments; Imbens and Rubin (2015), Causal Inference, chapter 5.
    """
    if alternative not in ALTERNATIVES:
        raise InferenceError(f"no alternative '{alternative}'; there is {', '.join(ALTERNATIVES)}")
    drawer = assign.of(data)
    treatments, enumerated = draw(drawer, reps, seed)
    observed = drawer.values[drawer.row_unit]
    value, values, lost = statistics(statistic, data, observed, treatments)
    extreme = as_extreme(values, value, alternative)
    top = as_extreme(values, _most(values, alternative), alternative).sum() if enumerated else 0
    interval = None
    if constant_effect_on is not None:
        interval = _interval(statistic, data, observed, treatments, constant_effect_on, enumerated)
    return Randomisation(
        statistic=value,
        p_value=float(p_value(extreme.sum(), len(values), enumerated)),
        smallest_attainable_p=float(p_value(top, len(values), enumerated)),
        assignments=drawer.count,
        reps=len(treatments),
        enumerated=enumerated,
        not_estimable=lost,
        alternative=alternative,
        seed=None if enumerated else seed,
        interval=interval,
    )


def draw(drawer: Drawer, reps: int, seed: int) -> tuple[np.ndarray, bool]:
    """Treatments of the rows (reps, n), and whether they are all there are, each once."""
    enumerated = drawer.count <= reps
    orders = drawer.all() if enumerated else drawer.draw(reps, np.random.default_rng(seed))
    return drawer.values[orders][:, drawer.row_unit], enumerated


def statistics(statistic: Statistic, data: pd.DataFrame, observed: np.ndarray, treatments: np.ndarray):
    """The observed statistic, those of the assignments that have one, and how many do not.

    Raises
    ------
    Degenerate
    """
    value, values = float(evaluate(statistic, data, observed[None])[0]), evaluate(statistic, data, treatments)
    usable = values[np.isfinite(values)]
    if not np.isfinite(value) or not len(usable):
        raise Degenerate(
            f"the statistic of the observed assignment is {value}, and {len(values) - len(usable)} of {len(values)} "
            "re-assignments have none: the treatment does not vary where the outcome is compared, or the outcome is missing"
        )
    if np.ptp(usable) <= TIE * np.abs(usable).max():
        raise Degenerate(f"all {len(usable)} assignments have the statistic {usable[0]:g}: it does not depend on the treatment")
    return value, usable, len(values) - len(usable)


def as_extreme(values: np.ndarray, observed: float, alternative: str) -> np.ndarray:
    """Which statistics are at least as extreme as the observed one; ties count."""
    slack = TIE * max(np.abs(observed), 1e-300)
    if alternative == "two-sided":
        return np.abs(values) >= abs(observed) - slack
    return values >= observed - slack if alternative == "greater" else values <= observed + slack


def _most(values: np.ndarray, alternative: str) -> float:
    return {"two-sided": np.abs(values).max(), "greater": values.max(), "less": values.min()}[alternative]


def evaluate(statistic: Any, data: pd.DataFrame, treatments: np.ndarray) -> np.ndarray:
    """The statistic of each of the treatments (reps, n)."""
    if hasattr(statistic, "many"):
        return np.asarray(statistic.many(data, treatments), dtype=float)
    return np.array([statistic(data, treatment) for treatment in treatments], dtype=float)


def _interval(statistic, data, observed, treatments, outcome: str, enumerated: bool) -> tuple[float, float]:
    """Ends of the effects whose subtraction leaves p >= 5 %, found outwards from the one with statistic 0."""
    require(data, [outcome])
    d = np.asarray(observed, dtype=float)
    if data[outcome].isna().any() or np.isnan(d).any():
        raise MissingValues(f"'{outcome}' or the treatment is missing; a constant effect can not be subtracted there")
    spread = data[outcome].std() / max(np.std(d), 1e-300)

    def without(effect: float) -> pd.DataFrame:
        return data.assign(**{outcome: data[outcome] - effect * d})

    def value(effect: float) -> float:
        return float(evaluate(statistic, without(effect), observed[None])[0])

    def kept(effect: float) -> bool:
        now = value(effect)
        values = evaluate(statistic, without(effect), treatments)
        usable = values[np.isfinite(values)]
        return bool(p_value(as_extreme(usable, now, "two-sided").sum(), len(usable), enumerated) >= 1 - LEVEL)

    try:
        centre = brentq(value, -100 * spread, 100 * spread)
    except ValueError:
        raise InferenceError(f"no constant effect on '{outcome}' brings the statistic to zero; it can not be inverted") from None
    low, high = (end_of_set(kept, centre, side * spread) for side in (-1, 1))
    return low, high
