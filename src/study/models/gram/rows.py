"""What the pass of a Gram reads: a plan of columns and keys, and blocks of rows that hold whole groups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from study.refusals import require

from ..errors import InfiniteValues, ModelError, NotEstimable
from ..shared.columns import number


@dataclass(frozen=True, eq=False)
class Names:
    """The columns that a Gram takes, by what they are for.

    Parameters
    ----------
    outcomes, regressors : columns of numbers
    absorb : effects, at most two
    cluster : column of the clusters
    weights : column of weights or None
    cells : (unit, period) columns of the cells in which treatments may be re-assigned, or None
    """

    outcomes: tuple[str, ...]
    regressors: tuple[str, ...]
    absorb: tuple[str, ...]
    cluster: str
    weights: str | None = None
    cells: tuple[str, str] | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """Columns of numbers: regressors, then outcomes."""
        return (*self.regressors, *self.outcomes)

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns of levels, each once: the cluster first."""
        return tuple(dict.fromkeys([self.cluster, *self.absorb, *(self.cells or ())]))


@dataclass(frozen=True, eq=False)
class Plan:
    """What the keys say before the numbers are read.

    Parameters
    ----------
    names : the columns
    piece : the finer one of cluster and cell unit, by which cross-products are kept
    pieces : its labels; piece_cluster, piece_unit : codes of the cluster and of the cell unit of each piece
    clusters, units : labels of the clusters and of the cell units
    inside : effects nested in the pieces; crossed : the others
    levels : labels of the levels of the crossed effects and of the cell period, by name
    n_obs, n_missing, n_singletons : rows kept, and dropped for each reason
    """

    names: Names
    piece: str
    pieces: np.ndarray
    piece_cluster: np.ndarray
    piece_unit: np.ndarray
    clusters: np.ndarray
    units: np.ndarray
    inside: tuple[str, ...]
    crossed: tuple[str, ...]
    levels: Mapping[str, np.ndarray]
    n_obs: int
    n_missing: int
    n_singletons: int


@dataclass(frozen=True, eq=False)
class Block:
    """Rows sorted by piece; all rows of a level of a nested effect are in one block.

    Parameters
    ----------
    values : array (c, n); weights : (n,) or None
    piece : codes (n,)
    inside : codes (n,) of each nested effect, the first one sorted within pieces
    levels : codes (n,) of each column of levels in the plan
    """

    values: np.ndarray
    weights: np.ndarray | None
    piece: np.ndarray
    inside: tuple[np.ndarray, ...]
    levels: tuple[np.ndarray, ...]


def check_names(names: Names) -> None:
    """Raise ModelError if the call can not be meant: nothing to explain, names given twice, three effects."""
    twice = [name for name in dict.fromkeys(names.values) if names.values.count(name) > 1]
    if twice:
        raise ModelError(f"{', '.join(twice)} is named twice among outcomes and regressors")
    if not names.outcomes or not names.regressors:
        raise ModelError("a Gram needs at least one outcome and one regressor")
    if len(names.absorb) > 2:
        raise ModelError(f"{len(names.absorb)} effects ({', '.join(names.absorb)}); at most two can be absorbed")
    if names.cells is not None and len(names.cells) != 2:
        raise ModelError(f"cells={names.cells!r} must be (unit, period), two columns")


def check_clusters(plan: Plan) -> Plan:
    """The plan if the data can carry it.

    Raises
    ------
    NotEstimable if no row or one cluster is left.
    """
    names = plan.names
    if not plan.n_obs:
        raise NotEstimable(
            f"no row is left: {plan.n_missing} have missing values and {plan.n_singletons} stand alone in an effect "
            f"({', '.join(names.absorb) or 'none'}). Use fewer effects or data with several rows per level."
        )
    if len(plan.clusters) < 2:
        raise NotEstimable(f"one cluster of '{names.cluster}' is left; clustered errors need at least two")
    return plan


def finer(cluster: str, unit: str, unit_in_cluster: bool, cluster_in_unit: bool) -> str:
    """The one of cluster and cell unit that lies in the other.

    Raises
    ------
    ModelError if neither does.
    """
    if unit_in_cluster:
        return unit
    if cluster_in_unit:
        return cluster
    raise ModelError(f"cells of '{unit}' and clusters of '{cluster}' cross; one must lie in the other")


def sides(names: Names, piece: str, nested_in_piece: Mapping[str, bool], nested_in_cluster: Mapping[str, bool]):
    """Effects nested in the pieces, and crossed ones.

    Raises
    ------
    ModelError if an effect lies in the clusters but not in the cells' units.
    """
    between = [e for e in names.absorb if nested_in_cluster[e] and not nested_in_piece[e]]
    if between:
        raise ModelError(
            f"levels of {', '.join(between)} lie in one '{names.cluster}' but in several '{piece}'; treatments can be "
            f"re-assigned only over units in which the effects lie: give cells of '{names.cluster}'"
        )
    inside = tuple(e for e in names.absorb if nested_in_piece[e])
    return inside, tuple(e for e in names.absorb if e not in inside)


