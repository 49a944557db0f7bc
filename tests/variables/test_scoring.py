"""What is scored: counts of the documentation, nothing from after the outcome, splits that keep their promise, a card by hand."""

import numpy as np
import pandas as pd
import pytest

from study import analytics, data, design, sample
from study.data import registry
from study.variables import scoring

DESIGN = design.load()
# offers at or below the standard rate (Karlan and Zinman 2008); names file of UCI; loans of the PKDD'99 page
PRINTED = {
    ("kz_lender", "applied"): (53178, None),
    ("uci_marketing", "subscribed"): (41188, 4640),
    ("berka", "all_loans"): (682, 76),
    ("berka", "finished"): (203 + 31, 31),
}


@pytest.fixture
def made(require):
    def call(arm):
        require(registry.of_arm(arm)[0])
        built = sample.build(arm, data.read(arm), DESIGN, "strict")
        return scoring.tasks(built, DESIGN.profiles[arm].root)

    return call


@pytest.mark.parametrize("arm", sorted(scoring.MAKERS))
def test_rows_and_ones_are_the_printed_ones(made, arm):
    found = {(arm, name): (len(task.data), int(task.data[task.outcome].sum())) for name, task in made(arm).items()}
    assert found.keys() == {key for key in PRINTED if key[0] == arm}
    for key, (n, ones) in found.items():
        assert n == PRINTED[key][0] and PRINTED[key][1] in (None, ones)


@pytest.mark.parametrize("arm", sorted(scoring.MAKERS))
def test_nothing_of_after_the_outcome_and_nothing_of_the_split_is_learned_from(made, arm):
    after = {name for name, column in DESIGN.profiles[arm].root.items() if column.block == "outcome"}
    for task in made(arm).values():
        learned = {*task.numeric, *task.categorical}
        assert not learned & {*after, task.outcome, task.value, task.group, task.order}
        assert "duration" not in learned or arm == "berka"  # of a call; of a loan it is the agreed term
        assert learned <= set(task.data.columns) and {task.group, task.order} <= set(task.data.columns)
        assert not learned & {"district_unemployment", "district_salary", "grossincome"}  # dated after the loans, or not in the first wave
        never = {name for name, column in DESIGN.profiles[arm].root.items() if column.block == "treatment"}
        seen = {name: {*numeric, *categorical} for name, (numeric, categorical) in task.views.items()}
        assert not learned & never and all(columns < learned for name, columns in seen.items() if "letter" not in name)
        assert seen.get("with_letter", learned | never) == learned | never
        assert seen.get("letter_no_place", never | learned) - never == seen.get("no_place", learned)


def test_the_lenders_waves_are_places_and_its_promise_was_not_by_lot(made, require):
    """Counted here from the provider's file, without the study's own variables."""
    (task,) = made("kz_lender").values()
    found = task.examine(task.splits(3, 5, 1), DESIGN.profiles["kz_lender"].root)
    assert found.of("role").empty
    raw = registry.provided("kz_lender")["customers"].query("normrate_less == 1")
    first, last = raw[raw["wave"] == 1], raw[raw["wave"] == 3]
    one = found.of("one value").iloc[0]
    assert (one["column"], one["rows"], one["of"]) == ("province", (first["province"] == "Kwazulu-Natal").sum(), len(first))
    unseen = found.of("unseen").query("place == 2").iloc[0]  # Free State and KwaZulu-Natal are all that waves 1 and 2 know
    assert (unseen["column"], unseen["rows"]) == ("province", (~last["province"].isin(["Free State", "Kwazulu-Natal"])).sum())
    promised = first.groupby("yearlong")["applied"].mean()
    assert promised[1] > 5 * promised[0]
    assert found.of("one period")[["column", "place"]].to_numpy().tolist() == [["yearlong", "2003-07"]]
    imbalance = found.of("imbalance")
    assert set(imbalance["column"]) == {"yearlong"} and {("2003-07", "dormancy")} <= set(zip(imbalance["split"], imbalance["place"]))
    assert not (imbalance["split"] == "2003-10").any()  # the third wave is a lottery
    assert found.of("groups")[["column", "split"]].to_numpy().tolist() == [["yearlong", "2003-09"]]


