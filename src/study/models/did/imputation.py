"""The imputation estimator of Borusyak, Jaravel and Spiess."""

import numpy as np

from ..errors import ModelError, NotEstimable
from .adoption import label
from .cells import Cells, Terms
from .panel import NEVER, Panel
from .two_way import TwoWay, regress, require_connected


def cells(panel: Panel) -> Cells:
    """Mean of y less its imputed untreated value, by cohort and period.

    y(0)_it = a_i + l_t + x_it' b from the observations not yet treated; effect_gt = mean of y_it - y(0)_it

    The influence of a unit is sum_t v_it e_it with the weights v_it that the estimator puts on y_it, the residual
    e_it of untreated observations, and for treated ones the effect less an average of its cohort and period,

    avg_gt = sum_c v_c (sum_i v_i effect_i) / sum_c v_c^2, v_c = sum_i v_i, i the treated units of cluster c, cohort g, period t

    This is the conservative standard error of the authors' theorem 3 with their equation 8, by which clusters count by the
    square of their weight: the average that leaves the least sum of squares of the treated clusters.
    """
    untreated = panel.observed & ~panel.treated
    treated, left_out = _imputable(panel, untreated)
    two_way = TwoWay.of(untreated, panel.weights)
    require_connected(two_way, "observations not yet treated")
    y = np.where(panel.observed, panel.y, 0.0)
    beta, cov_influence, residual = _untreated_model(two_way, y, panel)
    units, periods = two_way.effects((y - panel.x @ beta)[..., None])
    effects = np.where(treated, y - panel.x @ beta - units - periods[:, 0], 0.0)
    keys = [(g, t) for g in panel.adopted for t in range(g, len(panel.periods)) if treated[panel.members(g), t].any()]
    cohort, period = (np.array(column) for column in zip(*keys))
    members = (panel.cohort[:, None] == cohort[None, :]) & treated[:, period]
    size = panel.weights @ members
    weights = members * panel.weights[:, None] / size
    of_cell = effects[:, period]
    estimate = (weights * of_cell).sum(axis=0)
    influence = weights * (of_cell - _averages(panel, weights, of_cell))
    influence -= _model_error(two_way, panel, weights, period, residual, cov_influence)

    def squares(load: np.ndarray) -> np.ndarray:
        return (_outcome_weights(two_way, panel, weights * load, period) ** 2).sum(axis=1)

    return Cells(cohort, period, estimate, influence, members, size, squares, left_out)


def _averages(panel: Panel, weights: np.ndarray, effects: np.ndarray) -> np.ndarray:
    """The averages (m,) from which treated observations are taken: clusters count by the square of their weight."""
    shape = (panel.n_clusters, weights.shape[1])
    of_cluster, with_effect = np.zeros(shape), np.zeros(shape)
    np.add.at(of_cluster, panel.cluster, weights)
    np.add.at(with_effect, panel.cluster, weights * effects)
    return (of_cluster * with_effect).sum(axis=0) / (of_cluster**2).sum(axis=0)


def _outcome_weights(two_way: TwoWay, panel: Panel, weights: np.ndarray, period: np.ndarray) -> np.ndarray:
    """The weights (N, T) on outcomes of the sum of the cells' weights (N, m), covariates aside.

    Untreated outcomes get those of the unit and period effects that are imputed: w_i (a_i + l_t) with the totals of the
    treated ones by unit and by period.
    """
    treated = np.zeros(two_way.mask.shape)
    np.add.at(treated.T, period, weights.T)
    share = two_way.mask / np.maximum(two_way.counts, 1)[:, None]
    periods = two_way.inverse @ (treated.sum(axis=0) - share.T @ treated.sum(axis=1))
    units = treated.sum(axis=1) / panel.weights / np.maximum(two_way.counts, 1) - share @ periods
    return treated - panel.weights[:, None] * (units[:, None] + periods) * two_way.mask


