"""Lee's bounds by hand, and their errors by simulation."""

import numpy as np
import pandas as pd
import pytest
from answers import check

from study import inference


def sample():
    """Ten treated, eight observed (1..8); ten controls, six observed (2..7)."""
    y = [1.0, 2, 3, 4, 5, 6, 7, 8, np.nan, np.nan, 2, 3, 4, 5, 6, 7, np.nan, np.nan, np.nan, np.nan]
    return pd.DataFrame({"d": [1] * 10 + [0] * 10, "y": y})


def test_by_hand():
    # p = (.8 - .6) / .8 = 1/4: two of eight go. Upper: mean(3..8) - 4.5 = 1; lower: mean(1..6) - 4.5 = -1.
    # variance of the upper one, n = 20: [35/12 + (2 - 5.5)^2 / 4] / (8 x 3/4) + ((2 - 5.5) / .75)^2 x .75^2 x
    # [.2 / (10 x .8) + .4 / (10 x .6)] + 35/12 / 6 = .996528 + 1.122917 + .486111 = 2.605556
    found = inference.lee_bounds(sample(), "y", "d")
    check("lee.hand.lower", found.lower)
    check("lee.hand.upper", found.upper)
    check("lee.hand.std_error", found.std_error_upper)
    assert found.std_error_lower == pytest.approx(found.std_error_upper)  # the sample is symmetric
    assert (found.trimmed, found.share) == ("treated", pytest.approx(0.25))
    assert found.ci_low < -1 - 1.6 * found.std_error_lower and found.ci_high > 1 + 1.6 * found.std_error_upper


def test_the_other_arm_is_trimmed_where_it_is_observed_more():
    found = inference.lee_bounds(sample().assign(d=lambda f: 1 - f["d"]), "y", "d")
    same = inference.lee_bounds(sample(), "y", "d")
    assert (found.lower, found.upper) == pytest.approx((-1, 1)) and found.trimmed == "control"
    assert found.std_error_upper == pytest.approx(same.std_error_lower)


def test_equal_observation_gives_the_difference_of_means():
    data = sample()
    data.loc[[0, 7], "y"] = np.nan
    found = inference.lee_bounds(data, "y", "d")
    assert found.lower == found.upper == pytest.approx(0) and found.trimmed == "none"
    assert found.std_error_lower == pytest.approx(np.sqrt(2 * 35 / 12 / 6))
    assert found.ci_high == pytest.approx(1.959964 * found.std_error_upper, rel=1e-6)


def test_a_share_that_is_no_whole_number_of_rows_is_trimmed_in_part():
    data = pd.DataFrame({"d": [1] * 4 + [0] * 4, "y": [1.0, 2, 3, 4, 5, 5, 5, np.nan]})
    # p = 1 - .75 = 1/4 of 4 rows: one; with 5 treated of whom 5 are seen, p = 1/4 of 5: one and a quarter
    assert inference.lee_bounds(data, "y", "d").upper == pytest.approx(3 - 5)
    more = pd.concat([data, pd.DataFrame({"d": [1], "y": [6.0]})])
    assert inference.lee_bounds(more, "y", "d").upper == pytest.approx((0.75 * 2 + 3 + 4 + 6) / 3.75 - 5)


def draw(random, n=1500):
    d = random.integers(0, 2, n)
    x = random.integers(0, 3, n)
    seen = random.random(n) < 0.5 + 0.1 * x + 0.15 * d
    y = x + random.normal(size=n) + 0.3 * d
    return pd.DataFrame({"d": d, "x": x, "y": np.where(seen, y, np.nan)})


@pytest.mark.parametrize("tighten", [None, "x"])
def test_standard_errors_are_the_spread_over_samples(tighten):
    random = np.random.default_rng(1)
    found = [inference.lee_bounds(draw(random), "y", "d", tighten=tighten) for _ in range(400)]
    for side in ("lower", "upper"):
        spread = np.std([getattr(f, side) for f in found])
        assert np.mean([getattr(f, f"std_error_{side}") for f in found]) == pytest.approx(spread, rel=0.12)  # 3 Monte Carlo errors
    covered = np.mean([f.ci_low <= 0.3 <= f.ci_high for f in found])
    assert covered >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 400)


def test_cells_tighten_the_bounds():
    data = draw(np.random.default_rng(2), n=20_000)
    wide, tight = inference.lee_bounds(data, "y", "d"), inference.lee_bounds(data, "y", "d", tighten="x")
    assert wide.lower < tight.lower < 0.3 < tight.upper < wide.upper and tight.n_cells == 3


def test_bad_input_is_named():
    data = sample()
    with pytest.raises(inference.InferenceError, match=r"'d' must be 0 or 1; found \[2.\]"):
        inference.lee_bounds(data.assign(d=2), "y", "d")
    with pytest.raises(inference.MissingValues, match="'d' is missing in 20 of 20 rows"):
        inference.lee_bounds(data.assign(d=np.nan), "y", "d")
    with pytest.raises(inference.InferenceError, match="no control row of cell 'all' has 'y'"):
        inference.lee_bounds(data[data["d"] == 1], "y", "d")
    with pytest.raises(inference.InferenceError, match="'y' holds 1 infinite values"):
        inference.lee_bounds(data.assign(y=[np.inf, *data["y"][1:]]), "y", "d")
    opposite = pd.concat([data.assign(g="a"), data.assign(g="b", d=1 - data["d"])])
    with pytest.raises(inference.InferenceError, match=r"in 1 of 2 cells of 'g' \(b\) fewer treated than controls"):
        inference.lee_bounds(opposite, "y", "d", tighten="g")
    with pytest.raises(inference.MissingValues, match="'g' is missing in 20 of 20"):
        inference.lee_bounds(data.assign(g=np.nan), "y", "d", tighten="g")
