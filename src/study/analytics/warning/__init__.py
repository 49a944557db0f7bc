"""Early warning: who is at risk of a lapse when, by which score, and what lists of them catch."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import early_warning
    from .assigned_lists import AssignedLists, assigned_lists
    from .lapse_hazards import lapse_hazards
    from .lapse_risk import lapse_risk
    from .person_periods import PersonPeriods, person_periods
    from .warning_scores import warning_scores

__all__ = [
    "AssignedLists",
    "PersonPeriods",
    "assigned_lists",
    "early_warning",
    "lapse_hazards",
    "lapse_risk",
    "person_periods",
    "warning_scores",
]

attach(__name__)
