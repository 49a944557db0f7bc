"""Price response: adjusted means by hand, errors by statsmodels, confounding by cells removed."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from answers import check

from study.analytics import BadValue, TooFew, policy

# risky customers (r) are offered high prices and respond more; within a cell a higher price lowers response by .5
DATA = pd.DataFrame(
    {
        "risk": ["s"] * 4 + ["r"] * 8,
        "price": [1, 1, 1, 5] + [1, 1, 5, 5, 5, 5, 5, 5],
        "took": [1, 0, 1, 0] + [1, 1, 1, 1, 1, 0, 0, 1],
    }
)


def respond(data=DATA, **given):
    return policy.price_response(data, **({"price": "price", "cells": ["risk"], "outcomes": ["took"], "tiers": [3]} | given))


def test_adjusted_means_by_hand():
    # shares 1/3 safe, 2/3 risky. Low price: 2/3 and 1; high: 0 and 4/6
    made = respond()
    check("analytics.price.low", made["adjusted"].iloc[0])
    check("analytics.price.high", made["adjusted"].iloc[1])
    assert made["raw"].tolist() == pytest.approx([4 / 5, 4 / 7]) and made["n"].tolist() == [5, 7]
    assert made["difference"].tolist() == pytest.approx([0, 4 / 9 - 8 / 9])
    assert made["price"].tolist() == pytest.approx([1, 5])


def test_one_cell_is_the_regression_on_tiers():
    random = np.random.default_rng(1)
    data = pd.DataFrame({"risk": "a", "price": random.uniform(3, 12, 300), "branch": random.integers(0, 20, 300)})
    data["revenue"] = random.normal(size=300) + data["price"]
    made = respond(data, outcomes=["revenue"], tiers=3)
    tier = np.floor(3 * (data["price"].rank() - 0.5) / 300).astype(int)
    x = pd.get_dummies(tier).astype(float)
    fit = sm.OLS(data["revenue"], x).fit(cov_type="HC0")
    assert made["adjusted"].to_numpy() == pytest.approx(fit.params.to_numpy())
    # HC0 has no n/(n-1)
    assert made["std_error"].to_numpy() == pytest.approx(fit.bse.to_numpy() * np.sqrt(300 / 299))
    clustered = respond(data, outcomes=["revenue"], tiers=3, cluster="branch")
    by_branch = sm.OLS(data["revenue"], x).fit(cov_type="cluster", cov_kwds={"groups": data["branch"], "use_correction": False})
    assert clustered["std_error"].to_numpy() == pytest.approx(by_branch.bse.to_numpy() * np.sqrt(20 / 19))


def test_equal_prices_share_a_tier_and_cells_without_a_tier_are_left_out():
    data = pd.concat([DATA, pd.DataFrame({"risk": "new", "price": [1, 1], "took": [0, 1]})], ignore_index=True)
    made = respond(data)
    assert made["n_dropped"].tolist() == [2, 2] and made["adjusted"].tolist() == pytest.approx(respond()["adjusted"])


def test_several_outcomes_and_cells():
    data = pd.concat([DATA.assign(wave=w, money=10.0 * w) for w in (1, 2)])
    made = respond(data, cells=["risk", "wave"], outcomes=["took", "money"])
    assert made["outcome"].tolist() == ["took", "took", "money", "money"]
    assert made.query("outcome == 'money'")["adjusted"].tolist() == pytest.approx([15, 15])


@pytest.mark.parametrize(
    ("change", "given", "error", "message"),
    [
        ({"price": 4}, {"tiers": 2}, TooFew, "none of 2 cells has all of 2 tiers"),
        ({"took": np.nan}, {}, BadValue, "took: 12 of 12 values are missing"),
        ({"risk": None}, {}, BadValue, "risk: 12 of 12 values are missing"),
        ({}, {"tiers": [3, 1]}, BadValue, "edges of tiers must be increasing"),
        ({}, {"tiers": 1}, BadValue, "tiers must be a whole number of at least 2"),
    ],
)
def test_wrong_input_is_refused(change, given, error, message):
    with pytest.raises(error, match=message):
        respond(DATA.assign(**change), **given)
