"""What the analytics share: categories, measures of a score, splits, learners, influence, resampling."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import auc_interval, bins, categories, influence, learners, metrics, outcomes, resampling, splits, vector_machine

__all__ = [
    "auc_interval",
    "bins",
    "categories",
    "influence",
    "learners",
    "metrics",
    "outcomes",
    "resampling",
    "splits",
    "vector_machine",
]

attach(__name__)