def leads(panel: Panel, count: int) -> Terms:
    """Pre-period coefficients e = -count..-1: untreated observations on leads and both effects.

    They compare with all earlier periods and all units not yet treated, not with e = -1.

    Raises
    ------
    NotEstimable if no cohort is seen before the earliest lead; Collinear, NoVariation
    """
    untreated = panel.observed & ~panel.treated
    if not any(g > count for g in panel.adopted):
        raise NotEstimable(f"no cohort is observed before e=-{count}, the reference of the leads; take fewer than {max(panel.adopted)}")
    events = list(range(-count, 0))
    event = _event_times(panel)
    x = np.stack([untreated & (event == e) for e in events], axis=-1).astype(float)
    two_way = TwoWay.of(untreated, panel.weights)
    names = [f"e={e}" for e in events]
    y = np.where(panel.observed, panel.y, 0.0)
    every = [*names, *panel.names["covariates"]]
    regressors = np.concatenate([x, panel.x], axis=-1)
    found = regress(two_way, y, regressors, every)
    trend = np.full(count, np.nan)
    if (panel.cohort == NEVER).any():
        sloped = np.where((panel.cohort < NEVER)[:, None], np.arange(len(panel.periods), dtype=float)[None, :], 0.0)
        trend = regress(two_way, sloped, regressors, every).beta[:count]
    squares = np.column_stack([found.squares(row) for row in np.eye(len(every))[:count]])
    return Terms(tuple(names), tuple(events), found.beta[:count], found.influence[:, :count], squares, x.any(axis=1), trend)


def _event_times(panel: Panel) -> np.ndarray:
    """Array (N, T); a large negative number for units that are never treated."""
    ever = np.where(panel.cohort == NEVER, 10**9, panel.cohort)
    return np.arange(len(panel.periods))[None, :] - ever[:, None]


def _imputable(panel: Panel, untreated: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Treated observations whose unit and period have untreated ones, and what is left out."""
    treated = panel.observed & panel.treated
    units, periods = untreated.any(axis=1), untreated.any(axis=0)
    notes = []
    lost = treated & ~periods[None, :]
    if lost.any():
        gone = ", ".join(label(p) for p in panel.periods[~periods][:4])
        notes.append(
            f"{lost.sum()} treated observations left out: everybody is treated in {(~periods).sum()} periods "
            f"({gone}{' ...' if (~periods).sum() > 4 else ''})"
        )
    lone = treated & periods[None, :] & ~units[:, None]
    if lone.any():
        notes.append(f"{lone.sum()} treated observations of {(lone.any(axis=1)).sum()} units without an untreated one left out")
    kept = treated & periods[None, :] & units[:, None]
    if not kept.any():
        raise NotEstimable(
            "no treated observation has untreated ones of its unit and period: everybody is treated from the first "
            "adoption on; "
            "it takes units that are never or later treated"
        )
    return kept, tuple(notes)


def _untreated_model(two_way: TwoWay, y: np.ndarray, panel: Panel):
    """Covariates' coefficients (k,) with influence (N, k), and the residuals (N, T) of the untreated."""
    if not panel.x.shape[2]:
        return np.zeros(0), np.zeros((len(y), 0)), two_way.residuals(y[..., None])[..., 0]
    found = regress(two_way, y, panel.x, list(panel.names["covariates"]))
    return found.beta, found.influence, found.residual


def _model_error(two_way: TwoWay, panel: Panel, weights, period, residual, cov_influence) -> np.ndarray:
    """Influence (N, m) of the estimated effects and slopes on the mean imputed value of every cell.

    The unit effects' part vanishes because residuals sum to zero within a unit; what is left is the periods' part.
    """
    n, t = two_way.mask.shape
    load = np.zeros((t, weights.shape[1]))
    load[period, np.arange(weights.shape[1])] = 1.0
    share = np.where(two_way.mask, 1 / np.maximum(two_way.counts, 1)[:, None], 0.0)
    load -= share.T @ weights
    influence = (panel.weights[:, None] * residual) @ (two_way.inverse @ load)
    if panel.x.shape[2]:
        units, periods = two_way.effects(panel.x)
        away = panel.x[:, period] - units[:, None] - periods[period][None]
        influence = influence + cov_influence @ np.einsum("nm,nmk->km", weights, away, optimize=True)
    return influence


def check_control(control: str) -> None:
    """The model of untreated outcomes rests on every observation not yet treated."""
    if control != "not_yet":
        raise ModelError(
            "the imputation estimator uses every observation not yet treated: control='not_yet'; for never-treated "
            "controls use estimator='callaway_santanna'"
        )
