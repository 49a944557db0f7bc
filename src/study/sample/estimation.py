"""What is left of a panel for a regression with effects."""

from collections.abc import Sequence

import pandas as pd

from study.errors import nearest

from .errors import SampleError


def drop_singletons(frame: pd.DataFrame, effects: Sequence[str]) -> pd.DataFrame:
    """Drop rows whose value of an effect appears once, again and again until none is left."""
    while True:
        single = pd.Series(False, index=frame.index)
        for effect in effects:
            single |= ~frame[effect].duplicated(keep=False)
        if not single.any():
            return frame
        frame = frame[~single]


def sample(panel: pd.DataFrame, outcome: str, treatment: str, effects: Sequence[str] = ("bank", "year")) -> pd.DataFrame:
    """The rows that identify the regression of `outcome` on `treatment` with `effects`."""
    return drop_singletons(_both(panel, outcome, treatment, effects), effects)


def degrees_of_freedom(frame: pd.DataFrame, effects: Sequence[str], slopes: int = 1) -> int:
    """Rows less effects less slopes; two crossed effects share one constant per connected group.

    The effects of a sample that is not connected (say, banks of 2019-2020 and other banks of
    2022-2023) have one constant more to share per group, so they cost that much less.
    """
    if len(effects) > 2:
        raise SampleError(f"degrees of freedom are counted for one or two effects, found {len(effects)}: {', '.join(effects)}")
    levels = sum(frame[effect].nunique() for effect in effects)
    shared = _groups(frame, effects) if len(effects) > 1 else 0
    return len(frame) - (levels - shared) - slopes


def counts(panel: pd.DataFrame, outcomes: Sequence[str], treatment: str, effects=("bank", "year"), unit: str = "bank") -> pd.DataFrame:
    """How much is left for each outcome.

    Returns
    -------
    DataFrame outcome, both, both_banks (rows and units with outcome and treatment), n, banks (after
    singletons), df (degrees of freedom left; missing where no row is left)
    """
    lines = []
    for outcome in outcomes:
        both = _both(panel, outcome, treatment, effects)
        left = drop_singletons(both, effects)
        lines.append(
            {
                "outcome": outcome,
                "both": len(both),
                "both_banks": both[unit].nunique(),
                "n": len(left),
                "banks": left[unit].nunique(),
                "df": degrees_of_freedom(left, effects) if len(left) else None,
            }
        )
    return pd.DataFrame(lines).astype({"df": "Int64"})


def _both(panel: pd.DataFrame, outcome: str, treatment: str, effects: Sequence[str]) -> pd.DataFrame:
    """The rows that have outcome, treatment and effects."""
    needed = [outcome, treatment, *effects]
    for name in needed:
        if name not in panel.columns:
            raise SampleError(f"the panel has no column '{name}'" + nearest(name, panel.columns))
    return panel.dropna(subset=needed)


def _groups(frame: pd.DataFrame, effects: Sequence[str]) -> int:
    """The number of connected groups of the first two effects' levels."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    first, second = (frame[effect].astype("category").cat.codes.to_numpy() for effect in effects[:2])
    size = first.max() + second.max() + 2
    links = coo_matrix(([1] * len(frame), (first, second + first.max() + 1)), shape=(size, size))
    return connected_components(links, directed=False)[0]
