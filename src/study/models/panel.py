"""Linear panel models on linearmodels, with small-sample factors that are stated."""

import warnings
from typing import Sequence

import numpy as np
import pandas as pd
from linearmodels.panel import BetweenOLS, PanelOLS, PooledOLS, RandomEffects
from linearmodels.panel.results import PanelResults

from . import gram as grams
from .effects import counted_effects
from .errors import DuplicateKeys, FormulaError, ModelError, NotEstimable
from .fit import Fit
from .formula import parse
from .prepare import Prepared, prepare

ESTIMATORS = ("fe", "pooled", "re", "between")
VCOVS = ("iid", "HC1", "CRV1", "CRV3", "DK")


def fit(
    data: pd.DataFrame,
    formula: str,
    *,
    cluster: str | Sequence[str] | None = None,
    weights: str | None = None,
    estimator: str | None = None,
    vcov: str | None = None,
) -> Fit:
    """Estimate a linear panel model.

    y_it = x_it' beta + a_i + l_t + e_it

    Parameters
    ----------
    data : one row per observation; no index is needed
    formula : "y ~ x1 + x2 | bank + year"; what follows | is absorbed (at most two effects)
    cluster : column of the clusters, or a list of two
    weights : column of weights, proportional to the inverse variance
    estimator : "fe" (default with |), "pooled" (default without), "re" or "between", for which the
        names after | are unit and time
    vcov : "CRV1" (default with clusters), "CRV3", "iid" (default without), "HC1", "DK" (Driscoll-Kraay)

    Returns
    -------
    Fit. CRV1 has the factor g(n-1)/(n-k-T) with g = G/(G-1), k slopes (and the intercept) and T the
    levels of the effects that are not nested in the clusters, and t(G-1); with two cluster variables
    every term has its own g and the reference is t(min G - 1).

    Raises
    ------
    FormulaError, MissingColumn, InfiniteValues, DuplicateKeys, NotEstimable, NoVariation, Collinear

    Source
    ------
    Cameron, Gelbach and Miller (2011), Journal of Business and Economic Statistics 29(2), for two-way
    clusters; linearmodels for the estimates.
    """
    parsed = parse(formula)
    clusters = [cluster] if isinstance(cluster, str) else list(cluster or [])
    estimator = estimator or ("fe" if parsed.effects else "pooled")
    vcov = vcov or ("CRV1" if clusters else "iid")
    _check_arguments(parsed, clusters, estimator, vcov)
    prepared = prepare(data, parsed, clusters, weights, drop_singletons=estimator == "fe")
    if estimator in ("re", "between"):
        prepared = _with_intercept(prepared)
    freedom = _degrees_of_freedom(prepared, estimator)
    if freedom < 1:
        raise NotEstimable(
            f"'{formula}': {len(prepared.y)} rows leave {freedom} degrees of freedom after "
            f"{prepared.x.shape[1]} regressors and the effects; it takes more rows or fewer effects"
        )
    results = _estimate(prepared, estimator, vcov)
    covariance, df, factors = _covariance(results, prepared, estimator, vcov, freedom)
    settings = {"formula": formula, "cluster": cluster, "weights": weights, "estimator": estimator, "vcov": vcov}
    columns = [*parsed.columns(), *clusters, *([weights] if weights else [])]
    return Fit(
        terms=tuple(prepared.x.columns),
        coefficients=results.params.to_numpy(),
        covariance=covariance,
        df=df,
        summary=_summary(results, prepared, settings, df, factors),
        notes=(*prepared.notes, *_duplicates(prepared)),
        prepared=prepared,
        source=data[list(dict.fromkeys(columns))].reset_index(drop=True),
        settings=settings,
    )


def _check_arguments(parsed, clusters: list[str], estimator: str, vcov: str) -> None:
    if estimator not in ESTIMATORS:
        raise ModelError(f"no estimator '{estimator}'; there is {', '.join(ESTIMATORS)}")
    if vcov not in VCOVS:
        raise ModelError(f"no covariance '{vcov}'; there is {', '.join(VCOVS)}")
    if estimator == "pooled" and parsed.effects:
        raise FormulaError(f"'{parsed.text}' absorbs effects; leave them out for estimator='pooled'")
    if estimator == "fe" and not parsed.effects:
        raise FormulaError(f"'{parsed.text}' has no effects after |; estimator='fe' needs one or two")
    if estimator in ("re", "between") and len(parsed.effects) != 2:
        raise FormulaError(f"estimator='{estimator}' needs unit and time after |, as in 'y ~ x | bank + year'")
    if len(clusters) > 2:
        raise ModelError(f"{len(clusters)} cluster variables; one or two can be used")
    if vcov.startswith("CRV") != bool(clusters):
        raise ModelError(f"vcov='{vcov}' with cluster={clusters or None}: CRV needs clusters, the others take none")
    if vcov == "CRV3" and (len(clusters) != 1 or estimator not in ("fe", "pooled")):
        raise ModelError("vcov='CRV3' needs one cluster variable and estimator 'fe' or 'pooled'")
    if vcov == "DK" and (estimator != "fe" or len(parsed.effects) != 2):
        raise ModelError("vcov='DK' needs unit and time after |, as in 'y ~ x | bank + year'")


