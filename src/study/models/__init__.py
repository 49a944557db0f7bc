"""Estimators: a DataFrame in, a Fit out. They know nothing of banks.

`panel.fit` (linearmodels) for linear panels, `gram.build` for many models from one pass.
"""

from . import collinearity, gram, panel
from .errors import (
    Collinear,
    DuplicateKeys,
    FormulaError,
    InfiniteValues,
    MissingColumn,
    ModelError,
    NotEstimable,
    NoVariation,
)
from .fit import Fit

__all__ = [
    "Collinear",
    "DuplicateKeys",
    "Fit",
    "FormulaError",
    "InfiniteValues",
    "MissingColumn",
    "ModelError",
    "NoVariation",
    "NotEstimable",
    "collinearity",
    "gram",
    "panel",
]
