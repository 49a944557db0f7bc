"""How many parameters the absorbed effects cost."""

import numpy as np
import pandas as pd

from .prepare import Prepared, nested


def counted_effects(prepared: Prepared) -> int:
    """Levels of the effects that count as parameters: those not nested in a cluster variable.

    Two crossed effects share one constant; where all effects are nested one constant counts.
    """
    crossed = [
        name for name in prepared.effects.columns if not any(nested(prepared.effects[name], prepared.clusters[c]) for c in prepared.clusters.columns)
    ]
    levels = sum(prepared.effects[name].nunique() for name in crossed)
    return max(levels - max(len(crossed) - 1, 0), 1)


def saturated(prepared: Prepared) -> bool:
    """True if regressors and all effects, nested ones too, have as many free parameters as there are rows: the fit is exact, its residuals rounding.

    Levels less one for every further effect are an upper bound of what effects cost; where it reaches the rows, the rank decides.
    """
    n, levels = len(prepared.y), [prepared.effects[name].nunique() for name in prepared.effects.columns]
    if n > prepared.x.shape[1] + sum(levels) - max(len(levels) - 1, 0):
        return False
    dummies = [pd.get_dummies(prepared.effects[name], dtype=float).to_numpy() for name in prepared.effects.columns]
    return bool(np.linalg.matrix_rank(np.hstack([prepared.x.to_numpy(dtype=float), *dummies])) >= n)
