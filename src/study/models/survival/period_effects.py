"""Newton's method for a 0/1 outcome with one effect per period, which is eliminated as a block."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit

from ..errors import NotConverged
from ..shared import separation

CHUNK = 1 << 16  # rows at a time: what is in work stays in the cache
STEPS = 60
SETTLED = 1e-16  # twice the likelihood still to gain
MOVES = 0.01  # a last step that moves a row's index by more than this leads to infinity


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a hazard model.

    Parameters
    ----------
    event : array (n,) of booleans; x : array (n, k); period : array (n,) of codes 0..T-1; periods : T
    link : "cloglog" or "logit"
    """

    event: np.ndarray
    x: np.ndarray
    period: np.ndarray
    periods: int
    link: str


@dataclass(frozen=True, eq=False)
class Blocks:
    """Log likelihood, score and observed information [[A, C], [C', B]] of period effects a and slopes b.

    Parameters
    ----------
    loglik : float; score_a (T,), score_b (k,); a (T,) diagonal of A; c (T, k); b (k, k)
    """

    loglik: float
    score_a: np.ndarray
    score_b: np.ndarray
    a: np.ndarray
    c: np.ndarray
    b: np.ndarray

    def step(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Newton's step of a and b, and twice the gain that it promises."""
        ratio = self.c / self.a[:, None]
        slope = np.linalg.solve(self.b - self.c.T @ ratio, self.score_b - ratio.T @ self.score_a)
        effect = self.score_a / self.a - ratio @ slope
        return effect, slope, float(self.score_a @ effect + self.score_b @ slope)

    def inverse(self) -> np.ndarray:
        """The inverse information (T + k, T + k), period effects first."""
        return np.linalg.inv(np.block([[np.diag(self.a), self.c], [self.c.T, self.b]]))


def row_parts(index: np.ndarray, event: np.ndarray, link: str) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood, and per row its derivative by the index and minus the second derivative.

    cloglog: h = 1 - exp(-mu), mu = exp(index); a row without event has -mu, one with event log(1 - exp(-mu))
    """
    if link == "logit":
        hazard = expit(index)
        return float(index[event].sum() - np.logaddexp(0, index).sum()), event - hazard, hazard * (1 - hazard)
    mu = np.exp(index)
    one = mu[event]
    score, weight = -mu, mu
    ratio = one / np.expm1(one)
    loglik = float(one.sum() - mu.sum() + np.log(-np.expm1(-one)).sum())
    score[event] = ratio
    weight[event] = ratio * (one / -np.expm1(-one) - 1)
    return loglik, score, weight


def cross(x: np.ndarray, period: np.ndarray, weight: np.ndarray, periods: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sums over rows of weight z z', z period dummies and x: a (T,), the diagonal; c (T, k); b (k, k)."""
    weighted = x * weight[:, None]
    a = np.bincount(period, weights=weight, minlength=periods)
    c = np.stack([np.bincount(period, weights=column, minlength=periods) for column in weighted.T], axis=1)
    return a, c, weighted.T @ x


def chunks(rows: Rows):
    """Slices of the rows."""
    return (slice(start, start + CHUNK) for start in range(0, len(rows.event), CHUNK))


def blocks(rows: Rows, effects: np.ndarray, slopes: np.ndarray) -> Blocks:
    """One pass over the rows."""
    t, k = rows.periods, rows.x.shape[1]
    loglik, score_a, score_b, a, c, b = 0.0, np.zeros(t), np.zeros(k), np.zeros(t), np.zeros((t, k)), np.zeros((k, k))
    with np.errstate(all="ignore"):
        for part in chunks(rows):
            x, period = rows.x[part], rows.period[part]
            value, score, weight = row_parts(effects[period] + x @ slopes, rows.event[part], rows.link)
            parts = cross(x, period, weight, t)
            loglik += value
            score_a += np.bincount(period, weights=score, minlength=t)
            score_b += score @ x
            a, c, b = a + parts[0], c + parts[1], b + parts[2]
    return Blocks(loglik if np.isfinite(loglik) else -np.inf, score_a, score_b, a, c, b)


def loads(rows: Rows, effects: np.ndarray, slopes: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """Scores of the rows times the inverse information (T + k, T + k), for the slopes: array (n, k)."""
    score = row_parts(effects[rows.period] + rows.x @ slopes, rows.event, rows.link)[1]
    return score[:, None] * (inverse[rows.period, rows.periods :] + rows.x @ inverse[rows.periods :, rows.periods :])


def maximise(rows: Rows, names: list[str], text: str) -> tuple[np.ndarray, np.ndarray, Blocks]:
    """Period effects (T,), slopes (k,) and the blocks at the maximum.

    Raises
    ------
    Separated if slopes run to infinity; NotConverged
    """
    share = np.bincount(rows.period, weights=rows.event, minlength=rows.periods) / np.bincount(rows.period)
    effects = np.log(share / (1 - share)) if rows.link == "logit" else np.log(-np.log1p(-share))
    slopes = np.zeros(rows.x.shape[1])
    now = blocks(rows, effects, slopes)
    for _ in range(STEPS):
        move_a, move_b, gain = now.step()
        if gain <= SETTLED:
            _check_finite(rows, move_a, move_b, names, text)
            effects, slopes = effects + move_a, slopes + move_b  # the last step too: which one is last hangs on the last bits
            return effects, slopes, blocks(rows, effects, slopes)
        for _ in range(40):
            after = blocks(rows, effects + move_a, slopes + move_b)
            if after.loglik >= now.loglik - 1e-13 * abs(now.loglik):
                break
            move_a, move_b = move_a / 2, move_b / 2
        effects, slopes, now = effects + move_a, slopes + move_b, after
    _check_finite(rows, move_a, move_b, names, text)
    raise NotConverged(
        f"'{text}': the likelihood of {len(rows.event)} rows did not reach its maximum in {STEPS} steps; "
        "rescale the regressors so that their sizes are alike"
    )


def meat(rows: Rows, effects: np.ndarray, slopes: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """The sum over clusters of s_g s_g', scores of period effects first (T + k, T + k)."""
    with np.errstate(all="ignore"):
        _, score, _ = row_parts(effects[rows.period] + rows.x @ slopes, rows.event, rows.link)
    by_period, by_slope = sums_by(cluster, rows, score)
    crossed = by_period.T @ by_slope
    return np.block([[(by_period.T @ by_period).toarray(), crossed], [crossed.T, by_slope.T @ by_slope]])


def sums_by(group: np.ndarray, rows: Rows, weight: np.ndarray) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Sums over the rows of each group of weight times period dummies (G, T), sparse, and times x (G, k)."""
    groups = int(group.max()) + 1
    by_period = sparse.coo_matrix((weight, (group, rows.period)), shape=(groups, rows.periods)).tocsr()
    by_slope = np.stack([np.bincount(group, weights=weight * column, minlength=groups) for column in rows.x.T], axis=1)
    return by_period, by_slope


def _check_finite(rows: Rows, move_a: np.ndarray, move_b: np.ndarray, names: list[str], text: str) -> None:
    """Raise Separated if the last step still moves rows: then the likelihood rises for ever."""
    moved = np.abs(move_a[rows.period] + rows.x @ move_b) > MOVES
    if moved.any():
        reach = np.abs(move_b) * np.ptp(rows.x, axis=0) > MOVES
        found = separation.Separation(
            "complete" if moved.all() else "quasi-complete",
            tuple(name for name, far in zip(names, reach) if far),
            tuple(int(np.sign(step)) for step, far in zip(move_b, reach) if far),
            int(moved.sum()),
            len(moved),
        )
        separation.refuse(found, text, "Leave the regressor out, or join its level to another one")
