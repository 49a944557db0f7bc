"""The rules of output checking for a file of rows: no row may stand for a customer, no cell name one."""

import re
from collections.abc import Collection, Mapping

import pandas as pd

from . import identifiers
from .cell_rules import Fault

PSEUDONYM = re.compile(r"[0-9a-f]{32,64}")
CODE = re.compile(r"[A-Za-z]{0,4}[-_]?[0-9]{5,}")
MONTH_OR_DAY = re.compile(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])?")
FEW_ROWS = 20  # rows up to which numbers of many digits may all differ by chance


def row_faults(
    table: pd.DataFrame, *, identifying: Collection[str], units: Mapping[str, int], most: int, declared: Collection[str] = ()
) -> list[Fault]:
    """What in a file's rows is, or looks like, single customers.

    Parameters
    ----------
    table : texts
    identifying : columns of the arm's source that identify a customer
    units : what the source has -> how many of them; a file with as many rows is one of them a row
    most : rows that a table or figure may have
    declared : columns that the builder says are counts or shares; they are not taken for identifiers
    """
    faults = []
    known = {_plain(name) for name in identifying}
    for name in map(str, table.columns):
        if _plain(name) in known:
            faults.append(Fault("identifies customers in the source; leave it out", column=name))
    same = [f"{what} ({count:,})" for what, count in units.items() if count == len(table)]
    if same:
        rows = f"{len(table):,} rows, as many as {same[0]}"
        faults.append(Fault(f"{rows}: one row per customer is not published; draw groups"))
    elif len(table) > most:
        faults.append(Fault(f"{len(table):,} rows; more than {most} are no groups; draw fewer points"))
    for name in table.columns:
        faults += _column(table[name], name in declared)
    return faults


def _column(values: pd.Series, declared: bool) -> list[Fault]:
    """Pseudonyms, identifiers in texts, and long codes that all differ."""
    present = values[values != ""]
    named = int(present.str.fullmatch(PSEUDONYM).sum())
    if named:
        text = f"{named} pseudonyms; they are for joining tables, not for publication"
        return [Fault(text, column=str(values.name))]
    texts = present[pd.to_numeric(present.str.replace(",", ""), errors="coerce").isna()]
    found = [Fault(f"{one}; leave it out", column=str(values.name)) for one in identifiers.find(texts)]
    if found or declared or len(present) <= FEW_ROWS or present.duplicated().any():
        return found
    if present.str.fullmatch(CODE).all() and not present.str.fullmatch(MONTH_OR_DAY).all():
        text = f"{len(present)} long numbers that all differ look like identifiers; leave them out or round them"
        return [Fault(text, column=str(values.name))]
    return []


def _plain(name: str) -> str:
    """A name without case and punctuation: Customer ID, customer_id and customerid are one."""
    return re.sub(r"[\W_]", "", str(name)).casefold()
