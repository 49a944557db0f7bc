"""What is asked of a fit: predictions and slopes."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import prediction
    from .slopes import slopes

__all__ = [
    "prediction",
    "slopes",
]

attach(__name__)
