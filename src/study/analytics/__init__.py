"""Analytics of customers: scores, segments, policies, warnings. Pure functions of tables and arrays; they know nothing of banks."""

from . import early_warning, recommend
from .errors import AnalyticsError, BadValue, MissingColumn, NoVariation, TooFew, UnknownChoice
from .holdings import Holdings, holdings
from .person_periods import PersonPeriods, Split, person_periods, split_by_person_and_period
from .target_lists import TargetLists, target_lists

__all__ = [
    "AnalyticsError",
    "BadValue",
    "Holdings",
    "MissingColumn",
    "NoVariation",
    "PersonPeriods",
    "Split",
    "TargetLists",
    "TooFew",
    "UnknownChoice",
    "early_warning",
    "holdings",
    "person_periods",
    "recommend",
    "split_by_person_and_period",
    "target_lists",
]
