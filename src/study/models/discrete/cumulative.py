"""Newton's method for ordered levels: exact derivatives (statsmodels' OrderedModel has numerical ones, good to 1e-5)."""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import expit

from ..errors import NotConverged
from ..shared import separation

STEPS = 60
SETTLED = 1e-18
MOVES = 0.01  # a last step that moves a row's index by more than this leads to infinity


@dataclass(frozen=True, eq=False)
class Curve:
    """A distribution: its function, density, and slope of the density at u, given function and density there."""

    cdf: object
    pdf: object
    bend: object


CURVES = {
    "logit": Curve(expit, lambda u: expit(u) * expit(-u), lambda u: expit(u) * expit(-u) * (1 - 2 * expit(u))),
    "probit": Curve(stats.norm.cdf, stats.norm.pdf, lambda u: np.where(np.isfinite(u), -u, 0.0) * stats.norm.pdf(u)),
}


@dataclass(frozen=True, eq=False)
class Derivatives:
    """Log likelihood, score per row (n, k + J - 1), slopes first, and observed information."""

    loglik: float
    scores: np.ndarray
    information: np.ndarray


def derivatives(y: np.ndarray, x: np.ndarray, link: str, theta: np.ndarray) -> Derivatives:
    """At slopes b and thresholds c: a row of level j has P = F(c_j - x'b) - F(c_{j-1} - x'b).

    Parameters
    ----------
    y : array (n,) of codes 0..J-1; x : array (n, k); theta : array (k + J - 1,)
    """
    k, curve = x.shape[1], CURVES[link]
    edges = np.concatenate([[-np.inf], theta[k:], [np.inf]])
    index = x @ theta[:k]
    high, low = edges[y + 1] - index, edges[y] - index
    flip = low > 0  # differences of small tails keep their digits
    p = np.where(flip, curve.cdf(-low) - curve.cdf(-high), curve.cdf(high) - curve.cdf(low))
    if (p <= 0).any() or (np.diff(theta[k:]) <= 0).any():
        return Derivatives(-np.inf, np.zeros((len(y), len(theta))), np.eye(len(theta)))
    a, b = curve.pdf(high) / p, -curve.pdf(low) / p
    aa, bb, ab = curve.bend(high) / p - a**2, -curve.bend(low) / p - b**2, -a * b
    dummies = np.eye(len(edges))
    above = np.hstack([-x, dummies[y + 1][:, 1:-1]])
    below = np.hstack([-x, dummies[y][:, 1:-1]])
    crossed = above.T @ (below * ab[:, None])
    hessian = above.T @ (above * aa[:, None]) + below.T @ (below * bb[:, None]) + crossed + crossed.T
    return Derivatives(float(np.log(p).sum()), above * a[:, None] + below * b[:, None], -hessian)


def maximise(y: np.ndarray, x: np.ndarray, link: str, names: list[str], text: str) -> tuple[np.ndarray, Derivatives]:
    """Slopes and thresholds at the maximum; the log likelihood is concave.

    Raises
    ------
    Separated if slopes run to infinity; NotConverged
    """
    shares = np.cumsum(np.bincount(y))[:-1] / len(y)
    start = np.log(shares / (1 - shares)) if link == "logit" else stats.norm.ppf(shares)
    theta = np.concatenate([np.zeros(x.shape[1]), start])
    now = derivatives(y, x, link, theta)
    for _ in range(STEPS):
        score = now.scores.sum(axis=0)
        try:
            step = np.linalg.solve(now.information, score)
        except np.linalg.LinAlgError:
            break
        if score @ step <= SETTLED:
            _check_finite(x, step, names, text)
            return theta + step, derivatives(y, x, link, theta + step)  # the last step too: which one is last hangs on the last bits
        moved = step
        for _ in range(40):
            after = derivatives(y, x, link, theta + moved)
            if after.loglik >= now.loglik - 1e-13 * abs(now.loglik):
                break
            moved = moved / 2
        theta, now = theta + moved, after
    _check_finite(x, step, names, text)
    raise NotConverged(
        f"'{text}': the likelihood of {len(y)} rows did not reach its maximum in {STEPS} steps; "
        "rescale the regressors so that their sizes are alike, or join levels with few rows"
    )


def _check_finite(x: np.ndarray, step: np.ndarray, names: list[str], text: str) -> None:
    """Raise Separated if the last step still moves rows."""
    slopes = step[: x.shape[1]]
    moved = np.abs(x @ slopes) > MOVES
    if not moved.any():
        return
    named = [(name, int(np.sign(s))) for name, s, column in zip(names, slopes, x.T) if abs(s) * np.ptp(column) > MOVES]
    kind = "complete" if moved.all() else "quasi-complete"
    columns, signs = zip(*named, strict=True)
    found = separation.Separation(kind, columns, signs, int(moved.sum()), len(moved))
    separation.refuse(found, text, "Leave the regressor out, or join levels")
