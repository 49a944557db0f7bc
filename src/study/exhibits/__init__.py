"""Tables, figures and numbers: saved through one door, in two languages, each with its origin.

`start()` opens the run of a notebook; `save_table`, `save_figure`, `save_number` write the files
and the manifest; `table()` makes the table object from rows, `regression_table()` and
`regressions()` from Fits.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from study.privacy import Units

    from . import (
        anonymity_table,
        feature_findings,
        lookup,
        purchase_numbers,
        purchase_plots,
        purchase_tables,
        scoring_plots,
        scoring_tables,
        scoring_texts,
        texts,
        value_texts,
        warning_numbers,
        warning_tables,
    )
    from .anomaly_tables import anomalies
    from .anonymity_table import anonymity
    from .builders import attrition, codebook, correlation_table, customer_relations, descriptives
    from .errors import ExhibitError
    from .event_plot import event_study_data, event_study_plot
    from .findings import Finding, findings
    from .fit_table import regression_table
    from .index_table import fintech_index
    from .life_cycle_tables import life_cycle
    from .plots import indicators
    from .recommendation_tables import recommendation
    from .regression import Line, regressions, save_line
    from .report_table import report
    from .robustness_table import Entry, Variant, variants
    from .run import Run, start
    from .save import save_figure, save_number, save_table
    from .segment_tables import segments
    from .table import Table, Text
    from .table import build as table
    from .value_plots import value_panels
    from .value_tables import values

__all__ = [
    "Entry",
    "ExhibitError",
    "Finding",
    "Line",
    "Run",
    "Table",
    "Text",
    "Units",
    "Variant",
    "anomalies",
    "anonymity",
    "anonymity_table",
    "attrition",
    "codebook",
    "correlation_table",
    "customer_relations",
    "descriptives",
    "event_study_data",
    "event_study_plot",
    "feature_findings",
    "findings",
    "fintech_index",
    "indicators",
    "life_cycle",
    "lookup",
    "purchase_numbers",
    "purchase_plots",
    "purchase_tables",
    "recommendation",
    "regression_table",
    "regressions",
    "report",
    "save_figure",
    "save_line",
    "save_number",
    "save_table",
    "scoring_plots",
    "scoring_tables",
    "scoring_texts",
    "segments",
    "start",
    "table",
    "texts",
    "value_panels",
    "value_texts",
    "values",
    "variants",
    "warning_numbers",
    "warning_tables",
]

attach(__name__)
