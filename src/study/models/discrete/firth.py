"""Logit with the penalty of Jeffreys' prior: finite under separation, with profile intervals and tests."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq
from scipy.special import expit

from ..errors import NotConverged
from ..fit import LEVEL, Fit
from ..shared.likelihood import Sample, covariance_summary

STEPS = 500
SETTLED = 1e-10  # the largest step, in units of the standard error, at which the maximum is reached


@dataclass(frozen=True, eq=False)
class PenalisedFit(Fit):
    """A Fit whose tests and intervals come from the profile of the penalised likelihood.

    Parameters
    ----------
    profile : DataFrame statistic (signed root of the likelihood ratio), p_value, ci_low, ci_high by term
    """

    profile: pd.DataFrame = field(default=None, repr=False)

    def tidy(self) -> pd.DataFrame:
        """As Fit.tidy, with penalised likelihood ratio tests and profile intervals; std_error is Wald's."""
        return super().tidy().assign(**{name: self.profile[name].to_numpy() for name in self.profile.columns})

    def confint(self, level: float = LEVEL) -> pd.DataFrame:
        """As Fit.confint, the intervals of the profile."""
        empty = super().confint(level)
        x, y, best, text = self.prepared.x.to_numpy(), self.prepared.y.to_numpy(), self.summary["loglik_penalised"], self.prepared.formula.text
        errors = np.sqrt(np.diag(self.covariance))
        found = [_profile(x, y, self.coefficients, best, error, j, text, level) for j, error in enumerate(errors)]
        return pd.DataFrame(found, index=empty.index)[list(empty.columns)]


def fit(sample: Sample, source: pd.DataFrame, settings: dict) -> PenalisedFit:
    """Maximise l(b) + log|I(b)| / 2, I the information of the logit; see models.discrete.fit.

    Raises
    ------
    NotConverged
    """
    x, y = sample.x.to_numpy(), sample.y.to_numpy()
    free = np.ones(x.shape[1], dtype=bool)
    beta, best = _maximise(x, y, np.zeros(x.shape[1]), free, sample.formula.text)
    covariance = np.linalg.inv(_information(x, expit(x @ beta)))
    profile = [_profile(x, y, beta, best, np.sqrt(covariance[j, j]), j, sample.formula.text) for j in range(len(beta))]
    n, events = len(y), int(y.sum())
    return PenalisedFit(
        terms=tuple(sample.x.columns),
        coefficients=beta,
        covariance=covariance,
        df=np.inf,
        summary={
            "formula": settings["formula"],
            "estimator": "firth",
            "n_obs": n,
            "n_dropped": sample.n_missing,
            "n_units": n,
            "n_events": events,
            "mean_outcome": events / n,
            "loglik_penalised": best,
            "fixed_effects": "",
        }
        | covariance_summary(sample.clusters, np.inf, {})
        | {"reference": "penalised likelihood ratio, chi2(1)"},
        notes=sample.notes,
        prepared=sample,
        source=source,
        settings=settings,
        profile=pd.DataFrame(profile),
    )


def _information(x: np.ndarray, p: np.ndarray) -> np.ndarray:
    return (x * (p * (1 - p))[:, None]).T @ x


def _penalised(x: np.ndarray, y: np.ndarray, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """The penalised log likelihood, its score and the information at beta."""
    index = x @ beta
    p = expit(index)
    information = _information(x, p)
    sign, size = np.linalg.slogdet(information)
    if sign <= 0:
        return -np.inf, np.zeros_like(beta), information
    loglik = float(y @ index - np.logaddexp(0, index).sum() + size / 2)
    leverage = p * (1 - p) * np.einsum("ij,ij->i", x @ np.linalg.inv(information), x)
    return loglik, x.T @ (y - p + leverage * (0.5 - p)), information


def _maximise(x: np.ndarray, y: np.ndarray, start: np.ndarray, free: np.ndarray, text: str) -> tuple[np.ndarray, float]:
    """Scoring with halved steps over the free coefficients; the penalty is that of all of them."""
    beta = start.copy()
    value, score, information = _penalised(x, y, beta)
    for _ in range(STEPS):
        block = information[np.ix_(free, free)]
        step = np.linalg.solve(block, score[free]) if free.any() else np.zeros(0)
        decrement = float(step @ score[free])
        if decrement <= SETTLED**2:
            beta[free] += step  # the last step too: which one is last hangs on the last bits
            return beta, _penalised(x, y, beta)[0]
        step *= min(1.0, 5 / np.abs(x[:, free] @ step).max())
        for _ in range(50):
            moved = beta.copy()
            moved[free] += step
            new = _penalised(x, y, moved)
            if new[0] >= value - 1e-12 * abs(value):
                break
            step = step / 2
        beta, (value, score, information) = moved, new
    raise NotConverged(
        f"'{text}': the penalised likelihood of {len(y)} rows did not reach its maximum in {STEPS} steps; "
        "rescale the regressors and take their means off, so that their sizes are alike"
    )


def _profile(x, y, beta: np.ndarray, best: float, error: float, j: int, text: str, level: float = LEVEL) -> dict:
    """The test of coefficient j = 0 and the ends of its interval."""
    free = np.arange(len(beta)) != j
    start = beta.copy()

    def ratio(value: float) -> float:
        """Twice the loss of penalised likelihood with the coefficient held at `value`."""
        nonlocal start
        start = start.copy()
        start[j] = value
        start, restricted = _maximise(x, y, start, free, text)
        return 2 * (best - restricted)

    bound = stats.chi2.ppf(level, 1)
    ends = []
    for side in (-1, 1):
        start = beta.copy()
        inside, outside = beta[j], beta[j] + side * 2 * error
        while ratio(outside) < bound:
            inside, outside = outside, outside + side * 2 * error
        ends.append(brentq(lambda value: ratio(value) - bound, inside, outside, xtol=1e-10 * error, rtol=1e-12))
    start = beta.copy()
    statistic = np.sign(beta[j]) * np.sqrt(max(ratio(0.0), 0.0))
    return {
        "statistic": float(statistic),
        "p_value": float(2 * stats.norm.sf(abs(statistic))),
        "ci_low": float(ends[0]),
        "ci_high": float(ends[1]),
    }
