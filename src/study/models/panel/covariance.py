"""Covariances that linearmodels has not: HC2, HC3 with absorbed effects, and the bias-reduced CV2."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..errors import NotEstimable
from ..shared.prepare import Prepared, demean

LARGEST = 2e8  # entries of the explicit effect columns that leverages may take
NESTED = 1e-10  # share of a direction left outside its cluster below which nothing is left


def heteroskedastic(prepared: Prepared, coefficients: np.ndarray, kind: str) -> np.ndarray:
    """HC2 or HC3 covariance of least squares.

    V = A (sum_i x_i x_i' e_i^2 / (1 - h_i)^m) A, A = (X'X)^-1, m = 1 (HC2), 2 (HC3)

    h_i is the leverage among all columns, the absorbed effects among them.

    Raises
    ------
    NotEstimable if a row has leverage 1: it is fitted by a parameter of its own.

    Source
    ------
    MacKinnon and White (1985), Journal of Econometrics 29(3).
    """
    root = np.sqrt(_weights(prepared))[:, None]
    x = root * demean(prepared.x.to_numpy(dtype=float), prepared.effects, _given(prepared))
    y = root * demean(prepared.y.to_numpy(dtype=float)[:, None], prepared.effects, _given(prepared))
    left = 1 - leverages(prepared)
    alone = left < NESTED
    if alone.any():
        raise NotEstimable(
            f"{alone.sum()} rows have leverage 1 (first row {prepared.y.index[alone][0]}): each is fitted by a "
            f"parameter of its own and {kind} divides by 0; leave them out or use HC1"
        )
    scores = x * (y - x @ coefficients[:, None]) / left[:, None] ** ({"HC2": 0.5, "HC3": 1.0}[kind])
    bread = np.linalg.inv(x.T @ x)
    return bread @ (scores.T @ scores) @ bread


def leverages(prepared: Prepared) -> np.ndarray:
    """Diagonal (n,) of the projection on the regressors and all effects, weighted as the fit.

    The effect with most levels is removed from the rows, the others are explicit columns.
    """
    weights, x = _weights(prepared), prepared.x.to_numpy(dtype=float)
    effects = prepared.effects
    x = x / np.linalg.norm(x, axis=0)
    if not effects.shape[1]:
        return _projection(np.sqrt(weights)[:, None] * x)
    first, *others = sorted(effects.columns, key=lambda name: -effects[name].nunique())
    levels = sum(effects[name].nunique() for name in others)
    if len(x) * levels > LARGEST:
        raise NotEstimable(f"leverages of {len(x)} rows with {levels} levels of {', '.join(others)} take too much memory; use HC1")
    dummies = [np.eye(effects[name].max() + 1)[effects[name]] for name in others]
    dummies = [columns / np.sqrt(columns.sum(axis=0)) for columns in dummies]
    code = effects[first].to_numpy()
    inside = demean(np.column_stack([*dummies, x]), effects[[first]], _given(prepared))
    return weights / np.bincount(code, weights=weights)[code] + _projection(np.sqrt(weights)[:, None] * inside)


def bias_reduced(xx: np.ndarray, xy: np.ndarray, terms: Sequence[str], labels: Sequence) -> tuple[np.ndarray, np.ndarray]:
    """CV2 of the first k coefficients, the terms, and the Satterthwaite degrees of freedom of each, from cross-products.

    V = M (sum_g X_g' A_g e_g e_g' A_g X_g) M, M = (X'X)^-1, A_g = (I - X_g M X_g')^(+1/2)

    Z' f(I - Z Z') = f(I - Z'Z) Z' with Z_g = X_g M^(1/2) makes every product one of p x p matrices.
    The degrees of freedom of c'b are (sum_g p_g'p_g)^2 / sum_gh (p_g'p_h)^2 with p_g = (I - H)_g' A_g X_g M c,
    under independent errors of equal variance. Where I - X_g M X_g' is singular, a combination of the columns lies in
    cluster g alone: its residuals are 0 whatever the errors. The pseudo-inverse leaves it out, right where it is orthogonal
    to the terms (a period that one cluster alone has); else the adjustment is infinite and the fit is refused.

    Parameters
    ----------
    xx : array (G, p, p); xy : array (G, p); effects nested in the clusters are removed from the rows
    terms : names of the k coefficients wanted; labels : of the clusters

    Returns
    -------
    array (k, k), array (k,)

    Raises
    ------
    NotEstimable naming the terms and the clusters

    Source
    ------
    Bell and McCaffrey (2002), Survey Methodology 28(2); Pustejovsky and Tipton (2018), Journal of
    Business and Economic Statistics 36(4), also for effects nested in the clusters.
    """
    k, total = len(terms), xx.sum(axis=0)
    beta = np.linalg.solve(total, xy.sum(axis=0))
    values, vectors = np.linalg.eigh(np.linalg.inv(total))
    root = (vectors * np.sqrt(values)) @ vectors.T
    kernel = root @ xx @ root
    share, basis = np.linalg.eigh(kernel)
    left = 1 - share
    factor = np.where(left > NESTED, np.where(left > NESTED, left, 1) ** -0.5, 0.0)
    _check_singular(root[:, :k], basis * (left <= NESTED)[:, None, :], terms, labels)
    scores = np.einsum("gij,gj,gkj,gk->gi", basis, factor, basis, (xy - xx @ beta) @ root)
    meat = root @ (scores.T @ scores) @ root
    c = root[:, :k]
    own = np.einsum("ik,gij,gj,glj,lk->gk", c, basis, share * factor**2, basis, c, optimize=True)
    moved = np.einsum("gij,gj,glj,lk->gik", basis, share * factor, basis, c, optimize=True)
    cross = -np.einsum("gik,hik->kgh", moved, moved, optimize=True)
    groups = np.arange(len(xx))
    cross[:, groups, groups] += own.T
    trace = cross[:, groups, groups].sum(axis=1)
    return meat[:k, :k], trace**2 / (cross**2).sum(axis=(1, 2))


def _check_singular(c: np.ndarray, alone: np.ndarray, terms: Sequence[str], labels: Sequence) -> None:
    """Refuse terms with a share in the directions `alone` (G, p, p), which lie in one cluster; c (p, k) are the terms'."""
    share = (np.einsum("ik,gij->gkj", c, alone) ** 2).sum(axis=2) / (c**2).sum(axis=0)
    lost = share > NESTED**0.5
    if lost.any():
        named = [term for term, gone in zip(terms, lost.any(axis=0)) if gone]
        which = [str(label) for label, gone in zip(labels, lost.any(axis=1)) if gone]
        raise NotEstimable(
            f"CRV2: what moves {', '.join(named)} lies in one cluster alone, in {len(which)} of {len(labels)} clusters "
            f"({', '.join(which[:5])}{', ...' if len(which) > 5 else ''}): its residuals are zero whatever its errors, and the adjustment "
            "(I - H_gg)^(-1/2) is infinite; test by inference.randomisation or inference.permutation over the clusters"
        )


def sandwich(scores: np.ndarray, clusters: pd.DataFrame, counted: int) -> np.ndarray:
    """Sum of outer products of scores (n, k) times the small-sample factors of panel.fit.

    Without clusters n/(n-K); with one variable g(n-1)/(n-K), g = G/(G-1); with two the sums of both less
    that of their pairs, each with its own g. K = `counted`.
    """
    n = len(scores)
    if not clusters.shape[1]:
        return scores.T @ scores * n / (n - counted)
    total = np.zeros((scores.shape[1], scores.shape[1]))
    pairs = clusters.groupby(list(clusters.columns)).ngroup() if clusters.shape[1] == 2 else None
    for sign, code in [*((1, clusters[name]) for name in clusters.columns), *([(-1, pairs)] if pairs is not None else [])]:
        sums = np.stack([np.bincount(code, weights=column) for column in scores.T], axis=1)
        total += sign * sums.T @ sums * len(sums) / (len(sums) - 1)
    return total * (n - 1) / (n - counted)


def negative_variances(covariance: np.ndarray, terms) -> tuple[str, ...]:
    """A note that names the terms whose variance is negative, which two-way clustered ones can be."""
    negative = [term for term, value in zip(terms, np.diag(covariance)) if value < 0]
    if not negative:
        return ()
    return (
        f"the two-way clustered variance of {', '.join(negative)} is negative, as happens with few clusters: "
        "no standard error; cluster by one variable",
    )


def _projection(x: np.ndarray) -> np.ndarray:
    left, size, _ = np.linalg.svd(x, full_matrices=False)
    return (left[:, size > 1e-9 * size[0]] ** 2).sum(axis=1)


def _given(prepared: Prepared) -> np.ndarray | None:
    return None if prepared.weights is None else prepared.weights.to_numpy()


def _weights(prepared: Prepared) -> np.ndarray:
    return np.ones(len(prepared.y)) if prepared.weights is None else prepared.weights.to_numpy()
