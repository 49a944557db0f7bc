"""What the likelihood models share: their sample, the checks of a 0/1 outcome, clustered errors, design of new rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from formulaic import ModelSpec

from study.refusals import table

from ..errors import BadOutcome, FormulaError, ModelError, NotEstimable
from .formula import Formula
from .prepare import prepare


@dataclass(frozen=True, eq=False)
class Sample:
    """The estimation sample of a likelihood model; not a linear model's, so the wild bootstrap refuses it.

    Parameters
    ----------
    y : Series (n,); x : DataFrame (n, k); clusters : DataFrame (n, 0 or 1) of codes
    formula : its parts
    n_missing : rows dropped because a value is missing
    spec : formulaic's record of the regressors, for new rows (study.models.prepare.design)
    """

    y: pd.Series
    x: pd.DataFrame
    clusters: pd.DataFrame
    formula: Formula
    n_missing: int
    spec: ModelSpec

    @property
    def notes(self) -> tuple[str, ...]:
        return (f"{self.n_missing} rows with missing values dropped",) if self.n_missing else ()


@dataclass(frozen=True, eq=False)
class OrderedSample(Sample):
    """The sample of an ordered model: y holds codes 0..J-1 of the levels, lowest first."""

    levels: tuple
    link: str


def cluster_name(cluster: str | None) -> list[str]:
    """The cluster variable as a list of none or one name."""
    if cluster is None or isinstance(cluster, str):
        return [cluster] if cluster else []
    raise ModelError(f"cluster={cluster!r}: likelihood models have one cluster variable, the name of a column")


def without_effects(formula: Formula, instead: str) -> None:
    """Raise FormulaError if the formula absorbs effects: no likelihood model here can."""
    if formula.effects:
        raise FormulaError(f"'{formula.text}' absorbs effects after |, which this model can not; {instead}")


def binary_sample(data: pd.DataFrame, formula: Formula, cluster: str | None) -> Sample:
    """The rows and columns of a model of a 0/1 outcome.

    Raises
    ------
    MissingColumn, FormulaError, InfiniteValues, NoVariation, Collinear; BadOutcome if the outcome is not
    0/1; NotEstimable if all rows are of one class, or the rows are no more than the regressors
    """
    prepared = prepare(data, formula, cluster_name(cluster), drop_singletons=False)
    check_binary(prepared.y, formula)
    n, k = prepared.x.shape
    if n <= k:
        raise NotEstimable(f"'{formula.text}': {n} rows for {k} coefficients; it takes more rows than coefficients")
    return Sample(prepared.y, prepared.x, prepared.clusters, formula, prepared.n_missing, prepared.spec)


def check_binary(y: pd.Series, formula: Formula) -> None:
    """Raise BadOutcome or NotEstimable if the outcome is not 0 and 1, both of them."""
    other = y[~y.isin([0.0, 1.0])]
    if len(other):
        shown = ", ".join(f"{value:g}" for value in sorted(other.unique())[:3])
        raise BadOutcome(
            f"'{formula.outcome}' must be 0 or 1: {len(other)} of {len(y)} rows have other values ({shown}, ...); "
            "recode it, or use models.ordinal for ordered levels"
        )
    if y.min() == y.max():
        raise NotEstimable(
            f"'{formula.outcome}' is {y.iloc[0]:g} in all {len(y)} rows; it takes both 0 and 1. For a rate with no event see models.discrete.exact"
        )


def clustered(bread: np.ndarray, scores: np.ndarray, clusters: pd.DataFrame) -> tuple[np.ndarray, float, dict]:
    """The sandwich of scores summed by cluster; the inverse information if there are no clusters.

    V = G/(G-1) B (sum_g s_g s_g') B, B the inverse of the observed information

    Parameters
    ----------
    bread : array (k, k); scores : array (n, k), one row per observation; clusters : DataFrame (n, 0 or 1)

    Returns
    -------
    covariance (k, k); df of the reference t: G - 1, or infinite (normal) without clusters; factors by name
    """
    if not clusters.shape[1]:
        return bread, np.inf, {}
    code = clusters.iloc[:, 0].to_numpy()
    groups = int(code.max()) + 1
    sums = np.stack([np.bincount(code, weights=column, minlength=groups) for column in scores.T], axis=1)
    return sandwich(bread, sums.T @ sums, clusters)


def sandwich(bread: np.ndarray, meat: np.ndarray, clusters: pd.DataFrame) -> tuple[np.ndarray, float, dict]:
    """G/(G-1) B M B with its df and its factor by name; M the sum over clusters of s_g s_g'."""
    groups = clusters.iloc[:, 0].nunique()
    factor = groups / (groups - 1)
    return factor * bread @ meat @ bread, groups - 1, {f"G/(G-1) {clusters.columns[0]}": factor}


def covariance_summary(clusters: pd.DataFrame, df: float, factors: dict, carried: dict | None = None) -> dict:
    """The lines of `glance` on the errors; `carried` says how many clusters carry each term."""
    names = list(clusters.columns)
    return {
        "n_clusters": clusters[names[0]].nunique() if names else None,
        "clusters_by_term": carried or None,
        "vcov": f"CRV1 by {names[0]}" if names else "inverse information",
        "small_sample": factors,
        "reference": f"t({df:g})" if np.isfinite(df) else "normal",
        "seed": None,
    }


def source_columns(data: pd.DataFrame, formula: Formula, extra: Sequence[str | None] = ()) -> pd.DataFrame:
    """The columns that the model uses, all rows, for predictions and for study.inference."""
    names = [*formula.columns(), *(name for name in extra if name)]
    return table(data)[list(dict.fromkeys(names))].reset_index(drop=True)
