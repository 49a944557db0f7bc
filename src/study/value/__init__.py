"""Customer value: the report's formulas, with units, horizon and warnings, and the models of customer lifetime value.

Pure functions of arrays. Formulas: `cltv`, `clv_discounted`, `joint_index`, `cooperation_effect`, `composite`.
Models by maximum likelihood: `bgnbd`, `bgbb`, `gamma_gamma`, `sbg`; their
errors: `delta_error`, `bootstrap_error`.
"""

from .bgbb import BGBB, bgbb
from .bgnbd import BGNBD, bgnbd
from .clv import clv_discounted, survival_curve
from .cltv import LifetimeMismatch, cltv
from .composite import Composite, composite
from .cooperation import cooperation_effect
from .gamma_gamma import GammaGamma, gamma_gamma
from .histories import HorizonUnits, SelectedCustomers
from .inputs import ValueInputError
from .joint import JointIndex, joint_index
from .likelihood import CustomerModel, NotConverged
from .prediction_errors import PredictionError, bootstrap_error, delta_error
from .sbg import SBG, sbg

__all__ = [
    "BGBB",
    "BGNBD",
    "Composite",
    "CustomerModel",
    "GammaGamma",
    "HorizonUnits",
    "JointIndex",
    "LifetimeMismatch",
    "NotConverged",
    "PredictionError",
    "SBG",
    "SelectedCustomers",
    "ValueInputError",
    "bgbb",
    "bgnbd",
    "bootstrap_error",
    "cltv",
    "clv_discounted",
    "composite",
    "cooperation_effect",
    "delta_error",
    "gamma_gamma",
    "joint_index",
    "sbg",
    "survival_curve",
]
