"""Variables: panels with the codebook's derived variables, indicators, the FinTech index, descriptives."""

from . import descriptives, fintech_index, indicators, panels, report

__all__ = ["descriptives", "fintech_index", "indicators", "panels", "report"]
