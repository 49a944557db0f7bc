"""How many parameters the absorbed effects cost."""

import pandas as pd

from .prepare import Prepared


def counted_effects(prepared: Prepared) -> int:
    """Levels of the effects that count as parameters: those not nested in a cluster variable.

    Two crossed effects share one constant; where all effects are nested one constant counts.
    """
    crossed = [
        name for name in prepared.effects.columns if not any(nested(prepared.effects[name], prepared.clusters[c]) for c in prepared.clusters.columns)
    ]
    levels = sum(prepared.effects[name].nunique() for name in crossed)
    return max(levels - max(len(crossed) - 1, 0), 1)


def nested(inner: pd.Series, outer: pd.Series) -> bool:
    """True if every level of `inner` lies in one level of `outer`."""
    return bool((outer.groupby(inner.to_numpy()).nunique() == 1).all())
