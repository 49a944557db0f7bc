"""sBG: how retention rises with age because the customers who leave easily leave first, where leaving is seen."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma, polygamma

from study.errors import BadValue
from study.refusals import numbers

from .histories import horizon_of, whole
from .likelihood import CustomerModel, maximise, model_of
from .quadrature import beta_mean

STARTS = ((1.0, 1.0), (0.5, 4.0), (3.0, 10.0))


class SBG(CustomerModel):
    """A fitted shifted-beta-geometric model: parameters alpha, beta of the chance of leaving at a renewal."""

    SYMBOLS = ("alpha", "beta")

    def survival(self, periods) -> np.ndarray:
        """S(t) = B(alpha, beta + t) / B(alpha, beta), share still there after t renewals, array over `periods`."""
        alpha, beta = self.estimates
        t = whole("periods", np.atleast_1d(periods))
        return np.exp(betaln(alpha, beta + t) - betaln(alpha, beta))

    def retention(self, periods) -> np.ndarray:
        """r_t = (beta + t - 1) / (alpha + beta + t - 1), the share of those there who renew at t = 1, 2, ..."""
        alpha, beta = self.estimates
        t = whole("periods", np.atleast_1d(periods), 1)
        return (beta + t - 1) / (alpha + beta + t - 1)

    def predict(self, horizon, renewals=0) -> np.ndarray:
        """P(still there after `horizon` more renewals | there after `renewals`) = S(renewals + horizon) / S(renewals).

        Parameters
        ----------
        horizon : whole number above 0 or array
        renewals : renewals made so far, whole number or array

        Returns
        -------
        array of shares; times a number of customers it is the number expected to be left
        """
        ahead = whole("horizon", np.atleast_1d(horizon_of(horizon, self.rows["period"].max(), "number of periods")))
        sofar = whole("renewals", np.atleast_1d(renewals))
        return self.survival(sofar + ahead) / self.survival(sofar)

    def residual_lifetime(self, discount: float, renewals=1) -> np.ndarray:
        """Discounted expected residual lifetime before the next renewal is decided (DERL).

        DERL = sum over t >= n of S(t)/S(n - 1) (1 + d)^-(t - n) = E[(1 - theta)(1 + d)/(d + theta)]

        with theta ~ beta(alpha, beta + n - 1), the chance of leaving of those who are still there.

        Parameters
        ----------
        discount : d per period, above 0
        renewals : n, the number of the next renewal: a customer who has paid for n periods, at least 1

        Returns
        -------
        array, payments of 1 a period, the first at once if the customer renews

        Source
        ------
        Fader and Hardie (2010), Marketing Science 29(1), 85-93.
        """
        rate = float(numbers("discount", discount, 0, strict="low"))
        n = whole("renewals", np.atleast_1d(renewals), 1)
        alpha, beta = self.estimates
        return np.concatenate([beta_mean(lambda p, which: ((1 - p) * (1 + rate) / (rate + p))[None], alpha, beta + k - 1) for k in n])

    def clv(self, margin: float, discount: float) -> float:
        """Value of a new customer who pays `margin` now and at every renewal: m sum over t >= 0 of S(t) / (1 + d)^t."""
        rate = float(numbers("discount", discount, 0, strict="low"))
        alpha, beta = self.estimates
        return float(numbers("margin", margin)) * float(beta_mean(lambda p, which: ((1 + rate) / (rate + p))[None], alpha, beta)[0])

    def refit(self, counts: np.ndarray) -> "SBG":
        """The model fitted to the same periods with other counts (for the bootstrap)."""
        return _fit(self.rows.assign(counts=counts), (self.estimates,))


def sbg(active_by_period) -> SBG:
    """Fit the sBG model by maximum likelihood.

    At each renewal a customer leaves with probability theta ~ beta(alpha, beta), the same at each. With n_t lost at
    renewal t = 1..K and n_K+ still there:

    LL = sum_t n_t log B(alpha + 1, beta + t - 1)/B(alpha, beta) + n_K+ log B(alpha, beta + K)/B(alpha, beta)

    Parameters
    ----------
    active_by_period : customers still there at period 0, 1, ..., K, counts that never rise; or a list of such series,
        one of each cohort, of any lengths (one alpha and beta for all)

    Returns
    -------
    SBG: .params, .std_errors (inverse of the observed information, normal), .loglik (sample total), .survival,
    .retention, .predict, .residual_lifetime (DERL), .clv

    Raises
    ------
    BadValue for shares in place of counts, a series that rises, fewer than two renewals in all, nobody lost.
    NotConverged if customers are too alike (a constant rate of leaving).

    Source
    ------
    Fader and Hardie (2007), Journal of Interactive Marketing 21(1), 76-90.
    """
    cohorts = [active_by_period] if np.ndim(next(iter(active_by_period), 0)) == 0 else active_by_period
    rows = pd.concat([_rows(cohort) for cohort in cohorts], ignore_index=True)
    rows = rows.groupby(["left", "period"], as_index=False, sort=True)["counts"].sum()
    lost = rows[rows["left"] == 1]
    if len(lost) == 0:
        raise BadValue(f"nobody of {int(rows['counts'].sum())} customers left: there is no rate of leaving to estimate")
    if rows["period"].max() < 2:
        raise BadValue("one renewal is seen: alpha and beta need at least two")
    return _fit(rows, STARTS)


def _rows(cohort: Sequence[float]) -> pd.DataFrame:
    """How many left at each renewal, and how many were there at the last."""
    given = numbers("active_by_period", cohort, 0)
    if (given != np.floor(given)).any():
        broken = given[given != np.floor(given)]
        raise BadValue(
            f"active_by_period: {broken.size} of {given.size} values are not whole numbers, the first {broken[0]:g}; give numbers "
            "of customers, not shares: the errors depend on how many there were"
        )
    active = whole("active_by_period", cohort)
    rises = np.flatnonzero(np.diff(active) > 0)
    if rises.size:
        t = rises[0] + 1
        raise BadValue(
            f"active_by_period rises in {rises.size} of {active.size - 1} periods, the first in period {t} from {active[t - 1]:g} to "
            f"{active[t]:g}: give customers still there of one cohort, not customers lost and not new ones"
        )
    if active.size < 2 or active[0] == 0:
        raise BadValue(f"active_by_period has {active.size} periods and starts with {active[0]:g} customers; start at period 0")
    lost = pd.DataFrame({"left": 1, "period": np.arange(1, active.size), "counts": -np.diff(active)})
    there = pd.DataFrame({"left": [0], "period": [active.size - 1], "counts": [active[-1]]})
    both = pd.concat([lost, there], ignore_index=True)
    return both[both["counts"] > 0]


def _fit(rows: pd.DataFrame, starts) -> SBG:
    kept = rows[rows["counts"] > 0]
    left, t, n = (kept[name].to_numpy(dtype=float) for name in ("left", "period", "counts"))
    stayed = t - left

    def derivatives(theta):
        alpha, beta = theta
        value = n @ (betaln(alpha + left, beta + stayed) - betaln(alpha, beta))
        both = digamma(alpha + beta) - digamma(alpha + beta + t)
        slope = [n @ (digamma(alpha + left) - digamma(alpha) + both), n @ (digamma(beta + stayed) - digamma(beta) + both)]
        curved = n @ (polygamma(1, alpha + beta) - polygamma(1, alpha + beta + t))
        curve = np.full((2, 2), curved)
        curve[0, 0] += n @ (polygamma(1, alpha + left) - polygamma(1, alpha))
        curve[1, 1] += n @ (polygamma(1, beta + stayed) - polygamma(1, beta))
        return value, np.array(slope), curve

    return model_of(SBG, maximise("sBG", SBG.SYMBOLS, derivatives, float(n.sum()), starts, np.ones(2)), rows)
