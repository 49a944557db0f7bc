"""Sufficient statistics per cluster, from rows in memory or in an engine, and the models that follow from them."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import cells
    from .gram import Gram, build, of_fit, of_prepared

__all__ = [
    "Gram",
    "build",
    "cells",
    "of_fit",
    "of_prepared",
]

attach(__name__)
