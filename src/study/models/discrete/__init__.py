"""Outcomes with few levels: 0/1 by logit, probit and Firth's logit, ordered levels, exact tests."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import ordinal
    from .discrete import FLAT, METHODS, fit
    from .exact import exact
    from .marginal import marginal_effects

__all__ = [
    "FLAT",
    "METHODS",
    "exact",
    "fit",
    "marginal_effects",
    "ordinal",
]

attach(__name__)
