"""How many parameters the absorbed effects cost."""

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
