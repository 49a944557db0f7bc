"""BG/NBD: how often customers buy, and whether they still do, where leaving is not seen and buying is possible at any time."""

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma, gammaln, hyp2f1, polygamma

from study.errors import BadValue
from study.refusals import numbers, same_labels

from .gamma_gamma import GammaGamma
from .histories import history, horizon_of, table, warn_if_selected
from .likelihood import BLOCK, CustomerModel, dot, maximise, model_of
from .quadrature import beta_mean

CLOSE = 1e-4  # nearer than this to a singular case the closed form loses digits
STARTS = ((1.0, 1.0, 1.0, 1.0), (0.3, 0.1, 0.5, 2.0), (3.0, 1.0, 0.1, 1.0))


class BGNBD(CustomerModel):
    """A fitted BG/NBD model: parameters r, alpha (unit of age), a, b."""

    SYMBOLS = ("r", "alpha", "a", "b")

    def predict(self, horizon, frequency, recency, age) -> np.ndarray:
        """Expected transactions of each customer in the next `horizon`, given the history (equation 10).

        E[Y(t) | x, t_x, T] = P(alive) (a + b + x - 1)/(a - 1)
                              [1 - ((alpha + T)/(alpha + T + t))^(r + x) F(r + x, b + x; a + b + x - 1; t/(alpha + T + t))]

        with F the Gauss hypergeometric function. It stands for E[(1 - (1 + p t/(alpha + T))^-(r + x)) / p] over
        p ~ beta(a, b + x), which is worked out by quadrature where the closed form is singular (a = 1) or overflows.

        Parameters
        ----------
        horizon : number above 0 or array (n,), in the unit of age
        frequency, recency, age : arrays (n,)

        Returns
        -------
        array (n,), transactions

        Raises
        ------
        BadValue for a horizon of zero or impossible histories; HorizonUnits warns of a very long horizon.
        """
        past = history(frequency, recency, age)
        ahead = np.broadcast_to(horizon_of(horizon, self.rows["age"].max()), past["age"].shape)
        return self._alive(past) * self._while_alive(ahead, past["frequency"], past["age"])

    def probability_alive(self, frequency, recency, age) -> np.ndarray:
        """P(still a customer at T | x, t_x, T) = 1 / (1 + [x > 0] a/(b + x - 1) ((alpha + T)/(alpha + t_x))^(r + x)).

        A customer without a repeat transaction is alive with probability 1: the model lets customers leave
        only after a repeat transaction.
        """
        return self._alive(history(frequency, recency, age))

    def expected(self, horizon) -> np.ndarray:
        """Expected repeat transactions of a new customer in the first `horizon` (equation 9), array."""
        ahead = np.atleast_1d(numbers("horizon", horizon, 0))
        return self._while_alive(ahead, np.zeros(ahead.shape), np.zeros(ahead.shape))

    def probability_of_count(self, count, horizon: float) -> np.ndarray:
        """P(X(t) = x) of a new customer (equation 8), array over `count`."""
        r, alpha, a, b = self.estimates
        x, t = np.atleast_1d(numbers("count", count, 0)), float(numbers("horizon", horizon, 0, strict="low"))
        bought = t / (alpha + t)
        upto = np.arange(int(x.max()) + 1)
        terms = np.exp(gammaln(r + upto) - gammaln(r) - gammaln(upto + 1) + r * np.log(alpha / (alpha + t)) + upto * np.log(bought))
        before = np.concatenate([[0.0], np.cumsum(terms)])[x.astype(int)]
        stayed = np.exp(betaln(a, b + x) - betaln(a, b)) * terms[x.astype(int)]
        left = np.exp(betaln(a + 1, np.maximum(b + x - 1, 1e-300)) - betaln(a, b)) * (1 - before)
        return stayed + np.where(x > 0, left, 0.0)

    def clv(self, spend: GammaGamma, frequency, recency, age, monetary, horizon: int, discount: float) -> np.ndarray:
        """Discounted value of the next `horizon` periods of each customer.

        CLV = E[M | x, z] sum over k = 1..H of (E[Y(k)] - E[Y(k - 1)]) / (1 + i)^k,  receipts at the end of each period

        Parameters
        ----------
        spend : fitted Gamma-Gamma model
        frequency, recency, age, monetary : arrays (n,); monetary is not read where frequency is 0 (give 0 or missing)
        horizon : whole number of periods (unit of age)
        discount : i per period, above -1

        Returns
        -------
        array (n,), money at the end of the observation
        """
        past = history(frequency, recency, age)
        periods = float(horizon_of(horizon, self.rows["age"].max()))
        if periods != int(periods):
            raise BadValue(f"horizon {periods:g} is no whole number of periods; value is discounted at the end of each")
        rate = float(numbers("discount", discount, -1, strict="low"))
        total, before = np.zeros(past["age"].shape), np.zeros(past["age"].shape)
        for k in range(1, int(periods) + 1):
            upto = self._while_alive(np.full(before.shape, float(k)), past["frequency"], past["age"])
            total += (upto - before) / (1 + rate) ** k
            before = upto
        return spend.predict(past["frequency"], monetary) * self._alive(past) * total

    def refit(self, counts: np.ndarray) -> "BGNBD":
        """The model fitted to the same histories with other counts (for the bootstrap)."""
        return _fit(self.rows.assign(counts=counts), (self.estimates,))

    def _alive(self, past: dict) -> np.ndarray:
        r, alpha, a, b = self.estimates
        x, last, length = past["frequency"], past["recency"], past["age"]
        odds = np.log(a / np.maximum(b + x - 1, 1e-300)) + (r + x) * np.log((alpha + length) / (alpha + last))
        return np.where(x > 0, 1 / (1 + np.exp(np.minimum(odds, 700))), 1.0)

    def _while_alive(self, ahead: np.ndarray, x: np.ndarray, length: np.ndarray) -> np.ndarray:
        """Expected transactions in `ahead` of a customer who is alive now."""
        r, alpha, a, b = self.estimates
        s, top = ahead / (alpha + length), a + b + x - 1
        with np.errstate(all="ignore"):
            never = hyp2f1(r + x, b + x, top, s / (1 + s)) * (1 + s) ** -(r + x)
            found = top / (a - 1) * (1 - never)
        # singular at a = 1 and at a + b + x = 1, digits lost in a tiny horizon, overflow with thousands of transactions
        doubtful = (np.abs(top) < CLOSE) | (s < CLOSE) | ~np.isfinite(found) | (abs(a - 1) < CLOSE)
        for count in np.unique(x[doubtful]):
            rows = np.flatnonzero(doubtful & (x == count))
            found[rows] = _mean(r + count, a, b + count, s[rows])
        return found


