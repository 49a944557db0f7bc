"""Permutation of the treatment paths over units that are assumed exchangeable."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.models.errors import DuplicateKeys, ModelError
from study.models.fit import Fit
from study.models.shared.formula import parse
from study.models.shared.prepare import matrices

from .assignments import Drawer
from .shares import p_value

TIE = 1e-9


@dataclass(frozen=True)
class Permutation:
    """Result of the permutation test.

    Parameters
    ----------
    p_value : two-sided; share of |t*| >= |t|, the observed order included
    smallest_attainable_p : no p-value can be smaller with these paths and orders
    orders : how many different ones there are; units with the same path can not be told apart
    enumerated : True if every different order was taken, once
    not_estimable : orders in which too few rows were left; they are left out
    assumption : what the test takes for granted
    """

    term: str
    over: str
    statistic: float
    p_value: float
    smallest_attainable_p: float
    n_units: int
    orders: int
    reps: int
    enumerated: bool
    not_estimable: int
    seed: int | None
    assumption: str


def permutation(fit: Fit, term: str, *, over: str, reps: int = 1999, seed: int) -> Permutation:
    """Test whether the treatment's paths matter, by giving every unit the path of another one.

    The path of a unit, with the years in which it is missing, goes to another unit of the estimation
    sample, year by year; rows without outcome or treatment and singletons are dropped again, and the
    CRV1 t statistic is computed anew. Not a randomisation test: nobody assigned the paths.

    Parameters
    ----------
    fit : a Fit of `models.panel.fit` with effects of unit and time
    over : the effect whose levels are exchanged, such as "bank"
    reps : random orders; all different orders are taken, each once, where their number is at most `reps`: one treated
        unit of twenty has twenty places, and no p below 1/20
    seed : seed of the random orders

    Raises
    ------
    ModelError if `over` is not one of two effects; DuplicateKeys if a unit has a time twice.
    """
    fit.row(term)
    table = _table(fit, term, over)
    units = np.arange(len(table.units))
    different = Drawer(units, _codes(table.treatment), np.zeros(len(units), dtype=int), units)
    enumerated = different.count <= reps
    random = np.random.default_rng(seed)
    drawn = different.all() if enumerated else (random.permutation(len(units)) for _ in range(reps))
    observed = table.statistic(units)
    values = np.array([table.statistic(order) for order in drawn])
    usable = np.abs(values[np.isfinite(values)])
    extreme = (usable >= abs(observed) * (1 - TIE)).sum()
    top = (usable >= usable.max() * (1 - TIE)).sum() if enumerated else 0
    return Permutation(
        term=term,
        over=over,
        statistic=float(observed),
        p_value=float(p_value(extreme, len(usable), enumerated)),
        smallest_attainable_p=float(p_value(top, len(usable), enumerated)),
        n_units=len(units),
        orders=different.count,
        reps=len(values),
        enumerated=enumerated,
        not_estimable=len(values) - len(usable),
        seed=None if enumerated else seed,
        assumption=f"levels of {over} are exchangeable, missing years included",
    )


def _codes(paths: np.ndarray) -> np.ndarray:
    """One number per different path, missing years included."""
    same = np.where(np.isnan(paths), np.nan, paths + 0.0)  # one missing value, one zero
    return pd.factorize(np.array([path.tobytes() for path in same], dtype=object))[0]


@dataclass(frozen=True)
class _Table:
    """Rows of the sample's units: outcome, other regressors, and the treatment as units x times."""

    y: np.ndarray
    others: np.ndarray
    unit: np.ndarray
    time: np.ndarray
    treatment: np.ndarray
    units: np.ndarray

    def statistic(self, order: np.ndarray) -> float:
        """The CRV1 t statistic when unit i has the treatment path of unit order[i]; nan if not estimable."""
        d = self.treatment[order][self.unit, self.time]
        rows = np.flatnonzero(np.isfinite(d) & np.isfinite(self.y) & np.isfinite(self.others).all(axis=1))
        rows = _without_singletons(rows, self.unit, self.time)
        if not len(rows):
            return np.nan
        unit, time = (np.unique(codes[rows], return_inverse=True)[1] for codes in (self.unit, self.time))
        z = np.column_stack([np.eye(unit.max() + 1)[unit], np.eye(time.max() + 1)[time], self.others[rows]])
        return t_statistic(self.y[rows], d[rows], z, unit, counted=time.max() + 1 + self.others.shape[1] + 1)


def t_statistic(y: np.ndarray, d: np.ndarray, z: np.ndarray, cluster: np.ndarray, counted: int) -> float:
    """CRV1 t statistic of d in y ~ d + z, clusters as codes; nan if it is not identified.

    Parameters
    ----------
    y, d : arrays (n,); z : array (n, q), may be rank deficient; counted : K of the factor (n-1)/(n-K)
    """
    n, clusters = len(y), cluster.max() + 1
    both = np.column_stack([y, d])
    residual = both - z @ np.linalg.lstsq(z, both, rcond=None)[0]
    u, r = residual.T
    size = r @ r
    if n <= counted or clusters < 2 or size < 1e-12 * max(d @ d, 1e-300):
        return np.nan
    slope = r @ u / size
    scores = np.bincount(cluster, weights=r * (u - slope * r))
    factor = clusters / (clusters - 1) * (n - 1) / (n - counted)
    return slope * size / np.sqrt(factor * scores @ scores)


def _without_singletons(rows: np.ndarray, unit: np.ndarray, time: np.ndarray) -> np.ndarray:
    while len(rows):
        alone = (np.bincount(unit[rows])[unit[rows]] == 1) | (np.bincount(time[rows])[time[rows]] == 1)
        if not alone.any():
            break
        rows = rows[~alone]
    return rows


def _table(fit: Fit, term: str, over: str) -> _Table:
    """The full frame of the fit, before rows were dropped, for the units of its sample."""
    if fit.source is None or "weights" not in fit.settings:
        raise ModelError("permutation needs the rows of a fit of models.panel; fits of models.gram and others carry none")
    formula = parse(fit.settings["formula"])
    if len(formula.effects) != 2 or over not in formula.effects:
        raise ModelError(f"permutation over '{over}' needs '{over}' and a time as effects; found {formula.effects}")
    if any("^" in effect for effect in formula.effects):
        raise ModelError(f"permutation with interacted effects is not defined; found {', '.join(formula.effects)}")
    if fit.settings["weights"]:
        raise ModelError("permutation of weighted fits is not defined: which weight goes with which path?")
    time = next(effect for effect in formula.effects if effect != over)
    frame = fit.source.dropna(subset=[over, time])
    if frame.duplicated([over, time]).any():
        raise DuplicateKeys(f"{frame.duplicated([over, time], keep=False).sum()} rows share {over} and {time}")
    sampled = fit.source.loc[fit.prepared.y.index, over].unique()
    frame = frame[frame[over].isin(sampled)].sort_values([over, time], ignore_index=True)
    y, x, _ = matrices(frame, formula, na_action="ignore")
    units, unit = np.unique(frame[over], return_inverse=True)
    times, when = np.unique(frame[time], return_inverse=True)
    treatment = np.full((len(units), len(times)), np.nan)
    treatment[unit, when] = x[term]
    others = x.drop(columns=term).to_numpy()
    return _Table(y.to_numpy(), others, unit, when, treatment, units)
