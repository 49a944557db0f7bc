"""What is asked of a fit: predictions, slopes, linear restrictions."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import prediction, restrictions
    from .slopes import slopes

__all__ = [
    "prediction",
    "restrictions",
    "slopes",
]

attach(__name__)
