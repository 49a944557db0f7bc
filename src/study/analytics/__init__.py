"""Analytics of customers: scores, segments, policies, warnings. Pure functions of tables and arrays; they know nothing of banks.

`metrics` and `splits` are the small parts; `auc_interval`, `calibration` and `scoring` use them.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import anomaly, policy, scoring
    from .anomaly import injection
    from .errors import AnalyticsError, BadValue, MissingColumn, NoVariation, TooFew, UnknownChoice
    from .groups import (
        STAGES,
        LifeCycle,
        LifeCycleRules,
        Rfm,
        Segments,
        frequency_and_age,
        groupings,
        life_cycle,
        rfm,
        segments,
        shuffled,
        stage_moves,
        stage_shares,
    )
    from .policy import (
        ChannelGap,
        Experiment,
        PooledArms,
        TargetLists,
        aipw,
        channel_gap,
        experiment,
        pooled_arms,
        risk_and_response,
        target_lists,
    )
    from .recommendation import Holdings, holdings, recommend
    from .scoring import Calibration, CreditRisk, calibration, credit_risk, feature_checks, leakage
    from .shared import auc_interval, metrics, splits
    from .warning import (
        AssignedLists,
        PersonPeriods,
        assigned_lists,
        early_warning,
        lapse_hazards,
        lapse_risk,
        person_periods,
        warning_scores,
    )

__all__ = [
    "AnalyticsError",
    "AssignedLists",
    "BadValue",
    "Calibration",
    "ChannelGap",
    "CreditRisk",
    "Experiment",
    "Holdings",
    "LifeCycle",
    "LifeCycleRules",
    "MissingColumn",
    "NoVariation",
    "PersonPeriods",
    "PooledArms",
    "Rfm",
    "STAGES",
    "Segments",
    "TargetLists",
    "TooFew",
    "UnknownChoice",
    "aipw",
    "anomaly",
    "assigned_lists",
    "auc_interval",
    "calibration",
    "channel_gap",
    "credit_risk",
    "early_warning",
    "experiment",
    "feature_checks",
    "frequency_and_age",
    "groupings",
    "holdings",
    "injection",
    "lapse_hazards",
    "lapse_risk",
    "leakage",
    "life_cycle",
    "metrics",
    "person_periods",
    "policy",
    "pooled_arms",
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
