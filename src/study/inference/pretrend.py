"""The test of the pre-period coefficients and what it could have found."""

from dataclasses import dataclass, field

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from study.models.fit import Fit

from .errors import InferenceError, NotIdentified
from .event_study import check_rank, of_fit

MOST = 2.0**20  # a slope this many standard errors away is not looked for


@dataclass(frozen=True)
class Pretrend:
    """Joint test of the pre-period coefficients and its power against a linear trend.

    Parameters
    ----------
    terms : the pre-period coefficients
    statistic, df, p_value : Wald statistic over its number of terms, F(df[0], df[1])
    level : size of the tests whose power is given
    slope_50, slope_80 : slope per period that the joint test finds in 50 % and 80 % of samples
    slope_50_any, slope_80_any : the same of the custom of looking for any term that is significant by itself
    slope, power, power_any : the slope asked for and the power of both against it, or None
    notes : what was left out, what the slope means
    """

    terms: tuple[str, ...]
    statistic: float
    df: tuple[int, float]
    p_value: float
    level: float
    slope_50: float
    slope_80: float
    slope_50_any: float
    slope_80_any: float
    slope: float | None = None
    power: float | None = None
    power_any: float | None = None
    notes: tuple[str, ...] = field(default=())


def pretrend(fit: Fit, *, slope: float | None = None, level: float = 0.05) -> Pretrend:
    """Test that all pre-period coefficients are zero, and say which linear trend the test would have found.

    W = b' V^-1 b / q with q pre-period coefficients, F(q, G-1); power against b = slope * r is that of the
    noncentral F with slope^2 r' V^-1 r, r the coefficients that a trend of slope one gives this estimator

    Parameters
    ----------
    fit : of models.did with aggregate="event" or "cell"
    slope : difference in trends per period whose power is asked for
    level : size of the tests

    Notes
    -----
    A test that does not reject is no evidence of parallel trends where slope_50 is large against the effect. r is
    event time + 1 with base e = -1 and 1 with base="varying"; imputation leads: what the regression on leads gives if
    all adopters drift from the never treated. Pre-period terms of different estimators are different contrasts
    (Roth, arXiv 2401.12309) and their plots are not comparable by eye.

    Raises
    ------
    InferenceError, NotIdentified

    Source
    ------
    Roth (2022), American Economic Review: Insights 4(3).
    """
    if not 0 < level < 0.5:
        raise InferenceError(f"level {level} must be between 0 and 0.5")
    study, trend = of_fit(fit)
    pre = study.pre
    if not pre.any():
        raise NotIdentified("the fit has no pre-period coefficient; ask for event times below -1 (imputation: window=(-a, b))")
    b, v, r = study.coefficients[pre], study.covariance[np.ix_(pre, pre)], trend[pre]
    check_rank(v, "the pre-period coefficients", study.n_clusters)
    q, df = len(b), fit.df
    statistic = float(b @ np.linalg.solve(v, b) / q)
    notes = study.notes
    known = not np.isnan(r).any() and np.abs(r).max() > 0
    powers = _Powers(v, r, df, level) if known else None
    if not known:
        why = "without never-treated units the leads' answer to a trend of all adopters is not identified"
        notes = (*notes, f"no power: {why}")
    return Pretrend(
        terms=tuple(name for name, p in zip(study.terms, pre) if p),
        statistic=statistic,
        df=(q, df),
        p_value=_tail(statistic, q, df),
        level=level,
        slope_50=powers.slope(powers.joint, 0.5) if powers else np.nan,
        slope_80=powers.slope(powers.joint, 0.8) if powers else np.nan,
        slope_50_any=powers.slope(powers.any_term, 0.5) if powers else np.nan,
        slope_80_any=powers.slope(powers.any_term, 0.8) if powers else np.nan,
        slope=slope,
        power=powers.joint(slope) if powers and slope is not None else None,
        power_any=powers.any_term(slope) if powers and slope is not None else None,
        notes=notes,
    )


def _tail(statistic: float, q: int, df: float) -> float:
    """P(F(q, df) > statistic); the limit of infinite df is chi2(q) / q."""
    return float(stats.chi2.sf(q * statistic, q) if np.isinf(df) else stats.f.sf(statistic, q, df))


class _Powers:
    """Power of both tests as functions of the slope."""

    def __init__(self, v: np.ndarray, r: np.ndarray, df: float, level: float):
        self.v, self.r, self.q, self.df, self.level = v, r, len(r), df, level
        self.per_slope = float(r @ np.linalg.solve(v, r))
        error = np.sqrt(np.diag(v))
        self.correlation, self.answer = v / np.outer(error, error), r / error
        self.critical = stats.t.ppf(1 - level / 2, df)

    def joint(self, slope: float) -> float:
        shift = slope**2 * self.per_slope
        if np.isinf(self.df):
            return float(stats.ncx2.sf(stats.chi2.isf(self.level, self.q), self.q, shift) if shift else self.level)
        return float(stats.ncf.sf(stats.f.isf(self.level, self.q, self.df), self.q, self.df, shift))

    def any_term(self, slope: float) -> float:
        """Probability that some |b_j| exceeds the critical value, b normal around slope * r."""
        shift = slope * self.answer
        low, high = -self.critical - shift, self.critical - shift
        if self.q == 1:
            return float(1 - stats.norm.cdf(high[0]) + stats.norm.cdf(low[0]))
        # the integral is by quasi-random points: the same generator for every slope keeps the function smooth
        points = {"maxpts": 5_000 * self.q, "abseps": 1e-6, "releps": 1e-6, "rng": np.random.default_rng(0)}
        inside = stats.multivariate_normal.cdf(high, np.zeros(self.q), self.correlation, lower_limit=low, **points)
        return float(1 - inside)

    def slope(self, power, target: float) -> float:
        """The slope at which a power reaches the target; 0 if it does already without a trend."""
        if power(0.0) >= target:
            return 0.0
        high = 1 / np.abs(self.answer).max()
        while power(high) < target:
            high *= 2
            if high * np.abs(self.answer).max() > MOST:
                raise NotIdentified(f"no slope up to {high:.3g} is found with power {target:g}: the pre-period terms hardly answer to a trend")
        return float(brentq(lambda s: power(s) - target, 0.0, high, xtol=1e-7 * high, rtol=1e-9))
