"""Exact inference for two groups and a 0/1 outcome, for cells too small for a model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from ..errors import BadOutcome, NotEstimable

TIE = 1e-7  # two tables whose probabilities differ by less than this share are equally likely


@dataclass(frozen=True)
class Exact:
    """Exact inference for a 2x2 table.

    Parameters
    ----------
    events, rows : rows with the event, and all rows, of the first and the second group
    rates : events / rows
    odds_ratio : of the first group against the second; 0 or infinite with an empty cell
    p_value : Fisher's two-sided p: the probability of tables no more likely than this one, margins given
    mid_p : the same with half of the probability of tables as likely as this one
    intervals : Clopper-Pearson intervals of the rates
    bounds : for a group without events the one-sided upper bound of its rate, for one with nothing but
        events the lower bound, else None
    level : of intervals and bounds
    """

    events: tuple[int, int]
    rows: tuple[int, int]
    rates: tuple[float, float]
    odds_ratio: float
    p_value: float
    mid_p: float
    intervals: tuple[tuple[float, float], tuple[float, float]]
    bounds: tuple[float | None, float | None]
    level: float


def exact(events: Sequence[int], rows: Sequence[int], *, level: float = 0.95) -> Exact:
    """Compare the rates of two groups without a model.

    Parameters
    ----------
    events : number of rows with the event in the first and the second group
    rows : number of rows in each
    level : of the intervals and bounds

    Raises
    ------
    BadOutcome if the counts are not whole, negative or more events than rows; NotEstimable if a group is
    empty, or no or every row has the event

    Source
    ------
    Fisher (1935), Journal of the Royal Statistical Society 98(1); Lancaster (1961), Journal of the American
    Statistical Association 56(294), for mid-p; Clopper and Pearson (1934), Biometrika 26(4).
    """
    (a, b), (n, m) = _whole(events, "events"), _whole(rows, "rows")
    if a > n or b > m:
        raise BadOutcome(f"{a} and {b} events in {n} and {m} rows: a group can not have more events than rows")
    if not n or not m:
        raise NotEstimable(f"{n} and {m} rows: a group is empty; there is nothing to compare")
    if a + b in (0, n + m):
        raise NotEstimable(
            f"{a + b} of {n + m} rows have the event: the groups do not differ; "
            f"the rate is {'at most' if a + b == 0 else 'at least'} {_bound(a + b, n + m, level):.4g} at {level:.0%}"
        )
    tables = stats.hypergeom(n + m, a + b, n).pmf(np.arange(max(0, a - m + b), min(n, a + b) + 1))
    observed = tables[a - max(0, a - m + b)]
    alike = np.abs(tables - observed) <= TIE * observed
    rarer = float(tables[(tables < observed) & ~alike].sum())
    cross = (n - a) * b
    return Exact(
        events=(a, b),
        rows=(n, m),
        rates=(a / n, b / m),
        odds_ratio=a * (m - b) / cross if cross else np.inf,
        p_value=min(1.0, rarer + float(tables[alike].sum())),
        mid_p=rarer + float(tables[alike].sum()) / 2,
        intervals=(_interval(a, n, level), _interval(b, m, level)),
        bounds=tuple(_bound(e, r, level) if e in (0, r) else None for e, r in ((a, n), (b, m))),
        level=level,
    )


def _whole(counts: Sequence[int], name: str) -> tuple[int, int]:
    values = np.asarray(counts, dtype=float)
    if values.shape != (2,) or not np.isfinite(values).all() or (values < 0).any() or (values % 1).any():
        raise BadOutcome(f"{name}={list(counts)!r}: it takes two whole numbers, one per group, none below 0")
    return int(values[0]), int(values[1])


def _interval(events: int, rows: int, level: float) -> tuple[float, float]:
    low, high = proportion_confint(events, rows, alpha=1 - level, method="beta")
    return float(low), float(high)


def _bound(events: int, rows: int, level: float) -> float:
    """Clopper-Pearson's one-sided bound of a rate of 0 (upper) or 1 (lower)."""
    low, high = _interval(events, rows, 1 - 2 * (1 - level))
    return high if events == 0 else low
