"""Gamma-Gamma: how much a customer spends per transaction."""

import warnings

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from study.errors import BadValue
from study.refusals import numbers, same_labels

from .histories import same_length, table, whole
from .likelihood import BLOCK, CustomerModel, dot, maximise, model_of

FOLLOWS = 0.3  # correlation of frequency and spend beyond which the model's independence is warned of
ENOUGH = 30  # customers below which a correlation is not looked at
STARTS = ((1.0, 2.0, 1.0), (5.0, 5.0, 1.0), (0.5, 1.5, 0.5))


class SpendFollowsFrequency(UserWarning):
    """Spend goes with frequency, which the Gamma-Gamma model takes as independent."""


class GammaGamma(CustomerModel):
    """A fitted Gamma-Gamma model: parameters p, q, gamma (money)."""

    SYMBOLS = ("p", "q", "gamma")

    def predict(self, frequency, monetary) -> np.ndarray:
        """Expected spend per transaction of each customer.

        E[M | x, z] = p (gamma + x z) / (p x + q - 1)

        A customer without a repeat transaction gets the mean of all, p gamma / (q - 1).

        Parameters
        ----------
        frequency : array (n,), transactions behind the average
        monetary : array (n,), average spend of those transactions; not read where frequency is 0

        Raises
        ------
        BadValue if the expectation does not exist (q is at most 1 and somebody has frequency 0).
        """
        p, q, gamma = self.estimates
        x = whole("frequency", frequency)
        z = np.where(x > 0, np.asarray(monetary, dtype=float), 0.0)
        numbers("monetary", z, 0)
        below = p * x + q - 1
        if (below <= 0).any():
            raise BadValue(
                f"expected spend does not exist for {(below <= 0).sum()} of {x.size} customers: q = {q:.4g} leaves the mean "
                "of all customers infinite; give customers with more transactions or trim the largest amounts"
            )
        return p * (gamma + x * z) / below

    @property
    def mean(self) -> float:
        """Mean spend of all customers, p gamma / (q - 1)."""
        return float(self.predict([0], [0.0])[0])

    def refit(self, counts: np.ndarray) -> "GammaGamma":
        """The model fitted to the same histories with other counts (for the bootstrap)."""
        return _fit(self.rows.assign(counts=counts), (self.estimates,))


def gamma_gamma(frequency, monetary, counts=None) -> GammaGamma:
    """Fit the Gamma-Gamma model of spend by maximum likelihood.

    The amounts of a customer are gamma(p, nu) with nu ~ gamma(q, gamma), independent of how often the customer
    buys. The density of the average z of x amounts (equation 1a):

    f(z | x) = G(p x + q) / (G(p x) G(q)) gamma^q z^(p x - 1) x^(p x) / (gamma + x z)^(p x + q)

    Parameters
    ----------
    frequency : x, transactions behind the average, whole numbers of at least 1, array (n,)
    monetary : z, average spend per transaction, above 0, array (n,)
    counts : how many customers have each history, array (n,); one each if not given

    Returns
    -------
    GammaGamma: .params, .std_errors (inverse of the observed information, normal), .loglik, .predict

    Raises
    ------
    BadValue for customers without a repeat transaction, amounts of zero or below; NotConverged.

    Warns
    -----
    SpendFollowsFrequency if frequency and average spend of at least 30 customers have a correlation beyond 0.3.

    Source
    ------
    Fader and Hardie (2013), The Gamma-Gamma model of monetary value; Fader, Hardie and Lee (2005), Journal of
    Marketing Research 42(4).
    """
    same_labels(frequency=frequency, monetary=monetary, counts=counts)
    x, z = whole("frequency", frequency), numbers("monetary", monetary)
    same_length(frequency=x, monetary=z)
    never = x == 0
    if never.any():
        raise BadValue(
            f"frequency is 0 for {never.sum()} of {x.size} customers: they have no average of repeat transactions; "
            "fit on customers with frequency above 0 (predict gives the others the mean)"
        )
    numbers("monetary", z, 0, strict="low")
    rows = table({"frequency": x, "monetary": z}, counts)
    _warn_if_spend_follows(rows)
    unit = float(np.average(rows["monetary"], weights=rows["counts"]))
    return _fit(rows, [np.array(start) * [1, 1, unit] for start in STARTS])


def _warn_if_spend_follows(rows) -> None:
    total = int(rows["counts"].sum())
    if total < ENOUGH or rows["frequency"].nunique() == 1 or rows["monetary"].nunique() == 1:
        return
    spread = np.cov(rows["frequency"], rows["monetary"], fweights=rows["counts"].astype(int))
    correlation = spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1])
    if abs(correlation) > FOLLOWS:
        warnings.warn(
            f"frequency and spend of {total} customers have a correlation of {correlation:.2f}: the model takes them as independent, "
            "so values of frequent customers come out wrong; fit groups of like frequency apart",
            SpendFollowsFrequency,
            stacklevel=3,
        )


def _fit(rows, starts) -> GammaGamma:
    kept = rows[rows["counts"] > 0]
    x, z, n = (kept[name].to_numpy() for name in ("frequency", "monetary", "counts"))
    levels, level = np.unique(x, return_inverse=True)
    number, total, log_z = np.bincount(level, weights=n), float(n.sum()), np.log(z)
    seen, weighted = dot(n, log_z), dot(n * x, log_z)

    def derivatives(theta):
        p, q, gamma = theta
        logs, first, second = _sums(gamma, x, z, n)
        shape = p * levels
        value = number @ (gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(gamma) + shape * np.log(levels))
        value += p * weighted - seen - p * logs[1] - q * logs[0]
        both = digamma(shape + q)
        slope = [
            number @ (levels * (both - digamma(shape) + np.log(levels))) + weighted - logs[1],
            number @ (both - digamma(q) + np.log(gamma)) - logs[0],
            total * q / gamma - p * first[1] - q * first[0],
        ]
        curved, curve = polygamma(1, shape + q), np.zeros((3, 3))
        curve[0, 0] = number @ (levels**2 * (curved - polygamma(1, shape)))
        curve[0, 1] = curve[1, 0] = number @ (levels * curved)
        curve[0, 2] = curve[2, 0] = -first[1]
        curve[1, 1] = number @ (curved - polygamma(1, q))
        curve[1, 2] = curve[2, 1] = total / gamma - first[0]
        curve[2, 2] = p * second[1] + q * second[0] - total * q / gamma**2
        return value, np.array(slope), curve

    scale = np.array([1, 1, float(np.average(z, weights=n))])
    return model_of(GammaGamma, maximise("Gamma-Gamma", GammaGamma.SYMBOLS, derivatives, total, starts, scale), rows)


def _sums(gamma: float, x, z, n) -> np.ndarray:
    """Sums over customers of log(gamma + x z), its inverse and its inverse squared, alone and times x, (3, 2)."""
    sums = np.zeros((3, 2))
    for start in range(0, x.size, BLOCK):
        part = slice(start, start + BLOCK)
        base = gamma + x[part] * z[part]
        inverse, times = 1 / base, n[part] * x[part]
        for k, term in enumerate((np.log(base), inverse, inverse**2)):
            sums[k] += dot(n[part], term), dot(times, term)
    return sums