def _mean(shape: float, a: float, b: float, s: np.ndarray) -> np.ndarray:
    """E[(1 - (1 + p s)^-shape) / p], p ~ beta(a, b), for each s: the expectation before it is named hypergeometric."""
    return beta_mean(lambda p, which: -np.expm1(-shape * np.log1p(s[which, None] * p)) / p, a, b, s.size)


def bgnbd(frequency, recency, age, counts=None) -> BGNBD:
    """Fit the BG/NBD model by maximum likelihood.

    While alive a customer buys at a Poisson rate lambda ~ gamma(r, alpha); after each repeat transaction the
    customer leaves with probability p ~ beta(a, b). The likelihood of one history (equation 6):

    L = B(a, b + x)/B(a, b) G(r + x) alpha^r / (G(r) (alpha + T)^(r + x))
        + [x > 0] B(a + 1, b + x - 1)/B(a, b) G(r + x) alpha^r / (G(r) (alpha + t_x)^(r + x))

    Parameters
    ----------
    frequency : x, repeat transactions, whole numbers, array (n,); customers with 0 belong in the sample
    recency : t_x, time from the first to the last transaction, array (n,)
    age : T, time from the first transaction to the end of observation, array (n,) or one number
    counts : how many customers have each history, array (n,); one each if not given

    Returns
    -------
    BGNBD: .params, .std_errors (inverse of the observed information of the sample, normal in large samples),
    .loglik (sample total, no constant left out), .predict, .probability_alive, .clv

    Warns
    -----
    SelectedCustomers if nobody has frequency 0.

    Raises
    ------
    BadValue for impossible histories, one customer, customers all alike; NotConverged.

    Source
    ------
    Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284.
    """
    same_labels(frequency=frequency, counts=counts)
    rows = table(history(frequency, recency, age), counts)
    warn_if_selected(rows)
    unit = max(float(rows["age"].max()), 1e-300)
    return _fit(rows, [np.array(start) * [1, unit, 1, 1] for start in STARTS])


