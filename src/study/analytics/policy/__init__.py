"""Decisions and experiments: value of a policy, price response, effects, whom to contact."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from .aipw import aipw
    from .experiment import Experiment, experiment
    from .policy import Arms, Policies, learn, learn_and_value, offer_value, over_draws, two_arms, value
    from .price_response import price_response
    from .target_lists import TargetLists, risk_and_response, target_lists

__all__ = [
    "Arms",
    "Experiment",
    "Policies",
    "TargetLists",
    "aipw",
    "experiment",
    "learn",
    "learn_and_value",
    "offer_value",
    "over_draws",
    "price_response",
    "risk_and_response",
    "target_lists",
    "two_arms",
    "value",
]

attach(__name__)
