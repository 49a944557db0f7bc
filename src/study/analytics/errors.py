"""Why customers can not be scored, grouped or valued: one class per reason, each says what to do."""

from study.errors import StudyError


class AnalyticsError(StudyError, ValueError):
    """Base of the errors of study.analytics."""


class MissingColumn(AnalyticsError):
    """A named column is not in the table."""


class BadValue(AnalyticsError):
    """A value is missing, infinite or outside what its meaning allows."""


class TooFew(AnalyticsError):
    """Too few customers, groups, distinct values or outcomes for what is asked."""


class NoVariation(AnalyticsError):
    """All customers are alike, or all outcomes are of one class."""


class NotConverged(AnalyticsError):
    """A learner did not reach its minimum."""


class UnknownChoice(AnalyticsError):
    """An argument names a choice that does not exist."""
