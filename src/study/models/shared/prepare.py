"""From data and formula to the arrays of an estimation, with everything dropped counted."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from formulaic import ModelSpec, SimpleFormula
from formulaic.errors import DataMismatchWarning
from formulaic.parser.types import Factor
from scipy.linalg import qr

from study.refusals import require, table

from ..errors import Collinear, FormulaError, InfiniteValues, ModelError, NotEstimable, NoVariation, Unseen
from .columns import key, missing, number, read
from .formula import FUNCTIONS, Formula, check_functions, first_line, parts_of, uses_of

ABSORBED = 1e-8  # share of a regressor's norm left after the effects below which it is absorbed
ROUNDING = 1e-14  # spread of a column, as a share of its largest value, that is rounding of one value
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
    spec : formulaic's record of the regressors: levels, means, knots of this sample, for new rows
    nests : effects left out because each of their levels is a set of levels of another one -> that one
    """

    y: pd.Series
    x: pd.DataFrame
    effects: pd.DataFrame
    clusters: pd.DataFrame
    weights: pd.Series | None
    n_missing: int
    n_singletons: int
    spec: ModelSpec | None = None
    nests: Mapping[str, str] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        said = []
        if self.n_missing:
            said.append(f"{self.n_missing} rows with missing values dropped")
        if self.n_singletons:
            said.append(f"{self.n_singletons} rows of singleton effects dropped")
        said += [f"effects of {outer} add nothing to those of {inner}, whose levels lie in its: left out" for outer, inner in self.nests.items()]
        return tuple(said)


def prepare(data: pd.DataFrame, formula: Formula, clusters=(), weights: str | None = None, drop_singletons=True, ranked=True) -> Prepared:
    """The rows and columns that the estimator gets; `ranked` checks the rank of the regressors.

    Raises
    ------
    MissingColumn, FormulaError, InfiniteValues, NotEstimable, NoVariation, Collinear
    """
    clusters, data = list(clusters), table(data)
    needed = list(dict.fromkeys([*formula.columns(), *clusters, *([weights] if weights else [])]))
    require(data, needed)
    frame = data[needed].reset_index(drop=True)
    complete = frame[~missing(frame)]
    given = _weights(complete, weights)
    identified = keys(complete, formula.effects, clusters)
    kept = without_singletons(identified, formula.effects) if drop_singletons else identified
    if not len(kept):
        raise NotEstimable(
            f"'{formula.text}': no row is left of {len(frame)}: {len(frame) - len(complete)} have missing "
            f"values and {len(complete)} stand alone in an effect ({', '.join(formula.effects) or 'none'}). "
            "Use fewer effects or data with several rows per level."
        )
    y, x, spec = matrices(complete.loc[kept.index], formula)
    check_finite(pd.concat([y, x], axis=1))
    prepared = Prepared(
        y=y,
        x=x,
        effects=codes(kept, list(formula.effects)),
        clusters=codes(kept, clusters),
        weights=None if given is None else given[kept.index],
        n_missing=len(frame) - len(complete),
        n_singletons=len(complete) - len(kept),
        spec=spec,
    )
    _check_clusters(prepared, formula)
    if ranked:
        check_rank(prepared.x, prepared.effects, formula.text, constant=formula.constant_absorbed)
    return prepared


def keys(frame: pd.DataFrame, effects, clusters=()) -> pd.DataFrame:
    """The columns of effects and clusters, exactly, and the levels of "a^b" together under that name."""
    names = [*dict.fromkeys([*(part for e in effects for part in parts_of(e)), *clusters])]
    kept = pd.DataFrame({name: key(frame[name], name) for name in names}, index=frame.index)
    return kept.assign(**{e: _together(kept, e) for e in effects if "^" in e})


def _together(frame: pd.DataFrame, effect: str) -> pd.Series:
    """The levels of the columns of "a^b" together."""
    return frame.groupby(parts_of(effect), sort=True).ngroup()


def _weights(frame: pd.DataFrame, name: str | None) -> pd.Series | None:
    """The weights as numbers, all of them above 0."""
    if not name:
        return None
    weights = number(frame[name], name)
    check_finite(weights.to_frame())
    if (weights <= 0).any():
        raise ModelError(
            f"{(weights <= 0).sum()} of the weights in '{name}' are not above 0 "
            f"(first in row {weights.index[weights <= 0][0]}); leave these rows out or mend the weights"
        )
    return weights


