"""Every public function of `analytics` on columns of other types: the same answer, or a refusal in the package's own words."""

import numpy as np
import pandas as pd
import pytest
from storage import STORED, orderless, plain, public, same_or_refused, unchanged

from study import analytics
from study.analytics import (
    anomaly,
    auc_interval,
    early_warning,
    feature_checks,
    groupings,
    injection,
    leakage,
    metrics,
    policy,
    recommend,
    scoring,
    splits,
)
from study.models import hazard

RANDOM = np.random.default_rng(11)
N = 240
DATA = pd.DataFrame(
    {
        "y": RANDOM.integers(0, 2, N), "score": RANDOM.uniform(0.05, 0.95, N).round(4), "other": RANDOM.uniform(0.05, 0.95, N).round(4), "amount": RANDOM.gamma(2, 50, N).round(2),
        "count": RANDOM.integers(1, 100, N), "age": RANDOM.integers(60, 120, N), "recency": RANDOM.integers(0, 50, N), "kind": RANDOM.choice(["a", "b", "c"], N), "code": RANDOM.integers(1, 4, N),
        "d": RANDOM.integers(0, 2, N), "wave": np.repeat(np.arange(6), N // 6), "branch": RANDOM.integers(0, 12, N), "arm": RANDOM.choice(["low", "high"], N),
    }
)  # fmt: skip
HALF = pd.DataFrame({"low": np.full(N, 0.5), "high": np.full(N, 0.5)})
PANEL = pd.DataFrame({"who": np.repeat(np.arange(30), 12), "t": np.tile(np.arange(12), 30)})
PANEL = PANEL.assign(n=RANDOM.poisson(0.7, 360), worth=RANDOM.gamma(2, 50, 360).round(2), risk=RANDOM.uniform(size=360).round(4))
EVENTS = PANEL.assign(event=np.where(PANEL["who"] % 2 == 0, 20 - PANEL["who"] % 7, np.nan))
ACTIVE = PANEL[PANEL["n"] > 0][["who", "t"]].reset_index(drop=True)
ON = RANDOM.random((60, 20)) < np.r_[1.0, np.full(19, 0.45)]
RISKS = analytics.person_periods(pd.DataFrame(np.argwhere(ON), columns=["who", "t"]), unit="who", time="t", gap=3, last=19).rows
RISKS = RISKS.assign(silence=RISKS["since"] + 1, returns=ON[RISKS["who"], RISKS["t"] + 1].astype(int))
MONEY = pd.DataFrame(
    {
        "account": np.tile(np.arange(6), 60),
        "day": np.repeat(np.arange(60), 6),
        "amount": RANDOM.normal(0, 90, 360).round(2),
        "kind": RANDOM.choice(["cash", "card"], 360),
    }
)
PAIRS = pd.DataFrame({"who": RANDOM.integers(0, 40, 160), "what": RANDOM.choice(["card", "fund", "loan", "gold"], 160)}).drop_duplicates(
    ignore_index=True
)
STAGES = PANEL[["who", "t"]].assign(stage=RANDOM.choice(["new", "grown", "gone"], 360))
SEED, TWO = {"seed": 1}, {"reps": 9, "seed": 1}
COLUMNS = {"account": "account", "day": "day", "amount": "amount", "kind": "kind"}


def series(*names):
    return {name: DATA[name] for name in names}


def hazards(rows):
    return analytics.lapse_risk(hazard.fit(RISKS, "returns ~ times", time="silence"), rows, since="since", gap=3)


def warned(rows):
    parts = splits.halves_and_time(rows["who"], rows["t"], until=10, horizon=3, seed=1)
    columns = {"formula": "returns ~ times", "silence": "silence", "features": ["since", "times"], "unit": "who", "time": "t"}
    return analytics.warning_scores(rows, parts, **columns, until=10, gap=3, seed=1)[["hazard", "logit", "boosting", "recency"]]


def compared(data):
    made = scoring.compare(
        data, outcome="y", numeric=["amount", "count"], categorical=["kind", "code"], recency="recency", splits={"time": splits.by_time(data["wave"], 2)},
        learners=["logit", "tree"], cluster="branch", seed=1,
    )  # fmt: skip
    return made.table, made.notes, made.chosen()


def carded(data):
    card = scoring.scorecard(data, outcome="y", numeric=["amount", "count"], categorical=["kind", "code"])
    return card.bins, card.coefficients, card.score(data)


def injected(table):
    made = injection.inject(table, **COLUMNS, kinds=("scaled", "burst"), episodes=2, seed=1)
    return made.transactions, made.episodes


LEARN = {"numeric": ["amount", "count"], "categorical": ["kind"], "seed": 1}
CASES = {
    "aipw": ({"data": DATA}, lambda data: analytics.aipw(data, outcome="amount", treatment="d", numeric=["count"], categorical=["kind", "code"], cluster="branch", folds=2, seed=1).tidy()),
    "anomaly.detect": ({"table": MONEY}, lambda table: anomaly.detect(table, **COLUMNS, budget=5, learn_until=30, trees=10, seed=1)),
    "auc_interval.placements": (series("y", "score"), lambda y, score: auc_interval.placements(y, score)),
    "auc_interval.delong": (series("y", "score"), lambda y, score: auc_interval.delong(y, score)),
    "auc_interval.delong_difference": (series("y", "score", "other"), lambda y, score, other: auc_interval.delong_difference(y, score, other)),
    "auc_interval.clustered": (series("y", "score", "branch", "wave", "other"), lambda y, score, branch, wave, other: auc_interval.clustered(y, score, branch, less=other, fold=wave)),
    "auc_interval.fold_mean": (series("y", "score", "wave", "other"), lambda y, score, wave, other: auc_interval.fold_mean(y, score, wave, less=other)),
    "calibration": (series("y", "score"), lambda y, score: analytics.calibration(y, score)),
    "early_warning.evaluate": ({"rows": EVENTS}, lambda rows: early_warning.evaluate(rows, "risk", unit="who", time="t", event_time="event", capacity=3, horizon=4, baselines={"worth": "worth"}, **TWO)),
    "feature_checks.examine": ({"data": DATA}, lambda data: feature_checks.examine(data, outcome="y", features=["amount", "kind", "code"], splits={"time": splits.by_time(data["wave"], 2)}, randomised={"arm": ["branch"]})),
    "frequency_and_age": ({"data": DATA}, lambda data: analytics.frequency_and_age(data, frequency="count", age="age")),
    "groupings.parts": (series("amount"), lambda amount: groupings.parts(amount, 4)),
    "groupings.by_group": ({"table": DATA[["y", "amount"]], "groups": DATA["kind"]}, lambda table, groups: groupings.by_group(table, groups, **TWO)),
    "groupings.explained": ({"y": DATA["amount"], "groups": DATA["kind"], "x": DATA[["count"]], "branch": DATA["branch"]}, lambda y, groups, x, branch: groupings.explained(y, {"g": groups, "x": x}, against="g", cluster=branch, **TWO)),
    "holdings": ({"pairs": PAIRS}, lambda pairs: analytics.holdings(pairs, customer="who", product="what")),
    "injection.inject": ({"table": MONEY}, injected),
    "lapse_risk": ({"rows": RISKS[["since", "times"]]}, hazards),
    "leakage.as_columns_leave": ({"data": DATA}, lambda data: leakage.as_columns_leave(data, outcome="y", groups={"a": ["amount", "kind"]}, kept=["count"], learner="logit", folds=2, seed=1)),
    "leakage.alone": ({"data": DATA}, lambda data: leakage.alone(data, outcome="y", groups={"a": ["amount", "kind"]}, learner="logit", folds=2, seed=1)),
    "life_cycle": ({"data": PANEL}, lambda data: analytics.life_cycle(data, customer="who", period="t", activity="n", value="worth")),
    "metrics.psi": (series("amount", "count"), lambda amount, count: metrics.psi(amount, count)),
    "metrics.wilson": ({"count": DATA["count"], "n": DATA["age"] + 60}, lambda count, n: metrics.wilson(count, n)),
    "person_periods": ({"table": ACTIVE}, lambda table: analytics.person_periods(table, unit="who", time="t", gap=2, last=11)),
    "policy.price_response": ({"data": DATA}, lambda data: policy.price_response(data, price="score", cells=["kind", "code"], outcomes=["amount", "y"], tiers=2, cluster="branch")),
    "policy.value": ({**series("amount", "arm", "branch"), "e": HALF, "model": HALF * 3}, lambda amount, arm, branch, e, model: policy.value(amount, arm, e, {"given": arm}, model=model, cluster=branch)),
    "policy.two_arms": ({"data": DATA}, lambda data: policy.two_arms(data, rate="score", cells=["kind", "code"])),
    "policy.offer_value": (series("amount", "count", "age"), lambda amount, count, age: policy.offer_value(amount, count, age, count, funding=0.01, loss=0.5)),
    "policy.learn": ({"data": DATA, **series("amount", "arm")}, lambda data, amount, arm: policy.learn(data, outcome=amount, assigned=arm, actions=["low", "high"], train=np.arange(200), numeric=["count"], categorical=["kind"], seed=1)),
    "policy.learn_and_value": ({"data": DATA, **series("amount", "arm", "branch"), "e": HALF}, lambda data, amount, arm, branch, e: policy.learn_and_value(data, outcome=amount, assigned=arm, propensity=e, numeric=["count"], categorical=["kind"], cluster=branch, seed=1)),
    "policy.over_draws": ({"data": DATA, **series("amount", "arm", "branch"), "e": HALF}, lambda data, amount, arm, branch, e: policy.over_draws(data, draws=1, outcome=amount, assigned=arm, propensity=e, numeric=["count"], cluster=branch, seed=1)),
    "experiment": ({"data": DATA}, lambda data: analytics.experiment(data, arm="code", contrasts=[("2", "1")], families={"money": ["amount", "count"]}, baseline=["age"], strata="kind", reps=9, seed=1)),
    "recommend.evaluate": ({"pairs": PAIRS}, lambda pairs: recommend.evaluate(analytics.holdings(pairs, customer="who", product="what"), **TWO)),
    "recommend.leak": ({"pairs": PAIRS}, lambda pairs: recommend.leak(analytics.holdings(pairs, customer="who", product="what"), column="gold", product="loan", **TWO)),
    "rfm": ({"data": DATA}, lambda data: analytics.rfm(data, recency="recency", frequency="count", monetary="amount", age="age")),
    "risk_and_response": ({"data": DATA}, lambda data: analytics.risk_and_response(data, splits.at_random(len(data), 2, 1), treated="d", event="y", numeric=["amount", "count"], seed=1)[["risk", "response"]]),
    "scoring.cost_curve": (series("y", "score"), lambda y, score: scoring.cost_curve(y, score)),
    "scoring.tiers": (series("y", "score"), lambda y, score: scoring.tiers(score, shares=(0.1, 0.4), outcome=y)),
    "scoring.scorecard": ({"data": DATA}, carded),
    "scoring.compare": ({"data": DATA}, compared),
    "segments": ({"data": DATA}, lambda data: analytics.segments(data, features=["amount", "count"], transform={"count": "log"}, sort_by="amount", k=(2, 3), reps=2, seed=1)),
    "shuffled": ({"data": DATA}, lambda data: analytics.shuffled(data, features=["amount", "count"], k=(2,), times=2, seed=1)),
    "splits.by_time": (series("wave"), lambda wave: splits.by_time(wave, 3)),
    "splits.before_and_after": (series("wave"), lambda wave: splits.before_and_after(wave, 0.6)),
    "splits.by_group": (series("branch"), lambda branch: splits.by_group(branch, 3, 1)),
    "splits.by_group_and_time": (series("branch", "wave"), lambda branch, wave: splits.by_group_and_time(branch, wave, until=3, horizon=1, seed=1)),
    "splits.halves_and_time": (series("branch", "wave"), lambda branch, wave: splits.halves_and_time(branch, wave, until=3, horizon=1, seed=1)),
    "stage_moves": ({"table": STAGES}, lambda table: analytics.stage_moves(table, customer="who", period="t", least=3, **TWO)),
    "stage_shares": ({"table": STAGES}, lambda table: analytics.stage_shares(table, customer="who", period="t", least=3)),
    "target_lists": ({"data": DATA}, lambda data: analytics.target_lists(data, risk="score", response="other", capacity=60, treated="d", event="y", seed=1)),
    "warning_scores": ({"rows": RISKS}, warned),
}  # fmt: skip
for simple in ("auc", "gini", "ks", "brier", "gains", "alift", "lift_table"):
    CASES[f"metrics.{simple}"] = (series("y", "score"), lambda y, score, function=getattr(metrics, simple): function(y, score))
OTHERS = {
    "anomaly.surprises": "takes the features of detect", "anomaly.evaluate": "takes the result of detect", "leakage.at_capacity": "takes the scores of compare",
    "splits.at_random": "takes a number", "lapse_hazards": "fits of models, tried there", "assigned_lists": "target_lists, tried above, and fits of models",
    "credit_risk": "fits of models, tried there", "policy.price_slopes": "fits of models, tried there", "pooled_arms": "fits of models, tried there",
    "channel_gap": "fits of models, tried there, and aipw, tried above", "policy.both_channels": "takes columns of channel_gap",
    "feature_checks.least_learned": "reads categories as examine does, tried above", "recommend.over_draws": "evaluate, tried above, several times",
}  # fmt: skip
ORDERLESS = (
    "calibration", "frequency_and_age", "groupings.parts", "holdings", "life_cycle", "metrics.psi", "person_periods", "policy.price_response", "policy.value", "policy.two_arms", "rfm",
    "scoring.cost_curve", "scoring.scorecard", "stage_shares", "auc_interval.delong", "auc_interval.clustered", "auc_interval.fold_mean", "metrics.auc", "metrics.gains", "metrics.lift_table",
)  # fmt: skip


def test_every_public_function_is_tried():
    assert set(public(analytics)) == set(CASES) | set(OTHERS)


RIGHT: dict[str, object] = {}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("how", STORED)
def test_the_answer_does_not_depend_on_how_the_columns_are_stored(name, how):
    given, call = CASES[name]
    if name not in RIGHT:
        RIGHT[name] = plain(call(**given))
    same_or_refused(call, given, RIGHT[name], how)


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
