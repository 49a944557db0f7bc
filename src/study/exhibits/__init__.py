"""Tables, figures and numbers: saved through one door, in two languages, each with its origin.

One module per question has its tables and figures (`exhibits.scoring`, `exhibits.baseline`, ...); what they are made
with is the engine: `start()` opens the run of a notebook; `save_table`, `save_figure`, `save_number` write the files
and the manifest; `table()` makes the table object from rows, `regression_table()` and `regressions()` from Fits.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from study.privacy import Units

    from . import (
        anomalies,
        baseline,
        cases,
        channels,
        credit_risk,
        experiments,
        indicators,
        lapse_warning,
        leakage,
        life_cycle,
        price_offers,
        recommendation,
        robustness,
        sample,
        scoring,
        segments,
        value,
        variables,
    )
    from .engine import lookup
    from .engine.errors import ExhibitError
    from .engine.event_plot import event_study_data, event_study_plot
    from .engine.findings import Finding, findings
    from .engine.fit_table import regression_table
    from .engine.regression import Line, regressions, save_line
    from .engine.run import Run, start
    from .engine.save import save_figure, save_number, save_table
    from .engine.table import Table, Text
    from .engine.table import build as table

__all__ = [
    "ExhibitError",
    "Finding",
    "Line",
    "Run",
    "Table",
    "Text",
    "Units",
    "anomalies",
    "baseline",
    "cases",
    "channels",
    "credit_risk",
    "event_study_data",
    "event_study_plot",
    "experiments",
    "findings",
    "indicators",
    "lapse_warning",
    "leakage",
    "life_cycle",
    "lookup",
    "price_offers",
    "recommendation",
    "regression_table",
    "regressions",
    "robustness",
    "sample",
    "save_figure",
    "save_line",
    "save_number",
    "save_table",
    "scoring",
    "segments",
    "start",
    "table",
    "value",
    "variables",
]

attach(__name__)
