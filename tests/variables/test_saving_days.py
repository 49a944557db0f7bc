"""Days at risk of savers: nothing from after the day, nothing twice."""

import numpy as np
import pytest

from study import design, sample
from study.variables import saving_days


@pytest.mark.needs_data("akiba")
def test_the_next_day_is_the_only_thing_that_is_not_known_on_the_day(source, tables):
    built = sample.build("akiba", tables, design.load(), "strict")
    made = saving_days.build(built, 14)
    rows = made.rows
    assert rows["period"].max() == 46 and rows["account"].nunique() == 277  # of SOURCE.md: accounts in both files
    ledger = source["ledger"]
    paid = set(ledger[(ledger["kind"] == "deposit") & (ledger["amount_cents"] > 0)][["account", "period"]].itertuples(index=False, name=None))
    some = rows.iloc[::97]
    assert some["returns"].tolist() == [int((a, p + 1) in paid) for a, p in zip(some["account"], some["period"])]
    silences = rows.groupby("silence")
    assert silences["returns"].sum().max() == 1 and (silences["period"].max() - silences["period"].min() + 1 == silences.size()).all()
    assert (rows["silent"] == rows["since"] + 1).all() and rows["silent"].between(1, 14).all()
    assert (
        np.exp(some["log_silent"]).round(9).tolist() == some["silent"].tolist()
        and np.exp(some["log_times"]).round(9).tolist() == some["times"].tolist()
    )
    last = rows[rows["stops"] == 1].set_index("account")["period"]
    assert rows["gone"].tolist() == [int(a in last.index and p > last[a]) for a, p in zip(rows["account"], rows["period"])]
    people = built.rows.set_index("account")["arm"]
    assert (rows["regret"] == (rows["account"].map(people) == "regret")).all() and not (rows["lottery"] + rows["regret"] > 1).any()


@pytest.mark.needs_data("akiba")
def test_spells_and_people_are_those_of_the_rows(tables):
    built = sample.build("akiba", tables, design.load(), "strict")
    rows = saving_days.build(built, 14).rows
    spells, people = saving_days.spells(rows), saving_days.people(built, rows)
    assert len(spells) == people["deposited"].sum() == 277 and len(people) == 311  # of SOURCE.md: people of the experiment
    assert spells["stops"].sum() == people.loc[people["deposited"] == 1, "stopped"].sum() == rows["stops"].sum()
    assert (people.loc[people["deposited"] == 0, "stopped"] == 1).all() and set(people.loc[people["deposited"] == 1, "account"]) == set(
        rows["account"]
    )
    assert (spells["last"] - spells["first"] + 1).sum() == (rows["gone"] == 0).sum()
    ended = spells[spells["stops"] == 1].set_index("account")["last"]
    assert ended.to_dict() == rows[rows["stops"] == 1].set_index("account")["period"].to_dict()
    assert (spells.loc[spells["stops"] == 0, "last"] == 46).all()
    arm = people["account"].map(built.rows.set_index("account")["arm"])
    assert (people["prize"] == (arm != "control")).all() and not people.isna().any().any()
