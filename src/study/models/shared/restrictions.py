"""Linear restrictions on the coefficients of a Fit: how they are read, and Wald's test of them."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from study.errors import nearest

from ..errors import ModelError, NotEstimable

SINGULAR = 1e-12  # least eigenvalue of the restrictions' correlations below which their covariance is singular


@dataclass(frozen=True)
class Wald:
    """Wald's test that several linear restrictions hold together.

    Parameters
    ----------
    statistic : F = chi2 / df
    df : number of restrictions; df_denominator : degrees of freedom of the fit's reference (G - 1 with clusters), inf if it is normal
    p_value : of F(df, df_denominator)
    chi2, p_chi2 : (Rb - q)'(R V R')^-1 (Rb - q) and its p-value from chi2(df), right with many clusters only
    restrictions : what was tested, one text each
    gaps : array (df,), Rb - q
    """

    statistic: float
    df: int
    df_denominator: float
    p_value: float
    chi2: float
    p_chi2: float
    restrictions: tuple[str, ...]
    gaps: np.ndarray


def wald(fit, restrictions, q=None) -> Wald:
    """See Fit.wald."""
    matrix, values, texts = read(restrictions, fit.terms, q)
    if np.linalg.matrix_rank(matrix) < len(matrix):
        raise ModelError(f"the {len(matrix)} restrictions ({'; '.join(texts)}) repeat or contradict one another; give each once")
    gaps = matrix @ fit.coefficients - values
    spread = covariance(fit, matrix)
    scale = _scale(spread, texts)
    least = np.linalg.eigvalsh(spread / np.outer(scale, scale))[0]
    if least < SINGULAR:
        clusters = fit.summary.get("n_clusters")
        what = f"; {clusters} clusters carry at most {clusters - 1} restrictions" if clusters else ""
        raise NotEstimable(
            f"the covariance of the {len(matrix)} restrictions is not positive definite (least eigenvalue {least:.1e} of its "
            f"correlations){what}: test fewer restrictions, or cluster by one variable if there are two"
        )
    standard = gaps / scale
    chi2 = float(standard @ np.linalg.solve(spread / np.outer(scale, scale), standard))
    df = reference(fit, matrix)
    p_chi2 = float(stats.chi2.sf(chi2, len(matrix)))
    p = float(stats.f.sf(chi2 / len(matrix), len(matrix), df)) if np.isfinite(df) else p_chi2
    return Wald(chi2 / len(matrix), len(matrix), df, p, chi2, p_chi2, texts, gaps)


def covariance(fit, matrix: np.ndarray) -> np.ndarray:
    """R V R' of the coefficients that the rows of R touch: what they do not touch may have no error."""
    used = (matrix != 0).any(axis=0)
    return matrix[:, used] @ fit.covariance[np.ix_(used, used)] @ matrix[:, used].T


def reference(fit, matrix: np.ndarray) -> float:
    """Degrees of freedom of the fit's reference for these rows of R.

    Raises
    ------
    ModelError if every coefficient has its own (CRV2) and the rows touch several.
    """
    if np.ndim(fit.df) == 0:
        return float(fit.df)
    touched = np.flatnonzero((matrix != 0).any(axis=0))
    if len(touched) == 1:
        return float(np.asarray(fit.df)[touched[0]])
    raise ModelError(
        f"vcov='CRV2' gives degrees of freedom to single coefficients, none to {len(touched)} together; estimate with "
        "vcov='CRV1' or 'CRV3' for a joint test or a combination"
    )


def read(restrictions, terms: Sequence[str], q=None) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """R (r, k), q (r,) and the text of each row, of text, a list of texts or a matrix.

    Raises
    ------
    ModelError if a text is not linear in the terms, names one that there is not, or R and q have other shapes
    """
    if isinstance(restrictions, str) or (len(restrictions) and isinstance(restrictions[0], str)):
        if q is not None:
            raise ModelError("q goes with a matrix R; write values into the text, as in 'x1 = 2'")
        texts = [restrictions] if isinstance(restrictions, str) else list(restrictions)
        rows = [row for text in texts for row in _of_text(text, terms)]
        if not rows:
            raise ModelError("no restriction was given; write them as in 'x1 = x2, x3 = 0'")
        matrix, values = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    else:
        matrix = np.atleast_2d(np.asarray(restrictions, dtype=float))
        values = np.zeros(len(matrix)) if q is None else np.broadcast_to(np.asarray(q, dtype=float), len(matrix))
        if matrix.shape[1] != len(terms) or not (np.isfinite(matrix).all() and np.isfinite(values).all()):
            raise ModelError(f"R is {matrix.shape[0]} x {matrix.shape[1]}; it must be r x {len(terms)}, finite, in the order {', '.join(terms)}")
    empty = np.flatnonzero(~(matrix != 0).any(axis=1))
    if len(empty):
        raise ModelError(f"restriction {empty[0] + 1} of {len(matrix)} has no coefficient in it; leave it out")
    return matrix, values, tuple(_printed(row, value, terms) for row, value in zip(matrix, values))