def check_finite(frame: pd.DataFrame) -> None:
    """Raise InfiniteValues naming the first column that holds one."""
    for column in frame.select_dtypes("number"):
        infinite = np.isinf(frame[column].to_numpy(dtype=float))
        if infinite.any():
            rows = ", ".join(map(str, frame.index[infinite][:3]))
            raise InfiniteValues(
                f"column '{column}' holds {infinite.sum()} infinite values (first in rows {rows}); set them to missing or transform otherwise"
            )


def check_rank(x: pd.DataFrame, effects: pd.DataFrame, text: str, constant: bool = False) -> None:
    """Raise NoVariation or Collinear if a regressor is absorbed or repeats the others.

    Judged on columns less their means and divided by their spread, where the model has a constant, effects, or a
    baseline (`constant`), so that neither units nor a mean that is large against the spread matter.
    """
    centred = constant or "Intercept" in x.columns or len(effects.columns) > 0
    columns = x.drop(columns="Intercept", errors="ignore") if centred else x
    if not columns.shape[1]:
        return
    values, spread = standardised(columns, centred)
    if centred and not effects.shape[1] and not spread.all():
        named = ", ".join(name for name, size in zip(columns.columns, spread) if not size)
        raise NoVariation(f"'{text}': {named} has one value in all {len(x)} rows; leave it out")
    within = demean(values, effects)
    after = np.linalg.norm(within, axis=0)
    gone = [name for name, left in zip(columns.columns, after / np.sqrt(len(x))) if left < ABSORBED]
    if gone:
        what = f"the effects {', '.join(effects.columns)} are removed" if len(effects.columns) else "all rows are taken"
        raise NoVariation(f"'{text}': {', '.join(gone)} does not vary once {what}; leave it out")
    if len(x) < x.shape[1]:
        raise NotEstimable(f"'{text}': {x.shape[1]} regressors and only {len(x)} rows")
    r, order = qr(within / after, mode="r", pivoting=True)
    left = np.abs(np.diag(r))
    repeated = [columns.columns[j] for j, share in zip(order, left) if share < COLLINEAR]
    if repeated:
        raise Collinear(
            f"'{text}': {len(repeated)} of {x.shape[1]} regressors ({', '.join(repeated)}) are a combination of the "
            f"others up to {min(left):.1e} of their variation; leave them out or measure them otherwise"
        )


def standardised(columns: pd.DataFrame, centred: bool) -> tuple[np.ndarray, np.ndarray]:
    """The columns (n, k) less their means (if `centred`) with mean square one, and the sizes they were divided by (k,).

    The size is 0, and the column zeros, where nothing but rounding is left of it.
    """
    values = columns.to_numpy(dtype=float)
    largest = np.abs(values).max(axis=0)
    if centred:
        values = values - values.mean(axis=0)
        values = values - values.mean(axis=0)  # what rounding left of a large mean
    size = np.sqrt((values**2).mean(axis=0))
    size = np.where(size <= ROUNDING * largest, 0.0, size)
    return np.where(size, values, 0.0) / np.where(size, size, 1), size


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


class Matrices(NamedTuple):
    """Outcome (n,), regressors (n, k), and formulaic's record of the regressors."""

    y: pd.Series
    x: pd.DataFrame
    spec: ModelSpec


def matrices(frame: pd.DataFrame, formula: Formula, na_action: str = "raise") -> Matrices:
    """Outcome and regressors of rows; what is absorbed takes the place of the intercept.

    Raises
    ------
    FormulaError if the formula can not be evaluated, or gives more than one column for the outcome, or texts.
    """
    columns = read(frame, formula.uses())
    left = _evaluated(ModelSpec(formula.left(), na_action=na_action), columns, formula.text)
    if left.shape[1] != 1 or any(kind is Factor.Kind.CATEGORICAL for kind, _ in left.model_spec.encoder_state.values()):
        raise FormulaError(
            f"'{formula.text}': the outcome gives {left.shape[1]} columns of levels or numbers; it must be one number per row "
            "(recode texts to numbers)"
        )
    right = _evaluated(ModelSpec(formula.right(), na_action=na_action), columns, formula.text)
    x = pd.DataFrame(right)
    if formula.constant_absorbed:
        x = x.drop(columns="Intercept", errors="ignore")
    twice = list(dict.fromkeys(x.columns[x.columns.duplicated()]))
    if twice:
        raise FormulaError(f"'{formula.text}': two regressors are called '{twice[0]}'; rename a column")
    return Matrices(pd.DataFrame(left).iloc[:, 0].astype(float), x.astype(float), right.model_spec)