def _with_intercept(prepared: Prepared) -> Prepared:
    """Random effects and between estimates have an intercept; unit and time are not absorbed."""
    keys = list(prepared.effects.columns)
    again = prepared.effects.duplicated(keep=False)
    if again.any():
        raise DuplicateKeys(
            f"{again.sum()} rows share {' and '.join(keys)} with another row; the estimator needs one row for each"
        )
    x = prepared.x.copy()
    x.insert(0, "Intercept", 1.0)
    return Prepared(**{**vars(prepared), "x": x})


def _estimate(prepared: Prepared, estimator: str, vcov: str) -> PanelResults:
    """linearmodels' estimates with its raw covariance, before our factors."""
    effects = list(prepared.effects.columns)
    unique = len(effects) == 2 and not prepared.effects.duplicated().any()
    index = _index(prepared, unique)
    y, x = (frame.set_axis(index) for frame in (prepared.y, prepared.x))
    weights = None if prepared.weights is None else prepared.weights.set_axis(index)
    if estimator == "fe" and unique:
        model = PanelOLS(y, x, weights=weights, entity_effects=True, time_effects=True, singletons=True)
    elif estimator == "fe":
        model = PanelOLS(y, x, weights=weights, other_effects=prepared.effects.set_axis(index))
    else:
        model = {"pooled": PooledOLS, "re": RandomEffects, "between": BetweenOLS}[estimator](y, x, weights=weights)
    options: dict = {"cov_type": {"iid": "unadjusted", "HC1": "robust", "DK": "kernel"}.get(vcov, "clustered")}
    if options["cov_type"] == "clustered":
        options |= {"clusters": prepared.clusters.set_axis(index), "group_debias": True}
    options["debiased"] = False
    if estimator == "fe":
        options |= {"auto_df": False, "count_effects": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(**options)


def _index(prepared: Prepared, unique: bool) -> pd.MultiIndex:
    if unique:
        return pd.MultiIndex.from_frame(prepared.effects, names=["unit", "time"])
    rows = np.arange(len(prepared.y))
    return pd.MultiIndex.from_arrays([rows, np.zeros_like(rows)], names=["unit", "time"])


def _covariance(results: PanelResults, prepared: Prepared, estimator: str, vcov: str, freedom: int):
    """Covariance with the stated factors, the reference's degrees of freedom, and the factors."""
    if vcov == "CRV3":
        gram = grams.of_prepared(prepared)
        covariance = gram.fit(gram.outcomes[0], list(prepared.x.columns), vcov="CRV3").covariance
        sizes = [prepared.clusters.iloc[:, 0].nunique()]
        return covariance, sizes[0] - 1, {"(G-1)/G": (sizes[0] - 1) / sizes[0]}
    n = int(results.nobs)
    counted = n - freedom if estimator in ("fe", "pooled") else prepared.x.shape[1]
    covariance = results.cov.to_numpy() * n / (n - counted)
    sizes = [prepared.clusters[name].nunique() for name in prepared.clusters.columns]
    if sizes:
        factors = {"(n-1)/(n-K)": (n - 1) / (n - counted), "K": counted}
        factors |= {f"G/(G-1) {name}": g / (g - 1) for name, g in zip(prepared.clusters.columns, sizes)}
        return covariance, min(sizes) - 1, factors
    df = prepared.effects.iloc[:, 1].nunique() - 1 if vcov == "DK" else n - counted
    return covariance, df, {"n/(n-K)": n / (n - counted), "K": counted}


def _degrees_of_freedom(prepared: Prepared, estimator: str) -> int:
    """Rows less K: slopes (and the intercept) and the effects that are not nested in the clusters."""
    n, k = prepared.x.shape
    return n - k - (counted_effects(prepared) if estimator == "fe" else 0)


def _summary(results: PanelResults, prepared: Prepared, settings: dict, df: float, factors: dict) -> dict:
    clusters = [prepared.clusters[name].nunique() for name in prepared.clusters.columns]
    effects = list(prepared.effects.columns)
    return {
        "formula": settings["formula"],
        "estimator": settings["estimator"],
        "n_obs": len(prepared.y),
        "n_dropped": prepared.n_missing,
        "n_singletons": prepared.n_singletons,
        "n_units": prepared.effects.iloc[:, 0].nunique() if effects else len(prepared.y),
        "n_clusters": min(clusters) if clusters else None,
        "r2": float(results.rsquared_inclusive) if settings["estimator"] == "fe" else float(results.rsquared),
        "r2_within": float(results.rsquared) if settings["estimator"] == "fe" else float(results.rsquared_within),
        "fixed_effects": " + ".join(effects) if settings["estimator"] == "fe" else "",
        "vcov": settings["vcov"] + (f" by {' + '.join(prepared.clusters.columns)}" if clusters else ""),
        "small_sample": factors,
        "reference": f"t({df:g})",
        "mean_outcome": float(prepared.y.mean()),
        "sd_outcome": float(prepared.y.std()),
        "seed": None,
    }


def _duplicates(prepared: Prepared) -> tuple[str, ...]:
    again = prepared.effects.duplicated(keep=False) if prepared.effects.shape[1] == 2 else pd.Series(dtype=bool)
    if not again.any():
        return ()
    names = " and ".join(prepared.effects.columns)
    return (f"{again.sum()} rows share {names} with another row; right only if they are different units",)
