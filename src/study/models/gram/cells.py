"""Treatments that vary by cell of unit and period, re-assigned without going back to the rows.

A treatment d that is constant in cells is a combination of the period columns of each unit, so that its
cross-products with everything follow from those of the period columns.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..did.adoption import first_positions
from ..errors import DuplicateKeys, ModelError
from .gram import Gram

TOGETHER = 256  # re-assignments whose products are held at once


def treatment_table(data: pd.DataFrame, treatment: str, gram: Gram) -> np.ndarray:
    """Table (units, periods) of a treatment, 0 in cells that have no rows.

    Raises
    ------
    ModelError if the treatment is missing somewhere or differs between rows of one cell: says how many cells.
    """
    cells = _cells(gram)
    unit, period = cells.plan.names.cells
    rows = data[data[unit].isin(cells.units) & data[period].isin(cells.periods)]
    values = rows.groupby([unit, period], observed=True)[treatment].agg(["min", "max", "count", "size"])
    wrong = (values["min"] != values["max"]) | (values["count"] < values["size"])
    if wrong.any():
        raise ModelError(
            f"'{treatment}' is missing or differs between rows in {wrong.sum()} of {len(values)} cells of {unit} and {period} "
            f"(first {wrong.index[wrong][0]}); only what is constant in cells can be re-assigned by cell"
        )
    return values["min"].unstack().reindex(index=cells.units, columns=cells.periods).fillna(0).to_numpy(dtype=float)


def adoption_table(gram: Gram, cohorts: np.ndarray) -> np.ndarray:
    """Table (..., units, periods) of staggered adoption: 1 from the unit's cohort on.

    Parameters
    ----------
    cohorts : array (..., units), first treated period; missing or infinite for never, and 0 where the periods do not span 0
    """
    periods = _cells(gram).periods
    return (np.arange(len(periods)) >= first_positions(cohorts, periods)[..., None]).astype(float)


def by_unit(data: pd.DataFrame, column: str, gram: Gram) -> np.ndarray:
    """The value of a column for each unit of the cells, in their order.

    Raises
    ------
    DuplicateKeys if a unit has several values; ModelError if units have none.
    """
    cells = _cells(gram)
    unit = cells.plan.names.cells[0]
    values = data[[unit, column]].drop_duplicates()
    again = values[unit].duplicated()
    if again.any():
        raise DuplicateKeys(f"{again.sum()} levels of '{unit}' have several values of '{column}'; a unit has one")
    found = values.set_index(unit)[column].reindex(cells.units)
    lost = ~pd.Index(cells.units).isin(values[unit])
    if lost.any():
        raise ModelError(f"{lost.sum()} of {len(lost)} levels of '{unit}' have no '{column}' in the data")
    return found.to_numpy()


def reassigned(gram: Gram, outcome: str, tables: np.ndarray, controls: Sequence[str] = ()) -> tuple[np.ndarray, np.ndarray]:
    """Coefficient and CRV1 t statistic of a treatment under many re-assignments.

    outcome ~ treatment + controls | effects of the Gram

    Parameters
    ----------
    gram : built with `cells`
    tables : array (R, units, periods) of treatments in the order of `gram.cells`
    controls : regressors of the Gram, the treatment not among them

    Returns
    -------
    arrays (R,), (R,); missing where the treatment does not vary once the effects are removed

    Raises
    ------
    ModelError if the Gram has no cells, the tables have another shape or missing values; Collinear
    """
    cells = _cells(gram)
    tables = np.asarray(tables, dtype=float)
    shape = (len(cells.units), len(cells.periods))
    if tables.ndim != 3 or tables.shape[1:] != shape:
        raise ModelError(f"tables of treatments are {tables.shape}; they must be (re-assignments, {shape[0]}, {shape[1]})")
    if not np.isfinite(tables).all():
        raise ModelError(f"{(~np.isfinite(tables)).sum()} values of the treatments are missing or infinite; set each cell")
    if controls:
        gram.check(controls)
    parts = [_batch(gram, outcome, tables[i : i + TOGETHER], controls) for i in range(0, len(tables), TOGETHER)]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _batch(gram: Gram, outcome: str, tables: np.ndarray, controls: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """With d the treatment, z the rest, p = (z'z)^-1 z'd: b = d~'y / d~'d~, scores d~_g'(y_g - d_g b - z_g c)."""
    d_d, d_y, d_z, own = _products_of_treatment(gram, outcome, tables, controls)
    zz, zy = _others(gram, outcome, controls)
    inverse = np.linalg.inv(zz.sum(axis=0))  # independent: crossed columns by construction, controls checked
    share = d_z.sum(axis=1) @ inverse
    alone = inverse @ zy.sum(axis=0)
    size = d_d.sum(axis=1) - np.einsum("rz,rz->r", d_z.sum(axis=1), share)
    varies = size > 1e-10 * own
    size = np.where(varies, size, 1.0)
    slope = (d_y.sum(axis=1) - d_z.sum(axis=1) @ alone) / size
    others = alone - share * slope[:, None]
    of_d = d_y - slope[:, None] * d_d - np.einsum("rgz,rz->rg", d_z, others)
    of_z = zy - slope[:, None, None] * d_z - np.einsum("gzw,rw->rgz", zz, others, optimize=True)
    scores = of_d - np.einsum("rgz,rz->rg", of_z, share)
    g, counted = len(gram.labels), 1 + len(controls) + gram.effect_parameters
    factor = g / (g - 1) * (gram.n_obs - 1) / (gram.n_obs - counted)
    spread = np.sqrt(factor * (scores**2).sum(axis=1))
    varies &= spread > 0
    t = slope * size / np.where(varies, spread, 1.0)
    return np.where(varies, slope, np.nan), np.where(varies, t, np.nan)


def _products_of_treatment(gram: Gram, outcome: str, tables: np.ndarray, controls: Sequence[str]):
    """Per re-assignment and cluster: d'd, d'y, d'z; and the sum of d^2 over rows less nested means as a scale."""
    cells, plan = gram.cells, gram.cells.plan
    periods = _period_columns(plan)
    z = _columns(gram, controls)
    y = len(gram.regressors) + gram.outcomes.index(outcome)
    shape = (len(tables), len(gram.labels))
    d_d, d_y, d_z, own = np.zeros(shape), np.zeros(shape), np.zeros((*shape, len(z))), np.zeros(len(tables))
    for piece, (cluster, unit) in enumerate(zip(plan.piece_cluster, plan.piece_unit)):
        d = tables[:, unit]
        block = cells.cross[piece]
        d_all = d @ block[periods]
        d_d[:, cluster] += np.einsum("rt,rt->r", d_all[:, periods], d)
        d_y[:, cluster] += d_all[:, y]
        d_z[:, cluster] += d_all[:, z]
        own += d**2 @ np.diag(block)[periods]
    return d_d, d_y, d_z, own


def _others(gram: Gram, outcome: str, controls: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """z'z (G, q, q) and z'y (G, q) of the controls and the crossed columns."""
    x = [*(gram.regressors.index(name) for name in controls), *range(len(gram.regressors), gram.xx.shape[1])]
    return gram.xx[:, x][:, :, x], gram.xy[:, x, gram.outcomes.index(outcome)]


def _columns(gram: Gram, controls: Sequence[str]) -> list[int]:
    return [*(gram.regressors.index(name) for name in controls), *gram.cells.kept]


def _period_columns(plan) -> np.ndarray:
    first = len(plan.names.values)
    for name, labels in plan.levels.items():
        if name == plan.names.cells[1]:
            return np.arange(first, first + len(labels))
        first += len(labels)
    raise AssertionError("the plan of a Gram with cells has the levels of their period")


def _cells(gram: Gram):
    if gram.cells is None:
        raise ModelError("the Gram has no cells; build it with cells=(unit, period) to re-assign a treatment")
    return gram.cells
