"""Customer value: the report's formulas, with units, horizon and warnings. Pure functions of arrays.

`cltv`, `clv_discounted`, `joint_index`, `cooperation_effect` and `composite`.
"""

from .clv import clv_discounted, survival_curve
from .cltv import LifetimeMismatch, cltv
from .composite import Composite, composite
from .cooperation import cooperation_effect
from .inputs import ValueInputError
from .joint import JointIndex, joint_index

__all__ = [
    "Composite",
    "JointIndex",
    "LifetimeMismatch",
    "ValueInputError",
    "cltv",
    "clv_discounted",
    "composite",
    "cooperation_effect",
    "joint_index",
    "survival_curve",
]
