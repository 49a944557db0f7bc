"""Lists by risk and by response, tried on everybody who was assigned an arm by lot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.models import discrete, panel
from study.models.discrete.exact import Exact

from ..policy import TargetLists, risk_and_response, target_lists
from ..shared import splits


@dataclass(frozen=True)
class AssignedLists:
    """All people of an experiment and the lists of them.

    Parameters
    ----------
    n : people
    difference : share that stop without treatment less that with it, and its interval (HC1)
    active : who is ever active, treated and not
    targets : the lists by risk, by response and at random
    """

    n: int
    difference: tuple[float, float, float]
    active: Exact
    targets: TargetLists


def assigned_lists(people: pd.DataFrame, *, asked: Sequence[str], capacity: float, seed: int) -> AssignedLists | None:
    """Risk and response are learned on one half from what was known before, and the lists tried on the other, both ways round.

    Nobody who was assigned is left out: a comparison of the active alone could be one of different people.

    Parameters
    ----------
    people : treated, active, stopped (0/1) and the columns `asked`
    capacity : share on each list
    seed : of the halves and of the list at random

    Returns
    -------
    None if there are no people: nothing was assigned by lot
    """
    if people.empty:
        return None
    experiment = {"treated": "treated", "event": "stopped", "seed": seed}
    ranked = risk_and_response(people, splits.at_random(len(people), 2, seed), numeric=list(asked), **experiment)
    targets = target_lists(ranked, risk="risk", response="response", capacity=capacity, **experiment)
    gap = panel.fit(people.assign(none=1 - people["treated"]), "stopped ~ none", vcov="HC1").row("none")
    ever = people.groupby("treated")["active"].agg(["sum", "size"]).loc[[1, 0]]
    active = discrete.exact(np.asarray(ever["sum"]), np.asarray(ever["size"]))
    return AssignedLists(len(people), tuple(gap[["estimate", "ci_low", "ci_high"]]), active, targets)
