"""Models of a 0/1 outcome: logit and probit on statsmodels, Firth's penalised logit, effects on the probability."""

import warnings

import numpy as np
import pandas as pd
from scipy.linalg import eigh
from statsmodels.discrete.discrete_model import Logit, Probit

from study.refusals import table

from ..errors import ModelError, NotConverged
from ..fit import Fit
from ..shared import carrying, separation
from ..shared.basis import scaled
from ..shared.formula import parse
from ..shared.formula_terms import by_outcome
from ..shared.likelihood import Sample, binary_sample, clustered, covariance_summary, source_columns, without_effects
from . import firth
from .exact import Exact, exact
from .marginal import marginal_effects

__all__ = ["Exact", "exact", "fit", "marginal_effects"]

METHODS = ("logit", "probit", "firth")
FLAT = 1e-6  # curvature of the likelihood, as a share of the rows', below which it is searched for separation


@by_outcome
def fit(
    data: pd.DataFrame, formula: str, *, method: str = "logit", cluster: str | None = None, unit: str | None = None, time: str | None = None
) -> Fit:
    """Estimate a model of a 0/1 outcome.

    P(y = 1 | x) = F(x'b), F logistic (logit, firth) or normal (probit)

    Parameters
    ----------
    data : one row per observation
    formula : "bad ~ x1 + C(k)"; the outcome is 0/1 or a boolean; effects are dummies, C(k), not absorbed
    method : "logit", "probit", "firth" (logit with the penalty of Jeffreys' prior, finite under separation)
    cluster : column of the clusters, not for "firth"
    unit, time : columns of units and periods, for l(x, 1) and d(x) in the formula (docs/methods/after_a_fit.md)

    Returns
    -------
    Fit. Without clusters the covariance is the inverse of the observed information and the reference is
    normal. With clusters it is the sandwich with the factor G/(G-1) (Stata, R sandwich) and t(G-1).
    "firth": `tidy` has penalised likelihood ratio tests and profile intervals.

    Raises
    ------
    Separated naming kind, columns and rows; BadOutcome, NotEstimable, NotConverged, FormulaError,
    MissingColumn, InfiniteValues, NoVariation, Collinear

    Source
    ------
    Firth (1993), Biometrika 80(1); Heinze and Schemper (2002), Statistics in Medicine 21(16).
    """
    if method not in METHODS:
        raise ModelError(f"no method '{method}'; there is {', '.join(METHODS)}")
    if method == "firth" and cluster:
        raise ModelError("method='firth' has no clustered errors; leave cluster out, or use method='logit'")
    data, parsed = table(data), parse(formula)
    without_effects(parsed, "write dummies, as in 'bad ~ x + C(bank)', if their levels have many rows each")
    sample = binary_sample(data, parsed, cluster)
    settings = {"formula": formula, "method": method, "cluster": cluster}
    source = source_columns(data, parsed, [cluster])
    if method == "firth":
        return firth.fit(sample, source, settings)
    units = scaled(sample.x)
    model, params = _maximise(sample, units.z, method)
    bread, scores = np.linalg.inv(-model.hessian(params)), model.score_obs(params)
    spread, df, factors = clustered(bread, scores, sample.clusters)
    k = sample.x.shape[1]
    back = units.back(k, slice(0, k), [i for i, name in enumerate(sample.x.columns) if name == "Intercept"])
    carried = carrying.by_loads(scores @ bread @ back.T, sample.clusters, sample.x)
    return Fit(
        terms=tuple(sample.x.columns),
        coefficients=back @ params,
        covariance=back @ spread @ back.T,
        df=df,
        summary=summary(sample, settings, model.loglike(params)) | covariance_summary(sample.clusters, df, factors, carried),
        notes=(*sample.notes, *carrying.notes(carried)),
        prepared=sample,
        source=source,
        settings=settings,
    )


def _maximise(sample: Sample, z: np.ndarray, method: str) -> tuple[Logit | Probit, np.ndarray]:
    """statsmodels' model of the scaled regressors z and its estimates; what keeps them from existing is named.

    Columns of size one, because statsmodels adds 1e-10 to the curvature of each.
    """
    kind = {"logit": Logit, "probit": Probit}[method]
    model = kind(sample.y.to_numpy(), z)
    model.raise_on_perfect_prediction = False
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            results = model.fit(disp=0, maxiter=100, tol=1e-10, skip_hessian=True)
            settled = results.mle_retvals["converged"] and np.isfinite(results.params).all()
        except np.linalg.LinAlgError:
            settled = False
    if not settled or _flattest(model, results.params) < FLAT:
        found = separation.find(sample.y, sample.x)
        if found:
            separation.refuse(found, sample.formula.text)
    if not settled:
        raise NotConverged(
            f"'{sample.formula.text}': the likelihood of {len(sample.y)} rows did not reach its maximum in 100 steps "
            "and no separation was found; rescale the regressors so that their sizes are alike"
        )
    return model, np.asarray(results.params)


def _flattest(model: Logit | Probit, params: np.ndarray) -> float:
    """min over directions d of d'Id / d'X'Xd, I the information: zero along a direction that separates."""
    information, x = -model.hessian(params), model.exog
    return float(eigh(information, x.T @ x, eigvals_only=True)[0]) if np.isfinite(information).all() else 0.0


def summary(sample: Sample, settings: dict, loglik: float) -> dict:
    """The lines of `glance` on the sample and the likelihood."""
    n, events = len(sample.y), int(sample.y.sum())
    null = events * np.log(events / n) + (n - events) * np.log1p(-events / n)
    return {
        "formula": settings["formula"],
        "estimator": settings["method"],
        "n_obs": n,
        "n_dropped": sample.n_missing,
        "n_units": n,
        "n_events": events,
        "mean_outcome": events / n,
        "loglik": float(loglik),
        "loglik_null": float(null),
        "r2_mcfadden": float(1 - loglik / null),
        "fixed_effects": "",
    }
