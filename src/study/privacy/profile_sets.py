"""The profile table of an arm under several sets of quasi-identifiers: as recorded, rounded, in bands, with fewer of them."""

import pandas as pd

from study.design.protection import Anonymous

from .anonymity import Anonymity, anonymity
from .bands import banded, cut


def profile_anonymity(table: pd.DataFrame, asked: Anonymous) -> dict[str, Anonymity]:
    """How many rows a profile table would single out, were it published.

    Parameters
    ----------
    table : one row per person, as `variables.table` makes it
    asked : of the section `privacy` in design/sources/; columns that the table does not have are left out (a bank's own tables
        may lack any)

    Returns
    -------
    "recorded", "rounded" (numbers cut to their unit), "bands", "fewer" (in bands, the fewer quasi-identifiers) -> report,
    each coarser than the one before; "rounded" only if it differs from "recorded", "fewer" only if it differs from
    "bands"; empty if the table has no quasi-identifier or no row
    """
    quasi, fewer, sensitive = ([name for name in names if name in table] for names in (asked.quasi, asked.fewer, asked.sensitive))
    if not quasi or table.empty:
        return {}
    rough = banded(table, asked.bands)
    recorded = rough.assign(**{name: table[name] for name in quasi})
    rounded = recorded.assign(**{name: cut(table[name], unit) for name, unit in asked.rounded.items() if name in quasi})
    sets = {"recorded": (recorded, quasi)}
    if not rounded.equals(recorded):
        sets["rounded"] = (rounded, quasi)
    sets["bands"] = (rough, quasi)
    if fewer and fewer != quasi:
        sets["fewer"] = (rough, fewer)
    return {key: anonymity(rows, columns, sensitive) for key, (rows, columns) in sets.items()}
