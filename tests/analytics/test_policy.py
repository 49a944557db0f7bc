"""Policy values by hand, their clustered errors by statsmodels, and truth known by simulation."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from answers import check

from study.analytics import BadValue, MissingColumn, NoVariation, TooFew, UnknownChoice, policy

Y = [1.0, 2, 3, 4]
A = ["low", "high", "low", "high"]
HALF = pd.DataFrame({"low": [0.5] * 4, "high": [0.5] * 4})
PLAN = {"mixed": ["low", "low", "high", "high"]}


def row(made, name, method="ipw"):
    return made.table.query("policy == @name and method == @method").iloc[0]


def test_four_customers_by_hand():
    # only the first and the last got what the policy says: (2 * 1 + 2 * 4) / 4; deviations of 2, 0, 0, 8 from 2.5
    # square to 43: variance 43 / 3 / 4
    mixed = row(policy.value(Y, A, HALF, PLAN), "mixed")
    check("analytics.policy.ipw", mixed["value"])
    check("analytics.policy.ipw.se", mixed["std_error"])
    assert mixed["followed"] == 2 and mixed["share_low"] == 0.5
    assert (mixed["ci_low"], mixed["ci_high"]) == pytest.approx(2.5 + np.array([-1, 1]) * 1.959964 * mixed["std_error"], abs=1e-5)


def test_uneven_propensities_by_hand():
    # always low: weights 1/.25 and 1/.5 on 1 and 3: ipw (4 + 6) / 4, hajek (4 + 6) / 6; random assignment is the mean
    e = pd.DataFrame({"low": [0.25, 0.5, 0.5, 0.5], "high": [0.75, 0.5, 0.5, 0.5]})
    made = policy.value(Y, A, e)
    assert row(made, "always low")["value"] == pytest.approx(2.5) and row(made, "always low", "hajek")["value"] == pytest.approx(10 / 6)
    assert row(made, "random assignment")["value"] == pytest.approx(2.5)
    assert made.table["policy"].unique().tolist() == ["always low", "always high", "random assignment"]


def test_doubly_robust_by_hand():
    # m(low) = 2, m(high) = 3. Policy low, low, high, high: m under the policy 2, 2, 3, 3, surprises 2 (1 - 2), 0, 0, 2 (4 - 3)
    model = pd.DataFrame({"low": [2.0] * 4, "high": [3.0] * 4})
    made = policy.value(Y, A, HALF, PLAN, model=model)
    check("analytics.policy.dr", row(made, "mixed", "dr")["value"])
    # a model of zeros is ipw
    zero = policy.value(Y, A, HALF, PLAN, model=model * 0)
    assert row(zero, "mixed", "dr")["value"] == row(zero, "mixed", "ipw")["value"]


def test_differences_are_of_the_same_customers():
    made = policy.value(Y, A, HALF, PLAN, against="always low")
    gap = made.differences.query("policy == 'mixed' and method == 'ipw'").iloc[0]
    # influence 2, 0, 0, 8 less 2, 0, 6, 0: 0, 0, -6, 8
    assert gap["difference"] == pytest.approx(0.5) and gap["std_error"] == pytest.approx(np.std([0, 0, -6, 8], ddof=1) / 2)


def test_differences_from_several_policies():
    made = policy.value(Y, A, HALF, PLAN, against=["always low", "always high"]).differences
    assert made["against"].unique().tolist() == ["always low", "always high"]
    for one in ("always low", "always high"):
        alone = policy.value(Y, A, HALF, PLAN, against=one).differences
        pd.testing.assert_frame_equal(made[made["against"] == one].reset_index(drop=True), alone)


def test_a_policy_of_probabilities_is_the_mixture():
    both = pd.DataFrame({"low": [0.3] * 4, "high": [0.7] * 4})
    made = policy.value(Y, A, HALF, {"mix": both})
    expected = 0.3 * row(made, "always low")["value"] + 0.7 * row(made, "always high")["value"]
    assert row(made, "mix")["value"] == pytest.approx(expected)


def experiment(n=6000, seed=1):
    random = np.random.default_rng(seed)
    data = pd.DataFrame({"x": random.normal(size=n), "cell": random.integers(0, 3, n), "branch": random.integers(0, 40, n)})
    high = random.random(n) < np.array([0.3, 0.5, 0.7])[data["cell"]]
    e = np.array([0.3, 0.5, 0.7])[data["cell"]]
    # value 1 + cell under low; a high price adds x: always high adds 0, the best policy adds E max(x, 0) = .3989
    y = 1 + data["cell"] + np.where(high, data["x"], 0) + random.normal(size=n)
    return data, y.to_numpy(), np.where(high, "high", "low"), pd.DataFrame({"low": 1 - e, "high": e})


def test_clustered_errors_are_those_of_statsmodels():
    data, y, a, e = experiment(800)
    made = policy.value(y, a, e, cluster=data["branch"])
    w = (a == "low") / e["low"].to_numpy() * y
    fit = sm.OLS(w, np.ones(800)).fit(cov_type="cluster", cov_kwds={"groups": data["branch"].to_numpy()}, use_t=True)
    low = row(made, "always low")
    assert low["value"] == pytest.approx(fit.params[0]) and low["std_error"] == pytest.approx(fit.bse[0], rel=1e-9)
    assert [low["ci_low"], low["ci_high"]] == pytest.approx(fit.conf_int()[0], rel=1e-9)


def test_the_learned_policy_is_worth_what_it_is_worth():
    data, y, a, e = experiment()
    made = policy.learn_and_value(
        data, outcome=y, assigned=a, propensity=e, numeric=["x"], categorical=["cell"], cluster=data["branch"], against="always low", seed=3
    )
    # simulated truth: 2 for always low and always high, 2 + 1 / sqrt(2 pi) for the best policy
    for method in ("ipw", "dr"):
        assert row(made["both"], "always low", method)["value"] == pytest.approx(2, abs=4 * row(made["both"], "always low", method)["std_error"])
        gain = made["both"].differences.query("policy == 'learned' and method == @method").iloc[0]
        assert abs(gain["difference"] - 0.39894) < 4 * gain["std_error"] and gain["ci_low"] > 0
    assert row(made["both"], "learned", "dr")["std_error"] < row(made["both"], "learned", "ipw")["std_error"]
    sizes = [row(made[half], "always low")["followed"] for half in ("half 1", "half 2")]
    assert sum(sizes) == row(made["both"], "always low")["followed"] and min(sizes) > 0


def test_learning_from_noise_promises_nothing():
    # truth: no policy is worth anything; the halves' gains over 12 draws are within 4 of their errors of 0 on average
    data, _, a, e = experiment(400, seed=5)
    gains = []
    for draw in range(12):
        noise = np.random.default_rng([6, draw]).normal(size=400)
        made = policy.learn_and_value(data, outcome=noise, assigned=a, propensity=e, numeric=["x"], seed=draw)
        found = made["half 1"].differences.query("policy == 'learned' and method == 'dr'").iloc[0]
        gains.append(found["difference"] / found["std_error"])
    assert abs(np.mean(gains)) < 4 / np.sqrt(12)


def test_nothing_of_the_valued_half_is_learned():
    data, y, a, e = experiment(400)
    train = np.arange(200)
    changed = y.copy()
    changed[200:] = -1e6
    given = {"assigned": a, "actions": ["low", "high"], "train": train, "numeric": ["x"], "seed": 1}
    pd.testing.assert_frame_equal(policy.learn(data, outcome=y, **given), policy.learn(data, outcome=changed, **given))


def test_low_and_high_around_the_median_of_the_cell():
    data = pd.DataFrame({"risk": ["a"] * 5 + ["b"] * 4, "rate": [1, 2, 3, 4, 5, 1, 1, 1, 9]})
    made = policy.two_arms(data, rate="rate", cells=["risk"])
    assert made.assigned.tolist() == ["low"] * 3 + ["high"] * 2 + ["low"] * 3 + ["high"]
    assert made.propensity["high"].tolist() == [0.4] * 5 + [0.25] * 4
    assert made.cells["median"].tolist() == [3, 1]
    with pytest.raises(NoVariation, match=r"1 of 2 cells \(4 customers\) have one side of the median only, first b"):
        policy.two_arms(data.assign(rate=[1, 2, 3, 4, 5, 7, 7, 7, 7]), rate="rate", cells=["risk"])


def test_value_of_an_offer_by_hand():
    # 200 interest on 1000 lent for 4 months at 1 % a month less half of 60 past due; the second did not borrow
    made = policy.offer_value([200, 0], [1000, 0], [4, 0], [60, np.nan], funding=0.01, loss=0.5)
    check("analytics.offer_value", made[0])
    assert made[1] == 0
    with pytest.raises(BadValue, match="past_due is missing for 1 of 1 borrowers"):
        policy.offer_value([200], [1000], [4], [np.nan], funding=0.01, loss=0.5)


def bad(**change):
    return HALF.assign(**change)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: policy.value(Y, A, bad(low=0.6)), BadValue, "4 of 4 rows do not sum to 1, the first sums to 1.1"),
        (lambda: policy.value(Y, A, bad(low=1.0, high=0.0)), BadValue, "2 of 4 customers have an action that their propensity says is never"),
        (lambda: policy.value(Y, A, bad(low=-0.5, high=1.5)), BadValue, "propensity: 8 of 8 values are not at least 0"),
        (lambda: policy.value([1, np.nan, 3, 4], A, HALF), BadValue, "outcome: 1 of 4 values are missing"),
        (lambda: policy.value(Y, ["low"] * 3 + ["mid"], HALF), UnknownChoice, "assigned: 1 of 4 actions are none of low, high, first 'mid'"),
        (lambda: policy.value(Y, A, HALF, against="best"), UnknownChoice, "no policy 'best' to compare with; there are always low"),
        (lambda: policy.value(Y, A, HALF, PLAN, model=HALF[["low"]]), BadValue, "model must be a DataFrame of 4 rows"),
        (lambda: policy.value(Y, A, HALF, cluster=[1] * 4), TooFew, "1 cluster; a standard error needs"),
    ],
)
def test_wrong_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_propensity_of_zero_or_one_is_refused_where_it_matters():
    e = pd.DataFrame({"low": [1.0, 0.5, 0.5, 0.5], "high": [0.0, 0.5, 0.5, 0.5]})
    made = policy.value(Y, A, e)
    assert made.notes == ("always high: not valued, 1 of 4 customers have propensity 0 for it",)
    assert "always high" not in set(made.table["policy"]) and row(made, "always low")["value"] == pytest.approx((1 + 6) / 4)
    with pytest.raises(BadValue, match="policy 'mixed' asks 1 of 4 customers for an action with propensity 0"):
        policy.value(Y, A, e, {"mixed": ["high", "low", "low", "low"]})


def test_learning_refuses_too_little():
    data, y, a, e = experiment(40)
    given = {"outcome": y, "assigned": a, "propensity": e, "seed": 1}
    with pytest.raises(MissingColumn, match="no column 'income'"):
        policy.learn_and_value(data, numeric=["income"], **given)
    with pytest.raises(TooFew, match="3 clusters; two halves need at least four"):
        policy.learn_and_value(data, numeric=["x"], cluster=data["cell"], **given)
    with pytest.raises(UnknownChoice, match="learner 'forest'"):
        policy.learn_and_value(data, numeric=["x"], learner="forest", **given)
