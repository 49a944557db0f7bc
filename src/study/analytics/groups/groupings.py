"""What groups of customers say of a later outcome: means by group, and the variance explained beside simpler predictors."""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from study.refusals import as_pandas, codes, finite, named, same_labels, whole

from ..errors import BadValue, NoVariation, UnknownChoice
from ..shared import resampling
from ..shared.metrics import wilson

Predictor: TypeAlias = pd.Series | pd.DataFrame  # labels of groups, or numeric columns


def parts(values: pd.Series, number: int) -> pd.Series:
    """Parts 1 (lowest) to `number` of nearly equal size; equal values stay together, so sizes differ where many are tied.

    part = 1 + floor( number * (r - 1/2) / n ),  r the mean rank of the value
    """
    whole("number", number, 2)
    values = _column("values", values)
    rank = pd.Series(finite(values.to_frame("values"), "values"), index=values.index).rank()
    return (1 + np.floor(number * (rank - 0.5) / len(rank))).astype(int)


def by_group(outcomes: pd.DataFrame, groups: pd.Series, *, reps: int = 499, seed: int) -> pd.DataFrame:
    """Mean of every outcome by group, with intervals: Wilson for outcomes of 0 and 1, bootstrap over customers for others.

    Parameters
    ----------
    outcomes : numeric columns, one row per customer
    groups : label of each customer, on the same index; ordered categories keep their order

    Returns
    -------
    DataFrame outcome, group, n, mean, low, high, having (customers whose outcome is not 0); groups in order
    """
    groups = _column("groups", groups)
    same_labels(outcomes=outcomes, groups=groups)
    named(outcomes, *outcomes.columns)
    labels, dummies = _dummies(groups)
    rows = []
    for name in outcomes.columns:
        y = finite(outcomes, name)
        n, total = dummies.sum(axis=0), y @ dummies
        if np.isin(y, (0, 1)).all():
            low, high = wilson(total, n)
        else:
            drawn = resampling.sums(np.hstack([dummies, dummies * y[:, None]]), reps, seed)
            low, high = resampling.interval(_ratio(drawn[:, len(labels) :], drawn[:, : len(labels)]))
        made = {"outcome": name, "group": labels, "n": n.astype(int), "mean": total / n, "low": low, "high": high}
        rows.append(pd.DataFrame(made | {"having": ((y != 0) @ dummies).astype(int)}))
    return pd.concat(rows, ignore_index=True)


def explained(
    outcome: pd.Series, predictors: Mapping[str, Predictor], *, against: str, cluster: pd.Series | None = None, reps: int = 499, seed: int
) -> pd.DataFrame:
    """Share of the variance of an outcome that each predictor explains, adjusted for its number of columns.

    1 - (1 - R^2) (n - 1) / (n - p),  R^2 of the least-squares fit on p columns, the constant among them

    For groups this is Kelley's epsilon squared. The predictors are given and not learned on the outcome, save p
    means or slopes. Intervals: percentiles of a bootstrap over customers (over `cluster`), the same draws for all, so
    that differences are paired; groups are held fixed.

    Parameters
    ----------
    outcome : numbers, one per row
    predictors : name -> labels of groups (Series), or numeric columns to which a constant is added (DataFrame)
    against : the predictor with which the others are compared
    cluster : who a row belongs to, where a customer has several

    Returns
    -------
    DataFrame predictor, columns (p), n, explained, low, high, then of `against` less it: ahead, ahead_low, ahead_high

    Raises
    ------
    BadValue for missing values; NoVariation if the outcome is constant; UnknownChoice if `against` is no predictor.
    """
    if against not in predictors:
        raise UnknownChoice(f"against '{against}' is no predictor; choose one of {', '.join(predictors)}")
    outcome, cluster = _column("outcome", outcome), None if cluster is None else _column("cluster", cluster)
    same_labels(outcome=outcome, cluster=cluster)
    y = finite(outcome.to_frame("outcome"), "outcome")
    if np.ptp(y) == 0:
        raise NoVariation(f"the outcome is {y[0]:g} for all {len(y)} rows")
    predictors = {name: as_pandas(given) for name, given in predictors.items()}
    designs = {name: _design(given, outcome.index) for name, given in predictors.items()}
    y = (y - y.mean()) / y.std()
    added = [np.column_stack([np.ones(len(y)), y, y * y]), *(_products(x, y, isinstance(predictors[name], pd.Series)) for name, x in designs.items())]
    widths = np.cumsum([part.shape[1] for part in added])
    rows = _by_cluster(np.hstack(added), cluster)
    drawn = np.vstack([rows.sum(axis=0), resampling.sums(rows, reps, seed)])
    base, *others = np.split(drawn, widths[:-1], axis=1)
    found = {name: _adjusted(base, part, designs[name].shape[1]) for name, part in zip(designs, others)}
    made = []
    for name, values in found.items():
        ahead = found[against] - values
        (low, high), (ahead_low, ahead_high) = resampling.interval(values[1:]), resampling.interval(ahead[1:])
        line = {"predictor": name, "columns": designs[name].shape[1], "n": len(y), "explained": values[0], "low": low, "high": high}
        made.append(line | {"ahead": ahead[0], "ahead_low": ahead_low, "ahead_high": ahead_high})
    return pd.DataFrame(made).astype({"low": float, "high": float, "ahead_low": float, "ahead_high": float})


def _column(name: str, given) -> pd.Series:
    given = as_pandas(given)
    if not isinstance(given, pd.Series):
        raise BadValue(f"{name} must be a pandas Series; found {type(given).__name__}")
    return given


def _dummies(groups: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    if groups.isna().any():
        raise BadValue(f"{groups.isna().sum()} of {len(groups)} customers have no group")
    code = codes("groups", groups, len(groups))
    first = np.unique(code, return_index=True)[1]
    return groups.to_numpy()[first], (code[:, None] == np.arange(len(first))).astype(float)


def _design(given: Predictor, index: pd.Index) -> np.ndarray:
    if not isinstance(given, (pd.Series, pd.DataFrame)) or not given.index.equals(index):
        raise BadValue("outcome and predictors must have the same index; reindex the predictor")
    if isinstance(given, pd.Series):
        return _dummies(given)[1]
    named(given, *given.columns)
    x = np.column_stack([finite(given, name) for name in given.columns])
    return np.column_stack([np.ones(len(x)), (x - x.mean(axis=0)) / x.std(axis=0)])


def _products(x: np.ndarray, y: np.ndarray, groups: bool) -> np.ndarray:
    """What each row adds to x'y, and to x'x: all p^2 cells, or the diagonal of groups, which do not overlap."""
    cross = x if groups else (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    return np.hstack([x * y[:, None], cross])


def _by_cluster(rows: np.ndarray, cluster: pd.Series | None) -> np.ndarray:
    if cluster is None:
        return rows
    return pd.DataFrame(rows).groupby(codes("cluster", cluster, len(rows)), sort=True).sum().to_numpy()


def _adjusted(base: np.ndarray, part: np.ndarray, p: int) -> np.ndarray:
    """Adjusted R^2 of every draw, from its sums."""
    n, total, squares = base.T
    moments, cross = part[:, :p], part[:, p:]
    if cross.shape[1] == p:
        fitted = np.divide(moments**2, cross, out=np.zeros_like(cross), where=cross > 0).sum(axis=1)
    else:
        inverse = np.linalg.pinv(cross.reshape(-1, p, p), hermitian=True)
        fitted = np.einsum("ri,rij,rj->r", moments, inverse, moments)
    spread = squares - total**2 / n
    return 1 - (squares - fitted) / spread * (n - 1) / (n - p)


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
