"""How many parameters the absorbed effects cost."""

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .prepare import Prepared, nested

LARGEST_RANK = 3_000  # rows whose matrix of dummies is decomposed


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

    Two effects cost their levels less one for every connected group of them; more than two at most their levels less one for every further effect,
    and where that bound reaches the rows, the rank decides (samples of more than LARGEST_RANK rows are not judged).
    """
    n, k, effects = len(prepared.y), prepared.x.shape[1], prepared.effects
    levels = [effects[name].nunique() for name in effects.columns]
    if n > k + sum(levels) - max(len(levels) - 1, 0):
        return False
    if len(levels) <= 2:
        return n <= k + sum(levels) - (_groups(effects) if len(levels) == 2 else 0)
    if n > LARGEST_RANK:
        return False
    dummies = [pd.get_dummies(effects[name], dtype=float).to_numpy() for name in effects.columns]
    return bool(np.linalg.matrix_rank(np.hstack([prepared.x.to_numpy(dtype=float), *dummies])) >= n)


def _groups(effects: pd.DataFrame) -> int:
    """Connected groups of the levels of two effects, given as codes from 0."""
    first, second = (effects[name].to_numpy() for name in effects.columns)
    size = first.max() + second.max() + 2
    links = coo_array((np.ones(len(effects)), (first, second + first.max() + 1)), shape=(size, size))
    return int(connected_components(links, directed=False)[0])
