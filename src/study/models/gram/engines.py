"""Rows that are not in memory: parquet files, DuckDB relations and queries, read sorted and in blocks.

The keys are counted first (levels, nesting, singletons), then the numbers pass once, sorted by DuckDB,
which spills to disk what does not fit.
"""

from collections.abc import Iterator
from os import PathLike
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from study.refusals import require

from ..errors import ModelError
from .rows import Block, Names, Plan, check_clusters, check_finite, check_weights, finer, sides


def is_query(data: Any) -> bool:
    """True for what DuckDB reads: a relation, the text of a query, paths."""
    if isinstance(data, (list, tuple)):
        return bool(data) and all(isinstance(item, (str, PathLike)) for item in data)
    return isinstance(data, (duckdb.DuckDBPyRelation, str, PathLike))


class Query:
    """A relation whose rows are read in blocks.

    Parameters
    ----------
    relation : the rows, all columns
    n_rows, n_complete : rows, and rows without missing values
    """

    def __init__(self, relation: duckdb.DuckDBPyRelation, n_rows: int, n_complete: int):
        self.relation, self.n_rows, self.n_complete = relation, n_rows, n_complete

    @classmethod
    def of(cls, data: Any, names: Names) -> "Query":
        """From a relation, the text of a query or paths of parquet files; only complete rows.

        Raises
        ------
        MissingColumn, ModelError if DuckDB can not read it.
        """
        relation = _relation(data)
        numbers = [*names.values, *([names.weights] if names.weights else [])]
        require(pd.DataFrame(columns=list(relation.columns)), [*numbers, *names.keys])
        columns = [f"{_quoted(name)}::DOUBLE AS v{i}" for i, name in enumerate(numbers)]
        columns += [f"{_quoted(name)} AS k{i}" for i, name in enumerate(names.keys)]
        whole = [f"v{i} IS NOT NULL AND NOT isnan(v{i})" for i in range(len(numbers))]
        whole += [f"k{i} IS NOT NULL" for i in range(len(names.keys))]
        try:
            rows = relation.query("given", f"SELECT {', '.join(columns)} FROM given")
            complete = rows.query("given", f"SELECT * FROM given WHERE {' AND '.join(whole)}")
            n_rows, n_complete = (int(r.aggregate("count(*)").fetchall()[0][0]) for r in (rows, complete))
        except duckdb.Error as error:
            raise ModelError(f"DuckDB can not read the columns {', '.join(numbers)} as numbers: {error}") from None
        return cls(complete, n_rows, n_complete)

    def read(self, names: Names, size: int) -> tuple[Plan, Iterator[Block]]:
        """The plan and the blocks, of about `size` rows."""
        key = {name: f"k{i}" for i, name in enumerate(names.keys)}
        rows = _no_singletons(self.relation, [key[e] for e in names.absorb])
        plan = _plan(rows, names, key, self.n_rows, self.n_complete)
        return plan, _blocks(rows, plan, key, size)


def _relation(data: Any) -> duckdb.DuckDBPyRelation:
    if isinstance(data, duckdb.DuckDBPyRelation):
        return data
    try:
        if isinstance(data, str) and not data.endswith(".parquet"):
            relation = duckdb.sql(data)
            if relation is None:
                raise ModelError(f"{data!r} gives no rows; a SELECT is needed")
            return relation
        paths = [data] if isinstance(data, (str, PathLike)) else list(data)
        return duckdb.read_parquet([str(path) for path in paths])
    except duckdb.Error as error:
        raise ModelError(f"DuckDB can not read {data!r}: {error}") from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _no_singletons(rows: duckdb.DuckDBPyRelation, keys: list[str]) -> duckdb.DuckDBPyRelation:
    """Rows that share every effect with another row, again and again."""
    while keys:
        alone = [f"{k} IN (SELECT {k} FROM given GROUP BY {k} HAVING count(*) = 1)" for k in keys]
        if not rows.query("given", f"SELECT 1 FROM given WHERE {' OR '.join(alone)} LIMIT 1").fetchall():
            break
        rows = rows.query("given", f"SELECT * FROM given WHERE NOT ({' OR '.join(alone)})")
    return rows


