"""A3, A4, F14: models side by side under three splits, the scorecard with its tiers, accuracy across time."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from .feature_findings import said
    from .figure import accuracy
    from .tables import (
        COST_RATIOS,
        TIERS,
        accuracy_by_split,
        chosen_text,
        figure_notes,
        models_side_by_side,
        points,
        save_blocks,
        save_comparison,
        save_cuts,
        save_points,
        save_published,
    )

__all__ = [
    "COST_RATIOS",
    "TIERS",
    "accuracy",
    "accuracy_by_split",
    "chosen_text",
    "figure_notes",
    "models_side_by_side",
    "points",
    "said",
    "save_blocks",
    "save_comparison",
    "save_cuts",
    "save_points",
    "save_published",
]

attach(__name__)
