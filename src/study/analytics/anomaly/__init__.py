"""Anomalous transactions: detection at a budget of alerts, and anomalies of known kind put in."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import injection
    from .anomaly import Detection, detect, evaluate, surprises

__all__ = [
    "Detection",
    "detect",
    "evaluate",
    "injection",
    "surprises",
]

attach(__name__)
