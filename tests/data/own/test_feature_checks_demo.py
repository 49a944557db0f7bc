"""The checks before a score on the tables of the demo: nothing is found until something is planted."""

import numpy as np
import pandas as pd
import pytest

from study.analytics import BadValue, feature_checks, splits
from study.data.own import demo

ROLES = {"rate": "treatment", "revenue": "outcome", "income": "static"}


@pytest.fixture
def customers():
    """Customers with their offer, the branch's region and what they did in their first month."""
    tables = demo.generate()
    first = tables["customer_months"].groupby("customer_id").first()[["aum", "logins"]]
    joined = tables["customers"].merge(tables["offers"], on="customer_id").join(first, on="customer_id")
    region = tables["branches"].set_index("branch_id")["region"]
    return joined.assign(region=joined["branch_id"].map(region), year=pd.to_datetime(joined["opened"]).dt.year)


def examined(table, features=("income", "birth_year", "tier", "sex", "aum", "logins"), roles=ROLES):
    parts = {"time": splits.by_time(table["year"], 2), "random": splits.at_random(len(table), 3, 1)}
    return feature_checks.examine(table, outcome="applied", features=list(features), splits=parts, roles=roles, randomised={"rate": []})


def test_nothing_is_found_in_the_demo(customers):
    found = examined(customers)
    assert found.findings.empty, found.findings


def test_what_is_planted_in_the_demo_is_found(customers):
    late = customers["year"] >= customers["year"].quantile(0.8)
    planted = customers.assign(
        tier=customers["tier"].where(~late, "metal"),
        aum=customers["aum"] * (1 + (customers["rate"] > 1)),
        called_back=customers["applied"] + np.linspace(0, 0.5, len(customers)),
    )
    found = examined(planted, ["income", "tier", "sex", "aum", "called_back"])
    assert found.of("unseen")["column"].unique().tolist() == ["tier"]
    # what follows the outcome carries the effect of the rate, so it is out of balance too
    assert found.of("imbalance")[["column", "place"]].to_numpy().tolist() == [["rate", "aum"], ["rate", "called_back"]]
    assert found.of("too good")["column"].tolist() == ["called_back"]
    with pytest.raises(BadValue, match=r"'rate' \(treatment\), 'revenue' \(outcome\)"):
        examined(planted, ["income", "rate", "revenue"]).refuse()
