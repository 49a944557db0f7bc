"""Why customers can not be scored, grouped or valued: one class per reason, each says what to do."""

from study.errors import BadValue, InputError, MissingColumn, TooFew

AnalyticsError = InputError  # base of the errors of this room, of which the first are shared with the other methods
__all__ = ["AnalyticsError", "BadValue", "MissingColumn", "NoVariation", "NotConverged", "TooFew", "UnknownChoice"]


class NoVariation(AnalyticsError):
    """All customers are alike, or all outcomes are of one class."""


class NotConverged(AnalyticsError):
    """A learner did not reach its minimum."""


class UnknownChoice(AnalyticsError):
    """An argument names a choice that does not exist."""
