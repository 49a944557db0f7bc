"""Every public function of `value` on columns of other types: the same answer, or a refusal in the package's own words."""

import inspect

import numpy as np
import pandas as pd
import pytest
from storage import STORED, orderless, plain, public, same_or_refused, unchanged

from study import value

RANDOM = np.random.default_rng(7)
N = 200


def history(age: int) -> tuple[int, int]:
    """Repeat purchases and the day of the last of a customer of the BG/NBD model."""
    rate, leave, day, number = RANDOM.gamma(0.8, 0.2), RANDOM.beta(1, 2.5), 0.0, 0
    while True:
        step = RANDOM.exponential(1 / rate)
        if day + step > age or RANDOM.random() < (leave if number else 0):
            return number, int(np.ceil(day)) if number else 0
        day, number = day + step, number + 1


AGE = RANDOM.integers(30, 60, N)
CUSTOMERS = pd.DataFrame([history(age) for age in AGE], columns=["x", "last"]).assign(
    age=AGE, spend=RANDOM.gamma(4, 20, N).round(2), share=RANDOM.uniform(0.1, 0.9, N).round(3)
)
BUYS = pd.DataFrame({"who": RANDOM.integers(0, 12, 80), "day": RANDOM.integers(0, 40, 80), "paid": RANDOM.gamma(4, 20, 80).round(2)})
MOVES = pd.DataFrame({"before": RANDOM.choice(["a", "b", "c"], 90), "after": RANDOM.choice(["a", "b", "c"], 90)})
CURVE = pd.DataFrame({"margin": [10.5, 9.25, 8.0, 7.5], "churn": [0.1, 0.12, 0.11, 0.13]})
STAYED = pd.Series([100, 80, 70, 64, 60])
SCORES = CUSTOMERS[["x", "age", "spend"]]
FITTED = value.bgnbd(CUSTOMERS["x"], CUSTOMERS["last"], CUSTOMERS["age"])
C = ("x", "last", "age")

CASES = {  # name: inputs (columns of one table, or tables), call
    "bgbb": ({"x": CUSTOMERS[["x", "last"]].min(axis=1), "last": CUSTOMERS["last"], "age": CUSTOMERS["age"]}, lambda x, last, age: value.bgbb(x, last, age)),
    "bgnbd": ({name: CUSTOMERS[name] for name in C}, lambda x, last, age: value.bgnbd(x, last, age)),
    "calibration_holdout": ({name: BUYS[name] for name in BUYS}, lambda who, day, paid: value.calibration_holdout(who, day, paid, split=20)),
    "candidate_forms": ({name: CURVE[name] for name in CURVE}, lambda margin, churn: value.candidate_forms(margin, churn, 0.1)),
    "cltv": ({"spend": CUSTOMERS["spend"], "share": CUSTOMERS["share"]}, lambda spend, share: value.cltv(spend, 1, share, 2)),
    "clv_discounted": ({name: CURVE[name] for name in CURVE}, lambda margin, churn: value.clv_discounted(margin, churn, 0.1)),
    "composite": ({"table": SCORES}, lambda table: value.composite(table, "pca")),
    "composite_stability": ({"table": SCORES}, lambda table: value.composite_stability(table, 5, seed=1)),
    "cooperation_effect": ({"a": CUSTOMERS["spend"], "b": CUSTOMERS["age"]}, lambda a, b: value.cooperation_effect(a, b)),
    "expected_by_frequency": ({"x": CUSTOMERS["x"], "a": CUSTOMERS["share"], "b": CUSTOMERS["age"]}, lambda x, a, b: value.expected_by_frequency(x, a, b)),
    "gamma_gamma": ({"x": CUSTOMERS["x"] + 1, "z": CUSTOMERS["spend"]}, lambda x, z: value.gamma_gamma(x, z)),
    "hazard_clv": ({name: CURVE[name] for name in CURVE}, lambda margin, churn: value.hazard_clv(margin, churn, 0.1)),
    "holdout_scores": ({"a": CUSTOMERS["share"], "b": CUSTOMERS["x"]}, lambda a, b: value.holdout_scores(a, b)),
    "joint_index": ({"a": CUSTOMERS["share"]}, lambda a: value.joint_index(a, a)),
    "markov_clv": ({"p": pd.DataFrame([[0.9, 0.1], [0.0, 1.0]], columns=[0, 1])}, lambda p: value.markov_clv(p, [10.0, 0.0], 0.1)),
    "markov_clv_error": ({"a": MOVES["before"], "b": MOVES["after"]}, lambda a, b: value.markov_clv_error(value.transition_matrix(a, b), [3, 2, 1], 0.1, reps=5, seed=1)),
    "ranking_agreement": ({"table": SCORES}, lambda table: value.ranking_agreement(table, reps=5, seed=1)),
    "sbg": ({"stayed": STAYED}, lambda stayed: value.sbg(stayed)),
    "summary": ({name: BUYS[name] for name in BUYS}, lambda who, day, paid: value.summary(who, day, paid, end=40)),
    "summary_by_period": ({"who": BUYS["who"], "day": BUYS["day"]}, lambda who, day: value.summary_by_period(who, day, last=20, holdout_to=40)),
    "survival_curve": ({"churn": CURVE["churn"]}, lambda churn: value.survival_curve(churn)),
    "tracking": ({"who": BUYS["who"], "day": BUYS["day"]}, lambda who, day: value.tracking(FITTED, who, day, [10, 20], end=15)),
    "transition_matrix": ({"a": MOVES["before"], "b": MOVES["after"]}, lambda a, b: value.transition_matrix(a, b)),
    "value_reached": ({"table": SCORES, "worth": CUSTOMERS["spend"]}, lambda table, worth: value.value_reached(table, worth, seed=1, reps=5)),
}  # fmt: skip
OTHERS = {"delta_error": "takes fitted models", "bootstrap_error": "takes a fitted model"}
ORDERLESS = [name for name in CASES if name not in ("candidate_forms", "clv_discounted", "cltv", "hazard_clv", "joint_index", "sbg", "survival_curve", "markov_clv",
             "composite_stability", "ranking_agreement", "value_reached", "markov_clv_error", "bgnbd", "bgbb", "gamma_gamma")]  # fmt: skip
NAMES_OF_STATES = ("an index of texts", "another index")


def test_every_public_function_is_tried():
    assert set(public(value)) == set(CASES) | set(OTHERS)
    assert all(inspect.isfunction(getattr(value, name)) for name in OTHERS)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("how", STORED)
@pytest.mark.parametrize("name", CASES)
def test_the_answer_does_not_depend_on_how_the_columns_are_stored(name, how):
    given, call = CASES[name]
    if name == "markov_clv" and how in NAMES_OF_STATES:
        pytest.skip("the labels of a chain are its states")
    same_or_refused(call, given, plain(call(**given)), how)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ORDERLESS)
def test_the_answer_does_not_depend_on_the_order_of_the_rows(name):
    given, call = CASES[name]
    orderless(call, given)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CASES)
def test_inputs_are_not_changed(name):
    given, call = CASES[name]
    unchanged(call, given)
