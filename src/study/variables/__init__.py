"""Variables: the arms' tables, panels with the codebook's derived variables, indicators, the FinTech index."""

from . import (
    arms,
    descriptives,
    fintech_index,
    indicators,
    panels,
    product_holdings,
    profile,
    purchase,
    report,
    scoring,
    transactions,
    value_inputs,
    value_lines,
)
from .arms import describe, entries, left_for_regressions, table

__all__ = [
    "arms",
    "describe",
    "descriptives",
    "entries",
    "fintech_index",
    "indicators",
    "left_for_regressions",
    "panels",
    "product_holdings",
    "profile",
    "purchase",
    "report",
    "scoring",
    "table",
    "transactions",
    "value_inputs",
    "value_lines",
]
