"""The restricted wild cluster bootstrap, from cross-products per cluster."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from study.models import gram as grams
from study.models.errors import ModelError
from study.models.fit import Fit

from .inversion import end_of_set
from .shares import p_value

TIE = 1e-9  # two statistics closer than this share of their size are equal
EXACT = 1e-11  # scores smaller than this share of what they are differences of are zero
SIX = np.sqrt(np.array([0.5, 1.0, 1.5]))
GOLDEN = np.sqrt(5)
POINTS = {"rademacher": (1.0, -1.0), "webb": (*-SIX, *SIX)}  # weights whose values are equally likely


@dataclass(frozen=True)
class WildBootstrap:
    """Result of the bootstrap.

    Parameters
    ----------
    term, null : the hypothesis, coefficient of `term` = `null`
    statistic : t statistic with CRV1 errors
    p_value : two-sided, share of draws with |t*| >= |t|; random draws count what was observed as one more
    smallest_attainable_p : no p-value can be smaller with these clusters, weights and draws
    enumerated : True if every pattern of weights was taken, once
    confidence_set : (low, high) of the nulls with p >= 5 %, or None; infinite where none is rejected.
        The connected piece around the estimate, found outwards from it: with few clusters nulls further
        away may be kept again, and those pieces are not looked for
    """

    term: str
    null: float
    statistic: float
    p_value: float
    smallest_attainable_p: float
    n_clusters: int
    reps: int
    weights: str
    enumerated: bool
    seed: int | None
    confidence_set: tuple[float, float] | None = None


def wild_bootstrap(
    fit: Fit,
    term: str,
    *,
    reps: int = 9999,
    weights: str = "rademacher",
    seed: int,
    null: float = 0.0,
    interval: bool = False,
) -> WildBootstrap:
    """Test one coefficient by the wild cluster bootstrap-t with the null imposed (WCR).

    y* = X b_r + v_g u_r in cluster g, with b_r and u_r estimated under the null; t* is the CRV1
    t statistic of y*. With X'X, X'y per cluster t* needs no rows.

    Parameters
    ----------
    fit : a linear Fit of `models.panel` or `models.gram` with one cluster variable
    reps : draws; Rademacher and Webb patterns are enumerated, each once, where 2^G or 6^G <= reps
    weights : "rademacher" (+-1), "mammen" (two points, skewed), "webb" (six points)
    seed : seed of the draws
    null : value of the coefficient under the null
    interval : also invert the test into a 95 % confidence set

    Raises
    ------
    ModelError if the fit has no or two cluster variables, the weights are unknown, or the scores of all
    clusters are zero; Collinear

    Source
    ------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3); Webb weights:
    MacKinnon, Nielsen and Webb (2023), Journal of Econometrics 232(2).
    """
    fit.row(term)
    gram, xx, xy = cross_products(fit)
    j, clusters = fit.terms.index(term), len(gram.labels)
    draws, enumerated = draw(weights, reps, clusters, seed)
    rule = (enumerated, repeats(weights, clusters))
    statistic, p = _test(xx, xy, j, null, draws, rule)
    return WildBootstrap(
        term=term,
        null=null,
        statistic=statistic,
        p_value=p,
        smallest_attainable_p=float(p_value(0, len(draws), *rule)),
        n_clusters=clusters,
        reps=len(draws),
        weights=weights,
        enumerated=enumerated,
        seed=None if enumerated else seed,
        confidence_set=_confidence_set(xx, xy, j, draws, rule, fit, term) if interval else None,
    )


def cross_products(fit: Fit) -> tuple[grams.Gram, np.ndarray, np.ndarray]:
    """The Gram of a clustered linear fit, and X'X and X'y per cluster of its terms and crossed effects.

    Raises
    ------
    ModelError, Collinear
    """
    gram = grams.of_fit(fit)
    gram.check(fit.terms)
    return gram, *gram.select(fit.settings.get("outcome", gram.outcomes[0]), fit.terms)


def draw(weights: str, reps: int, clusters: int, seed: int) -> tuple[np.ndarray, bool]:
    """Weights of the clusters, array (draws, G), and whether they are all patterns of weights, each once."""
    points = POINTS.get(weights)
    if points and len(points) ** clusters <= reps:
        return np.array(list(product(points, repeat=clusters))), True
    return _draw(weights, (reps, clusters), np.random.default_rng(seed)), False


def repeats(weights: str, clusters: int) -> float:
    """The probability that a draw repeats |t|, because all clusters get the same weight: no p can be smaller.

    |t*| does not change if all weights are multiplied by one number, so that this is m / m^G for m equally
    likely points (2 for Rademacher, 6 for Webb).
    """
    if weights in POINTS:
        return len(POINTS[weights]) ** (1 - clusters)
    low = (GOLDEN + 1) / (2 * GOLDEN)
    return low**clusters + (1 - low) ** clusters


def bootstrap_statistics(xx: np.ndarray, xy: np.ndarray, j: int, null: float, draws: np.ndarray) -> tuple[float, np.ndarray]:
    """The t statistic of coefficient j and those of the draws, up to a common factor.

    Parameters
    ----------
    xx (G, p, p), xy (G, p) : cross-products per cluster
    draws : array (reps, G) of weights v

    Notes
    -----
    With a = A^-1 e_j, s_g the restricted scores, w_g = a's_g and C_gh = a'A_g A^-1 s_h:
    t*(v) = v'w / sqrt(sum_g ((diag(w) - C) v)_g^2).
    """
    a_matrix = xx.sum(axis=0)
    others = [i for i in range(len(a_matrix)) if i != j]
    moved = xy - null * xx[:, :, j]
    restricted = np.zeros(len(a_matrix))
    if others:
        inner = a_matrix[np.ix_(others, others)]
        restricted[others] = np.linalg.solve(inner, moved.sum(axis=0)[others])
    scores = moved - xx @ restricted
    a = np.linalg.solve(a_matrix, np.eye(len(a_matrix))[j])
    w = scores @ a
    c = (xx @ a) @ np.linalg.solve(a_matrix, scores.T)
    size = np.abs(moved @ a).max() + np.abs(xx @ restricted @ a).max()
    if np.abs(w).max() <= EXACT * size:
        raise ModelError(
            "the draws have no statistic: the outcome is fitted without error under the null, so that no cluster has a score to change the sign of"
        )
    m = np.diag(w) - c

    def t(v):
        return v @ w / np.sqrt(((v @ m.T) ** 2).sum(axis=-1))

    return float(t(np.ones(len(w)))), t(draws)


def _test(xx, xy, j: int, null: float, draws, rule: tuple[bool, float]) -> tuple[float, float]:
    """The statistic with its CRV1 scale left out, and its p-value."""
    statistic, drawn = bootstrap_statistics(xx, xy, j, null, draws)
    return statistic, float(p_value((np.abs(drawn) >= abs(statistic) * (1 - TIE)).sum(), len(draws), *rule))


def _draw(weights: str, size: tuple[int, int], random: np.random.Generator) -> np.ndarray:
    if weights == "rademacher":
        return random.choice([-1.0, 1.0], size=size)
    if weights == "webb":
        return random.choice(np.array(POINTS["webb"]), size=size)
    if weights == "mammen":
        low = random.random(size) < (GOLDEN + 1) / (2 * GOLDEN)
        return np.where(low, (1 - GOLDEN) / 2, (1 + GOLDEN) / 2)
    raise ModelError(f"no weights '{weights}'; there is rademacher, mammen, webb")


def _confidence_set(xx, xy, j: int, draws, rule, fit: Fit, term: str, level: float = 0.05) -> tuple[float, float]:
    """The ends of the set of nulls that are not rejected, found outwards from the estimate."""
    row = fit.row(term)

    def kept(null: float) -> bool:
        return _test(xx, xy, j, null, draws, rule)[1] >= level

    low, high = (end_of_set(kept, row["estimate"], side * row["std_error"]) for side in (-1, 1))
    return low, high
