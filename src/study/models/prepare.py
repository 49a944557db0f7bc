"""From data and formula to the arrays of an estimation, with everything dropped counted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from formulaic import model_matrix
from scipy.linalg import qr

from .errors import Collinear, FormulaError, InfiniteValues, ModelError, NotEstimable, NoVariation
from .formula import Formula, parts_of, require

ABSORBED = 1e-8  # share of a regressor's norm left after the effects below which it is absorbed
COLLINEAR = 1e-4  # share left after the other regressors below which digits would be lost


@dataclass(frozen=True, eq=False)
class Prepared:
    """The estimation sample.

    Parameters
    ----------
    y : Series (n,); x : DataFrame (n, k)
    effects : DataFrame (n, m) of codes; clusters : DataFrame (n, 0 to 2) of codes
    weights : Series (n,) or None
    n_missing, n_singletons : rows dropped for each reason
    """

    y: pd.Series
    x: pd.DataFrame
    effects: pd.DataFrame
    clusters: pd.DataFrame
    weights: pd.Series | None
    n_missing: int
    n_singletons: int

    @property
    def notes(self) -> tuple[str, ...]:
        said = []
        if self.n_missing:
            said.append(f"{self.n_missing} rows with missing values dropped")
        if self.n_singletons:
            said.append(f"{self.n_singletons} rows of singleton effects dropped")
        return tuple(said)


def prepare(data: pd.DataFrame, formula: Formula, clusters=(), weights: str | None = None, drop_singletons=True, ranked=True) -> Prepared:
    """The rows and columns that the estimator gets; `ranked` checks the rank of the regressors.

    Raises
    ------
    MissingColumn, FormulaError, InfiniteValues, NotEstimable, NoVariation, Collinear
    """
    clusters = list(clusters)
    needed = [*formula.columns(), *clusters, *([weights] if weights else [])]
    require(data, needed)
    frame = data[list(dict.fromkeys(needed))].reset_index(drop=True)
    complete = frame.dropna()
    check_finite(complete)
    _check_weights(complete, weights)
    complete = complete.assign(**{e: _together(complete, e) for e in formula.effects if "^" in e})
    kept = without_singletons(complete, formula.effects) if drop_singletons else complete
    if kept.empty:
        raise NotEstimable(
            f"'{formula.text}': no row is left of {len(frame)}: {len(frame) - len(complete)} have missing "
            f"values and {len(complete)} stand alone in an effect ({', '.join(formula.effects) or 'none'}). "
            "Use fewer effects or data with several rows per level."
        )
    y, x = matrices(kept, formula)
    check_finite(pd.concat([y, x], axis=1))
    prepared = Prepared(
        y=y,
        x=x,
        effects=codes(kept, list(formula.effects)),
        clusters=codes(kept, clusters),
        weights=kept[weights].astype(float) if weights else None,
        n_missing=len(frame) - len(complete),
        n_singletons=len(complete) - len(kept),
    )
    _check_clusters(prepared, formula)
    if ranked:
        check_rank(prepared.x, prepared.effects, formula.text)
    return prepared


def _together(frame: pd.DataFrame, effect: str) -> pd.Series:
    """The levels of the columns of "a^b" together."""
    return frame.groupby(parts_of(effect), sort=True).ngroup()


def _check_weights(frame: pd.DataFrame, weights: str | None) -> None:
    if weights and (frame[weights] <= 0).any():
        raise ModelError(
            f"{(frame[weights] <= 0).sum()} of the weights in '{weights}' are not above 0 "
            f"(first in row {frame.index[frame[weights] <= 0][0]}); leave these rows out or mend the weights"
        )


def check_finite(frame: pd.DataFrame) -> None:
    """Raise InfiniteValues naming the first column that holds one."""
    for column in frame.select_dtypes("number"):
        infinite = np.isinf(frame[column].to_numpy(dtype=float))
        if infinite.any():
            rows = ", ".join(map(str, frame.index[infinite][:3]))
            raise InfiniteValues(
                f"column '{column}' holds {infinite.sum()} infinite values (first in rows {rows}); set them to missing or transform otherwise"
            )


def check_rank(x: pd.DataFrame, effects: pd.DataFrame, text: str) -> None:
    """Raise NoVariation or Collinear if a regressor is absorbed or repeats the others."""
    constant = [name for name in x.columns if name != "Intercept" and x[name].min() == x[name].max()]
    if constant and "Intercept" in x.columns:
        raise NoVariation(f"'{text}': {', '.join(constant)} has one value in all {len(x)} rows; leave it out")
    within = demean(x.to_numpy(dtype=float), effects)
    before = np.linalg.norm(x.to_numpy(dtype=float), axis=0)
    after = np.linalg.norm(within, axis=0)
    gone = [name for name, share in zip(x.columns, after / np.where(before, before, 1)) if share < ABSORBED]
    if gone:
        what = f"the effects {', '.join(effects.columns)} are removed" if len(effects.columns) else "all rows are taken"
        raise NoVariation(f"'{text}': {', '.join(gone)} does not vary once {what}; leave it out")
    r, order = qr(within / after, mode="r", pivoting=True)
    left = np.abs(np.diag(r))
    if len(left) < x.shape[1]:
        raise NotEstimable(f"'{text}': {x.shape[1]} regressors and only {len(left)} rows")
    repeated = [x.columns[j] for j, share in zip(order, left) if share < COLLINEAR]
    if repeated:
        raise Collinear(
            f"'{text}': {len(repeated)} of {x.shape[1]} regressors ({', '.join(repeated)}) are a combination of the "
            f"others up to {min(left):.1e} of their variation; leave them out or measure them otherwise"
        )


def demean(
    values: np.ndarray, effects: pd.DataFrame, weights: np.ndarray | None = None, tolerance: float = 1e-13, rounds: int = 100_000
) -> np.ndarray:
    """Residuals of the columns of `values` (n, k) on the effects (weighted least squares), by alternating projections.

    Raises
    ------
    NotEstimable if it does not settle within `rounds`.
    """
    values = np.array(values, dtype=float)
    codes = [effects[name].to_numpy() for name in effects.columns]
    if not codes:
        return values
    scale = np.abs(values).max(axis=0)
    scale[scale == 0] = 1
    for _ in range(rounds):
        before = values
        for code in codes:
            values = values - _means(values, code, weights)[code]
        if len(codes) == 1 or np.all(np.abs(values - before) <= tolerance * scale):
            return values
    raise NotEstimable(f"the effects {', '.join(effects.columns)} can not be removed in {rounds} rounds")


def _means(values: np.ndarray, code: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    total = np.bincount(code, weights=weights)
    weighted = values if weights is None else values * weights[:, None]
    sums = np.stack([np.bincount(code, weights=column) for column in weighted.T], axis=1)
    return sums / total[:, None]


def matrices(frame: pd.DataFrame, formula: Formula, na_action: str = "raise") -> tuple[pd.Series, pd.DataFrame]:
    """Outcome (n,) and regressors (n, k); absorbed effects take the place of the intercept.

    Raises
    ------
    FormulaError if the formula can not be evaluated.
    """
    try:
        sides = model_matrix(formula.two_sided, frame, na_action=na_action)
    except Exception as error:
        raise FormulaError(f"'{formula.text}' can not be evaluated: {error}") from None
    y, x = pd.DataFrame(sides.lhs), pd.DataFrame(sides.rhs)
    if formula.effects:
        x = x.drop(columns="Intercept", errors="ignore")
    if y.shape[1] != 1:
        raise FormulaError(f"'{formula.text}': the outcome gives {y.shape[1]} columns; it must be one number per row")
    return y.iloc[:, 0].astype(float), x.astype(float)


def codes(kept: pd.DataFrame, names) -> pd.DataFrame:
    """The levels of some columns as whole numbers from 0."""
    return pd.DataFrame({name: pd.factorize(kept[name], sort=True)[0] for name in names}, index=kept.index)


def without_singletons(frame: pd.DataFrame, effects) -> pd.DataFrame:
    """Drop rows whose level of an effect appears once, again and again until none is left."""
    while len(effects):
        single = np.logical_or.reduce([~frame[e].duplicated(keep=False).to_numpy() for e in effects])
        if not single.any():
            break
        frame = frame[~single]
    return frame


def _check_clusters(prepared: Prepared, formula: Formula) -> None:
    for name in prepared.clusters.columns:
        if prepared.clusters[name].nunique() < 2:
            raise NotEstimable(f"'{formula.text}': one cluster of '{name}' is left; clustered errors need at least two")
