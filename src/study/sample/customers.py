"""Samples over the customer model: each step keeps rows by a rule that stands in the data set's file (section `sample`)."""

from collections.abc import Mapping

import pandas as pd

from study.design.contract import Filled
from study.design.profiles import Keep, Step

from .built import COLUMNS, Built, line

Tables = Mapping[str, pd.DataFrame]
WHO = "customer_id"


def build(arm: str, tables: Tables, steps: Mapping[str, Step], filled: Filled) -> Built:
    """The sample of an arm: steps one after the other, then each sample of a later analysis out of what is left.

    Parameters
    ----------
    tables : of `data.read`
    steps : section `sample` of the data set; the first is the table as provided
    filled : its section `tables`: the table that is sampled, and the column by which errors are clustered
    """
    first, *others = steps
    rows = tables[filled.unit]
    log, samples = [line(first, steps[first], rows, rows, _clusters(rows, tables, filled))], []
    for name in others:
        left = rows[kept(rows, tables, steps[name], filled.unit)]
        entry = line(name, steps[name], rows, left, _clusters(left, tables, filled))
        if steps[name].kind == "sample":
            samples.append(entry)
        else:
            log.append(entry)
            rows = left
    return Built(arm, rows, tables, pd.DataFrame(log, columns=COLUMNS), pd.DataFrame(samples, columns=COLUMNS), units=rows)


def kept(rows: pd.DataFrame, tables: Tables, step: Step, unit: str) -> pd.Series:
    """Which rows a step keeps: those that fit all its rules (`design.profiles.Keep`).

    Parameters
    ----------
    rows : of the table `unit`, as the steps before have left them
    """
    found = pd.Series(True, index=rows.index)
    for keep in step.keep:
        found &= _counted(rows, tables, keep) if keep.rows_of else _fits(rows, tables, keep, unit)
    return found


def _clusters(rows: pd.DataFrame, tables: Tables, filled: Filled) -> int | None:
    """How many clusters the rows are of; None where there is no such column."""
    if filled.cluster is None or filled.cluster.split(".")[1] not in tables.get(filled.cluster.split(".")[0], ()):
        return None
    return _column(rows, tables, filled.cluster, filled.unit).nunique()


def _counted(rows: pd.DataFrame, tables: Tables, keep: Keep) -> pd.Series:
    """Customers with so many rows in a table; a table that is not there has none."""
    if keep.rows_of is None or keep.rows_of not in tables:
        return pd.Series(False, index=rows.index)
    table = tables[keep.rows_of]
    for column, value in keep.where.items():
        table = table[table[column] == value]
    return rows[WHO].map(table[WHO].value_counts()).fillna(0) >= keep.least


def _fits(rows: pd.DataFrame, tables: Tables, keep: Keep, unit: str) -> pd.Series:
    assert keep.column is not None, "a rule that counts no rows has a column"
    values = _column(rows, tables, keep.column, unit)
    if keep.equals is not None:
        return values == keep.equals
    if keep.differs is not None:
        return values != keep.differs
    if keep.known:
        return values.notna()
    if keep.same_as:
        return values == _column(rows, tables, keep.same_as, unit)
    assert keep.within is not None, "the other ways look at rows of one group"
    group = _column(rows, tables, keep.within, unit)
    if keep.values:
        return values.groupby(group).transform("nunique") >= keep.values
    counts = pd.crosstab(group, values)
    return group.isin(counts.index[(counts >= keep.each).all(axis=1)])


def _column(rows: pd.DataFrame, tables: Tables, name: str, unit: str) -> pd.Series:
    """table.column at each row: of the customer's first row in another table, missing where that or the column is not there."""
    table, column = name.split(".")
    source = rows if table == unit else tables.get(table, pd.DataFrame())
    if column not in source:
        return pd.Series(float("nan"), index=rows.index)
    return rows[column] if table == unit else rows[WHO].map(source.drop_duplicates(WHO).set_index(WHO)[column])
