"""Risks of a lapse by several scorers, each learned from other customers and from the past only."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from study.models import hazard
from study.refusals import finite, named, whole
from study.times import periods

from ..errors import BadValue
from ..scoring import scoring
from ..shared.splits import Split
from .lapse_risk import lapse_risk

LEARNERS = ("logit", "boosting")


def warning_scores(
    rows: pd.DataFrame,
    parts: Sequence[Split],
    *,
    formula: str,
    silence: str,
    features: Sequence[str],
    unit: str,
    time: str,
    until: int,
    gap: int,
    seed: int,
) -> pd.DataFrame:
    """Score the test rows of every split by the hazard of the next activity, a logit, boosted trees and recency.

    hazard : `lapse_risk` of a cloglog of the next activity by period of the silence, learned from the rows of the
        training customers whose next period is not after `until`
    logit, boosting : `scoring.compare` of `ahead` on `features`, learned from the training rows
    recency : `since`, nothing learned

    Parameters
    ----------
    rows : of `person_periods`, with the columns of `formula`, `silence` (since + 1) and `features`
    parts : of `splits.halves_and_time`: training rows whose outcomes are known at `until`, tests after it
    formula : "returns ~ x1 + x2", regressors plain columns
    unit, time, gap : as for `person_periods`
    seed : of the boosted trees

    Returns
    -------
    The test rows, each once, index as in `rows`, with columns hazard, logit, boosting, recency

    Raises
    ------
    MissingColumn; BadValue (a customer in training and test, a row tested twice); errors of `hazard.fit`,
    `lapse_risk` and `scoring.compare`.
    """
    named(rows, unit, time, silence, "ahead", "since", *features)
    tested = np.concatenate([part.test for part in parts])
    if len(np.unique(tested)) < len(tested):
        raise BadValue(f"{len(tested) - len(np.unique(tested))} rows are tested twice; give each row to one split")
    settings = {"outcome": "ahead", "numeric": list(features), "recency": None, "learners": LEARNERS, "seed": seed}
    made = []
    for part in parts:
        test = rows.iloc[part.test]
        known = _known(rows, part, unit, time, whole("until", until, 0))
        fit = hazard.fit(known, formula, time=silence, cluster=unit)
        learned = scoring.compare(rows, splits={"part": [part]}, **settings).predictions.set_index("row").loc[part.test]
        scored = {name: learned[name].to_numpy() for name in LEARNERS}
        made.append(test.assign(hazard=lapse_risk(fit, test, since="since", gap=gap), **scored, recency=finite(test, "since")))
    return pd.concat(made).iloc[np.argsort(tested)]  # the order of the rows, whatever their labels


def _known(rows: pd.DataFrame, part: Split, unit: str, time: str, until: int) -> pd.DataFrame:
    """Rows of the training customers whose next period was known at `until`."""
    learners = rows.iloc[part.train][unit].unique()
    both = np.isin(learners, rows.iloc[part.test][unit].unique()).sum()
    if both:
        raise BadValue(f"{both} of {len(learners)} customers are in training and test; split by customer")
    return rows[rows[unit].isin(learners) & (periods(rows, time) + 1 <= until)]
