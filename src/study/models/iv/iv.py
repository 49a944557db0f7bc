"""Instrumental variables on linearmodels, with inference for weak instruments and the factors of panel.fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from linearmodels.iv import IV2SLS, IVGMM, IVLIML
from scipy import stats

from study.refusals import table

from ..errors import ModelError, NotEstimable
from ..fit import LEVEL, Fit
from ..panel import panel
from ..panel.covariance import negative_variances, sandwich
from ..shared import carrying
from ..shared.formula import Formula, first_line, parse_instruments, written
from ..shared.formula_terms import by_outcome
from . import weak_instruments
from .instruments import Instrumented, assemble, conditioned

__all__ = ["PlausiblyExogenous", "fit", "plausibly_exogenous", "tf"]

ESTIMATORS = {"2sls": IV2SLS, "liml": IVLIML}
VCOVS = ("iid", "HC1", "CRV1")


@by_outcome
def fit(
    data: pd.DataFrame,
    formula: str,
    *,
    cluster: str | Sequence[str] | None = None,
    weights: str | None = None,
    estimator: str = "2sls",
    vcov: str | None = None,
    unit: str | None = None,
    time: str | None = None,
) -> Fit:
    """Estimate a linear model with endogenous regressors.

    y = d' beta + x' gamma + a_i + l_t + e,  d = z' pi + x' phi + ... + v

    Parameters
    ----------
    data : one row per observation; no index is needed
    formula : "y ~ x1 | bank + year | d ~ z1 + z2", or "y ~ x1 | d ~ z1" without effects, "y ~ 1 | ..." without controls
    cluster : column of the clusters, or a list of two
    weights : column of weights, proportional to the inverse variance
    estimator : "2sls" or "liml"
    vcov : "CRV1" (default with clusters), "iid" (default without), "HC1"; factors and references as in panel.fit
    unit, time : columns of units and periods, for l(x, 1) and d(x) in the formula (docs/methods/after_a_fit.md)

    Returns
    -------
    Fit, endogenous variables first. glance() has also

    - first_stage: per endogenous variable partial_r2, f, robust_f (with the covariance of the fit)
    - effective_f and effective_f_critical (share of bias tau -> 5 % critical value), one endogenous variable
    - anderson_rubin: list of intervals that the test does not reject at 5 %, one endogenous variable;
      it may be empty, in two pieces, or unbounded
    - tf: critical value, adjusted standard error and interval; one endogenous variable and one instrument
    - overidentification: Sargan (iid) or Hansen J, more instruments than endogenous variables
    - reduced_form: Fit of the outcome on the instruments

    What is not defined for the fit is None, and a note says why.

    Raises
    ------
    FormulaError, MissingColumn, InfiniteValues, NotEstimable, NoVariation, Collinear, Underidentified

    Source
    ------
    linearmodels for estimates; study.models.weak_instruments names the papers of the rest.
    """
    parsed = parse_instruments(formula)
    clusters = [cluster] if isinstance(cluster, str) else list(cluster or [])
    vcov = vcov or ("CRV1" if clusters else "iid")
    _check_arguments(clusters, estimator, vcov)
    data = table(data)
    sample = assemble(data, parsed, clusters, weights)
    solved, back = conditioned(sample)
    try:
        results = _model(solved, ESTIMATORS[estimator]).fit(cov_type="unadjusted")
    except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
        raise NotEstimable(f"'{formula}' can not be estimated on {len(sample.y)} rows: {first_line(error)}") from None
    terms = [*sample.endogenous.columns, *sample.controls.columns]
    coefficients = results.params[terms].to_numpy()
    kappa = getattr(results, "kappa", 1.0)
    covariance = back @ _covariance(solved, coefficients, kappa, vcov) @ back.T
    coefficients = back @ coefficients
    settings = {"formula": formula, "cluster": cluster, "weights": weights, "estimator": estimator, "vcov": vcov}
    columns = list(dict.fromkeys([*_columns(parsed), *clusters, *([weights] if weights else [])]))
    df, factors = _reference(sample)
    carried = _carried(sample, kappa, terms)
    draft = Fit(
        terms=tuple(terms), coefficients=coefficients, covariance=covariance, df=df, summary={},
        notes=(*sample.rows.notes, *negative_variances(covariance, terms)), prepared=sample, settings=settings,
        source=data[columns].reset_index(drop=True),
    )  # fmt: skip
    stages = weak_instruments.first_stages(sample, vcov)
    summary = _summary(results, sample, settings, df, factors) | _diagnostics(draft, stages)
    summary["clusters_by_term"] = carried or None
    summary["overidentification"] = _overidentification(results, sample, estimator, vcov)
    summary["reduced_form"] = _reduced_form(data, parsed, sample, settings)
    return Fit(**{**vars(draft), "summary": summary, "notes": (*draft.notes, *_notes(sample, stages), *carrying.notes(carried))})


def tf(fitted: Fit) -> dict[str, float | tuple[float, float]]:
    """The tF procedure: the t ratio with a critical value that depends on the first-stage F.

    Returns
    -------
    dict first_stage_f, critical_value, std_error (times critical value / 1.96), interval (5 %)

    Raises
    ------
    ModelError unless there are one endogenous variable and one instrument
    NotEstimable if the two-way clustered covariance of the first stages is not positive definite

    Source
    ------
    Lee, McCrary, Moreira and Porter (2022), American Economic Review 112(10).
    """
    sample = fitted.prepared
    p, size = sample.endogenous.shape[1], sample.instruments.shape[1]
    if (p, size) != (1, 1):
        raise ModelError(f"tF needs one endogenous variable and one instrument; the fit has {p} and {size}. See anderson_rubin")
    stages = weak_instruments.first_stages(sample, fitted.settings["vcov"])
    if not stages.definite:
        raise NotEstimable("the two-way clustered covariance of the first stages is not positive definite; cluster by one variable")
    f = weak_instruments.strength(stages, 1)["robust_f"]
    critical = weak_instruments.tf_critical_value(f)
    estimate, error = float(fitted.coefficients[0]), float(np.sqrt(fitted.covariance[0, 0]))
    return {
        "first_stage_f": f,
        "critical_value": critical,
        "std_error": error * critical / float(stats.norm.ppf(0.5 + LEVEL / 2)),
        "interval": (estimate - critical * error, estimate + critical * error),
    }


@dataclass(frozen=True)
class PlausiblyExogenous:
    """Union of the intervals of a coefficient over direct effects of the instruments.

    Parameters
    ----------
    term : the coefficient
    interval : (low, high), 95 % whatever gamma in the ranges
    gamma : instrument -> (low, high), its direct effect on the outcome
    corners : one row per corner of the ranges: gammas, estimate, ci_low, ci_high
    """

    term: str
    interval: tuple[float, float]
    gamma: Mapping[str, tuple[float, float]]
    corners: pd.DataFrame


def plausibly_exogenous(fitted: Fit, gamma_range, *, term: str | None = None) -> PlausiblyExogenous:
    """Interval of a coefficient if instruments act on the outcome directly by up to so much.

    y - z' gamma is estimated as before for each gamma; the union of the 95 % intervals is taken. The
    estimate is linear and its standard error convex in gamma, so that the ends of the union lie at
    corners of the ranges: no grid is needed.

    Parameters
    ----------
    fitted : iv.fit by "2sls" with at most one cluster variable
    gamma_range : (low, high), units of outcome per unit of the instrument; with several instruments a mapping
        instrument -> (low, high), those not named have no direct effect
    term : an endogenous variable; default is the first

    Raises
    ------
    ModelError for another estimator, two cluster variables, unknown instruments or ranges that are no ranges.

    Source
    ------
    Conley, Hansen and Rossi (2012), Review of Economics and Statistics 94(1), section III.A.
    """
    sample, settings = fitted.prepared, fitted.settings
    gamma = _gamma(sample, settings, gamma_range)
    term = term or fitted.terms[0]
    place = fitted.terms.index(fitted.row(term).name)
    lines = []
    for corner in product(*gamma.values()):
        y = sample.y - sample.instruments[list(gamma)].to_numpy() @ np.array(corner)
        moved = Instrumented(**{**vars(sample), "y": y})
        coefficients = _model(moved, IV2SLS).fit(cov_type="unadjusted").params[list(fitted.terms)].to_numpy()
        error = np.sqrt(_covariance(moved, coefficients, 1.0, settings["vcov"])[place, place])
        half = stats.t.ppf(0.5 + LEVEL / 2, fitted.df) * error
        b = coefficients[place]
        lines.append({**dict(zip(gamma, corner)), "estimate": b, "ci_low": b - half, "ci_high": b + half})
    corners = pd.DataFrame(lines)
    return PlausiblyExogenous(term, (float(corners["ci_low"].min()), float(corners["ci_high"].max())), gamma, corners)


def _gamma(sample: Instrumented, settings: Mapping, gamma_range) -> dict[str, tuple[float, float]]:
    if settings["estimator"] != "2sls" or sample.clusters.shape[1] > 1:
        raise ModelError("plausibly_exogenous needs estimator='2sls' and at most one cluster variable")
    names = list(sample.instruments.columns)
    if not isinstance(gamma_range, Mapping):
        if len(names) > 1:
            raise ModelError(f"{len(names)} instruments ({', '.join(names)}): give gamma_range as a mapping, instrument -> (low, high)")
        gamma_range = {names[0]: gamma_range}
    for name, (low, high) in gamma_range.items():
        if name not in names:
            raise ModelError(f"no instrument '{name}'; the fit has {', '.join(names)}")
        if not (np.isfinite([low, high]).all() and low <= high):
            raise ModelError(f"gamma_range of '{name}' is ({low}, {high}); it must be finite, the lower end first")
    if not gamma_range:
        raise ModelError(f"gamma_range is empty; the fit has the instruments {', '.join(names)}")
    return {name: (float(low), float(high)) for name, (low, high) in gamma_range.items()}


def _check_arguments(clusters: list[str], estimator: str, vcov: str) -> None:
    if estimator not in ESTIMATORS:
        raise ModelError(f"no estimator '{estimator}'; there is {', '.join(ESTIMATORS)}")
    if vcov not in VCOVS:
        raise ModelError(f"no covariance '{vcov}' with instruments; there is {', '.join(VCOVS)}")
    if len(clusters) > 2:
        raise ModelError(f"{len(clusters)} cluster variables; one or two can be used")
    if vcov.startswith("CRV") != bool(clusters):
        raise ModelError(f"vcov='{vcov}' with cluster={clusters or None}: CRV needs clusters, the others take none")


def _columns(parsed: Formula) -> list[str]:
    joint = f"{parsed.regressors} + {parsed.endogenous} + {parsed.instruments}"
    return Formula(parsed.outcome, joint, parsed.effects, parsed.text).columns()


def _model(sample: Instrumented, family):
    controls = sample.controls if sample.controls.shape[1] else None
    return family(pd.Series(sample.y, name="outcome"), controls, sample.endogenous, sample.instruments)


def _covariance(sample: Instrumented, coefficients: np.ndarray, kappa: float, vcov: str) -> np.ndarray:
    """Covariance of the k-class estimate: linearmodels' form with the factors of panel.fit."""
    x, fitted, bread = _projected(sample, kappa)
    residuals = sample.y - x @ coefficients
    if vcov == "iid":
        return bread * (residuals @ residuals) / (len(x) - sample.counted)
    return sandwich((fitted * residuals[:, None]) @ bread, sample.clusters, sample.counted)


