"""Units, periods and the time of adoption: the panel that the estimators of staggered adoption share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from study.refusals import require

from ..errors import DuplicateKeys, ModelError, NotEstimable, NoVariation
from ..shared.prepare import check_finite
from .adoption import first_positions, label, zero_is_a_period

NEVER = np.iinfo(np.int64).max  # position of a cohort that is not treated within the data


@dataclass(frozen=True, eq=False)
class Panel:
    """N units in T periods; positions count the observed periods from 0.

    Parameters
    ----------
    y : array (N, T), missing where the unit is not observed
    x : array (N, T, k) of covariates, 0 where not observed
    cohort : array (N,), position of the first treated period, NEVER for units not treated within the data
    weights : array (N,), of mean 1
    cluster : array (N,) of codes from 0
    periods : array (T,), the values of time; cohorts : dict position -> the value of the cohort column
    names : outcome, unit, time, cohort, cluster, weights, covariates as in the call
    n_rows : rows of the data; n_missing : rows dropped for missing values
    notes : what was dropped or should be known
    """

    y: np.ndarray
    x: np.ndarray
    cohort: np.ndarray
    weights: np.ndarray
    cluster: np.ndarray
    periods: np.ndarray
    cohorts: dict
    names: dict
    n_rows: int
    n_missing: int
    notes: tuple[str, ...] = field(default=())

    @property
    def observed(self) -> np.ndarray:
        """Array (N, T), True where the unit is observed."""
        return ~np.isnan(self.y)

    @property
    def treated(self) -> np.ndarray:
        """Array (N, T), True from the first treated period on."""
        return np.arange(len(self.periods))[None, :] >= self.cohort[:, None]

    @property
    def adopted(self) -> list[int]:
        """Positions of the cohorts, in order."""
        return sorted(int(g) for g in np.unique(self.cohort) if g != NEVER)

    @property
    def n_clusters(self) -> int:
        return int(self.cluster.max()) + 1

    def members(self, cohort: int) -> np.ndarray:
        """Array (N,), True for the units of a cohort."""
        return self.cohort == cohort


def build(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    cohort: str,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    weights: str | None = None,
) -> Panel:
    """The panel of a staggered adoption, with everything dropped counted.

    Raises
    ------
    MissingColumn, InfiniteValues, DuplicateKeys, NoVariation, NotEstimable; ModelError if time is not a whole
    number or if cohort, cluster or weights change within a unit.
    """
    cluster = cluster or unit
    names: dict[str, Any] = {"outcome": outcome, "unit": unit, "time": time, "cohort": cohort, "cluster": cluster}
    names |= {"weights": weights, "covariates": tuple(covariates)}
    needed = list(dict.fromkeys([outcome, unit, time, *covariates, cluster, *([weights] if weights else [])]))
    require(data, [*needed, cohort])
    frame = data[list(dict.fromkeys([*needed, cohort]))].reset_index(drop=True)
    rows = frame.dropna(subset=needed)
    _check_rows(rows, names, len(frame))
    notes = [f"{len(frame) - len(rows)} rows with missing values dropped"] if len(rows) < len(frame) else []
    rows, first, periods, cohorts, more = _positions(rows, names)
    return _matrices(rows, first, periods, cohorts, names, (len(frame), len(frame) - len(rows)), [*notes, *more])


def cohorts(data: pd.DataFrame, unit: str, time: str, treatment: str) -> pd.Series:
    """The cohort of every row's unit: the first period with treatment; never treated is 0, or inf where the periods span 0.

    Parameters
    ----------
    data : one row per unit and time; treatment : column of 0 and 1

    Returns
    -------
    Series with the index of `data`, to be assigned as the cohort column

    Raises
    ------
    MissingColumn, DuplicateKeys; ModelError if the treatment is missing, is not 0 or 1, or switches off.
    """
    require(data, [unit, time, treatment])
    values = data[treatment]
    odd = ~values.isin([0, 1])
    if odd.any():
        raise ModelError(
            f"column '{treatment}' has {odd.sum()} rows that are not 0 or 1 (missing counts); a staggered adoption has one treatment, off or on"
        )
    _check_duplicates(data, unit, time)
    ordered = data.sort_values([unit, time])
    off = (ordered[treatment].astype(int).groupby(ordered[unit]).diff() < 0).to_numpy()
    if off.any():
        units = ordered.loc[off, unit].drop_duplicates()
        raise ModelError(
            f"column '{treatment}' switches off in {len(units)} units (first: {', '.join(map(str, units[:3]))}). "
            "These estimators take a treatment "
            "that stays on: define it as 'has adopted', or drop these units"
        )
    first = data.loc[values == 1].groupby(unit)[time].min()
    never = np.inf if zero_is_a_period(data[time].to_numpy()) else 0
    return data[unit].map(first).fillna(never).rename("cohort")


def _check_rows(rows: pd.DataFrame, names: dict, before: int) -> None:
    outcome, time = names["outcome"], names["time"]
    if rows.empty:
        raise NotEstimable(f"no row is left of {before}: all have missing values in outcome, unit, time, covariates, cluster or weights")
    check_finite(rows[[c for c in rows.columns if c != names["cohort"]]])
    if not pd.api.types.is_numeric_dtype(rows[time]) or (rows[time] % 1 != 0).any():
        raise ModelError(f"column '{time}' must hold whole numbers (as 2003 or months counted from a start) to count event time; number the periods")
    if not pd.api.types.is_numeric_dtype(rows[names["cohort"]]):
        raise ModelError(
            f"column '{names['cohort']}' must hold the first treated value of '{time}' as a number; missing or inf for never treated, or 0 where '{time}' does not span 0"
        )
    _check_duplicates(rows, names["unit"], time)
    if rows[outcome].nunique() == 1:
        raise NoVariation(f"outcome '{outcome}' is {rows[outcome].iloc[0]:g} in all {len(rows)} rows")
    _check_constant(rows, names)


def _check_duplicates(rows: pd.DataFrame, unit: str, time: str) -> None:
    again = rows.duplicated([unit, time], keep=False)
    if again.any():
        example = rows.loc[again, [unit, time]].iloc[0]
        raise DuplicateKeys(
            f"{again.sum()} rows share {unit} and {time} with another row (first: {unit} {example.iloc[0]}, {time} "
            f"{example.iloc[1]}); the estimator needs one row for each: "
            "aggregate them or make the unit finer"
        )


def _check_constant(rows: pd.DataFrame, names: dict) -> None:
    """Cohort, cluster and weights must not change within a unit; weights must be positive."""
    unit = rows[names["unit"]]
    for role in ("cohort", "cluster", "weights"):
        name = names[role]
        if name is None or name == names["unit"]:
            continue
        changes = (rows[name].groupby(unit).nunique(dropna=False) > 1).to_numpy()
        if changes.any():
            way = "derive it with models.did.cohorts" if role == "cohort" else "give every unit one value"
            raise ModelError(f"{role} '{name}' changes within {changes.sum()} of {len(changes)} units; {way}")
    if names["weights"] and (rows[names["weights"]] <= 0).any():
        bad = int((rows[names["weights"]] <= 0).sum())
        raise ModelError(f"weights '{names['weights']}' are not positive in {bad} rows; drop the units of weight 0")


def _positions(rows: pd.DataFrame, names: dict):
    """Rows without the units treated from the start, first treated position per row, periods, cohort labels and
    notes.
    """
    unit, time = names["unit"], names["time"]
    periods = np.unique(rows[time].to_numpy())
    value = rows[names["cohort"]].astype(float)
    position = first_positions(value, periods)
    notes = _time_notes(rows, names, periods)
    between = ~value.isin(periods) & (position > 0) & (position < len(periods))
    if between.any():
        notes.append(f"{_units(rows, unit, between)} units adopt between two observed periods: treated from the first observed period after")
    late = value.gt(periods[-1]) & np.isfinite(value)
    if late.any():
        notes.append(f"{_units(rows, unit, late)} units adopt after the last period: not treated within the data, used as never treated")
    early = pd.Series(position == 0, index=rows.index)
    if early.any():
        n_units = _units(rows, unit, early)
        notes.append(f"{n_units} units already treated in the first period ({early.sum()} rows) dropped: no period before treatment")
    keep = ~early.to_numpy()
    first = np.where(position == len(periods), NEVER, position)[keep]
    if not keep.any() or (first == NEVER).all():
        raise NoVariation(
            f"no unit of {rows[unit].nunique()} adopts after the first and by the last period ({label(periods[0])} to "
            f"{label(periods[-1])}); there is nothing to estimate"
        )
    return rows[keep], first, periods, {int(g): periods[g] for g in np.unique(first) if g != NEVER}, notes


def _units(rows: pd.DataFrame, unit: str, which) -> int:
    return int(rows.loc[np.asarray(which), unit].nunique())


def _time_notes(rows: pd.DataFrame, names: dict, periods: np.ndarray) -> list[str]:
    notes = []
    if len(periods) > 1 and len(np.unique(np.diff(periods))) > 1:
        notes.append(f"the {len(periods)} periods of '{names['time']}' are not equally spaced: event time counts observed periods")
    zero = rows[names["cohort"]] == 0
    if zero.any() and zero_is_a_period(periods):
        notes.append(
            f"cohort 0 is period 0, as '{names['time']}' runs from {label(periods[0])} to {label(periods[-1])}: "
            f"{_units(rows, names['unit'], zero)} units adopt there; never treated is missing or inf"
        )
    return notes


def _matrices(rows: pd.DataFrame, first, periods, labels, names: dict, counts: tuple[int, int], notes: list[str]) -> Panel:
    code, units = pd.factorize(rows[names["unit"]], sort=True)
    at = np.searchsorted(periods, rows[names["time"]].to_numpy())
    n, t = len(units), len(periods)
    y = np.full((n, t), np.nan)
    y[code, at] = rows[names["outcome"]].to_numpy(dtype=float)
    x = np.zeros((n, t, len(names["covariates"])))
    x[code, at] = rows[list(names["covariates"])].to_numpy(dtype=float)
    cohort = np.full(n, NEVER)
    cohort[code] = first
    cluster = np.zeros(n, dtype=int)
    cluster[code] = pd.factorize(rows[names["cluster"]], sort=True)[0]
    weights = np.ones(n)
    if names["weights"]:
        weights[code] = rows[names["weights"]].to_numpy(dtype=float)
    if cluster.max() == 0:
        raise NotEstimable(f"one cluster of '{names['cluster']}' is left; clustered errors need at least two")
    panel = Panel(y, x, cohort, weights / weights.mean(), cluster, periods, labels, names, *counts)
    return Panel(**{**vars(panel), "notes": (*notes, *_panel_notes(panel))})


def _panel_notes(panel: Panel) -> list[str]:
    notes = []
    gaps = int((~panel.observed).sum())
    if gaps:
        uneven = int((~panel.observed).any(axis=1).sum())
        notes.append(f"unbalanced: {gaps} of {panel.y.size} unit-periods are not observed ({uneven} of {len(panel.y)} units have gaps)")
    single = [g for g in panel.adopted if panel.members(g).sum() == 1]
    if single:
        notes.append(
            f"{len(single)} cohorts of one unit ({_labels(panel, single)}): their own variance can not be seen, the standard errors leave it out"
        )
    if panel.n_clusters < len(panel.y):
        notes += _cluster_notes(panel, set(single))
    return notes


def _cluster_notes(panel: Panel, single: set[int]) -> list[str]:
    name, notes = panel.names["cluster"], []
    touched = np.zeros(panel.n_clusters, dtype=bool)
    touched[panel.cluster[panel.cohort == NEVER]] = True
    whole = int((~touched).sum())
    if whole:
        notes.append(f"{whole} of {panel.n_clusters} clusters of '{name}' are wholly treated in the end")
    alone = [g for g in panel.adopted if g not in single and len(np.unique(panel.cluster[panel.members(g)])) == 1]
    if alone:
        notes.append(
            f"{len(alone)} cohorts lie in one cluster of '{name}' ({_labels(panel, alone)}): their own variance can "
            "not be seen, the standard errors are too small; "
            "test by permutation over clusters"
        )
    return notes


def _labels(panel: Panel, cohorts: list[int], most: int = 4) -> str:
    return ", ".join(label(panel.cohorts[g]) for g in cohorts[:most]) + (" ..." if len(cohorts) > most else "")
