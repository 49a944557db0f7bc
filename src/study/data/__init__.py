"""Real data: one reader per source (data/sources), each ends in typed and checked tables of the customer model.

`read(arm)` gives the tables of an arm, `inputs(arm)` its files, `embedded(table)` the arm that the project itself carries and that fills a table, `check(arm)` what its documentation states beside
what is found; `registry` knows the sources, `own` the contract of a user's own bank.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import download, own, registry
    from .arms import check, embedded, inputs, missing, read, synthetic
    from .columns import units
    from .errors import DataError
    from .registry import SourceMissing, UnknownFile

__all__ = [
    "DataError",
    "SourceMissing",
    "UnknownFile",
    "check",
    "download",
    "embedded",
    "inputs",
    "missing",
    "own",
    "read",
    "registry",
    "synthetic",
    "units",
]

attach(__name__)
