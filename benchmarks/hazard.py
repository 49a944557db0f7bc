"""The discrete-time hazard with 48 period effects against statsmodels' GLM with their dummies and lifelines' Cox.

python benchmarks/hazard.py
"""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from lifelines import CoxTimeVaryingFitter
from measure import compare

from study import models

PERIODS, UNITS, CLUSTERS = 48, 27_500, 40
REGRESSORS = ["d", "x1", "x2", "x3", "x4"]


def customers() -> pd.DataFrame:
    """About 0.9 million customer-months: an adoption that varies in time, four more regressors, 40 branches."""
    random = np.random.default_rng(1)
    x = random.normal(size=(UNITS, 4))
    adopts = random.integers(6, 90, UNITS)
    alive, parts = np.ones(UNITS, dtype=bool), []
    for month in range(PERIODS):
        unit = np.flatnonzero(alive)
        d = (month >= adopts[unit]).astype(float)
        index = -4.2 + 0.2 * np.sin(month / 4) - 0.4 * d + x[unit] @ [0.3, -0.2, 0.1, 0.0]
        event = random.random(len(unit)) < -np.expm1(-np.exp(index))
        columns = dict(zip(REGRESSORS, [d, *x[unit].T]))
        keys = {"unit": unit, "month": month, "branch": unit % CLUSTERS, "churn": event.astype(int)}
        parts.append(pd.DataFrame(keys | columns))
        alive[unit[event]] = False
    return pd.concat(parts, ignore_index=True)


def ours(data: pd.DataFrame) -> np.ndarray:
    fit = models.hazard.fit(data, f"churn ~ {' + '.join(REGRESSORS)}", time="month", cluster="branch")
    return fit.tidy()[["estimate", "std_error"]].to_numpy() / [1, np.sqrt(CLUSTERS / (CLUSTERS - 1))]


def dummies(data: pd.DataFrame) -> np.ndarray:
    x = pd.concat([data[REGRESSORS], pd.get_dummies(data["month"], dtype=float)], axis=1)
    family = sm.families.Binomial(sm.families.links.CLogLog())
    groups = {"groups": data["branch"], "use_correction": False}
    fit = sm.GLM(data["churn"], x, family=family).fit(cov_type="cluster", cov_kwds=groups)
    return np.column_stack([fit.params[:5], fit.bse[:5]])


def with_units(data: pd.DataFrame) -> np.ndarray:
    """Histories of units checked, too."""
    fit = models.hazard.fit(data, f"churn ~ {' + '.join(REGRESSORS)}", time="month", cluster="branch", unit="unit")
    return fit.tidy()[["estimate", "std_error"]].to_numpy() / [1, np.sqrt(CLUSTERS / (CLUSTERS - 1))]


def frailty(data: pd.DataFrame) -> float:
    fit = models.hazard.fit(data, f"churn ~ {' + '.join(REGRESSORS)}", time="month", frailty="unit")
    return fit.glance()["frailty_variance"]


def cox(data: pd.DataFrame) -> np.ndarray:
    """Another model (continuous time); the slopes are close to ours, the errors not clustered."""
    long = data.drop(columns="branch").assign(stop=data["month"] + 1)
    fit = CoxTimeVaryingFitter().fit(long, id_col="unit", event_col="churn", start_col="month", stop_col="stop")
    return fit.params_.to_numpy()


if __name__ == "__main__":
    compare(
        "Hazard of churn, 48 months, 5 regressors, clustered by 40 branches",
        {
            "models.hazard": ours,
            "models.hazard, histories checked": with_units,
            "models.hazard, gamma frailty": frailty,
            "lifelines, time-varying Cox": cox,
            "statsmodels GLM, cloglog, dummies": dummies,
        },
        customers,
    )
