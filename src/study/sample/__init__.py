"""Sample construction: every step logged with the rows before and after it and its reason.

`build()` gives the sample of an arm; `cn_banks.cells()` is the rule for the facts on Chinese banks,
`estimation` what is left of a panel for a regression.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import cn_banks, customers, estimation
    from .arms import build, counts
    from .built import Built, Count
    from .errors import SampleError

__all__ = ["SampleError", "Built", "Count", "build", "cn_banks", "counts", "customers", "estimation"]

attach(__name__)
