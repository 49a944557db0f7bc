"""Several hypotheses at once: step-down adjusted p-values that hold the family-wise error rate."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from study.models.fit import Fit

from .assignments import Assignment
from .errors import Degenerate, DifferentSamples, InferenceError
from .randomisation import Statistic, draw, evaluate
from .wild import bootstrap_statistics, cross_products, repeats
from .wild import draw as draw_weights

TIE = 1e-9  # two statistics closer than this share of their size are equal


def romano_wolf(
    fits: Sequence[Fit],
    terms: str | Sequence[str],
    *,
    reps: int = 9999,
    seed: int,
    weights: str = "rademacher",
) -> pd.DataFrame:
    """Romano-Wolf step-down p-values by the wild cluster bootstrap, the same cluster draws for all fits.

    In the order of |t|, p_(j) = max_{i <= j} share of draws with max_{l >= i} |t*_(l)| >= |t_(i)|

    Parameters
    ----------
    fits : clustered linear Fits (CRV1) of the same clusters
    terms : the coefficient tested in each fit, or one for all; every null is 0, imposed on its draws
    reps : draws; Rademacher signs are enumerated, each once, where 2^G <= reps
    weights : "rademacher", "mammen", "webb"

    Returns
    -------
    DataFrame formula, term, estimate, statistic, p_value (by the bootstrap, alone), p_adjusted; attrs
    n_clusters, reps, enumerated, seed. Shares are (1 + count) / (1 + reps) unless enumerated, and no smaller than the
    wild bootstrap can attain.

    Raises
    ------
    DifferentSamples if the fits have different clusters; InferenceError, ModelError, Collinear

    Source
    ------
    Romano and Wolf (2005), Econometrica 73(4); (2016), Statistics and Probability Letters 113.
    """
    terms = [terms] * len(fits) if isinstance(terms, str) else list(terms)
    if not fits or len(terms) != len(fits):
        raise InferenceError(f"{len(fits)} fits and {len(terms)} terms; give one term for each fit, or one for all")
    parts = [cross_products(fit) for fit in fits]
    _check_clusters([gram.labels for gram, _, _ in parts])
    for fit in fits:
        if not str(fit.summary["vcov"]).startswith("CRV1"):
            raise InferenceError(f"romano_wolf needs CRV1 errors, a fit has {fit.summary['vcov']}")
    draws, enumerated = draw_weights(weights, reps, len(parts[0][0].labels), seed)
    observed, drawn = np.empty(len(fits)), np.empty((len(draws), len(fits)))
    for i, (fit, term, (_, xx, xy)) in enumerate(zip(fits, terms, parts)):
        observed[i] = fit.row(term)["statistic"]
        raw, values = bootstrap_statistics(xx, xy, fit.terms.index(term), 0.0, draws)
        drawn[:, i] = values * (observed[i] / raw)  # the CRV1 factor, which the draws leave out
    table = _table(observed, drawn, enumerated, least=repeats(weights, draws.shape[1]))
    table.insert(0, "formula", [fit.summary["formula"] for fit in fits])
    table.insert(1, "term", terms)
    table.insert(2, "estimate", [fit.row(term)["estimate"] for fit, term in zip(fits, terms)])
    table.attrs = {"n_clusters": draws.shape[1], "reps": len(draws), "enumerated": enumerated}
    table.attrs["seed"] = None if enumerated else seed
    return table


def westfall_young(
    statistics: Mapping[str, Statistic],
    data: pd.DataFrame,
    assign: Assignment,
    *,
    reps: int = 1999,
    seed: int,
    method: str = "max_t",
) -> pd.DataFrame:
    """Westfall-Young step-down p-values under a declared assignment mechanism, the same draws for all statistics.

    max_t: in the order of |t|, p_(j) = max_{i <= j} share of assignments with max_{l >= i} |t*_(l)| >= |t_(i)|;
    min_p: the same with each statistic turned into its p-value among the assignments, small ones first

    Parameters
    ----------
    statistics : name -> T(data, treatment), as in `randomisation`
    assign : mechanism of `assignments`
    reps : random assignments; all are taken, each once, where their number is at most `reps`
    method : "max_t" for statistics on one scale (t statistics), "min_p" for any

    Returns
    -------
    DataFrame name, statistic, p_value (by randomisation, alone), p_adjusted; attrs reps, enumerated, seed

    Raises
    ------
    Degenerate if a statistic is missing in the data or in an assignment; MissingValues, InferenceError

    Source
    ------
    Westfall and Young (1993), Resampling-Based Multiple Testing, algorithms 2.8 and 4.1.
    """
    if method not in ("max_t", "min_p"):
        raise InferenceError(f"no method '{method}'; there is max_t, min_p")
    if not statistics:
        raise InferenceError("no statistic is given")
    drawer = assign.of(data)
    treatments, enumerated = draw(drawer, reps, seed)
    now = drawer.values[drawer.row_unit][None]
    observed = np.array([evaluate(f, data, now)[0] for f in statistics.values()])
    drawn = np.column_stack([evaluate(f, data, treatments) for f in statistics.values()])
    for i, name in enumerate(statistics):
        lost = (~np.isfinite(drawn[:, i])).sum() + (not np.isfinite(observed[i]))
        if lost:
            raise Degenerate(f"'{name}' has no value in {lost} of {len(drawn) + 1} assignments; a joint test needs all of them")
    table = _table(observed, drawn, enumerated, min_p=method == "min_p")
    table.insert(0, "name", list(statistics))
    table.attrs = {"reps": len(drawn), "enumerated": enumerated, "seed": None if enumerated else seed}
    return table


def _check_clusters(labels: list[tuple]) -> None:
    for i, one in enumerate(labels[1:], start=1):
        if one != labels[0]:
            only = sorted(set(map(str, one)) ^ set(map(str, labels[0])))
            raise DifferentSamples(
                f"fits 0 and {i} have {len(labels[0])} and {len(one)} clusters, of which {len(only)} are in one alone "
                f"({', '.join(only[:5])}); estimate them on the same clusters, or their draws can not be shared"
            )


def _table(observed: np.ndarray, drawn: np.ndarray, enumerated: bool, min_p: bool = False, least: float = 0.0) -> pd.DataFrame:
    """Unadjusted and step-down adjusted p-values of |statistics|, by the rule of `shares.p_value`."""
    drawn = drawn if enumerated else np.vstack([observed, drawn])  # what happened is one of the draws
    size, sizes = np.abs(observed), np.abs(drawn)
    alone = (sizes >= size * (1 - TIE)).mean(axis=0)
    if min_p:
        size, sizes = -alone, -np.apply_along_axis(_p_values, 0, sizes)
    order = np.argsort(-size, kind="stable")
    adjusted, worst = np.empty(len(size)), 0.0
    for place, j in enumerate(order):
        largest = sizes[:, order[place:]].max(axis=1)
        worst = max(worst, float((largest >= size[j] - TIE * abs(size[j])).mean()))
        adjusted[j] = worst
    return pd.DataFrame({"statistic": observed, "p_value": np.maximum(alone, least), "p_adjusted": np.maximum(adjusted, least)})


def _p_values(sizes: np.ndarray) -> np.ndarray:
    """Share of the draws at least as large as each of them, ties counted."""
    ordered = np.sort(sizes)
    return 1 - np.searchsorted(ordered, sizes * (1 - TIE), side="left") / len(sizes)
