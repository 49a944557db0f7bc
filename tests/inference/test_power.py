"""The minimum detectable effect by hand."""

import numpy as np
import pandas as pd
import pytest

from study import inference, models


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