def _plan(rows: duckdb.DuckDBPyRelation, names: Names, key: dict[str, str], n_rows: int, n_complete: int) -> Plan:
    cluster, unit = names.cluster, names.cells[0] if names.cells else names.cluster

    def lies(inner: str, outer: str) -> bool:
        several = f"SELECT 1 FROM given GROUP BY {key[inner]} HAVING min({key[outer]}) <> max({key[outer]}) LIMIT 1"
        return inner == outer or rows.query("given", several).fetchall() == []

    def labels(*columns: str) -> pd.DataFrame:
        listed = ", ".join(key[name] for name in columns)
        found = rows.query("given", f"SELECT DISTINCT {listed} FROM given ORDER BY {listed}").fetchdf()
        return found.set_axis(list(range(len(columns))), axis=1)

    piece = finer(cluster, unit, lies(unit, cluster), lies(cluster, unit))
    in_cluster = {e: lies(e, cluster) for e in names.absorb}
    in_piece = in_cluster if piece == cluster else {e: lies(e, piece) for e in names.absorb}
    inside, crossed = sides(names, piece, in_piece, in_cluster)
    both = labels(piece, cluster, unit)
    clusters, units = (np.unique(both[i]) for i in (1, 2))
    n_obs = int(rows.aggregate("count(*)").fetchall()[0][0])
    explicit = dict.fromkeys([*crossed, *([names.cells[1]] if names.cells else [])])
    plan = Plan(
        names=names,
        piece=piece,
        pieces=both[0].to_numpy(),
        piece_cluster=np.searchsorted(clusters, both[1].to_numpy()),
        piece_unit=np.searchsorted(units, both[2].to_numpy()),
        clusters=clusters,
        units=units,
        inside=inside,
        crossed=crossed,
        levels={name: labels(name)[0].to_numpy() for name in explicit},
        n_obs=n_obs,
        n_missing=n_rows - n_complete,
        n_singletons=n_complete - n_obs,
    )
    return check_clusters(plan)


def _blocks(rows: duckdb.DuckDBPyRelation, plan: Plan, key: dict[str, str], size: int) -> Iterator[Block]:
    """Blocks of sorted rows; the last level of what must stay whole is kept back for the next block.

    Sorted by every column, so that sums are made in one order and two runs give the same bytes.
    """
    whole = {0: None, 1: plan.inside[0] if plan.inside else None, 2: plan.piece}[len(plan.inside)]
    order = list(dict.fromkeys([key[plan.piece], *([key[whole]] if whole else []), *key.values(), *rows.columns]))
    reader = rows.query("given", f"SELECT * FROM given ORDER BY {', '.join(order)}").fetch_record_batch(size)
    held = None
    for batch in reader:
        part = batch.to_pandas()
        part = part if held is None else pd.concat([held, part], ignore_index=True)
        held = part
        if len(part) < size:
            continue
        cut = len(part)
        if whole is not None:
            last = part[key[whole]].to_numpy()
            cut = int(np.flatnonzero(last != last[-1])[-1]) + 1 if (last != last[-1]).any() else 0
        if cut:
            yield _block(part.iloc[:cut], plan, key)
            held = part.iloc[cut:] if cut < len(part) else None
    if held is not None and len(held):
        yield _block(held, plan, key)


def _block(part: pd.DataFrame, plan: Plan, key: dict[str, str]) -> Block:
    names = plan.names
    values = np.empty((len(names.values), len(part)))
    for i, name in enumerate(names.values):
        values[i] = part[f"v{i}"]
        check_finite(values[i], name)
    weights = None
    if names.weights:
        weights = part[f"v{len(names.values)}"].to_numpy()
        check_finite(weights, names.weights)
        check_weights(weights)

    def code(name: str, labels: np.ndarray) -> np.ndarray:
        return pd.Index(labels).get_indexer(part[key[name]])

    return Block(
        values=values,
        weights=weights,
        piece=code(plan.piece, plan.pieces),
        inside=tuple(pd.factorize(part[key[e]])[0] for e in plan.inside),
        levels=tuple(code(name, labels) for name, labels in plan.levels.items()),
    )
