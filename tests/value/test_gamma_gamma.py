"""Gamma-Gamma against the published CDNOW estimates, the authors' spreadsheet, lifetimes, and its own story."""

import numpy as np
import pytest
from answers import check
from lifetimes import GammaGammaFitter

from study import value


@pytest.fixture(scope="module")
def back(spend):
    return spend[spend["frequency"] > 0]


@pytest.fixture(scope="module")
def model(back):
    return value.gamma_gamma(back["frequency"], back["monetary"])


def test_cdnow_estimates_are_the_published_ones(model):
    check("value.gamma_gamma.cdnow.p", model.params["p"])
    check("value.gamma_gamma.cdnow.q", model.params["q"])
    check("value.gamma_gamma.cdnow.gamma", model.params["gamma"])


def test_expected_spend_of_the_authors_spreadsheet(model, spend):
    ten = spend.head(10)
    made = model.predict(ten["frequency"], ten["monetary"])
    check("value.gamma_gamma.cdnow.spend.0", made[0])
    check("value.gamma_gamma.cdnow.spend.1", made[1])
    check("value.gamma_gamma.cdnow.spend.2", made[2])
    check("value.gamma_gamma.cdnow.spend.5", made[5])
    check("value.gamma_gamma.cdnow.spend.8", made[8])


def test_estimates_and_errors_are_those_of_lifetimes(model, back):
    oracle = GammaGammaFitter().fit(back["frequency"], back["monetary"])
    assert model.estimates == pytest.approx(oracle.params_.to_numpy(), rel=1e-4)
    assert list(model.std_errors.values()) == pytest.approx(oracle.standard_errors_.to_numpy(), rel=1e-3)
    assert model.loglik >= -oracle._negative_log_likelihood_ * len(back) - 1e-9
    oracle.params_[:] = model.estimates
    theirs = oracle.conditional_expected_average_profit(back["frequency"], back["monetary"])
    assert model.predict(back["frequency"], back["monetary"]) == pytest.approx(theirs.to_numpy(), rel=1e-12)


def test_parameters_come_back_from_simulated_amounts():
    truth, random = np.array([6.0, 4.0, 15.0]), np.random.default_rng(5)
    x = random.integers(1, 8, 6000)
    z = random.gamma(truth[0] * x, 1 / random.gamma(truth[1], 1 / truth[2], 6000)) / x
    model = value.gamma_gamma(x, z)
    assert np.abs(model.estimates - truth) / np.sqrt(np.diag(model.covariance)) == pytest.approx(np.zeros(3), abs=3)


def test_currency_moves_gamma_only(model, back):
    cents = value.gamma_gamma(back["frequency"], back["monetary"] * 100)
    assert cents.estimates == pytest.approx(model.estimates * [1, 1, 100], rel=1e-6)


def test_customers_without_a_repeat_transaction_get_the_mean(model):
    p, q, gamma = model.estimates
    assert model.predict([0, 0], [np.nan, 7.0]) == pytest.approx([p * gamma / (q - 1)] * 2)
    assert model.mean == pytest.approx(p * gamma / (q - 1))


@pytest.mark.parametrize(
    ("frequency", "monetary", "message"),
    [
        ([1, 0, 0], [10.0, 0, 0], "frequency is 0 for 2 of 3 customers: they have no average of repeat transactions"),
        ([1, 2, 3], [10.0, 0, 5], "monetary: 1 of 3 values are not above 0, the first 0"),
        ([1, 2, 3], [10.0, -4, 5], "monetary: 1 of 3 values are not above 0, the first -4"),
        ([1, 2, 2.5], [10.0, 4, 5], "frequency: 1 of 3 values are not whole numbers"),
        ([1, 2], [10.0, 4, 5], r"frequency has shape \(2,\), monetary has shape \(3,\)"),
        ([2, 2], [5.0, 5.0], r"all 2 customers are alike \(frequency 2, monetary 5\)"),
        ([2], [5.0], "1 customers: the spread"),
    ],
)
def test_wrong_amounts_are_refused(frequency, monetary, message):
    with pytest.raises(value.ValueInputError, match=message):
        value.gamma_gamma(frequency, monetary)


def test_spend_that_follows_frequency_is_warned_of():
    random = np.random.default_rng(2)
    x = random.integers(1, 9, 400)
    z = random.gamma(6 * x, 1 / random.gamma(4, 1 / 15, 400))  # a total in place of an average
    with pytest.warns(value.SpendFollowsFrequency, match=f"of 400 customers have a correlation of {np.corrcoef(x, z)[0, 1]:.2f}"):
        value.gamma_gamma(x, z)


def test_an_infinite_mean_is_refused(model):
    with pytest.raises(value.ValueInputError, match="does not exist for 1 of 2 customers: q = 0.9"):
        model.at(np.array([6.0, 0.9, 15.0])).predict([0, 1], [0.0, 10.0])
