"""From data and formula to outcome, controls, endogenous variables and instruments without the effects."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from study.refusals import table

from ..errors import FormulaError, NotEstimable, Underidentified
from ..shared.effects import counted_effects
from ..shared.formula import Formula
from ..shared.prepare import Prepared, check_finite, check_rank, demean, matrices, prepare, without_redundant

UNRELATED = 1e-10  # partial correlation of first stages below which nothing is identified


@dataclass(frozen=True, eq=False)
class Instrumented:
    """The estimation sample of instrumental variables.

    Every array is residualised on the effects and multiplied by the root of the weights.

    Parameters
    ----------
    y : array (n,); controls (n, k), endogenous (n, p), instruments (n, l) : DataFrames
    clusters : DataFrame (n, 0 to 2) of codes
    effect_parameters : what the effects cost in degrees of freedom
    rows : the sample as it was (study.models.prepare.Prepared)
    """

    y: np.ndarray
    controls: pd.DataFrame
    endogenous: pd.DataFrame
    instruments: pd.DataFrame
    clusters: pd.DataFrame
    effect_parameters: int
    rows: Prepared

    @property
    def counted(self) -> int:
        """Parameters of the equation of interest: controls, endogenous variables and effects."""
        return self.controls.shape[1] + self.endogenous.shape[1] + self.effect_parameters

    @property
    def counted_first_stage(self) -> int:
        """Parameters of a first stage or the reduced form: controls, instruments and effects."""
        return self.controls.shape[1] + self.instruments.shape[1] + self.effect_parameters

    def without_controls(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """y (n,), endogenous (n, p) and instruments (n, l) less their projections on the controls."""
        values = np.column_stack([self.y, self.endogenous, self.instruments])
        x = self.controls.to_numpy()
        if x.shape[1]:
            basis, _ = np.linalg.qr(x)
            values = values - basis @ (basis.T @ values)
        p = self.endogenous.shape[1]
        return values[:, 0], values[:, 1 : 1 + p], values[:, 1 + p :]


def assemble(data: pd.DataFrame, formula: Formula, clusters: list[str], weights: str | None) -> Instrumented:
    """The sample of a formula with instruments.

    Raises
    ------
    MissingColumn, FormulaError, InfiniteValues, NotEstimable, NoVariation, Collinear, Underidentified
    """
    everything = replace(formula, regressors=f"{formula.regressors} + {formula.endogenous} + {formula.instruments}")
    data = table(data)
    rows = without_redundant(prepare(data, everything, clusters, weights, ranked=False))
    kept = data.reset_index(drop=True).loc[rows.y.index]
    parts = [_controls(kept, formula), _part(kept, formula, formula.endogenous), _part(kept, formula, formula.instruments)]
    x, d, z = parts
    _check_names(formula, *parts)
    for part in parts:
        check_finite(part)
    if z.shape[1] < d.shape[1]:
        raise Underidentified(
            f"'{formula.text}': {d.shape[1]} endogenous variables ({', '.join(d.columns)}) and {z.shape[1]} instruments "
            f"({', '.join(z.columns)}); it takes at least one instrument for each"
        )
    for part in (d, z):
        check_rank(pd.concat([x, part], axis=1), rows.effects, formula.text)
    given = None if rows.weights is None else rows.weights.to_numpy()
    root = np.ones(len(kept)) if given is None else np.sqrt(given)
    within = root[:, None] * demean(np.column_stack([rows.y, x, d, z]), rows.effects, given)
    ends = np.cumsum([1, x.shape[1], d.shape[1]])
    controls, endogenous, excluded = [pd.DataFrame(a, columns=p.columns) for a, p in zip(np.split(within, ends, axis=1)[1:], parts)]
    effects = counted_effects(rows) if rows.effects.shape[1] else 0
    sample = Instrumented(within[:, 0], controls, endogenous, excluded, rows.clusters.reset_index(drop=True), effects, rows)
    _check_freedom(sample, formula)
    _check_relevance(sample, formula)
    return sample


def conditioned(sample: Instrumented) -> tuple[Instrumented, np.ndarray]:
    """The sample with orthonormal controls Q = X R^-1 and the rest less its projection on them, and the way back.

    y = D b + X c = (D - X g) b + Q R (c + g b): a matrix (p + k, p + k) from (b, R (c + g b)) to (b, c). What the model says
    of b is the same; controls whose means are large against their spread cost no digits.
    """
    x, p, k = sample.controls.to_numpy(), sample.endogenous.shape[1], sample.controls.shape[1]
    if not k:
        return sample, np.eye(p)
    size = np.sqrt((x**2).sum(axis=0))
    q, r = np.linalg.qr(x / size)
    inverse = np.linalg.inv(r) / size[:, None]
    _, d, z = sample.without_controls()
    back = np.eye(p + k)
    back[p:, p:], back[p:, :p] = inverse, -inverse @ (q.T @ sample.endogenous.to_numpy())
    parts = {"controls": (q, sample.controls), "endogenous": (d, sample.endogenous), "instruments": (z, sample.instruments)}
    frames = {name: pd.DataFrame(values, columns=as_it_was.columns) for name, (values, as_it_was) in parts.items()}
    return replace(sample, **frames), back


def _part(kept: pd.DataFrame, formula: Formula, text: str) -> pd.DataFrame:
    """Endogenous variables or instruments; their categories are coded against a base level, the constant left out."""
    return matrices(kept, replace(formula, regressors=text, baseline=True)).x


def _controls(kept: pd.DataFrame, formula: Formula) -> pd.DataFrame:
    """The controls, none of them for "y ~ 0 | d ~ z"."""
    return matrices(kept, formula).x if len(formula.right()) else pd.DataFrame(index=kept.index)


def _check_names(formula: Formula, x: pd.DataFrame, d: pd.DataFrame, z: pd.DataFrame) -> None:
    for one, first, other, second in ((d, "endogenous", z, "instrument"), (x, "control", d, "endogenous"), (x, "control", z, "instrument")):
        both = [name for name in one.columns if name in other.columns]
        if both:
            raise FormulaError(f"'{formula.text}': {', '.join(both)} is {first} and {second}; it can be one of them")
    if not d.shape[1] or not z.shape[1]:
        raise FormulaError(f"'{formula.text}': no endogenous variable or no instrument is left after the intercept")


def _check_freedom(sample: Instrumented, formula: Formula) -> None:
    n, counted = len(sample.y), max(sample.counted, sample.counted_first_stage)
    if n <= counted:
        raise NotEstimable(
            f"'{formula.text}': {n} rows leave {n - counted} degrees of freedom after controls, instruments and the "
            "effects; it takes more rows or fewer effects"
        )


def _check_relevance(sample: Instrumented, formula: Formula) -> None:
    _, d, z = sample.without_controls()
    left, right = (np.linalg.qr(part)[0] for part in (d, z))
    least = np.linalg.svd(left.T @ right, compute_uv=False)[-1]
    if least < UNRELATED:
        raise Underidentified(
            f"'{formula.text}': the instruments are unrelated to the endogenous variables (least canonical correlation "
            f"{least:.1e}); the estimate is not defined"
        )
