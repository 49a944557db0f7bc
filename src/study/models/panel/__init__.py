"""Linear panel models, their covariances, and the tests of random against fixed effects."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from .panel import ESTIMATORS, VCOVS, fit, mundlak
    from .specification import EffectsTest, hausman

__all__ = [
    "ESTIMATORS",
    "EffectsTest",
    "VCOVS",
    "fit",
    "hausman",
    "mundlak",
]

attach(__name__)
