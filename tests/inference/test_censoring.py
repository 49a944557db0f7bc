"""Censoring weights by hand in saturated models."""

import numpy as np
import pandas as pd
import pytest

from study import inference

CELLS = pd.DataFrame({"g": [0] * 4 + [1] * 4, "seen": [1, 1, 0, 0, 1, 1, 1, 0]})


def test_two_cells_by_hand():
    # half of g = 0 and three quarters of g = 1 are observed: weights 2 and 4/3; they sum to the eight rows
    found = inference.ipcw(CELLS, "seen", ["g"])
    assert found.weights.to_numpy() == pytest.approx([2, 2, 0, 0, 4 / 3, 4 / 3, 4 / 3, 0], rel=1e-6)
    assert found.weights.sum() == pytest.approx(8)
    assert found.effective_size == pytest.approx(64 / (8 + 16 / 3), rel=1e-6)
    assert found.smallest_probability == pytest.approx(0.5, rel=1e-6)


def test_stabilised_weights_have_the_overall_share_above():
    found = inference.ipcw(CELLS, "seen", ["g"], stabilise=[])
    assert found.weights.to_numpy()[:2] == pytest.approx([0.625 * 2] * 2, rel=1e-6)
    cut = inference.ipcw(CELLS, "seen", ["g"], largest=1.5)
    assert cut.n_trimmed == 2 and cut.weights.max() == 1.5


def test_over_time_the_probabilities_multiply():
    # unit 1 stays two periods, 2 leaves in the second, 3 in the first, 4 stays: 5 of 7 unit-periods are stays in one cell,
    # and the other cell has 3 of 4
    rows = [(1, 1, 0, 1), (1, 2, 0, 1), (2, 1, 0, 1), (2, 2, 0, 0), (3, 1, 0, 0), (4, 1, 0, 1), (4, 2, 0, 1)]
    rows += [(5, 1, 1, 1), (5, 2, 1, 1), (6, 1, 1, 1), (6, 2, 1, 0)]
    data = pd.DataFrame(rows, columns=["unit", "t", "g", "stay"]).sample(frac=1, random_state=1)
    found = inference.ipcw(data, "stay", ["g"], unit="unit", time="t")
    expected = {(1, 1): 7 / 5, (1, 2): (7 / 5) ** 2, (2, 2): 0, (3, 1): 0, (5, 2): (4 / 3) ** 2}
    weights = data.assign(w=found.weights).set_index(["unit", "t"])["w"]
    for key, value in expected.items():
        assert weights[key] == pytest.approx(value, rel=1e-6)


def test_weights_remove_selection_on_what_is_seen():
    random = np.random.default_rng(0)
    n = 20_000
    x = random.normal(size=n)
    y = 1 + x + random.normal(size=n)
    data = pd.DataFrame({"x": x, "y": y, "seen": (random.random(n) < 1 / (1 + np.exp(-x))).astype(int)})
    w = inference.ipcw(data, "seen", ["x"]).weights
    assert y[data["seen"] == 1].mean() > 1.3
    assert np.average(y, weights=w) == pytest.approx(1, abs=0.05)


def test_bad_input_is_named():
    with pytest.raises(inference.InferenceError, match="'seen' must be 0 in some rows and 1 in others"):
        inference.ipcw(CELLS.assign(seen=1), "seen", ["g"])
    with pytest.raises(inference.MissingValues, match="g have missing values"):
        inference.ipcw(CELLS.assign(g=np.nan), "seen", ["g"])
    with pytest.raises(inference.InferenceError, match="separate the observed from the others"):
        inference.ipcw(CELLS.assign(g=CELLS["seen"]), "seen", ["g"])
    with pytest.raises(inference.InferenceError, match="are constant or repeat each other"):
        inference.ipcw(CELLS.assign(h=CELLS["g"]), "seen", ["g", "h"])
    with pytest.raises(inference.InferenceError, match="needs both unit and time"):
        inference.ipcw(CELLS, "seen", ["g"], unit="g")
    panel = CELLS.assign(unit=[1, 1, 1, 2, 2, 3, 3, 3], t=[1, 2, 3, 1, 2, 1, 2, 3])
    with pytest.raises(inference.InferenceError, match="1 rows come after the exit of their unit"):
        inference.ipcw(panel, "seen", ["t"], unit="unit", time="t")
    with pytest.raises(inference.InferenceError, match="rows repeat a unit and t"):
        inference.ipcw(panel.assign(t=1), "seen", ["g"], unit="unit", time="t")


def test_the_last_bits_and_the_unit_of_a_covariate_reach_no_digit():
    random = np.random.default_rng(3)
    data = pd.DataFrame({"x": random.normal(size=500), "z": random.lognormal(size=500)})
    data["seen"] = (random.random(500) < 1 / (1 + np.exp(-0.5 - data["x"]))).astype(float)
    made = inference.ipcw(data, "seen", ["x", "z"]).weights
    for factor in (1 + 1e-14 * random.uniform(-1, 1, 500), 1e7):
        again = inference.ipcw(data.assign(z=data["z"] * factor), "seen", ["x", "z"]).weights
        np.testing.assert_allclose(again, made, rtol=1e-11)
