"""Sufficient statistics per cluster: X'X and X'y, from which many models follow without the rows.

Effects that are nested in the clusters are removed from the rows in one pass; crossed effects stay
as explicit columns, so that the cluster jackknife and the wild bootstrap are exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..errors import Collinear, ModelError, NotEstimable, NoVariation
from ..fit import Fit
from ..shared import carrying
from ..shared.prepare import ABSORBED, Prepared
from .engines import Query, is_query
from .passes import Products, components, cross_products
from .rows import Columns, Names, Plan, check_names

LOST = 1e-7  # smallest eigenvalue of scaled cross-products that leaves eight digits of a coefficient
SINGULAR = 1e-10  # share of the largest eigenvalue below which a direction of the crossed effects is none
BLOCK = 2**16


@dataclass(frozen=True, eq=False)
class Cells:
    """Cross-products by the units over which treatments may be re-assigned (study.models.gram_cells).

    Parameters
    ----------
    plan : units, periods and what lies in what
    cross : array (P, q, q) of gram_pass.Products
    kept : columns of the crossed effects that every model has
    """

    plan: Plan
    cross: np.ndarray
    kept: tuple[int, ...]

    @property
    def units(self) -> np.ndarray:
        """Labels of the units, in the order of the rows of a treatment's table."""
        return self.plan.units

    @property
    def periods(self) -> np.ndarray:
        """Labels of the periods, in the order of its columns."""
        return self.plan.levels[self.plan.names.cells[1]]


