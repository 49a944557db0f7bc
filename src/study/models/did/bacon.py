"""The Goodman-Bacon decomposition of the two-way fixed-effects estimate."""

import numpy as np
import pandas as pd

from ..errors import NotEstimable
from .panel import NEVER, Panel, build

KINDS = ("treated against never treated", "earlier against later treated", "later against already treated")


def bacon(data: pd.DataFrame, *, outcome: str, unit: str, time: str, cohort: str) -> pd.DataFrame:
    """The comparisons of two cohorts in two spans that the two-way estimate averages, with their weights.

    tau = sum of weight * estimate; the weight of a pair is proportional to the product of the group sizes and the
    variance of treatment over the periods in which one of them is treated and the other not

    Parameters
    ----------
    data, outcome, unit, time, cohort : as in `fit`; the panel must be balanced. Units treated in the first
        period are left out.

    Returns
    -------
    DataFrame kind, treated, control (values of cohort, inf for never), weight, estimate, n_treated, n_control (units);
    attrs["notes"] says what was dropped. The last kind has treated units as controls: there the bias comes from.

    Raises
    ------
    NotEstimable if the panel has gaps; errors of `fit`

    Source
    ------
    Goodman-Bacon (2021), Journal of Econometrics 225(2), theorem 1.
    """
    panel = build(data, outcome=outcome, unit=unit, time=time, cohort=cohort)
    gaps = int((~panel.observed).sum())
    if gaps:
        uneven = int((~panel.observed).any(axis=1).sum())
        raise NotEstimable(
            f"the decomposition needs a balanced panel: {uneven} of {len(panel.y)} units lack {gaps} unit-periods; "
            f"keep units seen in all {len(panel.periods)} periods"
        )
    groups = [*panel.adopted, *([NEVER] if (panel.cohort == NEVER).any() else [])]
    means = {g: panel.y[panel.members(g)].mean(axis=0) for g in groups}
    rows = [row for i, g in enumerate(groups) for later in groups[i + 1 :] for row in _pair(panel, means, g, later)]
    if not rows:
        raise NotEstimable("one cohort and no unit never treated: nothing to compare; it takes a second cohort")
    table = pd.DataFrame(rows, columns=["kind", "treated", "control", "weight", "estimate", "n_treated", "n_control"])
    table["weight"] /= table["weight"].sum()
    table = table.sort_values(["kind", "treated", "control"], key=lambda s: s.map(KINDS.index) if s.name == "kind" else s)
    table = table.reset_index(drop=True)
    table.attrs["notes"] = panel.notes
    return table


def _pair(panel: Panel, means: dict, early: int, late: int) -> list[tuple]:
    """The one or two comparisons of a cohort and one that adopts later or never."""
    t = len(panel.periods)
    n_early, n_late = int(panel.members(early).sum()), int(panel.members(late).sum())
    share = (t - early) / t
    label = panel.cohorts.get(late, np.inf)
    if late == NEVER:
        value = _two_by_two(means, early, late, slice(early, t), slice(0, early))
        return [(KINDS[0], panel.cohorts[early], label, n_early * n_late * share * (1 - share), value, n_early, n_late)]
    share_late = (t - late) / t
    forward = _two_by_two(means, early, late, slice(early, late), slice(0, early))
    backward = _two_by_two(means, late, early, slice(late, t), slice(early, late))
    weight = n_early * n_late * (share - share_late)
    return [
        (KINDS[1], panel.cohorts[early], label, weight * (1 - share), forward, n_early, n_late),
        (KINDS[2], label, panel.cohorts[early], weight * share_late, backward, n_late, n_early),
    ]


def _two_by_two(means: dict, treated: int, control: int, after: slice, before: slice) -> float:
    change = {g: means[g][after].mean() - means[g][before].mean() for g in (treated, control)}
    return float(change[treated] - change[control])
