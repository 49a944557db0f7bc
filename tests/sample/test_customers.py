"""Samples of the arms with customers: counts of the documentation, traps of the files, and the log adds up."""

import pytest

from study import data, design, sample
from study.data import registry
from study.sample import customers

DESIGN = design.load()
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


def test_a_step_that_only_the_design_knows_is_refused():
    steps = DESIGN.steps["status_goods"].root
    with pytest.raises(ValueError, match="akiba: reached, .*is in only one of|akiba: .*reached.* is in only one of"):
        customers.build("akiba", {}, steps)


def test_every_customer_arm_of_the_design_has_its_rules():
    assert set(customers.RULES) | {"cn_banks"} == set(DESIGN.steps)
