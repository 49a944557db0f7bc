"""The minimum detectable effect by hand."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.power import NormalIndPower

from study import inference, models
from study.inference import mde_two_groups


@pytest.fixture
def fit():
    random = np.random.default_rng(0)
    data = pd.DataFrame({"bank": np.repeat(range(12), 4), "x": random.normal(size=48), "y": random.normal(size=48)})
    return models.panel.fit(data, "y ~ x | bank", cluster="bank")


def test_by_hand_with_eleven_degrees_of_freedom(fit):
    # t tables: t(.975, 11) = 2.200985, t(.80, 11) = 0.875530
    assert inference.mde(fit, "x") == pytest.approx((2.200985 + 0.875530) * fit.row("x")["std_error"], rel=1e-6)


def test_level_and_power_are_checked(fit):
    with pytest.raises(ValueError, match="0 < level < power < 1"):
        inference.mde(fit, "x", power=0.01)


def test_two_groups_as_statsmodels():
    for n1, n0, power in ((100, 100, 0.8), (60, 240, 0.9)):
        ours = mde_two_groups(n1, n0, sd=2.0, power=power)
        expected = 2 * NormalIndPower().solve_power(nobs1=n1, ratio=n0 / n1, alpha=0.05, power=power)
        assert ours == pytest.approx(expected, rel=1e-4)  # statsmodels adds the far tail


def test_proportions_and_clusters_by_hand():
    # share .2: sd .4; (1.959964 + .841621) x .4 x sqrt(2 / 200) = .112063; 20 a cluster with rho .05 times sqrt(1.95)
    assert mde_two_groups(200, 200, share=0.2) == pytest.approx(0.112063, abs=1e-6)
    assert mde_two_groups(200, 200, share=0.2, cluster_size=20, intracluster=0.05) == pytest.approx(0.112063 * 1.95**0.5, abs=2e-6)
    assert mde_two_groups(200, 200, share=0.2, r2=0.75) == pytest.approx(0.112063 / 2, abs=1e-6)


def test_numbers_outside_their_range_are_refused():
    with pytest.raises(ValueError, match="share 1.2 must be between 0 and 1"):
        mde_two_groups(10, 10, share=1.2)
    with pytest.raises(ValueError, match="n 0 and 10 must be at least 1"):
        mde_two_groups(0, 10)
    with pytest.raises(ValueError, match="0 < level < power < 1"):
        mde_two_groups(10, 10, power=0.01)
