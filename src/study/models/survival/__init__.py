"""Time to an event: hazards in discrete time with survival and frailty, and Cox's model."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import cox, hazard

__all__ = [
    "cox",
    "hazard",
]

attach(__name__)
