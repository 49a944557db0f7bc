"""Linear panel models on linearmodels, with small-sample factors that are stated."""

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from linearmodels.panel import BetweenOLS, PanelOLS, PooledOLS, RandomEffects
from linearmodels.panel.results import PanelResults, RandomEffectsResults

from study.refusals import table

from ..errors import DuplicateKeys, FormulaError, ModelError, NotEstimable
from ..fit import Fit
from ..gram import gram as grams
from ..shared import carrying
from ..shared.basis import Basis, orthonormal
from ..shared.effects import counted_effects, saturated
from ..shared.formula import first_line, parse
from ..shared.formula_terms import by_outcome
from ..shared.prepare import ABSORBED, Prepared, check_outcome, check_rank, demean, prepare, without_redundant
from .covariance import bias_reduced, heteroskedastic, negative_variances
from .specification import EffectsTest, hausman, with_means, zero

__all__ = ["EffectsTest", "fit", "hausman", "mundlak"]

ESTIMATORS = ("fe", "pooled", "re", "between")
VCOVS = ("iid", "HC1", "HC2", "HC3", "CRV1", "CRV2", "CRV3", "DK")
COV_TYPES = {"HC1": "robust", "CRV1": "clustered", "DK": "kernel"}  # linearmodels' names; else "unadjusted"


@by_outcome
def fit(
    data: pd.DataFrame,
    formula: str,
    *,
    cluster: str | Sequence[str] | None = None,
    weights: str | None = None,
    estimator: str | None = None,
    vcov: str | None = None,
    bandwidth: int | None = None,
    unit: str | None = None,
    time: str | None = None,
) -> Fit:
    """Estimate a linear panel model.

    y_it = x_it' beta + a_i + l_t + e_it

    Parameters
    ----------
    data : one row per observation; no index is needed
    formula : "y ~ x1 + x2 | bank + type^year"; what follows | is absorbed, "a^b" the levels of a and b together
    cluster : column of the clusters, or a list of two
    weights : column of weights, proportional to the inverse variance
    estimator : "fe" (default with |), "pooled" (default without), "re" or "between", for which the
        names after | are unit and time
    vcov : "CRV1" (default with clusters), "CRV2" (Bell-McCaffrey), "CRV3" (jackknife), "iid" (default without
        clusters), "HC1", "HC2", "HC3", "DK" (Driscoll-Kraay)
    bandwidth : lags of "DK" with Bartlett weights; default floor(4 (T/100)^(2/9))
    unit, time : columns of units and periods, for l(x, 1) and d(x) in the formula (docs/methods/after_a_fit.md)

    Returns
    -------
    Fit. CRV1 has the factor g(n-1)/(n-k-T) with g = G/(G-1), k slopes (and the intercept) and T the
    levels of the effects that are not nested in the clusters, and t(G-1); with two cluster variables
    every term has its own g and the reference is t(min G - 1). CRV2 has no factor and Satterthwaite
    degrees of freedom per coefficient. docs/methods/panel.md has the other factors and references.

    Raises
    ------
    FormulaError, MissingColumn, InfiniteValues, DuplicateKeys, NotEstimable, NoVariation, Collinear

    Source
    ------
    Cameron, Gelbach and Miller (2011), Journal of Business and Economic Statistics 29(2), for two-way
    clusters; Driscoll and Kraay (1998), Review of Economics and Statistics 80(4); Swamy and Arora (1972), Econometrica 40(2), in
    the form of Baltagi and Chang (1994), Journal of Econometrics 62(2), for random effects; linearmodels for the estimates.
    """
    data, parsed = table(data), parse(formula)
    clusters = [cluster] if isinstance(cluster, str) else list(cluster or [])
    estimator = estimator or ("fe" if parsed.effects else "pooled")
    vcov = vcov or ("CRV1" if clusters else "iid")
    _check_arguments(parsed, clusters, estimator, vcov, weights, bandwidth)
    absorbed = estimator in ("fe", "pooled")
    prepared = prepare(data, parsed, clusters, weights, drop_singletons=estimator == "fe", ranked=absorbed)
    if estimator == "fe" and vcov != "DK":
        prepared = without_redundant(prepared)
    if not absorbed:
        prepared = _with_intercept(prepared)
        check_rank(_used(prepared, estimator), prepared.effects.iloc[:, :0], formula)
    check_outcome(prepared.y, prepared.effects if estimator == "fe" else prepared.effects.iloc[:, :0], formula)
    if not prepared.x.shape[1]:
        raise FormulaError(f"'{formula}' has no regressor beside the effects, which take the place of the intercept")
    freedom = _degrees_of_freedom(prepared, estimator)
    if freedom < 1:
        raise NotEstimable(
            f"'{formula}': {len(prepared.y)} rows leave {freedom} degrees of freedom after "
            f"{prepared.x.shape[1]} regressors and the effects; it takes more rows or fewer effects"
        )
    if estimator == "fe" and saturated(prepared):
        raise NotEstimable(
            f"'{formula}': {len(prepared.y)} rows and as many parameters, the effects {', '.join(prepared.effects.columns)} counted: "
            "the fit is exact and its errors are rounding; it takes more rows or fewer effects"
        )
    if vcov == "DK":
        bandwidth = _bandwidth(prepared, parsed, bandwidth)
    basis = orthonormal(prepared, estimator == "fe")
    if estimator == "re":
        basis = _without_noise(basis)
    results = _estimate(basis.sample, estimator, vcov, bandwidth, formula)
    labels = list(pd.factorize(data[clusters[0]].iloc[prepared.y.index], sort=True)[1]) if clusters else []
    covariance, df, factors = _covariance(results, prepared, basis, estimator, vcov, freedom, labels)
    carried = _carried(prepared, estimator, results) if clusters else None
    if vcov == "DK":
        factors["bandwidth"] = bandwidth
    settings = {"formula": formula, "cluster": cluster, "weights": weights, "estimator": estimator, "vcov": vcov}
    settings["bandwidth"] = bandwidth
    columns = [*parsed.columns(), *clusters, *([weights] if weights else [])]
    return Fit(
        terms=tuple(prepared.x.columns),
        coefficients=basis.back @ results.params.to_numpy(),
        covariance=covariance,
        df=df,
        summary=_summary(results, prepared, settings, df, factors) | _variances(results) | {"clusters_by_term": carried},
        notes=(*prepared.notes, *_duplicates(prepared), *negative_variances(covariance, prepared.x.columns), *carrying.notes(carried or {})),
        prepared=prepared,
        source=data[list(dict.fromkeys(columns))].reset_index(drop=True),
        settings=settings,
    )


