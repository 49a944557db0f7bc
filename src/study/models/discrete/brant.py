"""Brant's test of proportional odds: are the slopes of the cumulative logits the same at every cut?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from ..errors import ModelError, NotEstimable, Separated
from ..fit import Fit
from . import discrete


@dataclass(frozen=True, eq=False)
class Brant:
    """Result of the test.

    Parameters
    ----------
    table : DataFrame term ("Omnibus" first), statistic, df, p_value (chi squared)
    slopes : DataFrame, the slopes of the logit of y > level by cut (rows) and regressor (columns)
    vcov : how the covariance of the slopes was made
    """

    table: pd.DataFrame
    slopes: pd.DataFrame
    vcov: str


def brant(fit: Fit) -> Brant:
    """Test that one slope per regressor is enough for all cuts of an ordered logit.

    The J - 1 logits of y > level are fitted one by one; their slopes' joint covariance has blocks
    (X'W_j X)^-1 X'W_jl X (X'W_l X)^-1, W_jl = p_l (1 - p_j) for l above j, p_j = P(y > j). The Wald
    statistic of equal slopes is chi squared, (J - 2) k degrees of freedom. If the fit has clusters the
    blocks are those of scores summed by cluster, with the factor G/(G-1).

    Parameters
    ----------
    fit : of models.ordinal.fit with link="logit"

    Raises
    ------
    ModelError for another fit; Separated naming the cut whose logit has no maximum

    Source
    ------
    Brant (1990), Biometrics 46(4).
    """
    sample = fit.prepared
    if getattr(sample, "link", None) != "logit" or not hasattr(sample, "levels"):
        raise ModelError("Brant's test needs a fit of models.ordinal.fit with link='logit'")
    x = np.column_stack([np.ones(len(sample.y)), sample.x - sample.x.mean()])  # the slopes' covariance does not see the means
    betas, shares = zip(*(_logit(sample, cut) for cut in range(len(sample.levels) - 1)))
    slopes, covariance = np.array(betas)[:, 1:], _covariance(sample, x, shares)
    cuts, k = slopes.shape
    if sample.clusters.shape[1] and sample.clusters.iloc[:, 0].nunique() <= (cuts - 1) * k:
        raise NotEstimable(
            f"{sample.clusters.iloc[:, 0].nunique()} clusters for {(cuts - 1) * k} equalities of slopes; "
            "the test needs more clusters than that, or a fit without clusters"
        )
    contrast = np.hstack([-np.ones((cuts - 1, 1)), np.eye(cuts - 1)])
    tests = [("Omnibus", np.kron(contrast, np.eye(k)))]
    tests += [(name, np.kron(contrast, np.eye(k)[[j]])) for j, name in enumerate(sample.x.columns)]
    names = [f"y > {level}" for level in sample.levels[:-1]]
    return Brant(
        table=pd.DataFrame([_wald(name, matrix, slopes.ravel(), covariance) for name, matrix in tests]),
        slopes=pd.DataFrame(slopes, index=names, columns=list(sample.x.columns)),
        vcov=f"CRV1 by {sample.clusters.columns[0]}" if sample.clusters.shape[1] else "inverse information",
    )


def _logit(sample, cut: int) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and fitted P(y > level) of one cut."""
    columns = [f"x{j}" for j in range(sample.x.shape[1])]
    data = sample.x.set_axis(columns, axis=1).assign(above=(sample.y > cut).astype(int))
    try:
        fit = discrete.fit(data, f"above ~ {' + '.join(columns)}")
    except Separated as error:
        raise Separated(
            f"'{sample.formula.text}': the logit of y > {sample.levels[cut]} has no maximum "
            f"({', '.join(sample.x.columns)} are x0, x1, ...): {error}; join levels with few rows"
        ) from None
    return fit.coefficients, expit(fit.prepared.x.to_numpy() @ fit.coefficients)


def _covariance(sample, x: np.ndarray, shares) -> np.ndarray:
    """Of the slopes of all cuts, cut by cut."""
    inverse = [np.linalg.inv((x * (p * (1 - p))[:, None]).T @ x) for p in shares]
    if sample.clusters.shape[1]:
        scores = [x * ((sample.y.to_numpy() > j) - p)[:, None] @ b for j, (p, b) in enumerate(zip(shares, inverse))]
        code = sample.clusters.iloc[:, 0].to_numpy()
        sums = np.zeros((code.max() + 1, len(shares) * x.shape[1]))
        np.add.at(sums, code, np.hstack(scores))
        whole = sums.T @ sums * len(sums) / (len(sums) - 1)
    else:
        pairs = range(len(shares))
        whole = np.block([[_block(x, shares, inverse, min(i, j), max(i, j), i > j) for j in pairs] for i in pairs])
    kept = [i for i in range(len(whole)) if i % x.shape[1]]
    return whole[np.ix_(kept, kept)]


def _block(x: np.ndarray, shares, inverse, low: int, high: int, transpose: bool) -> np.ndarray:
    weight = shares[high] * (1 - shares[low])
    block = inverse[low] @ (x * weight[:, None]).T @ x @ inverse[high]
    return block.T if transpose else block


def _wald(name: str, matrix: np.ndarray, slopes: np.ndarray, covariance: np.ndarray) -> dict:
    gap = matrix @ slopes
    statistic = float(gap @ np.linalg.solve(matrix @ covariance @ matrix.T, gap))
    return {"term": name, "statistic": statistic, "df": len(matrix), "p_value": float(stats.chi2.sf(statistic, len(matrix)))}
