"""Correlations and VIF against numpy and statsmodels, raw and within effects."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from linearmodels.datasets import wage_panel
from statsmodels.stats.outliers_influence import variance_inflation_factor

from study import models

NAMES = ["hours", "exper", "lwage"]


@pytest.fixture(scope="module")
def data():
    return wage_panel.load().sample(frac=0.3, random_state=1).reset_index(drop=True)


def test_raw_correlations_are_those_of_pandas(data):
    found = models.collinearity.correlations(data, NAMES).set_index(["first", "second"])["r"]
    for first, second in found.index:
        assert found[first, second] == pytest.approx(data[first].corr(data[second]))


def test_within_correlations_are_those_of_residuals_on_dummies(data):
    found = models.collinearity.correlations(data, ["hours", "lwage"], effects=["nr", "year"]).iloc[0]
    rows = data[data["nr"].duplicated(keep=False)]
    dummies = pd.get_dummies(rows[["nr", "year"]].astype(str), dtype=float)
    left = [sm.OLS(rows[name], dummies).fit().resid for name in ("hours", "lwage")]
    assert found["n"] == len(rows)
    assert found["r"] == pytest.approx(np.corrcoef(left)[0, 1], rel=1e-8)


def test_vif_is_that_of_statsmodels(data):
    found = models.collinearity.vif(data, NAMES)["vif"]
    x = sm.add_constant(data[NAMES])
    assert found.to_numpy() == pytest.approx([variance_inflation_factor(x.to_numpy(), i) for i in (1, 2, 3)])


def test_pairs_with_few_rows_have_no_correlation_and_the_rows_are_counted(data):
    few = data.head(30).assign(hours=lambda d: d["hours"].where(d.index < 10))
    found = models.collinearity.correlations(few, ["hours", "lwage"]).iloc[0]
    assert np.isnan(found["r"]) and found["n"] == 10


def test_too_few_rows_or_copies_are_refused(data):
    with pytest.raises(models.NotEstimable, match="4 rows have all of hours, exper, lwage"):
        models.collinearity.vif(data.head(4), NAMES)
    with pytest.raises(models.Collinear):
        models.collinearity.vif(data.assign(copy=data["hours"] * 2), ["hours", "copy"])