def test_months_are_dated_by_their_order():
    months = pd.Series(["may", "jun", "dec", "mar", "mar", "apr", "jan"])
    assert scoring.calendar_months(months, 2008).tolist() == ["2008-05", "2008-06", "2008-12", "2009-03", "2009-03", "2009-04", "2010-01"]


def test_the_calls_run_from_may_2008_to_november_2010(made):
    (task,) = made("uci_marketing").values()  # as the names file says
    assert (task.data["when"].min(), task.data["when"].max()) == ("2008-05", "2010-11")


def small(n=400, seed=5):
    random = np.random.default_rng(seed)
    data = pd.DataFrame({"months": random.integers(1, 13, n).astype(float), "house": random.choice(["own", "rent"], n)})
    data["wave"] = np.repeat([1, 2, 3, 4], n // 4)
    data["branch"] = random.choice(list("abcdefgh"), n)
    data["bought"] = (random.random(n) < 1 / (1 + np.exp(-1 + 0.3 * data["months"]))).astype(int)
    return data.assign(paid=10.0 * data["bought"])


def task_of(data):
    return scoring.ScoringTask(data, "bought", ("months",), ("house",), "months", "branch", "wave", value="paid")


def test_the_splits_keep_their_promise():
    data = small()
    made = task_of(data).splits(folds=4, blocks=2, seed=1)
    assert [len(made[name]) for name in ("random", "grouped", "time")] == [4, 4, 2]
    assert sorted(np.concatenate([s.test for s in made["random"]])) == list(range(len(data)))
    for one in made["grouped"]:
        assert not {*data["branch"].iloc[one.train]} & {*data["branch"].iloc[one.test]}
    for one in made["time"]:
        assert data["wave"].iloc[one.train].max() < data["wave"].iloc[one.test].min()


def test_a_view_is_the_logit_on_those_columns():
    data = small().assign(noise=np.random.default_rng(1).normal(size=400))
    task = scoring.ScoringTask(data, "bought", ("months", "noise"), ("house",), "months", "branch", "wave", views={"few": (("months",), ())})
    tests = task.splits(2, 2, 1)["time"]
    made = scoring.by_view(task, tests, (5,), seed=1).iloc[0]
    direct = analytics.scoring.compare(data, outcome="bought", numeric=["months"], recency=None, splits={"t": tests}, learners=["logit"], seed=1)
    assert (made["split"], made["learner"]) == ("views", "few")
    assert made["auc"] == direct.table.set_index("learner").loc["logit", "auc"]
    assert scoring.by_view(task_of(data), tests, (5,), seed=1).empty


def test_there_are_no_more_tests_by_time_than_later_periods():
    assert len(task_of(small()).splits(folds=2, blocks=20, seed=1)["time"]) == 3


def test_tiers_of_the_last_wave_by_hand():
    data = small()
    made = scoring.points(task_of(data), (["months"], ["house"]), (0.1, 0.3))
    now = data[data["wave"] == 4]
    tiers = made.tiers.set_index("tier")
    assert tiers["n"].sum() == len(now)
    assert (tiers["n"] * tiers["rate"]).sum() == pytest.approx(now["bought"].sum())
    assert (tiers["n"] * tiers["value"]).sum() == pytest.approx(10.0 * now["bought"].sum())
    assert tiers["rate"].is_monotonic_decreasing and tiers["points"].is_monotonic_decreasing
    assert made.bins.groupby("variable")["n"].sum().eq((data["wave"] < 4).sum()).all()


def test_stability_of_a_category_by_hand():
    """Shares 1/2, 1/2 become 1/4, 3/4: -1/4 ln(1/2) + 1/4 ln(3/2)."""
    past, now = pd.Series(["a"] * 5000 + ["b"] * 5000), pd.Series(["a"] * 2500 + ["b"] * 7500)
    assert scoring._categories_moved(past, now) == pytest.approx(-0.25 * np.log(0.5) + 0.25 * np.log(1.5), rel=1e-3)


def test_an_arm_without_an_outcome_to_predict_is_not_scored(require):
    require(registry.of_arm("akiba")[0])
    with pytest.raises(KeyError):
        scoring.tasks(sample.build("akiba", data.read("akiba"), DESIGN, "strict"), DESIGN.profiles["akiba"].root)
