"""Which loans go bad: logits on all and on finished loans, with another control, Firth's logit and exact tests where a group separates."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from study import models
from study.refusals import binary, named


@dataclass(frozen=True, eq=False)
class CreditRisk:
    """What goes with a bad loan.

    Parameters
    ----------
    fits : "all", "finished" (loans that ended), "burden" (the other formula), "firth" (with the group) -> Fit
    exact : "all", "finished" -> exact test of the share bad, of the group and of the others
    """

    fits: Mapping[str, models.Fit]
    exact: Mapping[str, object]


def credit_risk(loans: pd.DataFrame, *, formula: str, other: str, group: str, finished: str = "finished", cluster: str | None = None) -> CreditRisk:
    """Pr(bad) = Lambda(x'b) by maximum likelihood, and by Firth's penalty with a group in which nobody may have a bad loan.

    Parameters
    ----------
    formula : bad ~ x1 + ...; other : the same with another control; group : column of 0 and 1 that is added for Firth's logit
    finished : column of 0 and 1, whether the loan ended

    Raises
    ------
    MissingColumn, and as `models.discrete.fit` and `models.discrete.exact`
    """
    bad = formula.split("~")[0].strip()
    named(loans, bad, group, finished)
    binary(group, loans[group])
    ended = loans[loans[finished] == 1]
    fits = {
        "all": models.discrete.fit(loans, formula, cluster=cluster),
        "finished": models.discrete.fit(ended, formula, cluster=cluster),
        "burden": models.discrete.fit(loans, other, cluster=cluster),
        "firth": models.discrete.fit(loans, f"{formula} + {group}", method="firth"),
    }
    return CreditRisk(fits, {name: _exact(part, bad, group) for name, part in (("all", loans), ("finished", ended))})


def _exact(part: pd.DataFrame, bad: str, group: str):
    counted = part.groupby(group)[bad].agg(["sum", "size"]).reindex([1, 0], fill_value=0)
    return models.discrete.exact(counted["sum"].to_numpy(), counted["size"].to_numpy())
