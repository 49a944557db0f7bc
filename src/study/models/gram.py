"""Sufficient statistics per cluster: X'X and X'y, from which many models follow without the rows.

Effects that are nested in the clusters are removed from the rows in one pass; crossed effects stay
as explicit columns, so that the cluster jackknife and the wild bootstrap are exact.
"""

from dataclasses import dataclass
from typing import Sequence

import numpy as np
import pandas as pd
from scipy.linalg import qr

from .effects import counted_effects, nested
from .errors import Collinear, ModelError, NotEstimable
from .fit import Fit
from .formula import Formula, require
from .prepare import COLLINEAR, Prepared, check_finite, demean, prepare


@dataclass(frozen=True, eq=False)
class Gram:
    """Cross-products of G clusters.

    Parameters
    ----------
    labels : names of the clusters, G of them
    outcomes, regressors : names of the columns that models may use
    crossed : names of the explicit columns of the effects, in every model
    xx : array (G, p, p), p = regressors + crossed; xy : array (G, p, m); yy : array (m,)
    n_obs : rows; effect_parameters : what the effects cost in degrees of freedom
    effects, cluster : names
    """

    labels: tuple
    outcomes: tuple[str, ...]
    regressors: tuple[str, ...]
    crossed: tuple[str, ...]
    xx: np.ndarray
    xy: np.ndarray
    yy: np.ndarray
    n_obs: int
    effect_parameters: int
    effects: tuple[str, ...]
    cluster: str

    def select(self, outcome: str, regressors: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """X'X (G, q, q) and X'y (G, q) of the regressors, in this order, and the crossed columns."""
        columns = [*self.regressors, *self.crossed]
        for name, known in ((outcome, self.outcomes), *((r, self.regressors) for r in regressors)):
            if name not in known:
                raise ModelError(f"'{name}' is not in the Gram; it has {', '.join(known)}")
        chosen = [columns.index(name) for name in [*regressors, *self.crossed]]
        return self.xx[:, chosen][:, :, chosen], self.xy[:, chosen, self.outcomes.index(outcome)]

    def fit(self, outcome: str, regressors: Sequence[str], vcov: str = "CRV1") -> Fit:
        """Estimate one model; vcov "CRV1" or "CRV3" (cluster jackknife, factor (G-1)/G).

        Raises
        ------
        Collinear, NotEstimable, ModelError
        """
        xx, xy = self.select(outcome, regressors)
        k, clusters = len(regressors), len(self.labels)
        a, b = xx.sum(axis=0), xy.sum(axis=0)
        _check_condition(a, [*regressors, *self.crossed])
        beta = np.linalg.solve(a, b)
        counted = k + self.effect_parameters
        if self.n_obs <= counted:
            raise NotEstimable(f"{self.n_obs} rows leave no degree of freedom for {counted} parameters")
        if vcov == "CRV1":
            scores = np.linalg.solve(a, (xy - xx @ beta).T)[:k]
            factors = {"(n-1)/(n-K)": (self.n_obs - 1) / (self.n_obs - counted), "K": counted}
            factors[f"G/(G-1) {self.cluster}"] = clusters / (clusters - 1)
            covariance = scores @ scores.T * factors["(n-1)/(n-K)"] * clusters / (clusters - 1)
        elif vcov == "CRV3":
            gaps = self.leave_one_out(outcome, regressors).to_numpy() - beta[:k]
            factors = {"(G-1)/G": (clusters - 1) / clusters}
            covariance = gaps.T @ gaps * factors["(G-1)/G"]
        else:
            raise ModelError(f"no covariance '{vcov}' from a Gram; there is CRV1, CRV3")
        summary = {
            "formula": f"{outcome} ~ {' + '.join(regressors)} | {' + '.join(self.effects)}",
            "n_obs": self.n_obs,
            "n_clusters": clusters,
            "fixed_effects": " + ".join(self.effects),
            "vcov": f"{vcov} by {self.cluster}",
            "small_sample": factors,
            "reference": f"t({clusters - 1})",
        }
        return Fit(tuple(regressors), beta[:k], covariance, clusters - 1, summary)

    def leave_one_out(self, outcome: str, regressors: Sequence[str]) -> pd.DataFrame:
        """Estimates without one cluster at a time: one row per cluster, one column per regressor.

        An estimate that is not identified without the cluster is the one of smallest norm.
        """
        xx, xy = self.select(outcome, regressors)
        a, b = xx.sum(axis=0), xy.sum(axis=0)
        betas = [np.linalg.pinv(a - xx_g, hermitian=True) @ (b - xy_g) for xx_g, xy_g in zip(xx, xy)]
        return pd.DataFrame(np.array(betas)[:, : len(regressors)], index=list(self.labels), columns=list(regressors))


def build(data: pd.DataFrame, *, outcomes: Sequence[str], regressors: Sequence[str], absorb: Sequence[str] = (), cluster: str) -> Gram:
    """One pass over the rows that are complete in every column named.

    Parameters
    ----------
    data : one row per observation
    outcomes, regressors : numeric columns; without `absorb` add a column of ones as a regressor
    absorb : at most two effects; singletons are dropped
    cluster : column of the clusters

    Raises
    ------
    MissingColumn, InfiniteValues, NotEstimable, NoVariation, Collinear
    """
    require(data, [*outcomes, *regressors, *absorb, cluster])
    complete = data.dropna(subset=[*outcomes, *regressors])
    check_finite(complete[[*outcomes, *regressors]])
    names = Formula(f"`{outcomes[0]}`", " + ".join(f"`{r}`" for r in regressors), tuple(absorb), "Gram")
    prepared = prepare(complete, names, [cluster])
    prepared = Prepared(**{**vars(prepared), "x": prepared.x[list(regressors)]})
    kept = complete.reset_index(drop=True).loc[prepared.y.index]
    labels = tuple(sorted(kept[cluster].unique()))
    return _gram(prepared, kept[list(outcomes)], labels)


def of_prepared(prepared: Prepared) -> Gram:
    """The Gram of an estimation sample with one cluster variable (study.models.prepare)."""
    if not isinstance(prepared, Prepared):
        raise ModelError("a Gram is made of a linear model's rows; this fit has none (logit, hazard and the like)")
    if prepared.clusters.shape[1] != 1:
        raise ModelError(f"a Gram has one cluster variable, the fit has {prepared.clusters.shape[1]}")
    return _gram(prepared, prepared.y.to_frame(), tuple(range(prepared.clusters.iloc[:, 0].nunique())))


def _gram(prepared: Prepared, outcomes: pd.DataFrame, labels: tuple) -> Gram:
    cluster = prepared.clusters.iloc[:, 0]
    inside = [e for e in prepared.effects.columns if nested(prepared.effects[e], cluster)]
    crossed = [e for e in prepared.effects.columns if e not in inside]
    weights = np.ones(len(cluster)) if prepared.weights is None else prepared.weights.to_numpy()
    if inside and prepared.weights is not None:
        raise ModelError("a Gram of weighted rows can not remove nested effects")
    dummies = _dummies(prepared.effects[crossed])
    rows = np.column_stack([prepared.x.to_numpy(dtype=float), dummies, outcomes.to_numpy(dtype=float)])
    rows = demean(rows, prepared.effects[inside]) * np.sqrt(weights)[:, None]
    k, m = prepared.x.shape[1], outcomes.shape[1]
    x, y = rows[:, :-m], rows[:, -m:]
    keep = [*range(k), *_independent(x, k)]
    x = x[:, keep]
    order = np.argsort(cluster.to_numpy(), kind="stable")
    starts = np.searchsorted(cluster.to_numpy()[order], np.arange(len(labels)))
    pieces = list(zip(np.split(x[order], starts[1:]), np.split(y[order], starts[1:])))
    return Gram(
        labels=labels,
        outcomes=tuple(outcomes.columns),
        regressors=tuple(prepared.x.columns),
        crossed=tuple(f"effect {i}" for i in keep[k:]),
        xx=np.array([piece.T @ piece for piece, _ in pieces]),
        xy=np.array([piece.T @ values for piece, values in pieces]),
        yy=(y**2).sum(axis=0),
        n_obs=len(x),
        effect_parameters=counted_effects(prepared) if prepared.effects.shape[1] else 0,
        effects=tuple(prepared.effects.columns),
        cluster=prepared.clusters.columns[0],
    )


def _dummies(effects: pd.DataFrame) -> np.ndarray:
    columns = [np.eye(effects[name].max() + 1)[effects[name]] for name in effects.columns]
    return np.column_stack(columns) if columns else np.empty((len(effects), 0))


def _independent(x: np.ndarray, k: int) -> list[int]:
    """Which effect columns (after the first k) are not a combination of the others.

    Judged among the effect columns alone: whether a regressor repeats them was checked before.
    """
    block = x[:, k:]
    if not block.shape[1]:
        return []
    _, r, order = qr(block, mode="economic", pivoting=True)
    size = np.abs(np.diag(r))
    rank = int((size > 1e-9 * size[0]).sum())
    return sorted(int(j) + k for j in order[:rank])


def _check_condition(a: np.ndarray, names: list[str]) -> None:
    """Raise Collinear if the scaled cross-products would lose more digits than they may."""
    scale = np.sqrt(np.diag(a))
    if (scale == 0).any():
        gone = [name for name, size in zip(names, scale) if size == 0]
        raise Collinear(f"{', '.join(gone)} does not vary within the clusters' effects; leave it out")
    values, vectors = np.linalg.eigh(a / np.outer(scale, scale))
    if values[0] < COLLINEAR**2:
        involved = [name for name, weight in zip(names, np.abs(vectors[:, 0])) if weight > 0.1]
        raise Collinear(f"{', '.join(involved)} are a combination of each other (eigenvalue {values[0]:.1e}); leave one out")
