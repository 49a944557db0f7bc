"""Leakage: a column made from the outcome, one that is honest, and noise."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from study.analytics import leakage, scoring, splits
from study.analytics.errors import BadValue, MissingColumn


def made(n=800, seed=1):
    random = np.random.default_rng(seed)
    honest = random.normal(size=n)
    left = (random.random(n) < 1 / (1 + np.exp(2 - 1.2 * honest))).astype(int)
    after = left + random.normal(scale=0.2, size=n)
    return pd.DataFrame({"left": left, "after": after, "honest": honest, "noise": random.normal(size=n), "kind": random.choice(["a", "b"], n)})


DATA = made()
GROUPS = {"after the event": ["after"], "before": ["honest"]}


@pytest.fixture(scope="module")
def found():
    return leakage.as_columns_leave(DATA, outcome="left", groups=GROUPS, kept=["noise", "kind"], learner="logit", seed=3)


def test_accuracy_falls_as_the_leak_and_the_signal_leave(found):
    steps = found.steps
    assert steps["removed"].tolist() == ["", "after the event", "before"] and steps["columns"].tolist() == [4, 3, 2]
    assert steps["auc"].iloc[0] > 0.98
    assert steps["change_high"].iloc[1] < 0 and steps["change_high"].iloc[2] < 0
    assert steps["auc_low"].iloc[2] < 0.5 < steps["auc_high"].iloc[2]  # noise alone
    assert steps["auc"].diff().iloc[1:].to_numpy() == pytest.approx(steps["change"].iloc[1:].to_numpy())


def test_areas_are_those_of_scikit_learn_fold_by_fold(found):
    parts = splits.at_random(len(DATA), 5, 3)
    run = scoring.compare(
        DATA, outcome="left", numeric=["honest", "noise"], categorical=["kind"], recency=None, splits={"random": parts}, learners=("logit",), seed=3
    )
    scores = run.scores("random", "logit")
    areas = [roc_auc_score(part["outcome"], part["probability"]) for _, part in scores.groupby("fold")]
    assert found.steps["auc"].iloc[1] == pytest.approx(np.mean(areas))


def test_groups_alone(found):
    alone = found.alone.set_index("group")["auc"]
    assert alone["after the event"] > 0.98 > alone["before"] > 0.7 > alone["kept"]


def test_one_column_as_a_baseline_is_on_the_same_folds(found):
    single = leakage.alone(DATA, outcome="left", groups={"leak": ["after"]}, learner="logit", seed=3).iloc[0]
    assert single.drop("group").tolist() == found.alone.set_index("group").loc["after the event"].tolist()


def test_precision_and_recall_at_a_capacity_by_hand():
    # two folds of five; two contacts each. Fold 1: the best two have one 1 of two. Fold 2: 0.9 for sure, and one of the two
    # that share 0.5, of which one is a 1: half a hit. Hits 1 + 1.5 of 4 contacts and of 4 ones.
    scores = pd.DataFrame(
        {
            "fold": [1] * 5 + [2] * 5,
            "outcome": [1, 0, 1, 0, 0, 1, 1, 0, 0, 0],
            "probability": [0.9, 0.8, 0.3, 0.2, 0.1, 0.9, 0.5, 0.5, 0.1, 0.0],
        }
    )
    found = leakage.at_capacity(scores, 0.4)
    assert found["precision"] == pytest.approx(2.5 / 4) and found["recall"] == pytest.approx(2.5 / 4)


def test_the_best_tenth_of_a_leak_is_pure_and_noise_finds_its_share(found):
    steps, rate = found.steps, DATA["left"].mean()
    assert steps["precision"].iloc[0] > 0.95 and steps["precision"].iloc[2] < 2 * rate
    assert steps["recall"].to_numpy() == pytest.approx(0.1 * steps["precision"].to_numpy() / rate)


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"kept": ["after"]}, BadValue, "listed twice: after"),
        ({"groups": {}}, BadValue, "each column once; listed twice: none"),
        ({"kept": []}, BadValue, "each column once"),
        ({"capacity": 0}, BadValue, "capacity is 0; give a share"),
        ({"kept": ["age"]}, MissingColumn, "no column 'age'"),
    ],
)
def test_wrong_groups_are_refused(changed, error, message):
    with pytest.raises(error, match=message):
        leakage.as_columns_leave(DATA, **({"outcome": "left", "groups": GROUPS, "kept": ["noise"], "seed": 1} | changed))
