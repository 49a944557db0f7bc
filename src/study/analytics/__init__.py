"""Analytics of customers: scores, segments, policies, warnings. Pure functions of tables and arrays; they know nothing of banks.

`metrics` and `splits` are the small parts; `auc_interval`, `calibration` and `scoring` use them.
"""

from . import anomaly, auc_interval, early_warning, injection, metrics, recommend, scoring, splits
from .calibration import Calibration, calibration
from .errors import AnalyticsError, BadValue, MissingColumn, NoVariation, TooFew, UnknownChoice
from .holdings import Holdings, holdings
from .person_periods import PersonPeriods, Split, person_periods, split_by_person_and_period
from .target_lists import TargetLists, target_lists

__all__ = [
    "AnalyticsError",
    "BadValue",
    "Calibration",
    "Holdings",
    "MissingColumn",
    "NoVariation",
    "PersonPeriods",
    "Split",
    "TargetLists",
    "TooFew",
    "UnknownChoice",
    "anomaly",
    "auc_interval",
    "calibration",
    "early_warning",
    "holdings",
    "injection",
    "metrics",
    "person_periods",
    "recommend",
    "scoring",
    "split_by_person_and_period",
    "splits",
    "target_lists",
]