def mundlak(data: pd.DataFrame, formula: str, *, cluster: str | Sequence[str] | None = None) -> EffectsTest:
    """Mundlak's test: the means of the units add nothing to a model with random effects.

    y_it = x_it' beta + mean_i(x)' gamma + a_i + e_it;  H0: gamma = 0

    The estimates of beta are those with fixed effects; those of gamma are what random effects miss.

    Parameters
    ----------
    data : one row per unit and time
    formula : "y ~ x1 + x2 | unit + time"; regressors that do not vary within units get no mean
    cluster : as for panel.fit; default is the unit

    Returns
    -------
    EffectsTest, F(k, G - 1) with clustered errors

    Raises
    ------
    FormulaError, NotEstimable, and what panel.fit raises

    Source
    ------
    Mundlak (1978), Econometrica 46(1); Wooldridge (2010), Econometric Analysis of Cross Section and
    Panel Data, 10.7.3, for the robust form.
    """
    clusters = [cluster] if isinstance(cluster, str) else list(cluster or parse(formula).effects[:1])
    frame, longer, means = with_means(data, formula, clusters)
    fitted = fit(frame, longer, cluster=clusters, estimator="re")
    carried = {means.get(term, term): line for term, line in fitted.summary["clusters_by_term"].items()}
    said = [note for note in fitted.notes if note not in carrying.notes(fitted.summary["clusters_by_term"])]
    summary = {**fitted.summary, "clusters_by_term": carried}
    named = replace(fitted, terms=tuple(carried), summary=summary, notes=(*said, *carrying.notes(carried)))
    return zero(named, tuple(means.values()))


def _check_arguments(parsed, clusters: list[str], estimator: str, vcov: str, weights: str | None, bandwidth: int | None) -> None:
    if estimator not in ESTIMATORS:
        raise ModelError(f"no estimator '{estimator}'; there is {', '.join(ESTIMATORS)}")
    if vcov not in VCOVS:
        raise ModelError(f"no covariance '{vcov}'; there is {', '.join(VCOVS)}")
    if estimator == "pooled" and parsed.effects:
        raise FormulaError(f"'{parsed.text}' absorbs effects; leave them out for estimator='pooled'")
    if estimator == "fe" and not parsed.effects:
        raise FormulaError(f"'{parsed.text}' has no effects after |; estimator='fe' needs at least one")
    if estimator in ("re", "between") and len(parsed.effects) != 2:
        raise FormulaError(f"estimator='{estimator}' needs unit and time after |, as in 'y ~ x | bank + year'")
    if len(clusters) > 2:
        raise ModelError(f"{len(clusters)} cluster variables; one or two can be used")
    if vcov.startswith("CRV") != bool(clusters):
        raise ModelError(f"vcov='{vcov}' with cluster={clusters or None}: CRV needs clusters, the others take none")
    if vcov in ("CRV2", "CRV3") and (len(clusters) != 1 or estimator not in ("fe", "pooled")):
        raise ModelError(f"vcov='{vcov}' needs one cluster variable and estimator 'fe' or 'pooled'")
    if vcov == "CRV2" and weights:
        raise ModelError("vcov='CRV2' is not defined here with weights; take CRV1, or leave the weights out")
    if vcov in ("HC2", "HC3") and estimator not in ("fe", "pooled"):
        raise ModelError(f"vcov='{vcov}' needs estimator 'fe' or 'pooled', not '{estimator}'")
    if bandwidth is not None and (vcov != "DK" or bandwidth < 0 or bandwidth != int(bandwidth)):
        raise ModelError(f"bandwidth={bandwidth} with vcov='{vcov}': it is the number of lags, 0 or more, of vcov='DK'")
    if vcov == "DK" and (estimator != "fe" or len(parsed.effects) != 2):
        raise ModelError("vcov='DK' needs unit and time after |, as in 'y ~ x | bank + year'")


