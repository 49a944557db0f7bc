"""Customer value: the report's formulas, with units, horizon and warnings, and the models of customer lifetime value.

Pure functions of arrays.

- Formulas: `cltv`, `clv_discounted`, `candidate_forms`, `joint_index`, `cooperation_effect`, `composite`
- Models by maximum likelihood: `bgnbd`, `bgbb`, `gamma_gamma`, `sbg`; errors of their predictions: `delta_error`,
  `bootstrap_error`
- Value from a hazard or a chain: `hazard_clv`, `transition_matrix`, `markov_clv`, `markov_clv_error`
- Transactions to histories and the check on held-out time: `summary`, `summary_by_period`, `calibration_holdout`,
  `expected_by_frequency`, `holdout_scores`, `tracking`
- Which customers come first: `ranking_agreement`, `composite_stability`, `value_reached`
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from study.errors import BadValue as ValueInputError

    from .bgbb import BGBB, bgbb
    from .bgnbd import BGNBD, bgnbd
    from .cltv import LifetimeMismatch, cltv
    from .clv import LooksCumulative, candidate_forms, clv_discounted, survival_curve
    from .composite import Composite, composite
    from .cooperation import cooperation_effect
    from .evaluation import expected_by_frequency, holdout_scores, tracking
    from .gamma_gamma import GammaGamma, SpendFollowsFrequency, gamma_gamma
    from .hazard_value import HazardValue, hazard_clv
    from .histories import HorizonUnits, SelectedCustomers
    from .joint import JointIndex, joint_index
    from .lift import value_reached
    from .likelihood import CustomerModel, NotConverged
    from .markov import TransitionMatrix, markov_clv, markov_clv_error, transition_matrix
    from .prediction_errors import PredictionError, bootstrap_error, delta_error
    from .ranking import ranking_agreement
    from .sbg import SBG, sbg
    from .stability import CompositeStability, composite_stability
    from .summary import calibration_holdout, summary, summary_by_period

__all__ = [
    "BGBB",
    "BGNBD",
    "Composite",
    "CompositeStability",
    "CustomerModel",
    "GammaGamma",
    "HazardValue",
    "HorizonUnits",
    "JointIndex",
    "LifetimeMismatch",
    "LooksCumulative",
    "NotConverged",
    "PredictionError",
    "SBG",
    "SelectedCustomers",
    "SpendFollowsFrequency",
    "TransitionMatrix",
    "ValueInputError",
    "bgbb",
    "bgnbd",
    "bootstrap_error",
    "calibration_holdout",
    "candidate_forms",
    "cltv",
    "clv_discounted",
    "composite",
    "composite_stability",
    "cooperation_effect",
    "delta_error",
    "expected_by_frequency",
    "gamma_gamma",
    "hazard_clv",
    "holdout_scores",
    "joint_index",
    "markov_clv",
    "markov_clv_error",
    "ranking_agreement",
    "sbg",
    "summary",
    "summary_by_period",
    "survival_curve",
    "tracking",
    "transition_matrix",
    "value_reached",
]

attach(__name__)
