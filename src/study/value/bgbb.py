"""BG/BB: whether customers buy at each opportunity, and whether they still do, where leaving is not seen."""

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma, gammaln, logsumexp, polygamma

from study.errors import BadValue
from study.refusals import numbers, same_labels

from .histories import history, horizon_of, table, whole
from .likelihood import CustomerModel, dot, maximise, model_of
from .quadrature import beta_mean

CELLS = 2_000_000  # cells of (histories, possible last opportunities) worked on at once
STARTS = ((1.0, 1.0, 1.0, 1.0), (1.0, 0.5, 0.5, 3.0), (0.5, 1.0, 1.0, 10.0))


class BGBB(CustomerModel):
    """A fitted BG/BB model: alpha, beta of buying, gamma, delta of leaving."""

    SYMBOLS = ("alpha", "beta", "gamma", "delta")

    def predict(self, horizon: int, frequency, recency, periods) -> np.ndarray:
        """Expected transactions of each customer at the next `horizon` opportunities, given the history (equation 13).

        E[X(n, n + n*) | x, t_x, n] = sum over j = 1..n* of B(alpha + x + 1, beta + n - x) B(gamma, delta + n + j)
                                      / (B(alpha, beta) B(gamma, delta) L)

        Parameters
        ----------
        horizon : whole number of opportunities, above 0
        frequency, recency, periods : arrays (n,)

        Returns
        -------
        array (n,), opportunities with a transaction
        """
        past = _history(frequency, recency, periods)
        ahead = float(horizon_of(horizon, self.rows["periods"].max(), "number of periods"))
        if ahead != int(ahead):
            raise BadValue(f"horizon {ahead:g} is no whole number of opportunities")
        buys = self._log_weight(past, extra=1)
        gamma, delta = self.estimates[2:]
        steps = past["periods"][:, None] + np.arange(1, int(ahead) + 1)
        return np.exp(buys) * np.exp(betaln(gamma, delta + steps) - betaln(gamma, delta)).sum(axis=1)

    def probability_alive(self, frequency, recency, periods, ahead: int = 1) -> np.ndarray:
        """P(still a customer at opportunity n + ahead | x, t_x, n) (equation A10).

        With `ahead` 1 the customer is alive at the next opportunity (the paper's table 6), with 0 at the last one seen.
        """
        past = _history(frequency, recency, periods)
        gamma, delta = self.estimates[2:]
        later = past["periods"] + float(whole("ahead", [ahead])[0])
        return np.exp(self._log_weight(past) + betaln(gamma, delta + later) - betaln(gamma, delta))

    def residual_transactions(self, discount: float, frequency, recency, periods) -> np.ndarray:
        """Discounted expected residual transactions over all future opportunities (DERT, equation 14).

        DERT = sum over j >= 1 of E[X at opportunity n + j] / (1 + d)^j, where the sum over j is the mean of
        (1 - theta)/(d + theta) over beta(gamma, delta + n). The first future opportunity is discounted once. Times the margin of a transaction it
        is the residual value of the customer.

        Parameters
        ----------
        discount : rate per period, above 0
        """
        rate = float(numbers("discount", discount, 0, strict="low"))
        past = _history(frequency, recency, periods)
        gamma, delta = self.estimates[2:]
        stay = np.exp(self._log_weight(past, extra=1) + betaln(gamma, delta + past["periods"]) - betaln(gamma, delta))
        lengths, length = np.unique(past["periods"], return_inverse=True)
        left = np.concatenate([beta_mean(lambda p, which: (1 - p)[None] / (rate + p), gamma, delta + n) for n in lengths])
        return stay * left[length]

    def expected(self, periods) -> np.ndarray:
        """Expected transactions of a new customer at the first `periods` opportunities, array.

        E[X(n)] = alpha/(alpha + beta) sum over t = 1..n of B(gamma, delta + t)/B(gamma, delta)
        """
        alpha, beta, gamma, delta = self.estimates
        n = whole("periods", np.atleast_1d(periods)).astype(int)
        there = np.exp(betaln(gamma, delta + np.arange(1, n.max(initial=0) + 1)) - betaln(gamma, delta))
        return alpha / (alpha + beta) * np.concatenate([[0.0], np.cumsum(there)])[n]

    def probability_of_count(self, count, periods: int) -> np.ndarray:
        """P(X(n) = x) of a new customer (equation 7), array over `count`."""
        alpha, beta, gamma, delta = self.estimates
        x, n = whole("count", np.atleast_1d(count)), int(whole("periods", [periods], 1)[0])
        chances = np.zeros(x.shape)
        for last in range(n + 1):
            # `last` opportunities alive, then gone (or alive at all n)
            possible = x <= last
            ways = gammaln(last + 1) - gammaln(x[possible] + 1) - gammaln(last - x[possible] + 1)
            end = betaln(gamma, delta + n) if last == n else betaln(gamma + 1, delta + last)
            buys = betaln(alpha + x[possible], beta + last - x[possible]) - betaln(alpha, beta)
            chances[possible] += np.exp(ways + buys + end - betaln(gamma, delta))
        return chances

    def refit(self, counts: np.ndarray) -> "BGBB":
        """The model fitted to the same histories with other counts (for the bootstrap)."""
        return _fit(self.rows.assign(counts=counts), (self.estimates,))

    def _log_weight(self, past: dict, extra: int = 0) -> np.ndarray:
        """log B(alpha + x + extra, beta + n - x) / (B(alpha, beta) L)."""
        alpha, beta = self.estimates[:2]
        x, n = past["frequency"], past["periods"]
        logs = _mixture(self.estimates, x, past["recency"], n)
        return betaln(alpha + x + extra, beta + n - x) - betaln(alpha, beta) - logsumexp(logs, axis=1)


