"""The result of every estimator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Fit:
    """An estimated model; frozen.

    Parameters
    ----------
    terms : names of the coefficients, k of them
    coefficients : array (k,)
    covariance : array (k, k)
    df : degrees of freedom of the reference t distribution; inf is the normal distribution
    summary : what `glance` gives
    notes : what was dropped or should be known, one sentence each
    prepared : the estimation sample (study.models.prepare.Prepared), for study.inference
    source : the columns used, all rows before any was dropped, for study.inference
    settings : the arguments of the call
    gram : the cross-products the fit was made from (study.models.gram.Gram), for study.inference
    """

    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    df: float
    summary: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    prepared: Any = field(default=None, repr=False)
    source: pd.DataFrame | None = field(default=None, repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    gram: Any = field(default=None, repr=False)

    def tidy(self) -> pd.DataFrame:
        """One row per term: term, estimate, std_error, statistic, df, p_value, ci_low, ci_high (95 %)."""
        variance = np.diag(self.covariance)
        error = np.sqrt(np.where(variance < 0, np.nan, variance))  # two-way clustered variances can be negative; a note says so
        statistic = self.coefficients / error
        half = stats.t.ppf(0.5 + LEVEL / 2, self.df) * error
        return pd.DataFrame(
            {
                "term": self.terms,
                "estimate": self.coefficients,
                "std_error": error,
                "statistic": statistic,
                "df": self.df,
                "p_value": 2 * stats.t.sf(np.abs(statistic), self.df),
                "ci_low": self.coefficients - half,
                "ci_high": self.coefficients + half,
            }
        )

    def glance(self) -> dict[str, Any]:
        """The model at a glance: rows, units, clusters, fit, effects, covariance and its factors."""
        return dict(self.summary)

    def row(self, term: str) -> pd.Series:
        """The line of `tidy` for one term.

        Raises
        ------
        KeyError naming the terms that there are.
        """
        if term not in self.terms:
            raise KeyError(f"no term '{term}'; the fit has {', '.join(self.terms)}")
        return self.tidy().set_index("term").loc[term]