def _check_keys(prepared: Prepared) -> None:
    again = prepared.effects.duplicated(keep=False)
    if again.any():
        raise DuplicateKeys(
            f"{again.sum()} rows share {' and '.join(prepared.effects.columns)} with another row; the estimator needs one row for each"
        )


def _bandwidth(prepared: Prepared, parsed, bandwidth: int | None) -> int:
    """The lags of Driscoll-Kraay errors, which need one row per unit and time."""
    _check_keys(prepared)
    times = prepared.effects.iloc[:, 1].nunique()
    chosen = int(4 * (times / 100) ** (2 / 9)) if bandwidth is None else int(bandwidth)
    if chosen >= times:
        raise NotEstimable(f"'{parsed.text}': bandwidth={chosen} with {times} periods; it must be less than their number")
    return chosen


def _with_intercept(prepared: Prepared) -> Prepared:
    """Random effects and between estimates have an intercept; unit and time are not absorbed."""
    _check_keys(prepared)
    x = prepared.x.copy()
    x.insert(0, "Intercept", 1.0)
    return Prepared(**{**vars(prepared), "x": x})


def _without_noise(basis: Basis) -> Basis:
    """Means of the units that are nothing but rounding taken off: the regression of means would explain units by them."""
    z, unit = basis.sample.x, basis.sample.effects.iloc[:, 0].to_numpy()
    means = z.groupby(unit).transform("mean")
    noise = means.abs().max() < ABSORBED
    return replace(basis, sample=replace(basis.sample, x=z - means * noise))


def _used(prepared: Prepared, estimator: str) -> pd.DataFrame:
    """The regressors that identify the estimates: all rows, or the means of the units."""
    if estimator == "re":
        return prepared.x
    return prepared.x.groupby(prepared.effects.iloc[:, 0].to_numpy()).mean()


