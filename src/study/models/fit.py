"""The result of every estimator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from .errors import ModelError, UnknownTerm
from .shared import restrictions as linear

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
    rows : labels (index) of the rows that were given, for `predict` and `residuals`
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
    rows: pd.Index | None = field(default=None, repr=False)

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

    def confint(self, level: float = LEVEL) -> pd.DataFrame:
        """Intervals of the coefficients: one row per term, columns ci_low and ci_high; `tidy` has those of 95 %.

        Raises
        ------
        ModelError if the level is not between 0 and 1.
        """
        if not 0 < level < 1:
            raise ModelError(f"level {level} must be between 0 and 1, as in 0.9")
        half = stats.t.ppf(0.5 + level / 2, self.df) * self.tidy()["std_error"].to_numpy()
        ends = {"ci_low": self.coefficients - half, "ci_high": self.coefficients + half}
        return pd.DataFrame(ends, index=pd.Index(self.terms, name="term"))

    def covariance_frame(self) -> pd.DataFrame:
        """The covariance of the coefficients (k, k), rows and columns labelled by the terms."""
        return pd.DataFrame(self.covariance, index=list(self.terms), columns=list(self.terms))

    def wald(self, restrictions, q=None) -> linear.Wald:
        """Wald's test of linear restrictions: W = (Rb - q)'(R V R')^-1 (Rb - q), F = W / r.

        Parameters
        ----------
        restrictions : "x1 = x2, x3 = 0", a list of such texts, or the matrix R (r, k) in the order of the terms; "x1" says
            x1 = 0, "x1 = x2 = 0" is two. Terms are written as `tidy` has them ("C(k)[T.b]", "low | next", "e=-1"),
            with any white space; `backticks` around them are allowed.
        q : array (r,) of values, with a matrix; default 0

        Returns
        -------
        Wald: F with the degrees of freedom of the fit's own reference (G - 1 with clusters), and the chi2 form

        Raises
        ------
        ModelError if a restriction is not understood, not linear, or repeats another
        NotEstimable if the covariance of the restrictions is singular (more than G - 1 of them) or missing

        Source
        ------
        Wald (1943), Transactions of the American Mathematical Society 54(3); Cameron and Miller (2015), Journal of Human
        Resources 50(2), VII.A, for the degrees of freedom.
        """
        return linear.wald(self, restrictions, q)

    def combine(self, combinations) -> "Fit":
        """Linear combinations of the coefficients as a Fit: R b, R V R'.

        Parameters
        ----------
        combinations : "x1 + 2*x2", a list of such texts, or the matrix R (r, k)

        Raises
        ------
        ModelError if a combination is not understood or, with CRV2, holds several coefficients
        """
        matrix, values, texts = linear.read(combinations, self.terms)
        given = [combinations] if isinstance(combinations, str) else combinations
        named = given if len(given) == len(texts) and isinstance(given[0], str) else [text.removesuffix(" = 0") for text in texts]
        df = self.df if np.ndim(self.df) == 0 else np.array([linear.reference(self, row[None, :]) for row in matrix])
        return Fit(
            terms=tuple(named),
            coefficients=matrix @ self.coefficients - values,
            covariance=linear.covariance(self, matrix),
            df=df,
            summary=self.summary,
            notes=self.notes,
            settings=self.settings,
        )

    def predict(self, rows=None, *, kind: str = "response", effects: bool | None = None, unseen: str = "refuse"):
        """Predicted outcomes of the rows of the estimation, or of new rows.

        Linear models: x'b + effects; logit, probit, firth: P(y = 1); hazard: P(event in the row's period | at risk);
        ordered: P(y = level), one column per level. Instruments: x'b with the endogenous variables as they are.

        Parameters
        ----------
        rows : frame with the columns of the regressors (and of effects, periods); default those of the estimation. Scales,
            knots, levels are those of the estimation; lags and differences are taken among the rows given.
        kind : "response", or "index": x'b without the curve of a likelihood model (with the period's effect of a hazard)
        effects : False leaves the absorbed effects out; default with them. Random effects are never among them.
        unseen : "refuse", or "missing" for rows with a level of a regressor, effect or period that was not estimated

        Returns
        -------
        Series (ordered models: DataFrame) with the index of the rows; missing where the estimation dropped the row, or a
        value is missing; of new rows a warning (Unpredicted) says how many and why

        Raises
        ------
        MissingColumn; Unseen; ModelError if the fit has nothing to predict from (did, combinations, marginal effects)
        """
        from .after import prediction

        return prediction.predict(self, rows, kind=kind, effects=effects, unseen=unseen)

    def fitted(self):
        """Predicted outcomes of the rows of the estimation: `predict` without arguments."""
        return self.predict()

    def residuals(self) -> pd.Series:
        """Outcome less fitted value, with the index of the data that were given; missing where a row was dropped.

        Of random effects and between models y - x'b, the effect of the unit in it; of likelihood models y - P(y = 1).
        """
        from .after import prediction

        return prediction.residuals(self)

    def glance(self) -> dict[str, Any]:
        """The model at a glance: rows, units, clusters, fit, effects, covariance and its factors."""
        return dict(self.summary)

    def row(self, term: str) -> pd.Series:
        """The line of `tidy` for one term.

        Raises
        ------
        UnknownTerm, a KeyError, naming the terms that there are.
        """
        if term not in self.terms:
            raise UnknownTerm(f"no term '{term}'; the fit has {', '.join(self.terms)}")
        return self.tidy().set_index("term").loc[term]