class Columns:
    """Rows in memory, as columns.

    Parameters
    ----------
    values : arrays of numbers by name; keys : arrays of levels by name; weights : array or None
    """

    def __init__(self, values: Mapping[str, Any], keys: Mapping[str, Any], weights: Any = None):
        self.values, self.keys, self.weights = values, keys, weights

    @classmethod
    def of(cls, data, names: Names) -> "Columns":
        """From a DataFrame, a mapping of arrays, a structured array or a table with named columns.

        Raises
        ------
        MissingColumn, ModelError if a column of numbers holds something else.
        """
        known = _column_names(data)
        needed = [*names.values, *names.keys, *([names.weights] if names.weights else [])]
        require(pd.DataFrame(columns=list(known)), needed)
        values = {name: _numbers(data[name], name) for name in names.values}
        weights = _numbers(data[names.weights], names.weights) if names.weights else None
        return cls(values, {name: data[name] for name in names.keys}, weights)

    def read(self, names: Names, size: int) -> tuple[Plan, Iterator[Block]]:
        """The plan and the blocks, of about `size` rows."""
        rows, n_missing = self._complete()
        codes, labels = {}, {}
        for name, column in self.keys.items():
            codes[name], labels[name] = _codes(column, rows)
        keep = _no_singletons([codes[e] for e in names.absorb], len(next(iter(codes.values()))))
        n_singletons = 0
        if keep is not None:
            n_singletons = int((~keep).sum())
            rows = np.flatnonzero(keep) if rows is None else rows[keep]
            for name in codes:
                codes[name], labels[name] = _used(codes[name][keep], labels[name])
        plan = _plan(names, codes, labels, n_missing, n_singletons)
        return plan, self._blocks(plan, codes, rows, size)

    def _complete(self) -> tuple[np.ndarray | None, int]:
        """Rows without missing values (None if all are), and how many are not."""
        numbers = {**self.values, **({} if self.weights is None else {"weights": self.weights})}
        n = len(next(iter(self.values.values())))
        missing = np.zeros(n, dtype=bool)
        for column in numbers.values():
            if not np.isfinite(column.sum()):
                missing |= np.isnan(column)
        for column in self.keys.values():
            if np.asarray(column).dtype.kind not in "iub":
                missing |= np.asarray(pd.isna(column))
        rows = np.flatnonzero(~missing) if missing.any() else None
        for name, column in numbers.items():
            if not np.isfinite(column.sum()):
                check_finite(column if rows is None else column[rows], name)
        if self.weights is not None:
            check_weights(self.weights if rows is None else self.weights[rows])
        return rows, int(missing.sum())

    def _blocks(self, plan: Plan, codes, rows, size: int) -> Iterator[Block]:
        key, whole = _order_key(plan, codes)
        counts = np.bincount(key)
        order = None if (key[1:] >= key[:-1]).all() else _sorting(key, len(counts))
        ends = np.cumsum(counts)
        start = 0
        while start < plan.n_obs:
            end = min(start + size, plan.n_obs)
            if whole:
                end = int(ends[np.searchsorted(ends, end)])
            chosen = slice(start, end) if order is None else order[start:end]
            where = chosen if rows is None else rows[chosen]
            values = np.empty((len(self.values), end - start))
            for i, column in enumerate(self.values.values()):
                values[i] = column[where]
            yield Block(
                values=values,
                weights=None if self.weights is None else self.weights[where],
                piece=codes[plan.piece][chosen],
                inside=tuple(codes[e][chosen] for e in plan.inside),
                levels=tuple(codes[e][chosen] for e in plan.levels),
            )
            start = end


def check_finite(column: np.ndarray, name: str) -> None:
    """Raise InfiniteValues if there are any."""
    infinite = np.isinf(column)
    if infinite.any():
        rows = ", ".join(map(str, np.flatnonzero(infinite)[:3]))
        raise InfiniteValues(
            f"column '{name}' holds {infinite.sum()} infinite values (first in rows {rows} of those without missing "
            "values); set them to missing or transform otherwise"
        )


def check_weights(weights: np.ndarray) -> None:
    """Raise ModelError if a weight is not positive."""
    wrong = ~(weights > 0)
    if wrong.any():
        raise ModelError(f"{wrong.sum()} weights are zero or negative (smallest {weights.min():g}); leave those rows out")