def _estimate(prepared: Prepared, estimator: str, vcov: str, bandwidth: int | None, text: str) -> PanelResults:
    """linearmodels' estimates with its raw covariance, before our factors."""
    effects = list(prepared.effects.columns)
    unique = len(effects) == 2 and not prepared.effects.duplicated().any()
    index = _index(prepared, unique)
    y, x = (frame.set_axis(index) for frame in (prepared.y, prepared.x))
    weights = None if prepared.weights is None else prepared.weights.set_axis(index)
    if estimator == "fe" and len(effects) > 2:  # PanelOLS absorbs two: what is left goes to PooledOLS
        given = None if weights is None else weights.to_numpy()
        within = demean(np.column_stack([y, x]), prepared.effects, given)
        y, x = pd.Series(within[:, 0], index, name=y.name), pd.DataFrame(within[:, 1:], index, x.columns)
        model = PooledOLS(y, x, weights=weights)
    elif estimator == "fe" and unique:
        model = PanelOLS(y, x, weights=weights, entity_effects=True, time_effects=True, singletons=True)
    elif estimator == "fe":
        model = PanelOLS(y, x, weights=weights, other_effects=prepared.effects.set_axis(index))
    else:
        model = {"pooled": PooledOLS, "re": RandomEffects, "between": BetweenOLS}[estimator](y, x, weights=weights)
    options: dict = {"cov_type": COV_TYPES.get(vcov, "unadjusted")}
    if vcov == "DK":
        options["bandwidth"] = bandwidth
    if options["cov_type"] == "clustered":
        options |= {"clusters": prepared.clusters.set_axis(index), "group_debias": True}
    options["debiased"] = False
    if isinstance(model, RandomEffects):
        options["small_sample"] = True  # Baltagi and Chang's variances where units have unequal numbers of rows
    if isinstance(model, PanelOLS):
        options |= {"auto_df": False, "count_effects": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return model.fit(**options)
        except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
            raise NotEstimable(f"'{text}' can not be estimated on {len(y)} rows: {first_line(error)}") from None


def _index(prepared: Prepared, unique: bool) -> pd.MultiIndex:
    if unique:
        return pd.MultiIndex.from_frame(prepared.effects, names=["unit", "time"])
    rows = np.arange(len(prepared.y))
    return pd.MultiIndex.from_arrays([rows, np.zeros_like(rows)], names=["unit", "time"])


def _covariance(results: PanelResults, prepared: Prepared, basis: Basis, estimator: str, vcov: str, freedom: int, labels: list):
    """Covariance with the stated factors, the reference's degrees of freedom, and the factors."""
    if vcov in ("CRV2", "CRV3"):
        gram = grams.of_prepared(prepared, labels)
        outcome, terms, clusters = gram.outcomes[0], list(prepared.x.columns), len(gram.labels)
        if vcov == "CRV2":
            return *bias_reduced(*gram.select(outcome, terms), terms, gram.labels), {}
        covariance = basis.covariance(grams.of_prepared(basis.sample, labels).fit(outcome, terms, vcov="CRV3").covariance)
        return covariance, clusters - 1, {"(G-1)/G": (clusters - 1) / clusters}
    if vcov in ("HC2", "HC3"):
        return basis.covariance(heteroskedastic(basis.sample, results.params.to_numpy(), vcov)), freedom, {}
    n = int(results.nobs)
    counted = n - freedom if estimator in ("fe", "pooled") else prepared.x.shape[1]
    covariance = basis.covariance(results.cov.to_numpy()) * n / (n - counted)
    sizes = [prepared.clusters[name].nunique() for name in prepared.clusters.columns]
    if sizes:
        factors = {"(n-1)/(n-K)": (n - 1) / (n - counted), "K": counted}
        factors |= {f"G/(G-1) {name}": g / (g - 1) for name, g in zip(prepared.clusters.columns, sizes)}
        return covariance, min(sizes) - 1, factors
    df = prepared.effects.iloc[:, 1].nunique() - 1 if vcov == "DK" else n - counted
    return covariance, df, {"n/(n-K)": n / (n - counted), "K": counted}


def _carried(prepared: Prepared, estimator: str, results: PanelResults) -> dict[str, dict]:
    """How many clusters carry each coefficient."""
    given = None if prepared.weights is None else prepared.weights.to_numpy()
    x, clusters = prepared.x.to_numpy(dtype=float), prepared.clusters
    if estimator == "fe":
        x = demean(x, prepared.effects, given)
    elif estimator in ("re", "between"):
        unit = prepared.effects.iloc[:, :1]
        means = x - demean(x, unit, given)
        x = means if estimator == "between" else x - results.theta["theta"].loc[unit.iloc[:, 0]].to_numpy()[:, None] * means
        if estimator == "between":  # one row per unit
            first = ~unit.duplicated().to_numpy()
            return carrying.by_rows(x[first], clusters[first], prepared.x[first])
    return carrying.by_rows(x if given is None else x * np.sqrt(given)[:, None], clusters, prepared.x)


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
        "r2": _r2_with_effects(results, prepared) if settings["estimator"] == "fe" else float(results.rsquared),
        "r2_within": float(results.rsquared) if settings["estimator"] == "fe" else float(results.rsquared_within),
        "fixed_effects": " + ".join(effects) if settings["estimator"] == "fe" else "",
        "vcov": settings["vcov"] + (f" by {' + '.join(prepared.clusters.columns)}" if clusters else ""),
        "small_sample": factors,
        "reference": f"t({df:g})" if np.ndim(df) == 0 else f"t, Satterthwaite df {df.min():.1f} to {df.max():.1f}",
        "mean_outcome": float(prepared.y.mean()),
        "sd_outcome": float(prepared.y.std()),
        "seed": None,
    }


def _variances(results: PanelResults) -> dict:
    """Variances of the unit effects and of the errors, of random effects."""
    if not isinstance(results, RandomEffectsResults):
        return {}
    effects, errors = results.variance_decomposition.loc[["Effects", "Residual"]]
    return {"variance_effects": float(effects), "variance_errors": float(errors)}


def _r2_with_effects(results: PanelResults, prepared: Prepared) -> float:
    """R2 of regressors and effects together: residual over total sum of squares, weighted as the fit."""
    weights = np.ones(len(prepared.y)) if prepared.weights is None else prepared.weights.to_numpy()
    weights = weights / weights.mean()  # as in linearmodels' residual sum of squares
    y = prepared.y.to_numpy()
    spread = y - np.average(y, weights=weights)
    return float(1 - results.resid_ss / (weights @ spread**2))


def _duplicates(prepared: Prepared) -> tuple[str, ...]:
    again = prepared.effects.duplicated(keep=False) if prepared.effects.shape[1] == 2 else pd.Series(dtype=bool)
    if not again.any():
        return ()
    names = " and ".join(prepared.effects.columns)
    return (f"{again.sum()} rows share {names} with another row; right only if they are different units",)
