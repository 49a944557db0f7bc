"""What every exhibit is made with: the run, the table, its words and signs, the writers, the figure style, and finding it again."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import cells, event_plot, findings, fit_table, lookup, moments, pandoc, regression, run, save, style, table, word, wording

__all__ = [
    "cells",
    "event_plot",
    "findings",
    "fit_table",
    "lookup",
    "moments",
    "pandoc",
    "regression",
    "run",
    "save",
    "style",
    "table",
    "word",
    "wording",
]

attach(__name__)
