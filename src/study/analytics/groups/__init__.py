"""Groups of customers: RFM, segments, stages of a life cycle, and what groups say of a later outcome."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import groupings
    from .life_cycle import STAGES, LifeCycle, LifeCycleRules, life_cycle
    from .rfm import Rfm, frequency_and_age, rfm
    from .segments import Segments, segments, shuffled
    from .stage_moves import stage_moves, stage_shares

__all__ = [
    "LifeCycle",
    "LifeCycleRules",
    "Rfm",
    "STAGES",
    "Segments",
    "frequency_and_age",
    "groupings",
    "life_cycle",
    "rfm",
    "segments",
    "shuffled",
    "stage_moves",
    "stage_shares",
]

attach(__name__)
