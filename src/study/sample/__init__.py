"""Sample construction: every step logged with the rows before and after it and its reason.

`build()` gives the sample of an arm; `bank_facts.cells()` is the rule for published facts on banks,
`estimation` what is left of a panel for a regression.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import bank_facts, customers, estimation
    from .arms import build, counts, differing
    from .built import Built, Count
    from .errors import SampleError

__all__ = ["SampleError", "Built", "Count", "bank_facts", "build", "counts", "customers", "differing", "estimation"]

attach(__name__)