def design(spec: ModelSpec, rows: pd.DataFrame, text: str) -> pd.DataFrame:
    """The regressors of new rows with the levels, means and knots of the estimation sample (an intercept among them).

    Parameters
    ----------
    spec : of the sample; rows : with the regressors' columns; text : the formula, for messages

    Raises
    ------
    MissingColumn; ModelError if a value is missing; Unseen if a level was not in the estimation sample
    """
    rows, uses = table(rows), uses_of(spec.formula)
    require(rows, uses)
    for name in uses:
        gone = missing(rows[[name]])
        if gone.any():
            raise ModelError(f"{gone.sum()} rows to predict have no '{name}'; fill or drop them")
    with warnings.catch_warnings():
        warnings.simplefilter("error", DataMismatchWarning)
        try:
            return pd.DataFrame(_evaluated(spec, read(rows.reset_index(drop=True), uses), text)).astype(float)
        except DataMismatchWarning as error:
            raise Unseen(f"'{text}': rows to predict have levels that were not estimated: {error}") from None


def _evaluated(spec: ModelSpec, columns: pd.DataFrame, text: str):
    """formulaic's matrix of one side; what goes wrong in it is said in our words."""
    if not len(spec.formula):
        raise FormulaError(f"'{text}' has no regressor and no intercept")
    try:
        with np.errstate(all="ignore"):
            return spec.get_model_matrix(columns, context=FUNCTIONS)
    except DataMismatchWarning:
        raise
    except Exception as error:
        check_functions(spec.formula, text)
        raise FormulaError(f"'{text}' can not be evaluated: {_reason(error, columns, spec)}") from None


def _reason(error: Exception, columns: pd.DataFrame, spec: ModelSpec) -> str:
    """Which term fails, and why, as far as can be told."""
    for term in spec.formula:
        try:
            with np.errstate(all="ignore"):
                found = ModelSpec(SimpleFormula([term]), na_action="ignore").get_model_matrix(columns, context=FUNCTIONS)
            gone = int(pd.DataFrame(found).isna().any(axis=1).sum())
            if gone:
                return f"{term} is not a number in {gone} of {len(columns)} rows (a logarithm or root of a negative number?); drop these rows or transform otherwise"
        except Exception as one:
            return f"{term}: {first_line(one)}"
    return first_line(error)


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


def without_redundant(prepared: Prepared) -> Prepared:
    """The sample without the effects that add nothing to another one, which a note names."""
    nests = redundant(prepared.effects)
    return replace(prepared, effects=prepared.effects.drop(columns=list(nests)), nests=nests)


def redundant(effects: pd.DataFrame) -> dict[str, str]:
    """Effects that add nothing (branches, where customers are absorbed) -> the finer effect that has their levels."""
    nests: dict[str, str] = {}
    for outer in reversed(effects.columns):  # of two that are the same the first one stays
        for inner in effects.columns:
            if inner != outer and inner not in nests and nested(effects[inner], effects[outer]):
                nests[outer] = inner
                break
    return nests


def nested(inner: pd.Series, outer: pd.Series) -> bool:
    """True if every level of `inner` lies in one level of `outer`."""
    return bool((outer.groupby(inner.to_numpy()).nunique() == 1).all())


def check_outcome(y: pd.Series, effects: pd.DataFrame, text: str) -> None:
    """Raise NoVariation if the outcome has one value, or the effects leave nothing of it."""
    values, size = standardised(y.to_frame(), True)
    if not size[0]:
        raise NoVariation(f"'{text}': the outcome has one value, {y.iloc[0]:g}, in all {len(y)} rows; there is nothing to explain")
    if effects.shape[1] and np.linalg.norm(demean(values, effects)) / np.sqrt(len(y)) < ABSORBED:
        raise NoVariation(f"'{text}': the outcome does not vary once the effects {', '.join(effects.columns)} are removed")


def _check_clusters(prepared: Prepared, formula: Formula) -> None:
    for name in prepared.clusters.columns:
        if prepared.clusters[name].nunique() < 2:
            raise NotEstimable(f"'{formula.text}': one cluster of '{name}' is left; clustered errors need at least two")
