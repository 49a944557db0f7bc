"""Variables: the arms' tables, panels with the codebook's derived variables, indicators, the FinTech index."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
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
        saving_days,
        scoring,
        segment_inputs,
        stage_inputs,
        transactions,
        value_inputs,
        value_lines,
    )
    from .arms import describe, entries, left_for_regressions, table
    from .errors import VariableError

__all__ = [
    "VariableError",
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
    "saving_days",
    "scoring",
    "segment_inputs",
    "stage_inputs",
    "table",
    "transactions",
    "value_inputs",
    "value_lines",
]

attach(__name__)