@dataclass(frozen=True, eq=False)
class Gram:
    """Cross-products of G clusters.

    Parameters
    ----------
    labels : names of the clusters, G of them
    outcomes, regressors : names of the columns that models may use
    crossed : names of the explicit columns of the effects, in every model
    xx : array (G, p, p), p = regressors + crossed; xy : array (G, p, m); yy : array (m,)
    raw : array (k,), sums of squares of the regressors before any effect was removed
    treated : array (k,), clusters with a 1, for regressors of 0 and 1; -1 for others
    n_obs : rows; n_missing, n_singletons : rows dropped for each reason
    effect_parameters : what the effects cost in degrees of freedom
    effects, cluster, weights : names
    cells : cross-products by cell unit, if `build` was told the cells
    """

    labels: tuple
    outcomes: tuple[str, ...]
    regressors: tuple[str, ...]
    crossed: tuple[str, ...]
    xx: np.ndarray
    xy: np.ndarray
    yy: np.ndarray
    raw: np.ndarray
    treated: np.ndarray
    n_obs: int
    n_missing: int
    n_singletons: int
    effect_parameters: int
    effects: tuple[str, ...]
    cluster: str
    weights: str | None = None
    cells: Cells | None = field(default=None, repr=False)

    def select(self, outcome: str, regressors: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """X'X (G, q, q) and X'y (G, q) of the regressors, in this order, and the crossed columns."""
        chosen, m = self._places(outcome, regressors)
        chosen = [*chosen, *range(len(self.regressors), self.xx.shape[1])]
        return self.xx[:, chosen][:, :, chosen], self.xy[:, chosen, m]

    def fit(self, outcome: str, regressors: Sequence[str], vcov: str = "CRV1") -> Fit:
        """Estimate one model; vcov "CRV1" or "CRV3" (cluster jackknife, factor (G-1)/G).

        Raises
        ------
        Collinear, NoVariation, NotEstimable, ModelError
        """
        r, m = self._places(outcome, regressors)
        inner = self._residual[0]
        a, b = inner[np.ix_(r, r)], inner[r, len(self.regressors) + m]
        self._check(a, r)
        beta = np.linalg.solve(a, b)
        covariance, factors = self._covariance(vcov, a, beta, r, m)
        total, clusters = inner[len(self.regressors) + m, len(self.regressors) + m], len(self.labels)
        right = " + ".join(regressors) + (f" | {' + '.join(self.effects)}" if self.effects else "")
        carried = self._carried(a, r)
        summary = {
            "formula": f"{outcome} ~ {right}",
            "n_obs": self.n_obs,
            "n_dropped": self.n_missing,
            "n_singletons": self.n_singletons,
            "n_clusters": clusters,
            "r2_within": float(b @ beta / total) if total > 0 else np.nan,
            "fixed_effects": " + ".join(self.effects),
            "clusters_by_term": carried,
            "vcov": f"{vcov} by {self.cluster}",
            "small_sample": factors,
            "reference": f"t({clusters - 1})",
        }
        said = carrying.notes(carried)
        return Fit(tuple(regressors), beta, covariance, clusters - 1, summary, said, gram=self, settings={"outcome": outcome})

    def _carried(self, a: np.ndarray, r: list[int]) -> dict[str, dict]:
        """How many clusters carry each of the regressors r, whose total cross-products are a."""
        loads = np.linalg.inv(a)
        squares = np.einsum("gij,ik,jk->gk", self._residual[1][:, r][:, :, r], loads, loads, optimize=True)
        names = [self.regressors[i] for i in r]
        treated = {name: int(self.treated[i]) for name, i in zip(names, r) if self.treated[i] >= 0}
        return carrying.by_term(names, squares, treated, self.cluster)

    def _covariance(self, vcov: str, a: np.ndarray, beta: np.ndarray, r: list[int], m: int) -> tuple[np.ndarray, dict]:
        """Covariance of the coefficients of regressors r for outcome m, and its factors."""
        clusters, counted = len(self.labels), len(r) + self.effect_parameters
        if self.n_obs <= counted:
            raise NotEstimable(f"{self.n_obs} rows leave no degree of freedom for {counted} parameters")
        if vcov == "CRV1":
            by_x, by_y = self._residual[1:]
            half = np.linalg.solve(a, (by_y[:, r, m] - by_x[:, r][:, :, r] @ beta).T)
            factors = {"(n-1)/(n-K)": (self.n_obs - 1) / (self.n_obs - counted), "K": counted}
            factors[f"G/(G-1) {self.cluster}"] = clusters / (clusters - 1)
            return half @ half.T * factors["(n-1)/(n-K)"] * clusters / (clusters - 1), factors
        if vcov == "CRV3":
            gaps = self._estimates_without(r, m) - beta
            self._check_left_out(gaps, r)
            return gaps.T @ gaps * (clusters - 1) / clusters, {"(G-1)/G": (clusters - 1) / clusters}
        raise ModelError(f"no covariance '{vcov}' from a Gram; there is CRV1, CRV3")

    def leave_one_out(self, outcome: str, regressors: Sequence[str]) -> pd.DataFrame:
        """Estimates without one cluster at a time: one row per cluster, one column per regressor.

        Missing in the rows of clusters without which the model is not identified, to eight digits.
        """
        r, m = self._places(outcome, regressors)
        return pd.DataFrame(self._estimates_without(r, m), index=list(self.labels), columns=list(regressors))

    def check(self, regressors: Sequence[str]) -> None:
        """Raise Collinear or NoVariation if the cross-products of these regressors would lose digits."""
        r, _ = self._places(self.outcomes[0], regressors)
        self._check(self._residual[0][np.ix_(r, r)], r)

    def _places(self, outcome: str, regressors: Sequence[str]) -> tuple[list[int], int]:
        for name, known in ((outcome, self.outcomes), *((r, self.regressors) for r in regressors)):
            if name not in known:
                raise ModelError(f"'{name}' is not in the Gram; it has {', '.join(known)}")
        if not regressors or len(set(regressors)) < len(regressors):
            raise ModelError(f"regressors {list(regressors)}: name at least one, each once")
        return [self.regressors.index(name) for name in regressors], self.outcomes.index(outcome)

    @cached_property
    def _blocks(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Per cluster: regressors and outcomes with themselves, crossed columns with them, and with themselves.

        Outcomes with themselves are kept as a total, in the first cluster.
        """
        k, m = len(self.regressors), len(self.outcomes)
        inner = np.zeros((len(self.labels), k + m, k + m))
        inner[:, :k, :k] = self.xx[:, :k, :k]
        inner[:, :k, k:] = self.xy[:, :k]
        inner[:, k:, :k] = np.swapaxes(self.xy[:, :k], 1, 2)
        inner[0, k:, k:] = np.diag(self.yy)
        return inner, np.concatenate([self.xx[:, k:, :k], self.xy[:, k:]], axis=2), self.xx[:, k:, k:]

    @cached_property
    def _norms(self) -> tuple[np.ndarray, np.ndarray]:
        """Norms of the regressors, nested effects removed: of all clusters (k,), and without each one (G, k)."""
        squares = np.diagonal(self.xx, axis1=1, axis2=2)[:, : len(self.regressors)]
        total = squares.sum(axis=0)
        return np.sqrt(total), np.sqrt(np.maximum(total - squares, 0))

    @cached_property
    def _residual(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """With the crossed columns partialled out: the total (k+m, k+m), X'X (G, k, k), X'y (G, k, m)."""
        inner, mixed, levels = self._blocks
        k = len(self.regressors)
        total, across = inner.sum(axis=0), mixed.sum(axis=0)
        if not self.crossed:
            return total, inner[:, :k, :k], inner[:, :k, k:]
        share = np.linalg.solve(levels.sum(axis=0), across)
        both = np.swapaxes(mixed, 1, 2) @ share
        each = inner - both - np.swapaxes(both, 1, 2) + share.T @ levels @ share
        return total - across.T @ share, each[:, :k, :k], each[:, :k, k:]

    @cached_property
    def _without(self) -> np.ndarray:
        """(G, k+m, k+m): cross-products without one cluster, the crossed columns partialled out anew."""
        inner, mixed, levels = (part.sum(axis=0) - part for part in self._blocks)
        if not self.crossed:
            return inner
        scale = np.sqrt(np.diagonal(levels, axis1=1, axis2=2))
        scale = np.where(scale > 0, scale, 1)
        inverse = np.linalg.pinv(levels / (scale[:, :, None] * scale[:, None, :]), rcond=SINGULAR, hermitian=True)
        share = inverse @ (mixed / scale[:, :, None]) / scale[:, :, None]
        return inner - np.swapaxes(mixed, 1, 2) @ share

    def _estimates_without(self, r: list[int], m: int) -> np.ndarray:
        """(G, k): estimates without each cluster, missing where not identified."""
        a = self._without[:, r][:, :, r]
        b = self._without[:, r, len(self.regressors) + m]
        scale = self._norms[1][:, r]
        lost = (scale**2 <= LOST * self._norms[0][r] ** 2).any(axis=1)
        scale = np.where(scale > 0, scale, 1)
        lost |= np.linalg.eigvalsh(a / (scale[:, :, None] * scale[:, None, :]))[:, 0] < LOST
        a = np.where(lost[:, None, None], np.eye(len(r)), a)
        return np.where(lost[:, None], np.nan, np.linalg.solve(a, b[:, :, None])[:, :, 0])

    def _check_left_out(self, gaps: np.ndarray, r: list[int]) -> None:
        lost = np.isnan(gaps).any(axis=1)
        if lost.any():
            which = ", ".join(str(label) for label, gone in zip(self.labels, lost) if gone)
            raise NotEstimable(
                f"CRV3: without {lost.sum()} of {len(lost)} clusters of '{self.cluster}' ({which}) the coefficients of "
                f"{', '.join(self.regressors[i] for i in r)} are not identified, so that there is no cluster jackknife; "
                "a regressor that varies in one cluster alone can not be tested by clusters (inference.randomisation can)"
            )

    def _check(self, a: np.ndarray, r: list[int]) -> None:
        """Raise if the scaled cross-products would lose more digits than they may.

        The scale is the variation left by the nested effects: they were removed from the rows, without loss.
        """
        names = [self.regressors[i] for i in r]
        scale = self._norms[0][r]
        gone = (scale <= np.sqrt(self.raw[r]) * ABSORBED) | (np.diag(a) <= 1e-12 * scale**2)
        if gone.any():
            what = f"the effects {', '.join(self.effects)} are removed" if self.effects else "all rows are taken"
            which = ", ".join(name for name, absorbed in zip(names, gone) if absorbed)
            raise NoVariation(f"{which} does not vary once {what}; leave it out")
        values, vectors = np.linalg.eigh(a / np.outer(scale, scale))
        if values[0] < LOST:
            involved = [name for name, weight in zip(names, np.abs(vectors[:, 0])) if weight > 0.1]
            raise Collinear(
                f"{', '.join(involved)}: a combination of each other or of the effects up to "
                f"{np.sqrt(max(values[0], 0)):.1e} of their variation; leave one out or measure it otherwise"
            )


def build(
    data: Any,
    *,
    outcomes: Sequence[str],
    regressors: Sequence[str],
    absorb: Sequence[str] = (),
    cluster: str,
    weights: str | None = None,
    cells: tuple[str, str] | None = None,
    block: int = BLOCK,
) -> Gram:
    """One pass over the rows that are complete in every column named.

    Parameters
    ----------
    data : DataFrame, mapping of arrays, structured array or other table in memory; path or list of paths
        of parquet files, a DuckDB relation or the text of a query, which are read in blocks
    outcomes, regressors : numeric columns; without `absorb` add a column of ones as a regressor
    absorb : at most two effects; singletons are dropped
    cluster : column of the clusters
    weights : column of positive weights, proportional to the inverse variance
    cells : (unit, period) columns of the cells in which `inference` may re-assign a treatment
    block : rows held at once, above the rows of one level of a nested effect (of one cluster, if both
        effects are nested in it)

    Raises
    ------
    MissingColumn, InfiniteValues, NotEstimable, ModelError

    Notes
    -----
    Cross-products lose the square of what is collinear: `fit` refuses what would leave less than eight digits.
    """
    names = Names(tuple(outcomes), tuple(regressors), tuple(absorb), cluster, weights, tuple(cells) if cells else None)
    check_names(names)
    if block < 1:
        raise ModelError(f"block={block}: at least one row must be read at a time")
    source = Query.of(data, names) if is_query(data) else Columns.of(data, names)
    plan, blocks = source.read(names, block)
    return _gram(plan, cross_products(plan, blocks))


def of_prepared(prepared: Prepared, labels: Sequence | None = None) -> Gram:
    """The Gram of an estimation sample with one cluster variable (study.models.prepare)."""
    if prepared.clusters.shape[1] != 1:
        raise ModelError(f"a Gram has one cluster variable, the fit has {prepared.clusters.shape[1]}")
    cluster, effects = prepared.clusters.columns[0], list(prepared.effects.columns)
    values = {name: prepared.x[name].to_numpy(dtype=float) for name in prepared.x.columns}
    outcome = str(prepared.y.name)
    names = Names((outcome,), tuple(values), tuple(effects), cluster)
    check_names(names)
    values[outcome] = prepared.y.to_numpy(dtype=float)
    keys = {cluster: prepared.clusters[cluster].to_numpy(), **{e: prepared.effects[e].to_numpy() for e in effects}}
    weights = None if prepared.weights is None else prepared.weights.to_numpy(dtype=float)
    plan, blocks = Columns(values, keys, weights).read(names, BLOCK)
    return _gram(plan, cross_products(plan, blocks), labels)


def of_fit(fit: Fit) -> Gram:
    """The Gram that a clustered linear Fit carries, or that of its estimation sample.

    Raises
    ------
    ModelError if the fit is not linear or has no or two cluster variables.
    """
    if fit.gram is not None:
        return fit.gram
    if not isinstance(fit.prepared, Prepared) or fit.settings.get("estimator") not in ("fe", "pooled"):
        raise ModelError(
            "the fit carries no Gram, which is made of a linear model's rows (instruments, random effects, logit, hazard have "
            "none): use a clustered fit of models.gram or of models.panel with estimator 'fe' or 'pooled'"
        )
    cluster = fit.prepared.clusters.columns
    labels = None
    if len(cluster) == 1 and fit.source is not None:
        labels = list(pd.factorize(fit.source.loc[fit.prepared.y.index, cluster[0]], sort=True)[1])
    return of_prepared(fit.prepared, labels)


def _gram(plan: Plan, products: Products, labels: Sequence | None = None) -> Gram:
    names = plan.names
    k, c = len(names.regressors), len(names.values)
    by_cluster = np.zeros((len(plan.clusters), *products.cross.shape[1:]))
    np.add.at(by_cluster, plan.piece_cluster, products.cross)
    kept = _kept_levels(plan, by_cluster.sum(axis=0), c)
    x = [*range(k), *kept]
    counted = sum(len(plan.levels[e]) for e in plan.crossed) - max(len(plan.crossed) - 1, 0)
    return Gram(
        labels=tuple(plan.clusters if labels is None else labels),
        outcomes=names.outcomes,
        regressors=names.regressors,
        crossed=tuple(f"effect {i}" for i in kept),
        xx=by_cluster[:, x][:, :, x],
        xy=by_cluster[:, x][:, :, k:c],
        yy=np.diag(by_cluster[:, k:c, k:c].sum(axis=0)),
        raw=products.raw[:k],
        treated=_treated(plan, products, k),
        n_obs=products.n_obs,
        n_missing=plan.n_missing,
        n_singletons=plan.n_singletons,
        effect_parameters=max(counted, 1) if names.absorb else 0,
        effects=names.absorb,
        cluster=names.cluster,
        weights=names.weights,
        cells=Cells(plan, products.cross, tuple(kept)) if names.cells else None,
    )


def _treated(plan: Plan, products: Products, k: int) -> np.ndarray:
    touched = np.zeros((len(plan.clusters), products.ones.shape[1]), dtype=bool)
    np.logical_or.at(touched, plan.piece_cluster, products.ones)
    return np.where(products.binary, touched.sum(axis=0), -1)[:k]


def _kept_levels(plan: Plan, total: np.ndarray, c: int) -> list[int]:
    """Columns of the crossed effects that are not a combination of the others and of the nested effects."""
    last = c + sum(len(plan.levels[e]) for e in plan.crossed)
    if not plan.crossed or (len(plan.crossed) == 1 and not plan.inside):
        return list(range(c, last))
    left_out = set(components(total[c:last, c:last]) + c)
    return [i for i in range(c, last) if i not in left_out]
