"""The wild bootstrap against brute force on the rows and against wildboottest."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from wildboottest.wildboottest import WildboottestCL, wildboottest

from study import inference, models
from study.inference.wild import bootstrap_statistics
from study.models import gram as grams


def panel(clusters, years=5, seed=0):
    random = np.random.default_rng(seed)
    data = pd.DataFrame(list(product(range(clusters), range(years))), columns=["bank", "year"])
    data = data.sample(frac=0.85, random_state=seed).sort_values(["bank", "year"])
    shock = random.normal(size=clusters)
    data["x"] = random.normal(size=len(data)) + shock[data["bank"]]
    data["z"] = random.normal(size=len(data))
    data["y"] = 0.5 * data["z"] + random.normal(size=len(data)) * (1 + data["bank"] / clusters)
    return data.reset_index(drop=True)


def design_matrix(sample, effects):
    dummies = [pd.get_dummies(sample[e], prefix=e, drop_first=i > 0, dtype=float) for i, e in enumerate(effects)]
    return pd.concat([sample[["x", "z"]], *dummies], axis=1)


def crv1_t(y, x, bank, j=0):
    """CRV1 t statistic up to the factor that all draws share, from the rows."""
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ x.T @ y
    scores = np.array([x[bank == g].T @ (y - x @ beta)[bank == g] for g in np.unique(bank)])
    covariance = inverse @ scores.T @ scores @ inverse
    return beta[j] / np.sqrt(covariance[j, j])


@pytest.fixture(scope="module")
def six():
    data = panel(6)
    return data, models.panel.fit(data, "y ~ x + z | bank + year", cluster="bank")


def test_p_is_that_of_full_enumeration_on_the_rows(six):
    data, fit = six
    sample = data.loc[fit.prepared.y.index]
    x = design_matrix(sample, ["bank", "year"]).to_numpy()
    y, bank = sample["y"].to_numpy(), sample["bank"].to_numpy()
    restricted = x[:, 1:] @ np.linalg.lstsq(x[:, 1:], y, rcond=None)[0]
    t = crv1_t(y, x, bank)
    draws = []
    for signs in product((1.0, -1.0), repeat=6):
        v = np.array(signs)[bank]
        draws.append(crv1_t(restricted + v * (y - restricted), x, bank))
    expected = np.mean(np.abs(draws) >= abs(t) - 1e-9)
    result = inference.wild_bootstrap(fit, "x", seed=1)
    assert result.enumerated and result.reps == 64
    assert result.p_value == expected
    assert result.smallest_attainable_p == 2 / 64


def test_t_statistics_are_those_of_the_rows_draw_by_draw(six):
    data, fit = six
    sample = data.loc[fit.prepared.y.index]
    x = design_matrix(sample, ["bank", "year"]).to_numpy()
    y, bank = sample["y"].to_numpy(), sample["bank"].to_numpy()
    restricted = x[:, 1:] @ np.linalg.lstsq(x[:, 1:], y, rcond=None)[0]
    draws = np.random.default_rng(4).normal(size=(50, 6))
    gram = grams.of_prepared(fit.prepared)
    _, ours = bootstrap_statistics(*gram.select("y", fit.terms), 0, 0.0, draws)
    rows = [crv1_t(restricted + v[bank] * (y - restricted), x, bank) for v in draws]
    assert ours == pytest.approx(np.array(rows), rel=1e-7)


def test_enumerated_p_is_that_of_wildboottest():
    data = panel(10, seed=3)
    fit = models.panel.fit(data, "y ~ x + z | bank + year", cluster="bank")
    sample = data.loc[fit.prepared.y.index].reset_index(drop=True)
    x = design_matrix(sample, ["bank", "year"])
    other = wildboottest(sm.OLS(sample["y"], x), cluster=sample["bank"], param="x", B=9999, show=False)
    # wildboottest counts strictly larger draws: the observed signs and their mirror tie up to rounding
    ours = inference.wild_bootstrap(fit, "x", seed=1)
    assert ours.reps == 1024
    assert round((ours.p_value - float(other["p-value"].iloc[0])) * 1024, 6) in (0, 2)


@pytest.mark.parametrize("weights", ["rademacher", "mammen", "webb"])
def test_statistics_and_p_are_those_of_wildboottest_with_the_same_draws(weights):
    data = panel(14, seed=9)
    fit = models.panel.fit(data, "y ~ x + z | bank + year", cluster="bank")
    sample = data.loc[fit.prepared.y.index]
    x = design_matrix(sample, ["bank", "year"]).to_numpy()
    bank = sample["bank"].to_numpy()
    other = WildboottestCL(X=x, Y=sample["y"].to_numpy(), cluster=bank, R=np.eye(x.shape[1])[0], B=999, seed=5, parallel=False)
    other.get_scores(bootstrap_type="11", impose_null=True, adj=True, cluster_adj=True)
    other.get_weights(weights_type=weights)
    for step in ("numer", "denom", "tboot", "vcov", "tstat", "pvalue"):
        getattr(other, f"get_{step}")()
    gram = grams.of_prepared(fit.prepared)
    t, draws = bootstrap_statistics(*gram.select("y", fit.terms), 0, 0.0, other.v.T)
    scale = np.sqrt(other.ssc)  # wildboottest's small-sample factor, in every statistic
    assert draws / scale == pytest.approx(other.t_boot, rel=1e-7)
    assert t / scale == pytest.approx(float(other.t_stat), rel=1e-7)
    # draws that repeat the observed statistic tie up to rounding: wildboottest takes them either way
    above, ties = np.abs(draws) > abs(t) * (1 + 1e-9), np.isclose(np.abs(draws), abs(t), rtol=1e-9)
    assert above.mean() <= other.pvalue <= (above | ties).mean()
    assert ties.sum() == 0 or weights == "mammen"


def test_three_and_five_clusters_can_not_reject():
    for clusters, least in ((3, 0.25), (5, 0.0625)):
        data = panel(clusters, years=8, seed=5).assign(y=lambda d: 50 * d["x"] + 0.01 * d["y"])
        fit = models.panel.fit(data, "y ~ x | bank + year", cluster="bank")
        result = inference.wild_bootstrap(fit, "x", seed=1)
        assert result.smallest_attainable_p == least
        assert result.p_value >= least


@pytest.mark.parametrize("clusters", [3, 4])
def test_webb_patterns_are_enumerated_and_p_is_that_of_the_rows(clusters):
    data = panel(clusters, years=8, seed=5).assign(y=lambda d: 50 * d["x"] + 0.01 * d["y"])
    fit = models.panel.fit(data, "y ~ x | bank + year", cluster="bank")
    sample = data.loc[fit.prepared.y.index]
    x = design_matrix(sample, ["bank", "year"]).drop(columns="z").to_numpy()
    y, bank = sample["y"].to_numpy(), sample["bank"].to_numpy()
    restricted = x[:, 1:] @ np.linalg.lstsq(x[:, 1:], y, rcond=None)[0]
    t = crv1_t(y, x, bank)
    points = [sign * np.sqrt(square) for sign in (-1, 1) for square in (0.5, 1, 1.5)]
    draws = [crv1_t(restricted + np.array(v)[bank] * (y - restricted), x, bank) for v in product(points, repeat=clusters)]
    result = inference.wild_bootstrap(fit, "x", seed=1, weights="webb")
    assert result.enumerated and result.reps == 6**clusters
    assert result.p_value == pytest.approx(np.mean(np.abs(draws) >= abs(t) * (1 - 1e-9)))
    # six of the patterns multiply all residuals by one number, and t does not change with the scale
    assert result.smallest_attainable_p == pytest.approx(6 / 6**clusters) and result.p_value >= 6 / 6**clusters
    assert inference.wild_bootstrap(fit, "x", seed=1, weights="webb", reps=99).enumerated is False


@pytest.mark.parametrize("weights, reps, clusters", [("rademacher", 99, 20), ("webb", 99, 20), ("mammen", 999, 5), ("rademacher", 40, 6)])
def test_random_draws_never_have_a_p_below_the_smallest_attainable(weights, reps, clusters):
    # what was observed is one more draw: 1 / (1 + reps) where no draw is as large; with few clusters a draw repeats the
    # statistic with the probability that all weights are the same: Mammen's points have (5 + sqrt 5)/10 and (5 - sqrt 5)/10
    data = panel(clusters, years=8, seed=5).assign(y=lambda d: 50 * d["x"] + 0.01 * d["y"])
    fit = models.panel.fit(data, "y ~ x | bank", cluster="bank")
    low = (5 + 5**0.5) / 10
    same = {"rademacher": 2 * 0.5**clusters, "webb": 6 / 6**clusters, "mammen": low**clusters + (1 - low) ** clusters}[weights]
    for seed in range(5):
        result = inference.wild_bootstrap(fit, "x", seed=seed, weights=weights, reps=reps)
        together = inference.romano_wolf([fit], "x", seed=seed, weights=weights, reps=reps)
        assert result.smallest_attainable_p == pytest.approx(max(same, 1 / (1 + reps)))
        assert result.p_value >= result.smallest_attainable_p
        assert together["p_value"][0] == together["p_adjusted"][0] == pytest.approx(result.p_value)


@pytest.mark.slow
def test_random_draws_hold_the_size_whatever_their_number():
    # 19 draws at 5 %: a true null is rejected if no draw is as large, in at most 1 of 20 samples (exact if exchangeable);
    # the plain share of draws would reject in 1 of 20 plus those with no draw above, 2 of 20. 400 samples: 95 % binomial
    # bounds of 20 are 12 to 29
    rejected = 0
    for seed in range(400):
        data = panel(12, years=3, seed=seed)
        fit = models.panel.fit(data.assign(y=np.random.default_rng(seed).normal(size=len(data))), "y ~ z", cluster="bank")
        rejected += inference.wild_bootstrap(fit, "z", seed=seed, reps=19).p_value <= 0.05
    assert 12 <= rejected <= 29


def test_webb_can_reject_with_three_clusters_where_rademacher_can_not():
    data = panel(3, years=40, seed=5).assign(y=lambda d: 50 * d["x"] + 0.01 * d["y"])
    fit = models.panel.fit(data, "y ~ x | bank + year", cluster="bank")
    assert inference.wild_bootstrap(fit, "x", seed=1).p_value >= 0.25
    assert inference.wild_bootstrap(fit, "x", seed=1, weights="webb").p_value == pytest.approx(6 / 216)


def test_the_true_null_is_in_the_confidence_set_and_its_ends_have_p_5_percent():
    data = panel(12, years=8, seed=8).assign(y=lambda d: d["y"] + 2 * d["x"])
    fit = models.panel.fit(data, "y ~ x + z | bank + year", cluster="bank")
    low, high = inference.wild_bootstrap(fit, "x", seed=2, interval=True).confidence_set
    assert low < fit.row("x")["estimate"] < high
    for end, outwards in ((low, -1), (high, 1)):
        inside = inference.wild_bootstrap(fit, "x", seed=2, null=end - outwards * 1e-3)
        outside = inference.wild_bootstrap(fit, "x", seed=2, null=end + outwards * 1e-3)
        assert inside.p_value >= 0.05 > outside.p_value


@pytest.mark.parametrize("weights", ["rademacher", "mammen", "webb"])
def test_weights_have_mean_zero_and_variance_one_and_follow_the_seed(weights):
    from study.inference.wild import _draw

    draws = _draw(weights, (200_000, 1), np.random.default_rng(1))
    assert draws.mean() == pytest.approx(0, abs=0.01)
    assert draws.var() == pytest.approx(1, abs=0.01)
    if weights == "mammen":
        assert (draws**3).mean() == pytest.approx(1, abs=0.03)  # Mammen's third moment
    assert (draws == _draw(weights, (200_000, 1), np.random.default_rng(1))).all()


def test_a_shifted_null_is_a_shifted_outcome(six):
    data, fit = six
    moved = models.panel.fit(data.assign(y=data["y"] - 0.7 * data["x"]), "y ~ x + z | bank + year", cluster="bank")
    by_null = inference.wild_bootstrap(fit, "x", seed=1, null=0.7)
    assert by_null.p_value == inference.wild_bootstrap(moved, "x", seed=1).p_value


def test_what_can_not_be_bootstrapped_is_refused(six):
    data, fit = six
    with pytest.raises(models.ModelError, match="no weights 'normal'"):
        inference.wild_bootstrap(fit, "x", seed=1, weights="normal")
    two = models.panel.fit(data, "y ~ x | bank + year", cluster=["bank", "year"])
    with pytest.raises(models.ModelError, match="one cluster variable, the fit has 2"):
        inference.wild_bootstrap(two, "x", seed=1)
    with pytest.raises(KeyError, match="no term 'w'"):
        inference.wild_bootstrap(fit, "w", seed=1)
