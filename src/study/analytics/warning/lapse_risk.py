"""The probability that a silence under way becomes a lapse, from a hazard of the next activity."""

import numpy as np
import pandas as pd

from study.models import hazard
from study.models.fit import Fit
from study.refusals import finite, named, whole
from study.times import periods

from ..errors import BadValue


def lapse_risk(fit: Fit, rows: pd.DataFrame, *, since: str, gap: int) -> np.ndarray:
    """P(no activity up to period `gap` of the silence | none in its first s periods).

    With the hazard of the next activity h_k(x) = 1 - exp(-exp(a_k + x'b)) in period k of a silence,

    risk = prod_{k = s + 1}^{gap} (1 - h_k(x)) = exp(-exp(x'b) (H_gap - H_s)),  H_k = sum_{j <= k} exp(a_j)

    A period in which nobody of the estimation sample became active has hazard 0.

    Parameters
    ----------
    fit : of `models.hazard.fit` with link "cloglog" and without frailty, its `time` the period of the silence, 1, 2, ...
        and its event the activity; its regressors are plain columns of `rows`
    rows : one row per customer and period; what was known at its end
    since : column: periods since the last activity, 0 in a period with activity
    gap : periods without activity that make a lapse

    Returns
    -------
    array (n,), 1 where the lapse is complete (since = gap)

    Raises
    ------
    MissingColumn; BadValue (missing values, silences beyond `gap`, another link, frailty, a period of the silence
    after the last one of the estimation sample).
    """
    settings = fit.settings
    if settings["link"] != "cloglog" or settings["frailty"]:
        raise BadValue(f"the fit has link {settings['link']!r} and frailty {settings['frailty']!r}; give a cloglog without frailty")
    named(rows, since, *fit.terms)
    silent = periods(rows, since)
    if (silent > whole("gap", gap)).any():
        raise BadValue(f"{(silent > gap).sum()} of {len(rows)} rows are silent for more than the gap of {gap} periods: their lapse is complete")
    base = hazard.survival(fit, dict.fromkeys(fit.terms, 0.0)).set_index("period")["cumulative_hazard"]
    if len(rows) and base.index.max() < gap:
        raise BadValue(f"the fit ends at period {base.index.max()} of a silence, before the gap of {gap}; learn from more rows")
    cumulative = base.reindex(range(gap + 1)).ffill().fillna(0.0).to_numpy()
    index = sum(fit.row(term)["estimate"] * finite(rows, term) for term in fit.terms)
    return np.exp(-np.exp(index) * (cumulative[gap] - cumulative[silent.astype(int)]))
