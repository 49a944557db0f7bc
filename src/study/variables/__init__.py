"""Variables: the arms' tables, panels with the codebook's derived variables, indicators, the FinTech index."""

from . import (
    arms,
    attrition_columns,
    descriptives,
    fintech_index,
    indicators,
    panels,
    product_holdings,
    profile,
    purchase,
    report,
    saving_days,
    scoring,
    transactions,
    value_inputs,
    value_lines,
)
from .arms import describe, entries, left_for_regressions, table

__all__ = [
    "arms",
    "attrition_columns",
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
    "saving_days",
    "scoring",
    "table",
    "transactions",
    "value_inputs",
    "value_lines",
]
