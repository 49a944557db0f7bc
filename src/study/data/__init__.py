"""Real data: one reader per source, each gives typed and checked tables.

`cn_banks.facts()` gives the embedded facts on Chinese banks; `registry.read(source)` the tables of a source
that is not shipped, if it is on this machine.
"""

from . import cn_banks, download, registry
from .errors import DataError
from .registry import SourceMissing, UnknownFile

__all__ = ["DataError", "SourceMissing", "UnknownFile", "cn_banks", "download", "registry"]
