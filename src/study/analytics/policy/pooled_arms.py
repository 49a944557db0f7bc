"""Several arms of an experiment taken together against the rest: randomisation tests, and bounds where outcomes are seen of some only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from study import inference
from study.refusals import complete, named

from ..errors import BadValue

POOLED = "pooled arms"


@dataclass(frozen=True, eq=False)
class PooledArms:
    """The pooled arms against the others.

    Parameters
    ----------
    rates : by arm, mean of the first outcome where it is seen and rows (accepted, n)
    tests : outcome -> `inference.Randomisation` of the difference of means; rows : outcome -> rows in which it is seen
    bounds : of `inference.lee_bounds` on the first outcome
    """

    rates: pd.DataFrame
    tests: Mapping[str, object]
    rows: Mapping[str, int]
    bounds: object


def pooled_arms(
    data: pd.DataFrame, *, arm: str, pooled: Sequence[str], outcomes: Sequence[str], strata: str | None = None, reps: int, seed: int
) -> PooledArms | None:
    """Difference of means between the pooled arms and the rest, with the p of re-assignment as the experiment was assigned.

    T = mean(y | arm in pooled) - mean(y | arm not in pooled)

    Parameters
    ----------
    outcomes : columns; rows in which one is missing are left out of its test, and the bounds of the first allow for that
    strata : column within which arms were drawn, or None; reps : re-assignments

    Returns
    -------
    PooledArms; None if no arms are pooled

    Raises
    ------
    MissingColumn; BadValue for a row without arm, an unknown arm, or when nothing is left to compare with
    """
    if not pooled:
        return None
    named(data, arm, *outcomes, *([strata] if strata else []))
    complete(data, arm, *([strata] if strata else []))
    unknown, left = sorted(set(pooled) - set(data[arm])), set(data[arm]) - set(pooled)
    if unknown or not left:
        raise BadValue(
            f"pooled arms {', '.join(unknown or pooled)}; the arms are {', '.join(sorted(set(data[arm])))}, and one must be left to compare with"
        )
    rows = data.assign(**{POOLED: data[arm].isin(list(pooled)).astype(int)})
    assign = inference.assignments.within_strata(POOLED, strata) if strata else inference.assignments.complete(POOLED)
    seen = {name: rows[rows[name].notna()] for name in outcomes}
    first = outcomes[0]
    return PooledArms(
        rates=seen[first].groupby(arm)[first].agg(accepted="mean", n="size"),
        tests={name: inference.randomisation(_gap(name), part, assign, reps=reps, seed=seed) for name, part in seen.items()},
        rows={name: len(part) for name, part in seen.items()},
        bounds=inference.lee_bounds(rows, first, POOLED),
    )


def _gap(outcome: str):
    """The difference of means of an outcome, as a statistic of the re-assigned arms."""

    def statistic(table: pd.DataFrame, treated: np.ndarray) -> float:
        y = table[outcome].to_numpy()
        return y[treated == 1].mean() - y[treated == 0].mean()

    return statistic
