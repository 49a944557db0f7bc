"""What is left of a difference between two channels once calls are compared within blocks of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from study import inference, models
from study.refusals import complete, named

from ..errors import TooFew
from .aipw import aipw

TRIMS = ((0.05, 0.95), (0.02, 0.98))  # bounds of the propensity


@dataclass(frozen=True, eq=False)
class ChannelGap:
    """A difference between two channels, raw and within blocks.

    Parameters
    ----------
    raw : channel -> (share with the outcome, rows), all rows; gap : share of the treated channel less that of the other
    plain, within : Fit of the outcome on `treated` in the blocks kept, without and with an effect of the block
    wild : wild bootstrap by block of the second; weighted : bounds of the propensity -> Fit of `aipw`
    treated, other : names of the channels
    """

    raw: Mapping[str, tuple[float, int]]
    plain: models.Fit
    within: models.Fit
    wild: object
    weighted: Mapping[tuple[float, float], models.Fit]
    treated: str
    other: str

    @property
    def gap(self) -> float:
        return self.raw[self.treated][0] - self.raw[self.other][0]


def both_channels(treated: pd.Series, block: pd.Series, least: int) -> pd.Series:
    """Whether a row is in a block that has `least` rows or more of each channel (treated 1 and 0)."""
    counts = treated.groupby(block).agg(["sum", "size"])
    return block.isin(counts.index[(counts["sum"] >= least) & (counts["size"] - counts["sum"] >= least)])


def channel_gap(
    data: pd.DataFrame,
    *,
    outcome: str,
    channel: str,
    treated: str,
    block: str,
    numeric: Sequence[str],
    categorical: Sequence[str],
    least: int = 10,
    reps: int,
    seed: int,
) -> ChannelGap:
    """Compare two channels on all rows, within blocks (y = b treated + block + e), and by `aipw` within the same blocks.

    Parameters
    ----------
    outcome : column of 0 and 1; channel : column of the channels; treated : the one whose share is compared with the other's
    block : column of blocks, such as months; those with fewer than `least` rows of either channel are left out
    numeric, categorical : columns for the propensity and the outcome of `aipw`
    reps : draws of the bootstrap

    Raises
    ------
    MissingColumn; BadValue for a row without channel; TooFew unless there are two channels and two blocks that have both
    """
    named(data, outcome, channel, block, *numeric, *categorical)
    complete(data, channel, block)
    others = sorted(set(data[channel]) - {treated})
    if len(others) != 1 or treated not in set(data[channel]):
        raise TooFew(f"two channels are compared, '{treated}' with another; found {', '.join(sorted(set(data[channel])))}")
    rows = data.assign(treated=(data[channel] == treated).astype(int))
    kept = rows[both_channels(rows["treated"], rows[block], least)]
    if kept[block].nunique() < 2:
        raise TooFew(f"{kept[block].nunique()} of {rows[block].nunique()} blocks have {least} rows or more of each channel; at least two are needed")
    within = models.panel.fit(kept, f"{outcome} ~ treated | {block}", cluster=block)
    given = {"outcome": outcome, "treatment": "treated", "block": block, "cluster": block, "numeric": numeric, "categorical": categorical}
    return ChannelGap(
        raw={name: (float(part[outcome].mean()), len(part)) for name, part in rows.groupby(channel)},
        plain=models.panel.fit(kept, f"{outcome} ~ treated", cluster=block),
        within=within,
        wild=inference.wild_bootstrap(within, "treated", reps=reps, seed=seed, interval=True),
        weighted={trim: aipw(kept, trim=trim, seed=seed, **given) for trim in TRIMS},
        treated=treated,
        other=others[0],
    )
