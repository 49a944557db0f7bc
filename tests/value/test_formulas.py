"""The report's formulas against hand-computed values (each worked in a comment) and the printed ones."""

import warnings

import numpy as np
import pytest

from study import value


def test_cltv_is_the_sum_of_expected_margins_when_the_lifetime_fits():
    # (1000 - 400) * .8 * 5 = 2400 = 600 * (.8 + .64 + ...) = 600 * .8 / .2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert value.cltv(1000, 400, 0.8, 5) == pytest.approx(2400)


def test_cltv_warns_of_a_lifetime_that_retention_does_not_imply():
    with pytest.warns(value.LifetimeMismatch, match=r"1 of 2: lifetime 3 where the retention implies 1/\(1 - r\) = 5"):
        # 600 * .8 * 3 = 1440, 600 * .8 * 5 = 2400
        assert value.cltv(1000, 400, 0.8, [3, 5]) == pytest.approx([1440, 2400])


def test_cltv_over_discounted_value_is_one_plus_i_over_churn():
    # 1 + .05 / .12 = 1.41667; the sum to 2,000 periods stands for the infinite one
    discounted = value.clv_discounted(np.ones(2000), 0.12, 0.05)
    assert value.cltv(1, 0, 0.88, 1 / 0.12) / discounted == pytest.approx(1.4166667, abs=1e-6)


def test_discounted_value_of_three_periods():
    # 100 * (.9/1.05 + .81/1.1025 + .729/1.157625) = 85.714286 + 73.469388 + 62.973761
    assert value.clv_discounted([100, 100, 100], 0.10, 0.05) == pytest.approx(222.157434, abs=1e-6)


def test_receipts_at_the_start_are_certain_once():
    # 100 * (1 + .9/1.05 + .81/1.1025) = 100 + 85.714286 + 73.469388
    assert value.clv_discounted([100, 100, 100], 0.10, 0.05, timing="start") == pytest.approx(259.183673, abs=1e-6)


def test_churn_by_period():
    # survival .9, .9 * .8 = .72; no discount: 100 * .9 + 200 * .72 = 234
    assert value.clv_discounted([100, 200], [0.1, 0.2], 0) == pytest.approx(234)
    # as if accumulated: 100 * .9 + 200 * .8 = 250; power: 100 * .9 + 200 * .8^2 = 218
    assert value.clv_discounted([100, 200], [0.1, 0.2], 0, survival="period") == pytest.approx(250)
    assert value.clv_discounted([100, 200], [0.1, 0.2], 0, survival="power") == pytest.approx(218)


@pytest.mark.parametrize(("discount", "ratio", "digits"), [(0.05, 1.5834, 4), (0, 1.663, 3)])
def test_the_period_form_overstates_the_product(discount, ratio, digits):
    # EMPIRICAL_DESIGN 2.1; at i = 0: 10 * .88 / (.88 * (1 - .88^10) / .12) = 8.8 / 5.2914
    forms = {form: value.clv_discounted(np.ones(10), 0.12, discount, survival=form) for form in ("product", "period", "power")}
    assert round(forms["period"] / forms["product"], digits) == ratio
    assert forms["power"] == pytest.approx(forms["product"])


def test_several_customers():
    two = value.clv_discounted([[100, 100], [50, 200]], [[0.1, 0.2], [0, 0.5]], 0)
    # 100 * .9 + 100 * .72 = 162; 50 * 1 + 200 * .5 = 150
    assert two == pytest.approx([162, 150])


def test_joint_index_is_the_printed_one_and_its_bounds():
    # SEED_FACTS 3: ICBC 2022, 95 % x 88 % = 83.6 %; bounds .95 + .88 - 1 = .83 and min = .88
    index = value.joint_index(0.95, 0.88)
    assert (index.product, index.lower, index.upper) == pytest.approx((0.836, 0.83, 0.88))


def test_lower_bound_is_never_negative():
    index = value.joint_index([0.3, 1.0], [0.4, 0.7])
    assert index.lower == pytest.approx([0, 0.7]) and index.upper == pytest.approx([0.3, 0.7])


@pytest.mark.parametrize(("form", "effect"), [("sum", 6), ("mean", 2), ("relative", 0.1)])
def test_cooperation_effect(form, effect):
    # changes 2, -2, 6 from 10, 20, 30: sum 6, mean 6/3, relative 6/60
    assert value.cooperation_effect([10, 20, 30], [12, 18, 36], form) == pytest.approx(effect)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: value.cltv(1, 0, 1, 5), r"retention: 1 of 1 values are not at least 0 and below 1, the first 1"),
        (lambda: value.cltv(1, 0, 88, 5), r"retention: .* the first 88 \(per cent\? give 0.88 for 88 %\)"),
        (lambda: value.cltv([1, np.nan], 0, 0.5, 2), "revenue: 1 of 2 values are missing or infinite"),
        (lambda: value.cltv(1, 0, 0.5, 0), "lifetime: 1 of 1 values are not above 0, the first 0"),
        (lambda: value.cltv("many", 0, 0.5, 2), "revenue must be numbers; found 'many'"),
        (lambda: value.cltv([], 0, 0.5, 2), "revenue is empty"),
        (lambda: value.clv_discounted([1, 1], [0.1, 0.1, 0.1], 0), "churn has 3 periods and margin 2"),
        (lambda: value.clv_discounted([1, 1], 0.1, -1), "discount: 1 of 1 values are not above -1, the first -1"),
        (lambda: value.clv_discounted([1, 1], 0.1, 0, survival="sum"), "survival 'sum' is not known"),
        (lambda: value.clv_discounted([1, 1], 0.1, 0, timing="middle"), "timing 'middle' is not known"),
        (lambda: value.joint_index(95, 0.88), r"satisfaction: .* \(per cent"),
        (lambda: value.cooperation_effect([1, 2], [1]), r"before has shape \(2,\) and after \(1,\)"),
        (lambda: value.cooperation_effect([1, -1], [1, 1], "relative"), "the value before sums to 0"),
        (lambda: value.cooperation_effect([1], [1], "ratio"), "form 'ratio' is not known"),
    ],
)
def test_wrong_uses_are_refused(call, message):
    with pytest.raises(value.ValueInputError, match=message):
        call()
