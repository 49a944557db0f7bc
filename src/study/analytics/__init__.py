"""Analytics of customers: scores, segments, policies, warnings. Pure functions of tables and arrays; they know nothing of banks.

`metrics` and `splits` are the small parts; `auc_interval`, `calibration` and `scoring` use them.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import anomaly, auc_interval, early_warning, feature_checks, groupings, injection, leakage, metrics, policy, recommend, scoring, splits
    from .aipw import aipw
    from .calibration import Calibration, calibration
    from .errors import AnalyticsError, BadValue, MissingColumn, NoVariation, TooFew, UnknownChoice
    from .experiment import Experiment, experiment
    from .holdings import Holdings, holdings
    from .lapse_risk import lapse_risk
    from .life_cycle import STAGES, LifeCycle, LifeCycleRules, life_cycle
    from .person_periods import PersonPeriods, person_periods
    from .rfm import Rfm, frequency_and_age, rfm
    from .segments import Segments, segments, shuffled
    from .stage_moves import stage_moves, stage_shares
    from .target_lists import TargetLists, risk_and_response, target_lists
    from .warning_scores import warning_scores

__all__ = [
    "AnalyticsError",
    "BadValue",
    "Calibration",
    "Experiment",
    "Holdings",
    "LifeCycle",
    "LifeCycleRules",
    "MissingColumn",
    "NoVariation",
    "PersonPeriods",
    "Rfm",
    "STAGES",
    "Segments",
    "TargetLists",
    "TooFew",
    "UnknownChoice",
    "aipw",
    "anomaly",
    "auc_interval",
    "calibration",
    "early_warning",
    "experiment",
    "feature_checks",
    "frequency_and_age",
    "groupings",
    "holdings",
    "injection",
    "lapse_risk",
    "leakage",
    "life_cycle",
    "metrics",
    "person_periods",
    "policy",
    "recommend",
    "rfm",
    "risk_and_response",
    "scoring",
    "segments",
    "shuffled",
    "splits",
    "stage_moves",
    "stage_shares",
    "target_lists",
    "warning_scores",
]

attach(__name__)
