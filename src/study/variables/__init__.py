"""Variables: panels with the codebook's derived variables, indicators, descriptives."""

from . import descriptives, indicators, panels

__all__ = ["descriptives", "indicators", "panels"]