def _column_names(data) -> Sequence[str]:
    if isinstance(data, np.ndarray):
        if data.dtype.names is None:
            raise ModelError("an array needs named columns: give a mapping name -> array or a structured array")
        return data.dtype.names
    for attribute in ("column_names", "columns"):
        if hasattr(data, attribute):
            return list(getattr(data, attribute))
    if isinstance(data, Mapping):
        return list(data)
    raise ModelError(f"no rows can be read from {type(data).__name__}; give a frame, arrays, parquet or a DuckDB relation")


def _numbers(column, name: str) -> np.ndarray:
    """A column of numbers; texts of digits, dates and objects of other kinds are refused, not read as numbers."""
    if not isinstance(column, pd.Series):
        values = np.asarray(column)
        if values.dtype.kind in "biuf":
            return values.astype(float, copy=False)
        column = pd.Series(values)
    return number(column, name).to_numpy()


def _codes(column, rows) -> tuple[np.ndarray, np.ndarray]:
    """Codes from 0 in the order of the sorted levels, and the levels."""
    values = np.asarray(column) if rows is None else np.asarray(column)[rows]
    if values.dtype.kind in "iu" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < 4 * len(values):
            return _used(np.subtract(values, low, dtype=np.int64), np.arange(low, high + 1))
    codes, levels = pd.factorize(values, sort=True)
    return codes.astype(np.int32), np.asarray(levels)


def _used(codes: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The codes and labels of the levels that occur."""
    there = np.zeros(len(labels), dtype=bool)
    there[codes] = True
    return (np.cumsum(there, dtype=np.int32) - np.int32(1))[codes], labels[there]


def _no_singletons(codes: list[np.ndarray], n: int) -> np.ndarray | None:
    """Which rows share every effect with another row, again and again; None if all do."""
    keep = np.ones(n, dtype=bool)
    counts = [np.bincount(code) for code in codes]
    while any((count == 1).any() for count in counts):
        alone = np.zeros(n, dtype=bool)
        for code, count in zip(codes, counts):
            alone |= (count == 1)[code]
        keep &= ~alone
        counts = [np.bincount(code[keep], minlength=len(count)) for code, count in zip(codes, counts)]
    return None if keep.all() else keep


def _plan(names: Names, codes, labels, n_missing: int, n_singletons: int) -> Plan:
    cluster, unit = names.cluster, names.cells[0] if names.cells else names.cluster
    inside_of = {(a, b): _of(codes[a], codes[b]) for a in names.keys for b in dict.fromkeys([cluster, unit])}
    piece = finer(cluster, unit, inside_of[unit, cluster] is not None, inside_of[cluster, unit] is not None)
    in_piece = {e: inside_of[e, piece] is not None for e in names.absorb}
    in_cluster = {e: inside_of[e, cluster] is not None for e in names.absorb}
    inside, crossed = sides(names, piece, in_piece, in_cluster)
    columns = dict.fromkeys([*crossed, *([names.cells[1]] if names.cells else [])])
    plan = Plan(
        names=names,
        piece=piece,
        pieces=labels[piece],
        piece_cluster=inside_of[piece, cluster],
        piece_unit=inside_of[piece, unit],
        clusters=labels[cluster],
        units=labels[unit],
        inside=inside,
        crossed=crossed,
        levels={name: labels[name] for name in columns},
        n_obs=len(codes[cluster]),
        n_missing=n_missing,
        n_singletons=n_singletons,
    )
    return check_clusters(plan)


def _of(inner: np.ndarray, outer: np.ndarray) -> np.ndarray | None:
    """The outer level of each inner one; None if an inner level lies in several."""
    if inner is outer:
        return np.arange(inner.max() + 1 if len(inner) else 0)
    found = np.zeros(inner.max() + 1 if len(inner) else 0, dtype=outer.dtype)
    found[inner] = outer
    return found if (found[inner] == outer).all() else None


def _sorting(codes: np.ndarray, levels: int) -> np.ndarray:
    """Places of the rows in the order of their codes, rows of one level as they came: a counting sort."""
    n = len(codes)
    rows = csr_array((np.ones(n, dtype=np.int8), (codes, np.arange(n))), shape=(levels, n))
    return rows.indices


def _order_key(plan: Plan, codes) -> tuple[np.ndarray, bool]:
    """What the rows are sorted by, as codes from 0, and whether equal rows must stay in one block."""
    piece = codes[plan.piece]
    if len(plan.inside) != 1:
        return piece, len(plan.inside) > 0
    unit = codes[plan.inside[0]]
    if unit is piece:
        return piece, True
    of = _of(unit, piece)
    place = np.empty(len(of), dtype=np.int32)
    place[np.argsort(of, kind="stable")] = np.arange(len(of), dtype=np.int32)
    return place[unit], True