def _projected(sample: Instrumented, kappa: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Regressors, their projections on controls and instruments, and the inverse of the k-class cross-products."""
    x = np.column_stack([sample.endogenous, sample.controls])
    basis, _ = np.linalg.qr(np.column_stack([sample.controls, sample.instruments]))
    fitted = basis @ (basis.T @ x)
    return x, fitted, np.linalg.inv((1 - kappa) * x.T @ x + kappa * fitted.T @ fitted)


def _carried(sample: Instrumented, kappa: float, terms: list[str]) -> dict[str, dict]:
    """How many clusters carry each coefficient: by the projected regressors, which the instruments move."""
    _, fitted, bread = _projected(sample, kappa)
    return carrying.by_loads(fitted @ bread, sample.clusters, sample.rows.x.reindex(columns=terms))


def _reference(sample: Instrumented) -> tuple[int, dict[str, float]]:
    """Degrees of freedom of the t distribution and the small-sample factors."""
    n, counted = len(sample.y), sample.counted
    sizes = {name: sample.clusters[name].nunique() for name in sample.clusters.columns}
    if not sizes:
        return n - counted, {"n/(n-K)": n / (n - counted), "K": counted}
    factors = {"(n-1)/(n-K)": (n - 1) / (n - counted), "K": counted}
    return min(sizes.values()) - 1, factors | {f"G/(G-1) {name}": g / (g - 1) for name, g in sizes.items()}


def _summary(results, sample: Instrumented, settings: Mapping, df: int, factors: dict) -> dict:
    rows = sample.rows
    sizes = [rows.clusters[name].nunique() for name in rows.clusters.columns]
    return {
        "formula": settings["formula"],
        "estimator": settings["estimator"],
        "n_obs": len(sample.y),
        "n_dropped": rows.n_missing,
        "n_singletons": rows.n_singletons,
        "n_units": rows.effects.iloc[:, 0].nunique() if rows.effects.shape[1] else len(sample.y),
        "n_clusters": min(sizes) if sizes else None,
        "r2": _r2(results, sample),
        "r2_within": float(results.rsquared) if rows.effects.shape[1] else _r2(results, sample),
        "fixed_effects": " + ".join(rows.effects.columns),
        "vcov": settings["vcov"] + (f" by {' + '.join(rows.clusters.columns)}" if sizes else ""),
        "small_sample": factors,
        "reference": f"t({df:g})",
        "mean_outcome": float(rows.y.mean()),
        "sd_outcome": float(rows.y.std()),
        "seed": None,
    }


def _r2(results, sample: Instrumented) -> float:
    """1 - residual over total sum of squares, effects included; it can be negative with instruments."""
    weights = np.ones(len(sample.y)) if sample.rows.weights is None else sample.rows.weights.to_numpy()
    y = sample.rows.y.to_numpy()
    return float(1 - results.resid_ss / (weights @ (y - np.average(y, weights=weights)) ** 2))


def _diagnostics(draft: Fit, stages: weak_instruments.FirstStages) -> dict:
    sample = draft.prepared
    names = list(sample.endogenous.columns)
    single = len(names) == 1
    defined = single and stages.definite
    return {
        "first_stage": {name: weak_instruments.strength(stages, i + 1) for i, name in enumerate(names)},
        "effective_f": weak_instruments.effective_f(stages) if defined else None,
        "effective_f_critical": weak_instruments.effective_f_critical(stages) if defined else None,
        "anderson_rubin": weak_instruments.anderson_rubin_set(stages) if defined else None,
        "tf": tf(draft) if defined and sample.instruments.shape[1] == 1 else None,
    }


def _overidentification(results, sample: Instrumented, estimator: str, vcov: str) -> dict | None:
    """Sargan's statistic, or Hansen's J of two-step GMM weighted as the covariance (no small-sample factor)."""
    extra = sample.instruments.shape[1] - sample.endogenous.shape[1]
    if not extra or _too_few_clusters(sample):
        return None
    if vcov == "iid":
        if estimator == "liml":
            results = _model(sample, IV2SLS).fit(cov_type="unadjusted")
        name, test = "Sargan", results.sargan
    else:
        clustered = bool(sample.clusters.shape[1])
        options = {"weight_type": "clustered", "clusters": sample.clusters.to_numpy()} if clustered else {"weight_type": "robust"}
        controls = sample.controls if sample.controls.shape[1] else None
        model = IVGMM(pd.Series(sample.y, name="outcome"), controls, sample.endogenous, sample.instruments, **options)
        name, test = "Hansen J", model.fit(cov_type="unadjusted").j_stat
    return {"test": name, "statistic": float(test.stat), "df": extra, "p_value": float(test.pval)}


def _reduced_form(data: pd.DataFrame, parsed: Formula, sample: Instrumented, settings: Mapping) -> Fit:
    rows = data.reset_index(drop=True).loc[sample.rows.y.index]
    effects = f" | {written(parsed.effects)}" if parsed.effects else ""
    text = f"{parsed.outcome} ~ {parsed.regressors} + {parsed.instruments}{effects}"
    return panel.fit(rows, text, cluster=settings["cluster"], weights=settings["weights"], vcov=settings["vcov"])


def _notes(sample: Instrumented, stages: weak_instruments.FirstStages) -> tuple[str, ...]:
    said = []
    if sample.endogenous.shape[1] == 1 and not stages.definite:
        said.append(
            "the covariance of the first stages is not positive definite (two cluster variables, or as many instruments as "
            "clusters): no effective F, Anderson-Rubin set or tF"
        )
    if sample.endogenous.shape[1] > 1:
        said.append("several endogenous variables: the F of each first stage says little about all together; no weak-instrument inference")
    if sample.instruments.shape[1] > sample.endogenous.shape[1] and _too_few_clusters(sample):
        said.append("no test of over-identification: it takes one cluster variable with more clusters than controls and instruments")
    return tuple(said)


def _too_few_clusters(sample: Instrumented) -> bool:
    """Whether clusters leave no weight matrix of the moments: two cluster variables, or no more clusters than moments."""
    moments = sample.controls.shape[1] + sample.instruments.shape[1]
    return sample.clusters.shape[1] > 1 or any(sample.clusters[name].nunique() <= moments for name in sample.clusters.columns)
