"""The three forms of discounted value side by side."""

import warnings

import numpy as np
import pytest

from study import value


def test_ratios_are_the_printed_ones():
    # EMPIRICAL_DESIGN 2.1: 12 % a period, 10 periods, 5 %: the period form is 1.5834 times the product
    row = value.candidate_forms(np.ones(10), 0.12, 0.05).iloc[0]
    assert round(row["period_to_product"], 4) == 1.5834 and row["power_to_product"] == pytest.approx(1)


def test_columns_are_the_forms_of_clv_discounted():
    margin, churn = [[100, 200, 50], [80, 90, 10]], [[0.1, 0.2, 0.15], [0.3, 0.1, 0.2]]
    table = value.candidate_forms(margin, churn, 0.03, timing="start")
    for form in ("product", "period", "power"):
        assert table[form].to_numpy() == pytest.approx(value.clv_discounted(margin, churn, 0.03, form, "start"))
    assert table["period_to_product"].to_numpy() == pytest.approx(table["period"] / table["product"])


def test_a_product_of_zero_has_no_ratio():
    row = value.candidate_forms([0, 0], 0.1, 0.05).iloc[0]
    assert row["product"] == 0 and np.isnan(row["period_to_product"])


def test_accumulated_churn_is_warned_of_with_numbers():
    rates = np.stack([1 - 0.9 ** np.arange(1, 7), np.full(6, 0.1)])
    with pytest.warns(value.LooksCumulative, match="every one of 6 periods for 1 of 2 customers, from 0.1 to 0.469"):
        value.candidate_forms(np.ones((2, 6)), rates, 0.05)
    with pytest.warns(value.LooksCumulative):
        value.survival_curve(rates[0])


@pytest.mark.parametrize("churn", [[0.1, 0.2], [0.1, 0.11, 0.12], [0.1, 0.3, 0.2], [0.3, 0.2, 0.1]])
def test_other_churn_is_not_warned_of(churn):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value.candidate_forms(np.ones(len(churn)), churn, 0.05)
