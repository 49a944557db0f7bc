"""What the estimators share: columns, formulas, samples and their arrays, bases, likelihoods, separation."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import basis, carrying, collinearity, columns, effects, formula, formula_terms, likelihood, prepare, restrictions, separation

__all__ = [
    "basis",
    "carrying",
    "collinearity",
    "columns",
    "effects",
    "formula",
    "formula_terms",
    "likelihood",
    "prepare",
    "restrictions",
    "separation",
]

attach(__name__)
