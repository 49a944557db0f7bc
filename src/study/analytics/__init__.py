"""Analytics of customers: scores, segments, policies, warnings. Pure functions of tables and arrays; they know nothing of banks."""

from .errors import AnalyticsError, BadValue, MissingColumn, NoVariation, TooFew, UnknownChoice

__all__ = [
    "AnalyticsError",
    "BadValue",
    "MissingColumn",
    "NoVariation",
    "TooFew",
    "UnknownChoice",
]
