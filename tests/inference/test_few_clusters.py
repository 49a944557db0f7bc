"""A regression on few clusters: its parts against rows left out and dummies, and the family's q by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from study import inference, models

FORMULA = "y ~ x | bank + year"
DUMMIES = "y ~ x + C(bank) + C(year)"


def panel(banks=5, years=6, seed=3):
    random = np.random.default_rng(seed)
    data = pd.DataFrame([(b, t) for b in range(banks) for t in range(years)], columns=["bank", "year"])
    data["x"] = random.normal(size=len(data)).cumsum()
    data["y"] = 0.3 * data["x"] + random.normal(size=len(data)) * (1 + data["bank"])
    return data


@pytest.fixture(scope="module")
def five():
    return inference.few_clusters(
        panel(), FORMULA, "x", cluster="bank", reps=99, seed=1, weights=("webb", "rademacher"), over="bank", permutations=120, power=0.8
    )


def test_the_jackknife_is_that_of_banks_left_out_one_by_one(five):
    data = panel()
    whole = smf.ols(DUMMIES, data).fit().params["x"]
    without = [smf.ols(DUMMIES, data[data["bank"] != bank]).fit().params["x"] for bank in range(5)]
    assert five.fit.row("x")["estimate"] == pytest.approx(whole, rel=1e-9)
    assert five.jackknife.row("x")["std_error"] == pytest.approx(np.sqrt(0.8 * sum((one - whole) ** 2 for one in without)), rel=1e-8)


def test_the_variation_within_is_that_of_the_residuals_on_dummies(five):
    residuals = smf.ols("x ~ C(bank) + C(year)", panel()).fit().resid
    assert five.within_sd == pytest.approx(residuals.std(), rel=1e-9)


def test_the_first_weights_are_read_and_every_bootstrap_is_kept(five):
    alone = inference.wild_bootstrap(five.fit, "x", reps=99, seed=1, weights="webb")
    assert list(five.bootstraps) == ["webb", "rademacher"] and five.wild.p_value == alone.p_value == five.p_value("bootstrap")
    assert five.bootstraps["rademacher"].enumerated and five.bootstraps["rademacher"].smallest_attainable_p == pytest.approx(2 / 2**5)


def test_permutation_and_detectable_effect_rest_on_the_same_fits(five):
    assert five.exchanged.orders == 120 and five.p_value("permutation") >= 1 / 120
    assert five.mde == inference.mde(five.jackknife, "x", power=0.8)
    assert five.p_value("cv1") == five.fit.row("x")["p_value"] and five.p_value("cv3") == five.jackknife.row("x")["p_value"]


def test_an_estimate_that_one_bank_alone_identifies_has_no_jackknife():
    data = panel(banks=3).assign(x=lambda d: d["x"].where(d["bank"] == 0, 0.0))
    found = inference.few_clusters(data, FORMULA, "x", cluster="bank", reps=99, seed=1, power=0.8)
    assert found.jackknife is None and found.mde is None and found.exchanged is None
    with pytest.raises(inference.InferenceError, match="no cluster jackknife: a cluster alone identifies"):
        found.p_value("cv3")
    with pytest.raises(inference.InferenceError, match="no permutation was asked for"):
        found.p_value("permutation")
    assert set(inference.q_values([found])) == {"bootstrap", "cv1"}


def test_q_of_a_family_by_hand():
    family = [inference.few_clusters(panel(seed=seed), FORMULA, "x", cluster="bank", reps=99, seed=1) for seed in range(4)]
    q = inference.q_values(family)["cv1"]
    p = [one.fit.row("x")["p_value"] for one in family]
    # q_(i) = min over j >= i of p_(j) m / j
    for value, adjusted in zip(p, q):
        assert adjusted == pytest.approx(min(other * 4 / sum(one <= other for one in p) for other in p if other >= value))


def test_what_is_refused():
    with pytest.raises(models.NotEstimable):
        inference.few_clusters(panel(banks=1), FORMULA, "x", cluster="bank", seed=1)
    with pytest.raises(inference.InferenceError, match=r"give one or several names, as \('rademacher',\)"):
        inference.few_clusters(panel(), FORMULA, "x", cluster="bank", seed=1, weights="webb")
    with pytest.raises(inference.InferenceError, match="bootstrap, permutation, cv1, cv3; found 'cv2'"):
        inference.few_clusters(panel(), FORMULA, "x", cluster="bank", reps=9, seed=1).p_value("cv2")
    with pytest.raises(inference.InferenceError, match="the family is empty"):
        inference.q_values([])
