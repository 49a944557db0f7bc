"""Staggered adoption: estimators, aggregation, weights, and the decomposition of the two-way estimate."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from .bacon import bacon
    from .balance import entropy_balance, propensity_match
    from .did import ESTIMATORS, Adoption, bands, fit
    from .panel import cohorts

__all__ = [
    "Adoption",
    "ESTIMATORS",
    "bacon",
    "bands",
    "cohorts",
    "entropy_balance",
    "fit",
    "propensity_match",
]

attach(__name__)