def bgbb(frequency, recency, periods, counts=None) -> BGBB:
    """Fit the BG/BB model by maximum likelihood.

    At each opportunity a customer who is alive buys with probability p ~ beta(alpha, beta); at the start of each the
    customer leaves with probability theta ~ beta(gamma, delta). The likelihood of one history:

    L = B(alpha + x, beta + n - x)/B(alpha, beta) B(gamma, delta + n)/B(gamma, delta)
        + sum over i = 0..n - t_x - 1 of B(alpha + x, beta + t_x - x + i)/B(alpha, beta)
          B(gamma + 1, delta + t_x + i)/B(gamma, delta)

    Parameters
    ----------
    frequency : x, opportunities with a transaction after the first transaction, whole numbers, array (m,)
    recency : t_x, number of the last such opportunity (0 if none), array (m,)
    periods : n, opportunities after the first transaction, array (m,) or one number
    counts : how many customers have each history, array (m,); one each if not given

    Returns
    -------
    BGBB: .params, .std_errors (inverse of the observed information, normal), .loglik (sample total of the order of
    transactions seen: no binomial coefficient), .predict, .probability_alive, .residual_transactions

    Raises
    ------
    BadValue for impossible histories (more transactions than opportunities up to the last one), one customer,
    customers all alike; NotConverged.

    Source
    ------
    Fader, Hardie and Shang (2010), Marketing Science 29(6), 1086-1108.
    """
    same_labels(frequency=frequency, counts=counts)
    raw = table(_history(frequency, recency, periods), counts)
    keys = ["periods", "recency", "frequency"]
    rows = raw.groupby(keys, as_index=False)["counts"].sum()[["frequency", "recency", "periods", "counts"]]
    return _fit(rows, STARTS)


def _history(frequency, recency, periods) -> dict:
    past = history(frequency, recency, periods, "periods")
    for name in ("recency", "periods"):
        whole(name, past[name])
    more = past["frequency"] > past["recency"]
    if more.any():
        pair = f"{past['frequency'][more][0]:g} and {past['recency'][more][0]:g}"
        raise BadValue(
            f"frequency is above recency for {more.sum()} of {more.size} customers, the first {pair}: there is at most one "
            "transaction at an opportunity; count opportunities with a transaction (value.summary_by_period)"
        )
    return past


