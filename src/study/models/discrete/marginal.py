"""Effects on the probability: derivatives and discrete changes with delta-method errors."""

import numpy as np
from scipy import stats

from ..after.slopes import slopes
from ..errors import ModelError
from ..fit import Fit
from ..shared.formula import Formula, variables_of
from ..shared.likelihood import Sample

POINTS = ("mean", "average")
CURVES = {"logit": stats.logistic, "firth": stats.logistic, "probit": stats.norm}


def marginal_effects(fit: Fit, *, at: str = "mean") -> Fit:
    """What one unit more of each regressor does to P(y = 1).

    dP/dx_j = f(x'b) b_j for a regressor of many values; P(y = 1 | x_j = 1) - P(y = 1 | x_j = 0) for one of
    0 and 1 only; from the base level to each other one for C(k). Errors by the delta method, x held fixed.

    Parameters
    ----------
    fit : of `models.discrete.fit`
    at : "mean": at the means of the regressors (Stata's dprobit and mfx); "average": mean over the rows

    Returns
    -------
    Fit with a term for each regressor, in probabilities (0.01 is one percentage point); the df of `fit`. Where a variable is in
    several terms (x and I(x**2), or x:z) no column has an effect of its own: the terms are variables then, see `models.slopes`.

    Raises
    ------
    ModelError if `fit` is of another model or `at` is unknown
    """
    if not isinstance(fit.prepared, Sample) or fit.settings.get("method") not in CURVES:
        raise ModelError("marginal effects need a fit of models.discrete.fit (logit, probit or firth)")
    if at not in POINTS:
        raise ModelError(f"at='{at}'; there is {', '.join(POINTS)}")
    if _shared(fit.prepared.formula):
        return slopes(fit, at=at)
    x = fit.prepared.x
    points = x.to_numpy() if at == "average" else x.to_numpy().mean(axis=0, keepdims=True)
    curve = CURVES[fit.settings["method"]]
    names = [name for name in x.columns if name != "Intercept"]
    effects, jacobian = zip(*(_effect(fit, points, curve, name) for name in names))
    jacobian = np.array(jacobian)
    at_means = {"at": at, "probability": float(curve.cdf(points @ fit.coefficients).mean())}
    changes = [name for name in names if _is_dummy(x[name])]
    return Fit(
        terms=tuple(names),
        coefficients=np.array(effects),
        covariance=jacobian @ fit.covariance @ jacobian.T,
        df=fit.df,
        summary=fit.glance() | at_means | {"estimator": f"marginal effects of {fit.settings['method']}"},
        notes=(*fit.notes, f"discrete changes from 0 to 1: {', '.join(changes)}") if changes else fit.notes,
        settings=dict(fit.settings) | {"at": at},
    )


def _effect(fit: Fit, points: np.ndarray, curve, name: str) -> tuple[float, np.ndarray]:
    """The effect of one column and its derivative with respect to the coefficients."""
    columns = list(fit.prepared.x.columns)
    j = columns.index(name)
    if _is_dummy(fit.prepared.x[name]):
        family = [i for i, other in enumerate(columns) if other == name or _factor(other) == _factor(name) != ""]
        off = points.copy()
        off[:, family] = 0.0
        on = off.copy()
        on[:, j] = 1.0
        high, low = on @ fit.coefficients, off @ fit.coefficients
        slope = (curve.pdf(high)[:, None] * on - curve.pdf(low)[:, None] * off).mean(axis=0)
        return float((curve.cdf(high) - curve.cdf(low)).mean()), slope
    index = points @ fit.coefficients
    density = curve.pdf(index)
    bend = -index * density if curve is stats.norm else density * (1 - 2 * curve.cdf(index))
    slope = fit.coefficients[j] * (bend[:, None] * points).mean(axis=0)
    slope[j] += density.mean()
    return float(density.mean() * fit.coefficients[j]), slope


def _is_dummy(column) -> bool:
    return bool(column.isin([0.0, 1.0]).all())


def _factor(name: str) -> str:
    """C(k) of C(k)[T.b]; empty if the column is not a level of a factor."""
    return name.rpartition("[")[0] if name.endswith("]") else ""


def _shared(formula: Formula) -> bool:
    """True if a variable is in several terms, or a term has several variables: then no column has an effect of its own."""
    of_terms = [{name for factor in term.factors for name in variables_of(factor)} for term in formula.right()]
    names = [name for of_term in of_terms for name in of_term]
    return any(len(of_term) > 1 for of_term in of_terms) or len(names) > len(set(names))
