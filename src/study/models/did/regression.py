"""Two-way fixed effects with a treatment or event-time dummies, and Sun and Abraham's saturated form."""

import numpy as np

from ..errors import ModelError, NotEstimable
from .adoption import label
from .cells import Cells, Terms, cell_name
from .panel import NEVER, Panel
from .two_way import TwoWay, regress, require_connected


def twfe(panel: Panel, how: str, window: tuple[int, int] | None) -> tuple[Terms, tuple[int, int]]:
    """Coefficients of the two-way regression; its rows and parameters not nested in units.

    simple : y_it = a_i + l_t + tau D_it; event : one dummy per event time, e = -1 left out, binned ends with a window
    """
    if how == "simple" and window is None:
        names, events, dummies = ["ATT"], [None], panel.treated[..., None]
    elif how == "event":
        names, events, dummies = _dummies(panel, window)
    else:
        raise ModelError("estimator='twfe' has aggregate='simple' (one coefficient, no window) and 'event'")
    x = np.concatenate([dummies.astype(float), panel.x], axis=-1)
    found, used = _fit(panel, panel.observed, x, [*names, *panel.names["covariates"]])
    count = len(names)
    trend = np.array([np.nan if e is None or e >= 0 else e + 1.0 for e in events])
    note = "two-way fixed effects compare with units already treated: biased if effects differ over cohorts or time"
    squares = np.column_stack([found.squares(row) for row in np.eye(x.shape[2])[:count]])
    treated = ((dummies != 0) & (panel.cohort < NEVER)[:, None, None] & panel.observed[..., None]).any(axis=1)
    terms = Terms(tuple(names), tuple(events), found.beta[:count], found.influence[:, :count], squares, treated, trend, None, (note,))
    return terms, used


def sun_abraham(panel: Panel) -> tuple[Cells, tuple[int, int]]:
    """Coefficients by cohort and period against the never treated (or the last cohort), e = -1 left out.

    Also returns the rows and parameters of the regression.

    Source
    ------
    Sun and Abraham (2021), Journal of Econometrics 225(2).
    """
    mask, treated_as, note = panel.observed, panel.cohort, "controls: units never treated"
    if not (panel.cohort == NEVER).any():
        last = panel.adopted[-1]
        if len(panel.adopted) == 1:
            raise NotEstimable("one cohort and no unit never treated: nobody to compare with")
        mask = mask & (np.arange(len(panel.periods)) < last)[None, :]
        treated_as = np.where(panel.cohort == last, NEVER, panel.cohort)
        note = f"controls: the last cohort ({label(panel.periods[last])}), in the periods before it adopts; "
        note += f"{len(panel.periods) - last} periods left out"
    pairs = [(g, t) for g in sorted(set(treated_as) - {NEVER}) for t in range(len(panel.periods)) if t != g - 1]
    keys = [(g, t) for g, t in pairs if mask[treated_as == g, t].any()]
    cohort, period = (np.array(column, dtype=int) for column in zip(*keys))
    x = np.zeros((*mask.shape, len(keys)))
    for c, (g, t) in enumerate(keys):
        x[treated_as == g, t, c] = 1.0
    names = [cell_name(panel, g, t) for g, t in keys]
    every = [*names, *panel.names["covariates"]]
    found, used = _fit(panel, mask, np.concatenate([x, panel.x], axis=-1), every)
    members = (panel.cohort[:, None] == cohort[None, :]) & (mask.sum(axis=1) > 1)[:, None]  # a unit seen once says nothing
    m, more = len(keys), np.zeros(len(every) - len(keys))

    def squares(load: np.ndarray) -> np.ndarray:
        return found.squares(np.concatenate([load, more]))

    return Cells(cohort, period, found.beta[:m], found.influence[:, :m], members, panel.weights @ members, squares, (note,)), used


def _fit(panel: Panel, mask: np.ndarray, x: np.ndarray, names: list[str]):
    two_way = TwoWay.of(mask, panel.weights)
    require_connected(two_way, "observations")
    y = np.where(panel.observed, panel.y, 0.0)
    return regress(two_way, y, x, names), (int(mask.sum()), x.shape[2] + int(mask.any(axis=0).sum()))


def _dummies(panel: Panel, window) -> tuple[list[str], list[int], np.ndarray]:
    ever = np.where(panel.cohort == NEVER, 0, panel.cohort)
    event = np.where((panel.cohort < NEVER)[:, None], np.arange(len(panel.periods))[None, :] - ever[:, None], -1)
    least, most = int(event[panel.observed].min()), int(event[panel.observed].max())
    if window is not None and not (window[0] < -1 and window[1] >= 0):
        raise ModelError(f"window {window} of a two-way event study must span e = -2 and e = 0; its ends are binned")
    a, b = window or (least, most)
    event = np.clip(event, a, b)
    values = [int(e) for e in np.unique(event[panel.observed & (panel.cohort < NEVER)[:, None]]) if e != -1]
    names = [f"e<={e}" if e == a and least < a else f"e>={e}" if e == b and most > b else f"e={e}" for e in values]
    return names, values, np.stack([event == e for e in values], axis=-1)
