"""The published price response of the South African lender's customers, from the source with our probit."""

import pytest
from answers import check

from study import models


@pytest.mark.needs_data("kz_lender")
def test_applying_falls_with_the_rate_as_published(source):
    customers = source["customers"].query("normrate_less == 1")
    levels = {
        "low": customers["risk"] == "LOW",
        "med": customers["risk"] == "MEDIUM",
        "waved2": customers["wave"] == 2,
        "waved3": customers["wave"] == 3,
    }
    data = customers.assign(**{name: level.astype(int) for name, level in levels.items()})
    formula = "applied ~ offer4 + low + med + waved2 + waved3"
    fit = models.discrete.fit(data, formula, method="probit", cluster="branchuse")
    effect = models.discrete.marginal_effects(fit, at="mean").row("offer4")
    check("kz.probit.n", fit.glance()["n_obs"])
    check("kz.probit.offer4", effect["estimate"])
    assert effect["p_value"] < 0.001
