"""Learners end where the last bits of their input no longer reach a published digit (ten of data, four of a table)."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.svm import LinearSVC

from study import analytics
from study.analytics import anomaly, policy, splits
from study.analytics.recommendation import recommenders
from study.analytics.shared import learners, vector_machine

LAST_BITS = 1e-14
PUBLISHED = 1e-11  # a tenth of the tenth significant digit


def moved(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The numbers of the frame, every cell by itself, moved by up to 1e-14 of their size."""
    random = np.random.default_rng(seed)
    numbers = frame.select_dtypes("number").columns
    return frame.assign(**{name: frame[name] * (1 + LAST_BITS * random.uniform(-1, 1, len(frame))) for name in numbers})


@pytest.fixture(scope="module")
def customers():
    """900 customers with amounts, counts and a text, many of them alike; a 0/1 outcome that depends on them."""
    random = np.random.default_rng(4)
    amount = random.lognormal(3, 1, 900).round(2)
    count = random.poisson(3, 900).astype(float)
    age = random.integers(20, 60, 900) / 3
    kind = random.choice(list("abc"), 900)
    chance = expit(-2.5 + 0.4 * count + 0.3 * np.log(amount) - (kind == "a"))
    table = pd.DataFrame({"amount": amount, "count": count, "age": age, "kind": kind, "left": random.random(900) < chance})
    table.loc[600:, ["amount", "count", "age", "kind"]] = table.loc[:299, ["amount", "count", "age", "kind"]].to_numpy()  # customers alike
    return table.astype({"left": float, "amount": float, "count": float, "age": float})


@pytest.mark.slow
@pytest.mark.parametrize("imbalance", ["none", "balanced"])
def test_scores_of_every_learner(customers, imbalance):
    def compared(table):
        columns = {"outcome": "left", "numeric": ["amount", "count", "age"], "categorical": ["kind"], "recency": "age"}
        return analytics.scoring.compare(table, splits={"random": splits.at_random(900, 3, 1)}, imbalance=imbalance, seed=2, **columns)

    made = compared(customers)
    assert {"logit", "tree", "svm", "boosting"} <= set(made.table["learner"])
    for seed in (1, 2):
        again = compared(moved(customers.drop(columns="left"), seed).assign(left=customers["left"]))
        for name in made.table.select_dtypes("number"):
            np.testing.assert_allclose(again.table[name], made.table[name], rtol=PUBLISHED, atol=1e-13, err_msg=name)


def test_two_customers_alike_have_one_score_wherever_they_stand(customers):
    columns = {"outcome": "left", "numeric": ["amount", "count", "age"], "categorical": ["kind"], "recency": None}
    made = analytics.scoring.compare(customers, splits={"a": [splits.Split(np.arange(300, 600), np.r_[0:300, 600:900])]}, seed=2, **columns)
    for learner in ("logit", "tree", "svm", "boosting"):
        scores = made.scores("a", learner).set_index("row")["probability"]
        assert (scores[:300].to_numpy() == scores.loc[600:].to_numpy()).all()


def test_the_machines_minimum_is_that_of_other_solvers():
    random = np.random.default_rng(0)
    z = np.column_stack([random.normal(size=(300, 6)), np.ones(300)])
    sign = np.where(z[:, 0] + random.normal(size=300) > 0.5, 1.0, -1.0)
    w = vector_machine.minimum(z, sign, np.full(300, 0.1))

    def value(v):
        return v @ v / 2 + 0.1 * (np.maximum(0, 1 - sign * (z @ v)) ** 2).sum()

    def slope(v):
        return v - 0.2 * z.T @ (sign * np.maximum(0, 1 - sign * (z @ v)))

    assert np.abs(slope(w)).max() < 1e-12  # the first-order condition of a strictly convex function: the minimum
    other = minimize(value, np.zeros(7), jac=slope, method="BFGS", options={"gtol": 1e-9})
    assert w == pytest.approx(other.x, abs=1e-7)
    linear = LinearSVC(C=0.1, dual=False, tol=1e-10).fit(z[:, :-1], sign)
    assert np.append(linear.coef_[0], linear.intercept_) == pytest.approx(w, abs=1e-5)


def test_platts_sigmoid_is_the_maximum_on_his_targets():
    random = np.random.default_rng(1)
    score = random.normal(size=200)
    y = (random.random(200) < expit(2 * score - 1)).astype(float)
    slope, start = vector_machine.platt(score, y)
    target = np.where(y == 1, (y.sum() + 1) / (y.sum() + 2), 1 / (200 - y.sum() + 2))
    gap = target - expit(slope * score + start)
    assert abs(gap.sum()) < 1e-10 and abs(gap @ score) < 1e-10


