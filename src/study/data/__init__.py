"""Real data: one reader per source, each gives typed and checked tables.

`cn_banks.read()` gives the embedded facts on Chinese banks; `checksum(path)` the sha256 of a file.
"""

from . import cn_banks
from .checksum import checksum
from .errors import DataError

__all__ = ["DataError", "checksum", "cn_banks"]
