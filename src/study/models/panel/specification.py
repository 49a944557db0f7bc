"""Random or fixed effects: the tests of Hausman and of Mundlak."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from study.refusals import table

from ..errors import FormulaError, ModelError, NotEstimable
from ..fit import Fit
from ..shared.formula import parse, written
from ..shared.prepare import ABSORBED, prepare

MEAN = "mean of "


@dataclass(frozen=True)
class EffectsTest:
    """Test that the effects are unrelated to the regressors.

    Parameters
    ----------
    statistic : chi2 (Hausman) or F (Mundlak)
    df, df_denominator : degrees of freedom; the second is inf for chi2
    p_value : small values speak against random effects
    terms : what was compared
    fit : the regression with the means of the units (Mundlak), or None
    """

    statistic: float
    df: int
    df_denominator: float
    p_value: float
    terms: tuple[str, ...]
    fit: Fit | None = None


def hausman(fixed: Fit, random: Fit) -> EffectsTest:
    """Hausman's test: the estimates with fixed and with random effects differ by chance only.

    H = d' (V_fe - V_re)^-1 d ~ chi2(k), d = b_fe - b_re

    Parameters
    ----------
    fixed : panel.fit "y ~ x | unit", vcov "iid"
    random : panel.fit "y ~ x | unit + time", estimator "re", vcov "iid"

    Raises
    ------
    ModelError if the fits are not such a pair on the same rows
    NotEstimable if V_fe - V_re is not positive definite, as happens in samples; `mundlak` has no such case.

    Source
    ------
    Hausman (1978), Econometrica 46(6).
    """
    _check_pair(fixed, random)
    terms = tuple(t for t in fixed.terms if t in random.terms)
    here, there = ([fit.terms.index(t) for t in terms] for fit in (fixed, random))
    gap = fixed.coefficients[here] - random.coefficients[there]
    spread = fixed.covariance[np.ix_(here, here)] - random.covariance[np.ix_(there, there)]
    scale = np.sqrt(np.diag(fixed.covariance)[here])
    least = np.linalg.eigvalsh(spread / np.outer(scale, scale))[0]
    if least <= 0:
        raise NotEstimable(
            f"V_fe - V_re is not positive definite (least eigenvalue {least:.1e} of its scaled form), so that Hausman's "
            "statistic is not defined in this sample; use mundlak, which also takes clusters"
        )
    statistic = float(gap @ np.linalg.solve(spread, gap))
    return EffectsTest(statistic, len(terms), np.inf, float(stats.chi2.sf(statistic, len(terms))), terms)


def with_means(data: pd.DataFrame, formula: str, clusters: list[str]) -> tuple[pd.DataFrame, str, dict[str, str]]:
    """Data, formula and names of the new terms of Mundlak's regression: "y ~ x | unit + time" and the means of x per unit.

    Regressors that do not vary within units, or whose means are all the same, get no mean.
    """
    data, parsed = table(data), parse(formula)
    if len(parsed.effects) != 2:
        raise FormulaError(f"'{formula}' needs unit and time after |, as in 'y ~ x | bank + year'")
    prepared = prepare(data, parsed, clusters, drop_singletons=False, ranked=False)
    x, unit = prepared.x, parsed.effects[0]
    means = x.groupby(prepared.effects[unit].to_numpy()).transform("mean")
    varies = (x - means).abs().max() > ABSORBED * x.abs().max()
    differs = means.std() > ABSORBED * x.abs().max()
    means = means.loc[:, varies & differs].add_prefix(MEAN)
    if means.empty:
        raise NotEstimable(f"'{formula}': no regressor varies both within and between the levels of {unit}")
    columns = {f"unit_mean_{i}": means.iloc[:, i] for i in range(means.shape[1])}
    frame = data.reset_index(drop=True).assign(**columns)
    longer = f"{parsed.outcome} ~ {' + '.join([parsed.regressors, *columns])} | {written(parsed.effects)}"
    return frame, longer, dict(zip(columns, means.columns))


def zero(fit: Fit, terms: tuple[str, ...]) -> EffectsTest:
    """Wald test that the coefficients of some terms are all zero."""
    test = fit.wald(np.eye(len(fit.terms))[[fit.terms.index(term) for term in terms]])
    return EffectsTest(test.statistic, test.df, test.df_denominator, test.p_value, terms, fit)


def _check_pair(fixed: Fit, random: Fit) -> None:
    kinds = [(fit.settings.get("estimator"), fit.settings.get("vcov")) for fit in (fixed, random)]
    if kinds != [("fe", "iid"), ("re", "iid")]:
        raise ModelError(f"Hausman's test needs estimators 'fe' and 're', both with vcov='iid'; found {kinds[0]} and {kinds[1]}")
    effects = [parse(fit.settings["formula"]).effects for fit in (fixed, random)]
    if effects[0] != effects[1][:1]:
        raise ModelError(
            f"fixed effects {' + '.join(effects[0])} against random effects {effects[1][0]}: absorb the unit alone in "
            "both, times as regressors C(time)"
        )
    same = len(fixed.prepared.y) == len(random.prepared.y) and fixed.prepared.y.index.equals(random.prepared.y.index)
    if not same:
        raise ModelError(
            f"the fits have {len(fixed.prepared.y)} and {len(random.prepared.y)} rows; both must rest on the same ones "
            "(fixed effects drop units seen once)"
        )
