"""How many clusters carry a coefficient: few treated ones make clustered errors too small without a sign of it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.linalg import solve_triangular

FEW = 10  # effective clusters below which a note names the term
NOTHING = 1e-10  # share of the sum of squares below which a cluster carries nothing
SHOWN = 4


def effective(squares: np.ndarray) -> np.ndarray:
    """Effective number of clusters (k,) of k coefficients.

    G* = (sum_g s_g)^2 / sum_g s_g^2, s_g = sum of r_i^2 over the rows of cluster g

    r is the regressor less its projection on the other regressors and the effects (the weights that the coefficient puts on
    the outcomes). G* is Carter, Schnepel and Steigerwald's G/(1 + Gamma) under errors that are independent and alike: G
    where all clusters carry the same, near the number of treated clusters where these are few.

    Parameters
    ----------
    squares : array (G, k) of s_g

    Source
    ------
    Carter, Schnepel and Steigerwald (2017), Review of Economics and Statistics 99(4).
    """
    return squares.sum(axis=0) ** 2 / (squares**2).sum(axis=0)


def by_rows(x: np.ndarray, clusters: pd.DataFrame, raw: pd.DataFrame) -> dict[str, dict]:
    """`by_loads` of least squares: x (n, k) are the regressors less the effects, times the roots of the weights."""
    q, r = np.linalg.qr(x / np.linalg.norm(x, axis=0))  # not x'x, which squares what a year and its square lose
    return by_loads(solve_triangular(r, q.T).T, clusters, raw)


def by_loads(loads: np.ndarray, clusters: pd.DataFrame, raw: pd.DataFrame) -> dict[str, dict]:
    """`by_term` from what each row puts on each coefficient.

    Parameters
    ----------
    loads : array (n, k), weights on the outcomes; of a maximum of the likelihood the rows' scores times the inverse
        information, whose squares are the information of the rows on the term on average
    clusters : DataFrame (n, 1 or 2) of codes; with two the one in which the fewest carry the term counts; none give nothing
    raw : DataFrame (n, k) of the regressors as they are, its columns the terms
    """
    found: dict[str, dict] = {}
    for name in clusters.columns:
        code = clusters[name].to_numpy()
        squares = np.stack([np.bincount(code, weights=column**2) for column in loads.T], axis=1)
        for term, line in by_term(raw.columns, squares, treated_clusters(raw, code), name).items():
            if term not in found or line["effective"] < found[term]["effective"]:
                found[term] = line
    return found


def treated_clusters(raw: pd.DataFrame, code: np.ndarray) -> dict[str, int]:
    """Clusters with a treated row, for each column that holds 0 and 1 and nothing else."""
    values = {name: raw[name].to_numpy(dtype=float) for name in raw.columns}
    return {name: len(np.unique(code[v == 1])) for name, v in values.items() if ((v == 0) | (v == 1)).all() and v.min() < v.max()}


def by_term(terms: Sequence[str], squares: np.ndarray, treated: Mapping[str, int], cluster: str) -> dict[str, dict]:
    """Per term: cluster (the variable), of (its clusters), clusters that carry the term, their effective number; for a
    treatment, a column of 0 and 1, also the clusters treated somewhere and nowhere.
    """
    carrying = (squares > NOTHING * squares.sum(axis=0)).sum(axis=0)
    lines = {}
    for term, count, number in zip(terms, carrying, effective(squares)):
        lines[term] = {"cluster": cluster, "of": len(squares), "clusters": int(count), "effective": float(number)}
        if term in treated:
            lines[term] |= {"treated": treated[term], "untreated": len(squares) - treated[term]}
    return lines


def notes(carried: Mapping[str, Mapping]) -> tuple[str, ...]:
    """One sentence that names the terms with fewer than FEW effective clusters and what to use for them."""
    few = {term: line for term, line in carried.items() if line["effective"] < FEW and term != "Intercept"}
    if not few:
        return ()
    named = "; ".join(f"{term} ({_words(line)})" for term, line in list(few.items())[:SHOWN])
    more = f" and {len(few) - SHOWN} more" if len(few) > SHOWN else ""
    over = " or ".join(dict.fromkeys(f"'{line['cluster']}'" for line in few.values()))
    return (
        f"few clusters carry {named}{more}: with fewer than {FEW} effective clusters clustered t and p reject true nulls too "
        f"often, with one treated cluster most of the time. Test by inference.randomisation or inference.permutation over {over}; "
        "the restricted wild bootstrap hardly ever rejects with one or two treated clusters",
    )


def _words(line: Mapping) -> str:
    who = f"clusters of '{line['cluster']}'"
    if line.get("untreated"):
        return f"{line['treated']} of {line['of']} {who} treated, effective number {line['effective']:.1f}"
    return f"effective number {line['effective']:.1f} of {line['of']} {who}"
