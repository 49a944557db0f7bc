"""Real data: one reader per source, each gives typed and checked tables.

`cn_banks.read()` gives the embedded facts on Chinese banks.
"""

from . import cn_banks
from .errors import DataError

__all__ = ["DataError", "cn_banks"]
