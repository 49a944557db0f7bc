"""Decisions and experiments: value of a policy, price response, effects, whom to contact."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from .aipw import aipw
    from .channel_gap import ChannelGap, both_channels, channel_gap
    from .experiment import Experiment, experiment
    from .policy import Arms, Policies, learn, learn_and_value, offer_value, over_draws, two_arms, value
    from .pooled_arms import PooledArms, pooled_arms
    from .price_response import price_response, price_slopes
    from .target_lists import TargetLists, risk_and_response, target_lists

__all__ = [
    "Arms",
    "ChannelGap",
    "Experiment",
    "Policies",
    "PooledArms",
    "TargetLists",
    "aipw",
    "both_channels",
    "channel_gap",
    "experiment",
    "learn",
    "learn_and_value",
    "offer_value",
    "over_draws",
    "pooled_arms",
    "price_response",
    "price_slopes",
    "risk_and_response",
    "target_lists",
    "two_arms",
    "value",
]

attach(__name__)
