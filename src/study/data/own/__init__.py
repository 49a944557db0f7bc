"""Data of the user's own bank: the contract's tables, a mapping for other names, and a check that finds every fault.

`check()` reports what is wrong, `read()` gives the tables where nothing is, `allowed()` says which questions they answer.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import demo, templates
    from .faults import Fault, listed, worst_first
    from .read import Checked, check, folder, is_synthetic, paths, read
    from .stages import allowed

__all__ = ["Checked", "Fault", "allowed", "check", "demo", "folder", "is_synthetic", "listed", "paths", "read", "templates", "worst_first"]

attach(__name__)
