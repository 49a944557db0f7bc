"""Instrumental variables, with inference that weak instruments do not mislead."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from .iv import ESTIMATORS, VCOVS, PlausiblyExogenous, fit, plausibly_exogenous, tf

__all__ = [
    "ESTIMATORS",
    "PlausiblyExogenous",
    "VCOVS",
    "fit",
    "plausibly_exogenous",
    "tf",
]

attach(__name__)
