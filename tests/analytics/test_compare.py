"""Scorers side by side: against scikit-learn run by hand, baselines, folds that can not be used, bad input."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

from study.analytics import BadValue, MissingColumn, NoVariation, UnknownChoice, auc_interval, scoring, splits


def customers(n=600, seed=1):
    random = np.random.default_rng(seed)
    data = pd.DataFrame({"x": random.normal(size=n), "months": random.integers(0, 24, n).astype(float)})
    data["branch"] = random.choice(list("abcdef"), n)
    data["wave"] = np.repeat(np.arange(6), n // 6)
    odds = -1 + data["x"] - 0.08 * data["months"]
    return data.assign(bought=(random.random(n) < 1 / (1 + np.exp(-odds))).astype(int))


def compare(data, **given):
    arguments = {
        "outcome": "bought",
        "numeric": ["x", "months"],
        "recency": "months",
        "splits": {"random": splits.at_random(len(data), 3, seed=2)},
        "learners": ["logit"],
        "seed": 1,
    }
    return scoring.compare(data, **(arguments | given))


@pytest.fixture(scope="module")
def all_learners():
    data = customers()
    made = {"time": splits.by_time(data["wave"], 2), "branch": splits.by_group(data["branch"], 3, seed=1)}
    return data, scoring.compare(
        data, outcome="bought", numeric=["x", "months"], categorical=["branch"], recency="months", splits=made, cluster="branch", seed=1
    )


def test_the_logit_is_scikit_learns_fold_by_fold():
    data = customers()
    folds = splits.at_random(len(data), 3, seed=2)
    made = compare(data)
    areas, errors = [], []
    for split in folds:
        scaler = StandardScaler().fit(data[["x", "months"]].iloc[split.train])
        x = scaler.transform(data[["x", "months"]])
        y = data["bought"].to_numpy()
        p = LogisticRegression(C=1.0, tol=1e-10).fit(x[split.train], y[split.train]).predict_proba(x[split.test])[:, 1]
        areas.append(roc_auc_score(y[split.test], p))
        errors.append(brier_score_loss(y[split.test], p))
    row = made.table.set_index("learner").loc["logit"]
    assert made.folds.query("learner == 'logit'")["auc"].tolist() == pytest.approx(areas, abs=1e-6)
    assert row["auc"] == pytest.approx(np.mean(areas), abs=1e-6) and row["brier"] == pytest.approx(np.mean(errors), abs=1e-6)
    assert row["ci_low"] < row["auc"] < row["ci_high"]


def test_every_learner_and_both_baselines_are_in_the_table(all_learners):
    data, made = all_learners
    names = ["logit", "tree", "svm", "boosting", "prior", "recency", "single"]
    assert made.table["learner"].tolist() == names * 2 and made.table["split"].tolist() == ["time"] * 7 + ["branch"] * 7
    prior = made.table[made.table["learner"] == "prior"]
    assert prior["auc"].tolist() == [0.5, 0.5] and prior["lift_10"].tolist() == pytest.approx([1, 1]) and prior["slope"].isna().all()
    # the simulated outcome depends on x most: every learner that sees it ranks better than recency alone
    areas = made.table.pivot(index="learner", columns="split", values="auc")
    assert (areas.loc[["logit", "svm", "boosting"]] > areas.loc["recency"]).all(axis=None)


def test_prior_is_the_share_of_the_training_rows(all_learners):
    data, made = all_learners
    for fold, split in enumerate(splits.by_time(data["wave"], 2), start=1):
        scores = made.scores("time", "prior").query("fold == @fold")
        assert scores["probability"].unique().tolist() == pytest.approx([data["bought"].iloc[split.train].mean()])
        assert scores["row"].tolist() == split.test.tolist()


def test_parts_of_a_comparison(all_learners):
    _, made = all_learners
    assert made.calibration("branch", "logit").slope == pytest.approx(made.table.query("split == 'branch'")["slope"].iloc[0])
    lift = made.lift("branch", "logit")
    assert lift["n"].sum() == pytest.approx(600) and lift["ones"].sum() == pytest.approx(made.table["ones_test"].iloc[-1])
    assert lift["lift"].iloc[0] == pytest.approx(made.table.query("split == 'branch'")["lift_10"].iloc[0])
    costs = made.costs("time", "svm", [1, 5])
    assert costs["ratio"].tolist() == [1, 5] and (costs["cost_best"] <= costs["cost"]).all()
    with pytest.raises(UnknownChoice, match="no scores of 'forest' under 'time'; there are time, branch; logit"):
        made.scores("time", "forest")


def test_two_runs_are_the_same(all_learners):
    data, made = all_learners
    again = scoring.compare(
        data, outcome="bought", numeric=["x", "months"], categorical=["branch"], recency="months",
        splits={"time": splits.by_time(data["wave"], 2)}, cluster="branch", seed=1,
    )  # fmt: skip
    pd.testing.assert_frame_equal(again.table, made.table.iloc[:7])


def test_nothing_of_the_test_rows_is_learned():
    data = customers()
    split = splits.by_time(data["wave"], 1)[0]
    changed = data.copy()
    changed.loc[split.test[1:], ["x", "months"]] = 1e6
    first = compare(data, splits={"time": [split]}).scores("time", "logit")
    second = compare(changed, splits={"time": [split]}).scores("time", "logit")
    assert first["probability"].iloc[0] == second["probability"].iloc[0]


def test_missing_unseen_and_constant_are_counted_and_scored():
    data = customers().assign(one=1.0, late=np.nan)
    data.loc[::7, "x"] = np.nan
    data.loc[data["wave"] == 5, "late"] = 3.0
    data["branch"] = data["branch"].where(data["wave"] < 5, "new")
    made = compare(
        data, numeric=["x", "months", "one", "late"], categorical=["branch"], learners=["logit", "boosting"],
        splits={"time": splits.by_time(data["wave"], 5)[-1:]},
    )  # fmt: skip
    assert made.notes == (
        "time, fold 1: 100 of 100 test rows have a branch that the training rows do not have",
        "time, fold 1: one is constant in the 500 training rows and tells nothing",
        "time, fold 1: late is constant in the 500 training rows and tells nothing",
    )
    assert np.isfinite(made.predictions[["logit", "boosting"]]).all(axis=None)


def test_a_fold_without_positives_is_left_out_and_said():
    data = customers()
    data.loc[data["wave"] == 5, "bought"] = 0
    made = compare(data, splits={"time": splits.by_time(data["wave"], 5)})
    assert made.notes == ("time, fold 5: left out, 0 of 100 test outcomes are 1, at least 2 are needed",) and made.table[
        "folds"
    ].unique().tolist() == [4]
    data.loc[data.index[550], "bought"] = 1
    assert compare(data, splits={"time": splits.by_time(data["wave"], 5)}).notes[0].startswith("time, fold 5: left out, 1 of 100 test")
    data.loc[data["wave"] > 0, "bought"] = 0
    with pytest.raises(NoVariation, match="no fold of split 'time' has enough of both classes"):
        compare(data, splits={"time": splits.by_time(data["wave"], 5)})


def test_two_positives_are_too_few_to_learn_from():
    data = customers(60)
    data["bought"] = 0
    data.loc[[0, 1, 40, 50], "bought"] = 1
    with pytest.raises(NoVariation, match="2 of 30 training outcomes are 1, at least 3 are needed"):
        compare(data, learners=["svm"], splits={"a": [splits.Split(np.arange(30), np.arange(30, 60))]})


def test_balanced_weights_move_the_probabilities_not_the_base_rate():
    plain, balanced = (compare(customers(), imbalance=kind).table.set_index("learner").loc["logit"] for kind in ("none", "balanced"))
    # weighing the rarer class up makes all predictions too high
    assert abs(plain["intercept"]) < 0.15 and balanced["intercept"] < -0.5
    assert balanced["auc"] == pytest.approx(plain["auc"], abs=0.01)


@pytest.mark.parametrize(
    ("change", "given", "error", "message"),
    [
        ({}, {"numeric": ["income"]}, MissingColumn, "no column 'income'"),
        ({}, {"numeric": ["x", "bought"]}, BadValue, "the outcome 'bought' is among the columns"),
        ({"x": np.inf}, {}, BadValue, r"infinite values in x \(600 rows\)"),
        ({"bought": np.nan}, {}, BadValue, "bought: 600 of 600 values are missing"),
        ({}, {"learners": ["forest"]}, UnknownChoice, "choose from logit, tree, svm, boosting"),
        ({}, {"splits": {"a": [splits.Split(np.arange(5), np.arange(4, 9))]}}, BadValue, "a, fold 1: 1 rows are in training and test"),
        ({}, {"splits": {"a": [splits.Split(np.arange(5), np.array([600]))]}}, BadValue, "positions must be 0 to 599"),
    ],
)
def test_wrong_input_is_refused(change, given, error, message):
    with pytest.raises(error, match=message):
        compare(customers().assign(**change), **given)


def test_without_recency_the_table_says_so():
    made = compare(customers(), recency=None)
    assert made.notes == ("no recency column: the baseline 'recency alone' is not in the table",)
    assert made.table["learner"].tolist() == ["logit", "prior", "single"]


def test_the_machine_does_not_depend_on_the_order_of_the_rows():
    """The share of ones drifts over the rows; inner folds in their order would learn from one end and scale on the other."""
    data = customers(1200)
    drift = np.linspace(-2, 2, len(data))
    odds = data["x"] + 2 * drift
    data = data.assign(drift=drift, bought=(np.random.default_rng(3).random(len(data)) < 1 / (1 + np.exp(-odds))).astype(int))
    shuffled = data.sample(frac=1, random_state=4).reset_index(drop=True)
    made = [compare(d, numeric=["x", "months", "drift"], learners=["logit", "svm"]).table.set_index("learner") for d in (data, shuffled)]
    for table in made:
        assert table.loc["svm", "auc"] > table.loc["logit", "auc"] - 0.02
        assert table.loc["svm", "brier_skill"] > table.loc["logit", "brier_skill"] - 0.05


def test_savings_stand_beside_the_ranks_of_the_same_scorer():
    made = compare(customers(), learners=["logit", "tree"])
    table = made.with_savings((1, 5)).set_index("learner")
    for learner in ("logit", "tree", "prior", "recency"):
        costs = made.costs("random", learner, (1, 5)).set_index("ratio")["saving"]
        assert table.loc[learner, "saving_1"] == costs[1] and table.loc[learner, "saving_5"] == costs[5]
    assert table["auc"].to_dict() == made.table.set_index("learner")["auc"].to_dict()


def test_the_single_variable_is_chosen_on_the_training_rows():
    """In the first half x tells most, in the second `late` tells all: learned from the first, it must be x."""
    data = customers(1200)
    half = np.arange(1200) >= 600
    data["late"] = np.where(half, data["bought"], np.random.default_rng(1).normal(size=1200))
    data["kind"] = np.random.default_rng(2).choice(["a", "b"], 1200)
    split = [splits.Split(np.flatnonzero(~half), np.flatnonzero(half))]
    made = compare(data, numeric=["x", "months", "late"], categorical=["kind"], splits={"time": split})
    assert made.chosen().to_dict("records") == [{"split": "time", "chosen": "x", "folds": 1}]
    table = made.table.set_index("learner")
    assert table.loc["single", "auc"] == pytest.approx(roc_auc_score(data["bought"][half], data["x"][half]))
    assert table.loc["logit", "gain"] == pytest.approx(table.loc["logit", "auc"] - table.loc["single", "auc"])
    assert (table.loc["single", "gain"], table.loc["single", "gain_low"]) == (0, 0)


def test_a_category_can_be_the_single_variable():
    data = customers().assign(kind=lambda d: np.where(d["bought"] == 1, "yes", "no"))
    made = compare(data, categorical=["kind"])
    assert set(made.chosen()["chosen"]) == {"kind"}
    assert made.table.set_index("learner").loc["single", "auc"] == 1


def test_intervals_of_single_folds_are_those_of_their_rows():
    made = compare(customers(), learners=["logit"])
    scores = made.scores("random", "logit")
    for fold, part in scores.groupby("fold"):
        line = made.folds.query("fold == @fold and learner == 'logit'").iloc[0]
        alone = auc_interval.delong(part["outcome"], part["probability"])
        assert (line["ci_low"], line["ci_high"]) == (alone.ci_low, alone.ci_high)