def _mixture(theta, x, last, n) -> np.ndarray:
    """Logs of the terms of the likelihood, (m, K + 1): still alive, then gone after each possible opportunity."""
    alpha, beta, gamma, delta = theta
    alive = betaln(alpha + x, beta + n - x) + betaln(gamma, delta + n)
    i = np.arange(int((n - last).max(initial=0)))
    stay = last[:, None] + i
    gone = betaln(alpha + x[:, None], beta + stay - x[:, None]) + betaln(gamma + 1, delta + stay)
    gone = np.where(stay < n[:, None], gone, -np.inf)
    return np.column_stack([alive, gone]) - betaln(alpha, beta) - betaln(gamma, delta)


def _fit(rows: pd.DataFrame, starts) -> BGBB:
    kept = rows[rows["counts"] > 0]
    x, last, n, number = (kept[name].to_numpy() for name in ("frequency", "recency", "periods", "counts"))
    block = max(1, int(CELLS // (1 + (n - last).max(initial=0))))

    def derivatives(theta):
        tables = [_tables(value, int(n.max()) + 2) for value in (*theta, theta[0] + theta[1], theta[2] + theta[3])]
        total = [0.0, np.zeros(4), np.zeros((4, 4))]
        for start in range(0, x.size, block):
            part = slice(start, start + block)
            more = _derivatives(theta, tables, x[part], last[part], n[part], number[part])
            total = [old + new for old, new in zip(total, more)]
        return total

    return model_of(BGBB, maximise("BG/BB", BGBB.SYMBOLS, derivatives, float(number.sum()), starts, np.ones(4)), rows)


def _tables(value: float, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """log gamma of value + 0, 1, 2, ... less that of value, with its first and second derivatives in value."""
    at = value + np.arange(size)
    whole_table = gammaln(at), digamma(at), polygamma(1, at)
    return tuple(part - part[0] for part in whole_table)


def _derivatives(theta, tables, x, last, n, number):
    """Log-likelihood, gradient and Hessian of some histories, by the shares w_k of the terms of the mixture.

    Each term is a sum of logs of gamma functions, so its slope s_k and its curvature are differences of digammas and
    trigammas; the mixture has slope sum w_k s_k and curvature sum w_k (c_k + s_k s_k') less the slope squared.
    """
    x, last, n = (array.astype(int) for array in (x, last, n))
    stay = np.column_stack([n, last[:, None] + np.arange(int((n - last).max(initial=0)))])
    gone = np.ones(stay.shape, dtype=int)
    gone[:, 0] = 0
    possible = np.column_stack([np.ones(x.size, dtype=bool), stay[:, 1:] < n[:, None]])
    stay = np.minimum(stay, n[:, None])
    bought = np.broadcast_to(x[:, None], stay.shape)
    buying, leaving = (bought, stay - bought, stay), (gone, stay, stay + gone)
    index = [*buying[:2], *leaving[:2], buying[2], leaving[2]]
    level, slope, curve = ([tab[k][at] for tab, at in zip(tables, index)] for k in range(3))
    logs = np.where(possible, level[0] + level[1] - level[4] + level[2] + level[3] - level[5], -np.inf)
    mixed = logsumexp(logs, axis=1)
    w = np.exp(logs - mixed[:, None])
    s = [slope[0] - slope[4], slope[1] - slope[4], slope[2] - slope[5], slope[3] - slope[5]]
    means = np.stack([(w * part).sum(axis=1) for part in s])
    nw = number[:, None] * w
    hessian = np.empty((4, 4))
    for i in range(4):
        for j in range(i, 4):
            own = curve[i] if i == j else 0.0
            shared = curve[4 + i // 2] if i // 2 == j // 2 else 0.0
            hessian[i, j] = hessian[j, i] = (nw * (own - shared + s[i] * s[j])).sum() - (number * means[i] * means[j]).sum()
    return dot(number, mixed), (means * number).sum(axis=1), hessian
