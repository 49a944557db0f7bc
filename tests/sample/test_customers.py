"""Samples of the arms with customers: counts of the documentation, traps of the files, and the log adds up."""

import pandas as pd
import pytest

from study import data, design, sample
from study.data import registry
from study.design.entries import Text
from study.design.profiles import Keep, Step
from study.sample import customers

DESIGN = design.load()
WORDS = Text(en="words", zh="词")
# step -> rows left and clusters, from SOURCE.md of each source and EMPIRICAL_DESIGN section 5
DOCUMENTED = {
    "kz_lender": {"all": (53810, 110), "standard_rate": (53178, None)},
    "akiba": {"all": (311, None), "endline": (284, None), "deposit": (275, None), "ledger": (277, None)},
    "status_goods": {"all": (1260, None), "reached": (835, None)},
    "uci_marketing": {"all": (41188, 26), "both": (29051, 24), "ten": (None, 22)},
    "berka": {"all": (4500, 77), "head": (1515, None), "card": (892, None), "loan": (682, None)},
    "findex": {"all": (8566, None), "adults": (771, None), "economies": (None, 162), "both": (312, 96), "two": (None, 86), "four": (236, 59)},
    "bankchurners": {"all": (10127, None)},
}


@pytest.fixture(params=DOCUMENTED)
def built(request, require):
    require(registry.of_arm(request.param)[0])
    return sample.build(request.param, data.read(request.param), DESIGN, "strict")


def test_counts_are_those_of_the_documentation(built):
    rows = {line.step: line for table in (built.log, built.samples) for line in table.itertuples()}
    for step, (left, clusters) in DOCUMENTED[built.arm].items():
        assert left is None or rows[step].left == left, step
        assert clusters is None or rows[step].clusters == clusters, step


def test_every_step_starts_where_the_last_one_ended_and_samples_come_from_the_sample(built):
    log = built.log
    assert (log["before"] - log["dropped"] == log["left"]).all()
    assert log["before"].iloc[1:].tolist() == log["left"].iloc[:-1].tolist()
    assert log["left"].iloc[-1] == len(built.rows)
    assert (built.samples["before"] == len(built.rows)).all()


TABLES = {
    "customers": pd.DataFrame({"customer_id": [1, 2, 3, 4], "risk": ["low", "high", None, "low"], "branch_id": ["a", "a", "b", "b"]}),
    "offers": pd.DataFrame(
        {"customer_id": [4, 2, 2, 1], "rate": [5.0, 6.0, 7.0, 8.0], "final": [5.0, 1.0, 7.0, 8.0], "channel": ["m", "m", "t", "t"]}
    ),
}


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        ({"column": "customers.risk", "equals": "low"}, [1, 4]),
        ({"column": "customers.risk", "differs": "high"}, [1, 3, 4]),  # a missing one differs
        ({"column": "customers.staff", "differs": 1}, [1, 2, 3, 4]),  # a column that a bank does not have
        ({"column": "customers.risk", "known": True}, [1, 2, 4]),
        ({"column": "offers.rate", "same_as": "offers.final"}, [1, 4]),  # of the first offer; no offer, no rate
        ({"rows_of": "offers"}, [1, 2, 4]),
        ({"rows_of": "offers", "least": 2}, [2]),
        ({"rows_of": "offers", "where": {"channel": "m"}}, [2, 4]),
        ({"rows_of": "survey"}, []),
        ({"column": "customers.risk", "within": "customers.branch_id", "values": 2}, [1, 2]),
        ({"column": "offers.channel", "within": "customers.branch_id", "each": 1}, [1, 2]),  # one by mail, one by telephone
    ],
)
def test_a_rule_keeps_the_rows_that_it_says(keep, left):
    step = Step(kind="step", keep=[Keep(**keep)], label=WORDS, reason=WORDS)
    rows = TABLES["customers"]
    assert rows.loc[customers.kept(rows, TABLES, step, "customers"), "customer_id"].tolist() == left


def test_all_rules_of_a_step_must_fit():
    rules = [Keep(column="customers.risk", equals="low"), Keep(rows_of="offers", where={"channel": "m"})]
    step = Step(kind="step", keep=rules, label=WORDS, reason=WORDS)
    assert customers.kept(TABLES["customers"], TABLES, step, "customers").tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    "keep",
    [
        {},
        {"column": "customers.risk"},
        {"column": "customers.risk", "equals": "low", "known": True},
        {"column": "customers.risk", "rows_of": "offers"},
        {"column": "customers.risk", "values": 2},
        {"column": "customers.risk", "equals": "low", "least": 2},
        {"column": "customers.risk", "equals": "low", "within": "customers.branch_id"},
    ],
)
def test_a_rule_that_is_none_is_refused(keep):
    with pytest.raises(ValueError, match="give either|goes with|go with"):
        Keep(**keep)


def test_every_customer_arm_of_the_design_has_its_rules():
    assert set(DESIGN.steps) == {name for name in DESIGN.filled if name in DESIGN.arms}
    for name, steps in DESIGN.steps.items():
        assert DESIGN.filled[name].unit == "bank_periods" or all(step.keep for step in list(steps.root.values())[1:])