def _of_text(text: str, terms: Sequence[str]) -> list[tuple[np.ndarray, float]]:
    """Rows and values of "a = b, c = 0"; "a = b = 0" is two, "a" is a = 0."""
    rows = []
    for part in _coded(text, terms).split(","):
        sides = [_linear(side, text, len(terms)) for side in part.split("=")]
        sides += [np.zeros(len(terms) + 1)] if len(sides) == 1 else []
        gaps = [left - right for left, right in zip(sides, sides[1:])]
        rows += [(gap[:-1], 0.0 - gap[-1]) for gap in gaps]
    return rows


def _coded(text: str, terms: Sequence[str]) -> str:
    """The text with every term, the longest first, written as t0, t1, ...; white space inside a term is free."""
    places = {pattern: i for i, pattern in enumerate(map(_pattern, terms))}
    order = sorted(places, key=lambda pattern: -len(terms[places[pattern]]))
    names = "|".join(f"(?P<g{places[pattern]}>`?{pattern}`?)" for pattern in order)
    coded = re.sub(names, lambda match: f"\x00{match.lastgroup[1:]}\x00", text)
    strange = re.search(r"[^\W\d][\w.:]*", re.sub(r"\x00\d+\x00|\d[\d.]*[eE][+-]?\d+", " ", coded))
    if strange:
        raise ModelError(f"'{text}': '{strange[0]}' is no term of the fit{nearest(strange[0], terms)}")
    return re.sub(r"\x00(\d+)\x00", r"t\1", coded)


def _pattern(term: str) -> str:
    """A term as a regular expression: its words and marks in order, not inside a longer name."""
    pieces = re.findall(r"\w+|[^\w\s]", term)
    joined = re.escape(pieces[0])
    for before, piece in zip(pieces, pieces[1:]):
        joined += (r"\s+" if before[-1].isalnum() and piece[0].isalnum() else r"\s*") + re.escape(piece)
    return r"(?<![\w.:])" + joined + (r"(?![\w:\[(])" if re.match(r"\w", pieces[-1][-1]) else r"(?!:)")


def _linear(side: str, text: str, k: int) -> np.ndarray:
    """Weights of the k terms and the constant in one side of a restriction."""

    def value(node) -> np.ndarray:
        match node:
            case ast.Constant(value=int() | float() as number):
                return np.append(np.zeros(k), float(number))
            case ast.Name(id=name):
                return np.eye(k + 1)[int(name[1:])]
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=inner):
                return -value(inner) if isinstance(sign, ast.USub) else value(inner)
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sign, right=right):
                return value(left) + (value(right) if isinstance(sign, ast.Add) else -value(right))
            case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as sign, right=right):
                one, two = value(left), value(right)
                if isinstance(sign, ast.Mult) and not one[:-1].any():
                    one, two = two, one
                if not two[:-1].any() and (isinstance(sign, ast.Mult) or two[-1]):
                    return one * two[-1] if isinstance(sign, ast.Mult) else one / two[-1]
        raise ModelError(f"'{text}' is not linear in the terms; write restrictions as in 'x1 = x2, 2*x3 - x4 = 1'")

    try:
        return value(ast.parse(side.strip(), mode="eval").body)
    except SyntaxError:
        raise ModelError(f"'{text}' is not understood; write restrictions as in 'x1 = x2, 2*x3 - x4 = 1'") from None


def _printed(row: np.ndarray, value: float, terms: Sequence[str]) -> str:
    parts = [f"{'-' if w < 0 else '+'} {'' if abs(w) == 1 else f'{abs(w):g}*'}{terms[i]}" for i, w in enumerate(row) if w]
    return f"{parts[0].removeprefix('+ ').replace('- ', '-', 1)} {' '.join(parts[1:])}".strip() + f" = {value:g}"


def _scale(spread: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    variance = np.diag(spread)
    bad = [text for text, v in zip(texts, variance) if not v > 0]
    if bad:
        raise NotEstimable(f"{len(bad)} of {len(texts)} restrictions ({'; '.join(bad)}) have no standard error; leave them out")
    return np.sqrt(variance)
