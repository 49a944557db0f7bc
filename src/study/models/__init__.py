"""Estimators: a DataFrame in, a Fit out. They know nothing of banks.

`panel.fit` (linearmodels) for linear panels, `iv.fit` (linearmodels) for instruments, `gram.build` for many models
from one pass, `did.fit` for staggered adoption, `discrete.fit` for 0/1 outcomes, `hazard.fit` for events in discrete
time, `cox.fit` for spells, `ordinal.fit` for ordered levels.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import did, discrete, gram, iv, panel
    from .after import slopes
    from .discrete import ordinal
    from .errors import (
        BadOutcome,
        Collinear,
        DuplicateKeys,
        FormulaError,
        InfiniteValues,
        MissingColumn,
        ModelError,
        NotConverged,
        NotEstimable,
        NoVariation,
        Separated,
        Underidentified,
        UnknownTerm,
        Unseen,
    )
    from .fit import Fit
    from .gram import cells as gram_cells
    from .shared import collinearity
    from .survival import cox, hazard

__all__ = [
    "BadOutcome",
    "Collinear",
    "DuplicateKeys",
    "Fit",
    "FormulaError",
    "InfiniteValues",
    "MissingColumn",
    "ModelError",
    "NoVariation",
    "NotConverged",
    "NotEstimable",
    "Separated",
    "Underidentified",
    "UnknownTerm",
    "Unseen",
    "collinearity",
    "cox",
    "did",
    "discrete",
    "gram",
    "gram_cells",
    "hazard",
    "iv",
    "ordinal",
    "panel",
    "slopes",
]

attach(__name__)
