"""An experiment told whole: balance before, who answered by arm, effects with family-wise p-values, harm beside benefit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from study import inference
from study.refusals import complete, named

from ..errors import BadValue, TooFew
from ..shared import categories

CODE = "arm code"


@dataclass(frozen=True, eq=False)
class Experiment:
    """What an experiment with arms shows.

    Parameters
    ----------
    effects : family, outcome, treated, against, estimate, std_error, df, ci_low, ci_high, p_value (robust t test), p_family (Westfall and
        Young over all contrasts of all outcomes of the family), n, mean_against, is_share (the outcome is 0 or 1)
    balance : column, largest (difference between two arms in standard deviations), p_value (F test that all arms are alike), n
    balance_p : family-wise p of the smallest of these, by re-assignment
    observed : arm, n, share; observed_p : F test that the shares are alike (None if nothing can be missing)
    """

    effects: pd.DataFrame
    balance: pd.DataFrame
    balance_p: float
    observed: pd.DataFrame
    observed_p: float | None


def experiment(
    data: pd.DataFrame,
    *,
    arm: str,
    contrasts: Sequence[tuple[str, str]],
    families: Mapping[str, Sequence[str]],
    baseline: Sequence[str],
    observed: str | None = None,
    strata: str | None = None,
    reps: int,
    seed: int,
) -> Experiment:
    """Intention to treat in an experiment with arms, randomised over all rows or within strata.

    y_i = sum_a b_a 1{arm_i = a} + strata + e_i by least squares with HC1 errors; a contrast is b_treated - b_against

    Parameters
    ----------
    data : one row per person
    arm : column of the arms; contrasts : (treated, against)
    families : name -> columns of outcomes that are tested together; a missing outcome leaves the row out of that outcome only
    baseline : columns measured before; observed : column of 0 and 1, whether outcomes could be seen; strata : column, or None
    reps : re-assignments of the arms for the family-wise p-values

    Raises
    ------
    BadValue for an unknown arm, a row without arm or stratum, or an empty family; MissingColumn; TooFew if an arm has fewer than two rows with an outcome
    """
    outcomes = [name for names in families.values() for name in names]
    named(data, arm, *outcomes, *baseline, *([observed] if observed else []), *([strata] if strata else []))
    complete(data, arm, *([strata] if strata else []))
    names = categories.texts(data[arm])
    arms = sorted(names.unique())
    unknown = sorted({name for pair in contrasts for name in pair} - set(arms))
    if unknown or not all(families.values()) or not contrasts:
        raise BadValue(f"contrasts name {', '.join(unknown) or 'known arms'}; the arms are {', '.join(arms)}; every family needs an outcome")
    rows = data.reset_index(drop=True).assign(**{CODE: pd.Categorical(names, arms).codes})
    pairs = [(arms.index(treated), arms.index(against)) for treated, against in contrasts]
    setting = _Setting(rows, strata, len(arms), pairs, reps, seed)
    effects = pd.concat([setting.family(name, list(columns), contrasts) for name, columns in families.items()], ignore_index=True)
    seen = None if observed is None else setting.f_test(observed)
    shares = rows.groupby(arm)[observed].agg(["size", "mean"]).reset_index() if observed else pd.DataFrame(columns=["arm", "n", "share"])
    balance, p = setting.balance(list(baseline))
    return Experiment(effects, balance, p, shares.set_axis(["arm", "n", "share"], axis=1), seen)


@dataclass(frozen=True, eq=False)
class _Setting:
    """What does not change from outcome to outcome."""

    rows: pd.DataFrame
    strata: str | None
    arms: int
    pairs: list[tuple[int, int]]
    reps: int
    seed: int
    fitted: dict = field(default_factory=dict)  # outcome and assignment -> fit: contrasts of one outcome share it

    @property
    def assign(self) -> inference.assignments.Assignment:
        return inference.assignments.complete(CODE) if self.strata is None else inference.assignments.within_strata(CODE, self.strata)

    def fit(self, column: str, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
        """Coefficients of the arms, their HC1 covariance and residual degrees of freedom, rows with an outcome."""
        key = (column, codes.tobytes())
        if key not in self.fitted:
            self.fitted[key] = self._fit(self.values(column), codes)
        return self.fitted[key]

    def values(self, column: str) -> np.ndarray:
        return self.rows[column].to_numpy(dtype=float)

    def _fit(self, y: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
        there = ~np.isnan(y)
        x = np.eye(self.arms)[codes[there]]
        if x.sum(axis=0).min() < 2:
            raise TooFew(f"an arm has {int(x.sum(axis=0).min())} rows with an outcome of {int(there.sum())}; at least two are needed")
        if self.strata is not None:
            levels = pd.factorize(self.rows[self.strata][there], sort=True)[0]
            x = np.hstack([x, np.eye(levels.max() + 1)[levels][:, 1:]])
        inverse = np.linalg.inv(x.T @ x)
        b = inverse @ (x.T @ y[there])
        scores = x * (y[there] - x @ b)[:, None]
        df = len(x) - x.shape[1]
        return b[: self.arms], (inverse @ (scores.T @ scores) @ inverse * len(x) / df)[: self.arms, : self.arms], df

    def contrast(self, column: str, codes: np.ndarray, pair: tuple[int, int]) -> tuple[float, float, int]:
        """Estimate, error and degrees of freedom of one contrast."""
        b, covariance, df = self.fit(column, codes)
        weight = np.zeros(self.arms)
        weight[pair[0]], weight[pair[1]] = 1, -1
        return float(weight @ b), float(np.sqrt(weight @ covariance @ weight)), df

    def family(self, name: str, columns: list[str], contrasts: Sequence[tuple[str, str]]) -> pd.DataFrame:
        """The contrasts of all outcomes of a family, with step-down p-values over all of them."""
        lines, statistics = [], {}
        self.fitted.clear()  # fits of another family are not asked for again
        codes = self.rows[CODE].to_numpy()
        for column in columns:
            y = self.values(column)
            share = bool(np.isin(y[~np.isnan(y)], (0, 1)).all())
            for pair, (treated, against) in zip(self.pairs, contrasts):
                estimate, error, df = self.contrast(column, codes, pair)
                half = stats.t.ppf(0.975, df) * error
                line = {"family": name, "outcome": column, "treated": treated, "against": against, "estimate": estimate, "std_error": error, "df": df}
                line |= {"ci_low": estimate - half, "ci_high": estimate + half, "p_value": float(2 * stats.t.sf(abs(estimate / error), df))}
                lines.append(line | {"n": int((~np.isnan(y)).sum()), "mean_against": float(np.nanmean(y[codes == pair[1]])), "is_share": share})
                statistics[f"{column} {treated} {against}"] = partial(self._t, column, pair)
        table = inference.westfall_young(statistics, self.rows, self.assign, reps=self.reps, seed=self.seed)
        return pd.DataFrame(lines).assign(p_family=table["p_adjusted"].to_numpy())

    def _t(self, column: str, pair: tuple[int, int], data: pd.DataFrame, codes: np.ndarray) -> float:
        estimate, error, _ = self.contrast(column, codes, pair)
        return estimate / error

    def f_test(self, column: str) -> float:
        """p of the test that all arms have the same mean (HC1, F)."""
        codes = self.rows[CODE].to_numpy()
        return float(stats.f.sf(self._f(column, self.rows, codes), self.arms - 1, self.fit(column, codes)[2]))

    def _f(self, column: str, data: pd.DataFrame, codes: np.ndarray) -> float:
        b, covariance, _ = self.fit(column, codes)
        apart = np.hstack([np.eye(self.arms - 1), -np.ones((self.arms - 1, 1))])
        gap = apart @ b
        return float(gap @ np.linalg.solve(apart @ covariance @ apart.T, gap)) / (self.arms - 1)

    def balance(self, columns: list[str]) -> tuple[pd.DataFrame, float]:
        """Every baseline column by arm, and the family-wise p of the most unbalanced one."""
        lines, codes = [], self.rows[CODE].to_numpy()
        for column in columns:
            y, (b, _, _) = self.values(column), self.fit(column, codes)
            line = {"column": column, "largest": float((b.max() - b.min()) / np.nanstd(y, ddof=1)), "p_value": self.f_test(column)}
            lines.append(line | {"n": int((~np.isnan(y)).sum())})
        statistics = {column: partial(self._f, column) for column in columns}
        table = inference.westfall_young(statistics, self.rows, self.assign, reps=self.reps, seed=self.seed, method="min_p")
        return pd.DataFrame(lines), float(table["p_adjusted"].min())
