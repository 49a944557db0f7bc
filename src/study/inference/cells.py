"""The statistic of a treatment that varies by cell, from cross-products: thousands of re-assignments in seconds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.models.errors import DuplicateKeys, ModelError
from study.models.gram.cells import adoption_table, reassigned
from study.models.gram.gram import Gram
from study.refusals import require

from .errors import InferenceError

KINDS = ("t", "coefficient")


@dataclass(frozen=True, eq=False)
class CellStatistic:
    """CRV1 t statistic or coefficient of the treatment in outcome ~ treatment + controls | effects of the Gram.

    Parameters
    ----------
    gram : built with cells=(unit, period)
    path : array (R, units) of what the units were assigned -> array (R, units, periods) of their treatment
    """

    gram: Gram
    outcome: str
    controls: tuple[str, ...]
    kind: str
    path: Callable[[np.ndarray], np.ndarray]

    def __call__(self, data: pd.DataFrame, treatment: np.ndarray) -> float:
        return float(self.many(data, np.asarray(treatment)[None])[0])

    def many(self, data: pd.DataFrame, treatments: np.ndarray) -> np.ndarray:
        """Statistics (R,) of assignments (R, n), one row of the data per unit of the cells.

        Raises
        ------
        DuplicateKeys, ModelError if the data do not have each unit of the Gram once
        """
        cells = self.gram.cells
        unit = cells.plan.names.cells[0]
        require(data, [unit])
        if data[unit].duplicated().any():
            raise DuplicateKeys(f"{data[unit].duplicated().sum()} rows repeat a '{unit}'; give one row for each")
        order = pd.Index(data[unit]).get_indexer(cells.units)
        if (order < 0).any():
            raise ModelError(f"{(order < 0).sum()} of {len(order)} levels of '{unit}' in the Gram are not in the data")
        found = reassigned(self.gram, self.outcome, self.path(treatments[:, order]), self.controls)
        return found[0 if self.kind == "coefficient" else 1]


def cell_statistic(
    gram: Gram,
    outcome: str,
    controls: Sequence[str] = (),
    *,
    kind: str = "t",
    path: Callable[[np.ndarray], np.ndarray] | None = None,
) -> CellStatistic:
    """The statistic for `randomisation` of a treatment by cell, without going back to the rows.

    Parameters
    ----------
    gram : built with cells=(unit, period)
    controls : regressors of the Gram
    kind : "t" (CRV1) or "coefficient"
    path : from what the units were assigned to their treatment by period; by default staggered adoption,
        1 from the first treated period on (missing or infinite: never; 0 too, where the periods do not span it)

    Raises
    ------
    InferenceError, ModelError
    """
    if kind not in KINDS:
        raise InferenceError(f"no statistic '{kind}'; there is {', '.join(KINDS)}")
    if gram.cells is None:
        raise ModelError("the Gram has no cells; build it with cells=(unit, period) to re-assign a treatment")
    return CellStatistic(gram, outcome, tuple(controls), kind, path or (lambda cohorts: adoption_table(gram, cohorts)))
