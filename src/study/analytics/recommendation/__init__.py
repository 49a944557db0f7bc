"""Recommendation: holdings, recommenders, and whether a hidden product comes back."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import recommend
    from .holdings import Holdings, holdings

__all__ = [
    "Holdings",
    "holdings",
    "recommend",
]

attach(__name__)
