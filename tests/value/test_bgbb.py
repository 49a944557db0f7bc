"""BG/BB against the published estimates for donors, the authors' spreadsheet, BTYD, lifetimes and plain enumeration."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from answers import check
from lifetimes import BetaGeoBetaBinomFitter
from scipy.special import beta as beta_function

from study import value


@pytest.fixture(scope="module")
def model(donations):
    return value.bgbb(donations["frequency"], donations["recency"], donations["periods"], donations["weights"])


def test_estimates_are_the_published_ones(model):
    check("value.bgbb.donations.alpha", model.params["alpha"])
    check("value.bgbb.donations.beta", model.params["beta"])
    check("value.bgbb.donations.gamma", model.params["gamma"])
    check("value.bgbb.donations.delta", model.params["delta"])
    check("value.bgbb.donations.loglik", model.loglik)


def test_estimates_are_the_root_of_the_score_to_fifty_digits(model, donations):
    check("value.bgbb.donations.exact.alpha", model.params["alpha"])
    check("value.bgbb.donations.exact.beta", model.params["beta"])
    check("value.bgbb.donations.exact.gamma", model.params["gamma"])
    check("value.bgbb.donations.exact.delta", model.params["delta"])
    check("value.bgbb.donations.exact.next_five", model.predict(5, donations["frequency"], donations["recency"], 6) @ donations["weights"])
    check("value.bgbb.donations.exact.loglik", model.loglik)


def test_predictions_of_the_authors_and_of_btyd(model, donations):
    total = model.predict(5, donations["frequency"], donations["recency"], 6) @ donations["weights"]
    check("value.bgbb.donations.next_five", total)
    alive = model.probability_alive([0, 2, 6], [0, 4, 6], 6)
    check("value.bgbb.donations.alive.0", alive[0])
    check("value.bgbb.donations.alive.1", alive[1])
    check("value.bgbb.donations.alive.2", alive[2])
    donors = model.probability_of_count([0, 6], 6) * model.n_customers
    check("value.bgbb.donations.count.0", donors[0])
    check("value.bgbb.donations.count.6", donors[1])
    ten_years = model.predict(10, [0, 4], [0, 5], 6)
    check("value.bgbb.donations.btyd.a", ten_years[0])
    check("value.bgbb.donations.btyd.b", ten_years[1])


def test_estimates_errors_and_predictions_are_those_of_lifetimes(model, donations):
    arguments = donations["frequency"], donations["recency"], donations["periods"]
    oracle = BetaGeoBetaBinomFitter().fit(*arguments, donations["weights"])
    assert model.estimates == pytest.approx(oracle.params_.to_numpy(), rel=1e-4)
    assert list(model.std_errors.values()) == pytest.approx(oracle.standard_errors_.to_numpy(), rel=1e-3)
    oracle.params_[:] = model.estimates
    theirs = oracle.conditional_expected_number_of_purchases_up_to_time(5, *arguments)
    assert model.predict(5, *arguments) == pytest.approx(theirs.to_numpy(), rel=1e-9)
    assert model.probability_alive(*arguments) == pytest.approx(oracle.conditional_probability_alive(1, *arguments).to_numpy(), rel=1e-9)


def test_likelihood_and_counts_are_those_of_all_sequences(model):
    # every sequence of 4 opportunities; chance of one = sum over the number of opportunities lived of the moments of p and theta
    a, b, g, d = theta = model.estimates
    chances, counts = [], np.zeros(5)
    from study.value.bgbb import _mixture

    for sequence in product((0, 1), repeat=4):
        x, last = sum(sequence), max((i + 1 for i, bought in enumerate(sequence) if bought), default=0)
        chance = 0.0
        for lived in range(last, 5):
            leave = beta_function(g + 1, d + lived) if lived < 4 else beta_function(g, d + 4)
            chance += beta_function(a + x, b + lived - x) / beta_function(a, b) * leave / beta_function(g, d)
        logs = _mixture(theta, np.array([float(x)]), np.array([float(last)]), np.array([4.0]))
        assert np.exp(logs).sum() == pytest.approx(chance)
        chances.append(chance)
        counts[x] += chance
    assert sum(chances) == pytest.approx(1)
    assert model.probability_of_count(np.arange(5), 4) == pytest.approx(counts)
    assert model.expected([0, 4]) == pytest.approx([0, counts @ np.arange(5)])


def test_derivatives_are_those_of_differences(donations):
    from study.value.bgbb import _derivatives, _tables

    x, last, n, w = (donations[name].to_numpy(dtype=float) for name in ("frequency", "recency", "periods", "weights"))
    n = n + np.arange(22) % 3  # unequal numbers of opportunities

    def at(theta):
        tables = [_tables(v, 12) for v in (*theta, theta[0] + theta[1], theta[2] + theta[3])]
        return _derivatives(theta, tables, x, last, n, w)

    theta = np.array([0.9, 1.3, 0.6, 2.0])
    _, slope, curve = at(theta)
    for k in range(4):
        step = np.eye(4)[k] * 1e-6
        up, down = at(theta + step), at(theta - step)
        assert slope[k] == pytest.approx((up[0] - down[0]) / 2e-6, rel=1e-5)
        assert curve[k] == pytest.approx((up[1] - down[1]) / 2e-6, rel=1e-5, abs=1e-3)


@pytest.mark.filterwarnings("ignore:horizon")  # the sum needs a long one
def test_residual_transactions_are_the_discounted_sum(model):
    upto = np.array([0.0] + [model.predict(k, [3], [4], [30])[0] for k in range(1, 140)])
    discounted = (np.diff(upto) / 1.25 ** np.arange(1, 140)).sum()
    assert model.residual_transactions(0.25, [3], [4], [30])[0] == pytest.approx(discounted, rel=1e-9)


def test_one_row_for_each_customer_gives_the_same(model, donations):
    each = donations.loc[donations.index.repeat(donations["weights"])]
    again = value.bgbb(each["frequency"], each["recency"], each["periods"])
    assert again.estimates == pytest.approx(model.estimates, rel=1e-10) and len(again.rows) == 22
    assert again.loglik == pytest.approx(model.loglik)


def test_parameters_come_back_from_simulated_customers():
    truth, random, n = np.array([1.2, 0.8, 0.9, 6.0]), np.random.default_rng(8), 20_000
    buy, leave = random.beta(*truth[:2], n), random.beta(*truth[2:], n)
    x, last, alive = np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    for t in range(1, 13):
        alive &= random.random(n) >= leave
        bought = alive & (random.random(n) < buy)
        x, last = x + bought, np.where(bought, t, last)
    model = value.bgbb(x, last, 12)
    assert np.abs(model.estimates - truth) / np.sqrt(np.diag(model.covariance)) == pytest.approx(np.zeros(4), abs=3)


@pytest.mark.parametrize(
    ("frequency", "recency", "message"),
    [
        ([0, 3, 1], [0, 2, 1], "frequency is above recency for 1 of 3 customers, the first 3 and 2: there is at most one"),
        ([0, 1, 1], [0, 7, 1], "recency is above periods for 1 of 3 customers, the first 7 and 6"),
        ([0, 1, 1], [0, 2.5, 1], "recency: 1 of 3 values are not whole numbers, the first 2.5"),
    ],
)
def test_impossible_histories_are_refused(frequency, recency, message):
    with pytest.raises(value.ValueInputError, match=message):
        value.bgbb(frequency, recency, 6)


def test_horizons_and_rates(model):
    with pytest.raises(value.ValueInputError, match="horizon: 1 of 1 values are not above 0"):
        model.predict(0, [1], [1], 6)
    with pytest.raises(value.ValueInputError, match="horizon 1.5 is no whole number of opportunities"):
        model.predict(1.5, [1], [1], 6)
    with pytest.raises(value.ValueInputError, match="discount: 1 of 1 values are not above 0"):
        model.residual_transactions(0, [1], [1], 6)
    with pytest.warns(value.HorizonUnits, match="horizon 60 is 10.0 times the longest number of periods 6"):
        model.predict(60, [1], [1], 6)


def test_no_maximum_is_said():
    # p and theta without any spread: everybody buys at every opportunity or never
    with pytest.raises(value.NotConverged, match="BG/BB: no maximum of the likelihood of 200 customers"):
        value.bgbb([1, 0], [1, 0], [1, 1], counts=[100, 100])


def test_input_is_not_changed(donations):
    before = donations.copy()
    value.bgbb(donations["frequency"], donations["recency"], donations["periods"], donations["weights"])
    pd.testing.assert_frame_equal(before, donations)