def test_platts_sigmoid_is_finite_where_the_score_separates():
    slope, start = vector_machine.platt(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    # two ones, two zeros: targets 3/4 and 1/4; by symmetry start 0, and 2 (3/4 - p(1)) + 4 (3/4 - p(2)) = 0
    assert start == pytest.approx(0, abs=1e-12)
    assert 2 * (0.75 - expit(slope)) + 4 * (0.75 - expit(2 * slope)) == pytest.approx(0, abs=1e-10)


def test_numbers_are_read_to_ten_digits():
    given = np.array([1 / 3, 1 / 3 * (1 + 1e-14), 1e300, -2.0, np.nan, np.inf, 123456789012345.0, 1e-5 / 3])
    read = learners.ten_digits(given)
    assert read[0] == read[1] == 0.3333333333 and read[7] == 3.333333333e-06
    np.testing.assert_array_equal(read[2:7], given[2:7])


def test_segments(customers):
    for method in ("kmeans", "mixture"):
        settings = {
            "features": ["amount", "count", "age"],
            "transform": {"amount": "log"},
            "sort_by": "amount",
            "method": method,
            "seed": 3,
            "reps": 3,
        }
        made, again = (analytics.segments(table, k=(2, 3), **settings) for table in (customers, moved(customers, 5)))
        assert (made.labels == again.labels).all()
        for name in made.selection.select_dtypes("number"):
            np.testing.assert_allclose(again.selection[name], made.selection[name], rtol=PUBLISHED)


def test_recalibration(customers):
    p = expit(-1 + 0.3 * customers["count"])
    noise = 1 + LAST_BITS * np.random.default_rng(3).uniform(-1, 1, len(p))
    made, again = (analytics.calibration(customers["left"], chance) for chance in (p, p * noise))
    assert again.slope == pytest.approx(made.slope, rel=PUBLISHED) and again.intercept == pytest.approx(made.intercept, rel=PUBLISHED)
    odds = np.log(p / (1 - p))
    gap = customers["left"] - expit(made.intercept + odds)
    assert abs(gap.sum()) < 1e-11  # the likelihood's equation


def test_recommenders():
    random = np.random.default_rng(6)
    held = sparse.csr_array((random.random((200, 8)) < np.linspace(0.1, 0.5, 8)).astype(float))
    x = random.normal(size=(200, 3))
    noisy = x * (1 + LAST_BITS * random.uniform(-1, 1, x.shape))
    targets = np.arange(8)
    made, again = (recommenders.customer_features(held, targets, features) for features in (x, noisy))
    np.testing.assert_allclose(again, made, rtol=PUBLISHED)
    weights = sparse.csr_array(held * (1 + LAST_BITS))
    made, again = (recommenders.matrix_factorisation(one, targets, seed=1) for one in (held, weights))
    np.testing.assert_allclose(again, made, rtol=0, atol=PUBLISHED)


@pytest.mark.parametrize("learner", ["linear", "boosting"])
def test_learned_policies(customers, learner):
    random = np.random.default_rng(8)
    assigned = random.choice(["letter", "call"], 900)
    outcome = customers["count"].to_numpy() + (assigned == "call") * np.log(customers["amount"].to_numpy())
    settings = {
        "assigned": assigned,
        "actions": ["letter", "call"],
        "train": np.arange(700),
        "numeric": ["amount", "count", "age"],
        "learner": learner,
        "seed": 1,
    }
    made = policy.learn(customers, outcome=outcome, **settings)
    noise = 1 + LAST_BITS * random.uniform(-1, 1, 900)
    again = policy.learn(moved(customers, 9), outcome=outcome * noise, **settings)
    np.testing.assert_allclose(again, made, rtol=PUBLISHED)
    assert (again.idxmax(axis=1) == made.idxmax(axis=1)).all()


def test_adjusted_means(customers):
    random = np.random.default_rng(10)
    data = customers.assign(treated=(random.random(900) < expit(0.2 * customers["count"] - 0.6)).astype(float))
    settings = {"outcome": "left", "treatment": "treated", "numeric": ["amount", "count", "age"], "categorical": ["kind"], "seed": 1}
    made = analytics.aipw(data, **settings)
    again = analytics.aipw(moved(data.drop(columns=["left", "treated"]), 3).assign(left=data["left"], treated=data["treated"]), **settings)
    for name in ("estimate", "std_error"):
        np.testing.assert_allclose(again.tidy()[name], made.tidy()[name], rtol=PUBLISHED)


def test_the_forest_of_anomalies():
    random = np.random.default_rng(11)
    table = pd.DataFrame({"who": np.repeat(np.arange(40), 50), "day": np.tile(np.arange(50), 40), "op": random.choice(["cash", "card"], 2000)})
    table["money"] = -random.lognormal(4, 1, 2000).round(2)
    settings = {"account": "who", "day": "day", "amount": "money", "kind": "op", "budget": 50, "trees": 50, "seed": 1}
    made = anomaly.detect(table, **settings)
    again = anomaly.detect(table.assign(money=table["money"] * (1 + LAST_BITS * random.uniform(-1, 1, 2000))), **settings)
    assert (made.alerts["row"] == again.alerts["row"]).all()
    np.testing.assert_allclose(again.alerts["score"], made.alerts["score"], rtol=PUBLISHED)


def test_landmarks_that_hardly_differ():
    """Few distinct rows: most landmarks repeat or nearly repeat each other, and their kernel is singular."""
    random = np.random.default_rng(0)
    x = np.column_stack([random.integers(0, 2, 600), random.integers(0, 3, 600), random.normal(size=600) * 0.3]).astype(float)
    y = (random.random(600) < expit(x[:, 0] - 1 + x[:, 2])).astype(float)
    noisy = x * (1 + LAST_BITS * random.uniform(-1, 1, x.shape))
    made, again = (vector_machine.VectorMachine(seed=1).fit(one, y).predict_proba(one) for one in (x, noisy))
    np.testing.assert_allclose(again, made, rtol=0, atol=PUBLISHED)
