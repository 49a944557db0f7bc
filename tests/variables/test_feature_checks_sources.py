"""The checks before a score on the sources that are not scored: experiments that were a lottery have nothing to be found; a planted fault is."""

import pytest

from study import data, design, sample, variables
from study.analytics import BadValue, feature_checks, splits
from study.data import registry

DESIGN = design.load()
RANDOMISED = {"akiba": {"arm": []}, "status_goods": {"arm": ["income_group", "fee_free"]}, "bankchurners": {}}


@pytest.fixture(params=RANDOMISED)
def source(request, require):
    """Profile, outcome, columns known before and their roles of an arm."""
    arm = request.param
    require(registry.of_arm(arm)[0])
    columns = DESIGN.profiles[arm].root
    table = variables.profile.build(sample.build(arm, data.read(arm), DESIGN, "strict"), columns)
    roles = {name: column.block for name, column in columns.items()}
    outcome = {"akiba": "more_gambling", "status_goods": "decision"}.get(arm) or next(name for name, role in roles.items() if role == "outcome")
    before = [name for name, role in roles.items() if role in variables.scoring.BEFORE]
    return arm, table.dropna(subset=[outcome]), outcome, before, roles


def examined(source, table=None, features=None):
    arm, own, outcome, before, roles = source
    table = own if table is None else table
    return feature_checks.examine(
        table,
        outcome=outcome,
        features=features or before,
        splits={"random": splits.at_random(len(table), 3, 1)},
        roles=roles,
        randomised=RANDOMISED[arm],
    )


def test_nothing_is_found_where_a_lottery_was_one(source):
    assert examined(source).findings.empty


def test_an_outcome_is_refused_and_a_planted_imbalance_is_found(source):
    arm, table, outcome, before, roles = source
    later = [name for name, role in roles.items() if role in ("outcome", "treatment") and name != outcome] or [outcome]
    if later != [outcome]:
        with pytest.raises(BadValue, match=rf"'{later[0]}' \({roles[later[0]]}\)"):
            examined(source, features=[*before, later[0]]).refuse()
    if RANDOMISED[arm]:
        treated = table["arm"] == table["arm"].iloc[0]
        number = next(name for name in before if table[name].nunique() > 20)
        found = examined(source, table.assign(**{number: table[number] + treated * table[number].std()})).of("imbalance")
        assert number in set(found["place"])
