"""Scores: scorers side by side, scorecard, calibration, tiers and costs, what a table should be asked before, leakage."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import feature_checks, leakage
    from .calibration import Calibration, calibration
    from .costs import cost_curve, tiers
    from .credit_risk import CreditRisk, credit_risk
    from .scorecard import scorecard
    from .scoring import Comparison, compare

__all__ = [
    "Calibration",
    "Comparison",
    "CreditRisk",
    "calibration",
    "compare",
    "cost_curve",
    "credit_risk",
    "feature_checks",
    "leakage",
    "scorecard",
    "tiers",
]

attach(__name__)