def _fit(rows: pd.DataFrame, starts) -> BGNBD:
    x, last, length, number = (rows[name].to_numpy() for name in ("frequency", "recency", "age", "counts"))
    kept = number > 0
    x, last, length, number = x[kept], last[kept], length[kept], number[kept]
    of_count = np.bincount(x.astype(int), weights=number)

    def derivatives(theta):
        value, slope, curve = _of_counts(theta, of_count)
        for start in range(0, x.size, BLOCK):
            part = slice(start, start + BLOCK)
            more = _of_times(theta, x[part], last[part], length[part], number[part])
            value, slope, curve = value + more[0], slope + more[1], curve + more[2]
        return value, slope, curve

    scale = np.array([1, max(float(length.max()), 1e-300), 1, 1])
    return model_of(BGNBD, maximise("BG/NBD", BGNBD.SYMBOLS, derivatives, float(number.sum()), starts, scale), rows)


def _of_counts(theta, of_count):
    """The part of the log-likelihood that depends on the frequency alone, with its derivatives."""
    r, alpha, a, b = theta
    x, n, total = np.arange(of_count.size), of_count, of_count.sum()
    value = n @ (gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b))
    common = digamma(a + b) - digamma(a + b + x)
    slope = [
        n @ (digamma(r + x) - digamma(r) + np.log(alpha)),
        total * r / alpha,
        n @ common,
        n @ (common + digamma(b + x) - digamma(b)),
    ]
    curve = np.zeros((4, 4))
    shared = polygamma(1, a + b) - polygamma(1, a + b + x)
    curve[0, 0] = n @ (polygamma(1, r + x) - polygamma(1, r))
    curve[0, 1] = curve[1, 0] = total / alpha
    curve[1, 1] = -total * r / alpha**2
    curve[2:, 2:] = n @ shared
    curve[3, 3] += n @ (polygamma(1, b + x) - polygamma(1, b))
    return value, np.array(slope), curve


def _of_times(theta, x, last, length, n):
    """log of (alpha + T)^-(r + x) + [x > 0] a/(b + x - 1) (alpha + t_x)^-(r + x), with its derivatives.

    With w the share of the second term: slope (1 - w) s_3 + w s_4, curvature (1 - w) c_3 + w c_4 + w (1 - w) d d',
    d = s_4 - s_3.
    """
    r, alpha, a, b = theta
    shape, before = r + x, np.where(x > 0, b + x - 1, 1.0)
    log_long, log_last = np.log(alpha + length), np.log(alpha + last)
    stayed = -shape * log_long
    left = np.where(x > 0, np.log(a) - np.log(before) - shape * log_last, -np.inf)
    mixed = np.logaddexp(stayed, left)
    w = np.exp(left - mixed)
    gone, there, long, short, per = n * w, n * (1 - w), 1 / (alpha + length), 1 / (alpha + last), 1 / before
    d = (log_long - log_last, shape * (long - short), np.full(x.size, 1 / a), -per)
    slope = [-dot(there, log_long) - dot(gone, log_last), -dot(there, shape * long) - dot(gone, shape * short)]
    slope += [gone.sum() / a, -dot(gone, per)]
    curve, spread = np.zeros((4, 4)), gone * (1 - w)
    for i in range(4):
        weighted = spread * d[i]
        for j in range(i, 4):
            curve[i, j] = curve[j, i] = dot(weighted, d[j])
    curve[0, 1] -= dot(there, long) + dot(gone, short)
    curve[1, 0] = curve[0, 1]
    curve[1, 1] += dot(there, shape * long**2) + dot(gone, shape * short**2)
    curve[2, 2] -= gone.sum() / a**2
    curve[3, 3] += dot(gone, per**2)
    return dot(n, mixed), np.array(slope), curve
