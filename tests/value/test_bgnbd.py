"""BG/NBD against the paper's CDNOW estimates, the authors' spreadsheet, lifetimes, and integrals worked numerically."""

import numpy as np
import pytest
from answers import check
from lifetimes import BetaGeoFitter
from scipy.integrate import quad
from scipy.special import betaln, gammaln

from study import value


@pytest.fixture(scope="module")
def model(cdnow):
    return value.bgnbd(cdnow["frequency"], cdnow["recency"], cdnow["T"])


@pytest.fixture(scope="module")
def oracle(model, cdnow):
    """lifetimes at our estimates: its optimiser stops earlier."""
    made = BetaGeoFitter().fit(cdnow["frequency"], cdnow["recency"], cdnow["T"])
    made.ours = made.params_.copy()
    made.params_[:] = model.estimates
    return made


def simulated(n, r, alpha, a, b, age, seed):
    """Histories drawn from the story of the model, transaction by transaction."""
    random = np.random.default_rng(seed)
    rate, leave = random.gamma(r, 1 / alpha, n), random.beta(a, b, n)
    x, last, alive = np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while alive.any():
        following = last + random.exponential(1 / rate)
        alive &= following <= age
        x[alive] += 1
        last[alive] = following[alive]
        alive &= random.random(n) >= leave
    return x, last, np.full(n, float(age))


def test_cdnow_estimates_are_the_published_ones(model):
    check("value.bgnbd.cdnow.r", model.params["r"])
    check("value.bgnbd.cdnow.alpha", model.params["alpha"])
    check("value.bgnbd.cdnow.a", model.params["a"])
    check("value.bgnbd.cdnow.b", model.params["b"])
    check("value.bgnbd.cdnow.loglik", model.loglik)


def test_expectations_of_the_authors_spreadsheet(model):
    check("value.bgnbd.cdnow.conditional", model.predict(39, [2], [30.43], [38.86])[0])
    weeks = model.expected([0.1429, 1.0, 3.0, 31.8571, 32.0, 78.0])
    check("value.bgnbd.cdnow.expected.0", weeks[0])
    check("value.bgnbd.cdnow.expected.1", weeks[1])
    check("value.bgnbd.cdnow.expected.2", weeks[2])
    check("value.bgnbd.cdnow.expected.3", weeks[3])
    check("value.bgnbd.cdnow.expected.4", weeks[4])
    check("value.bgnbd.cdnow.expected.5", weeks[5])


def test_estimates_errors_and_predictions_are_those_of_lifetimes(model, oracle, cdnow):
    x, last, age = cdnow["frequency"], cdnow["recency"], cdnow["T"]
    assert list(model.params.values()) == pytest.approx(oracle.ours.to_numpy(), rel=1e-5)
    assert list(model.std_errors.values()) == pytest.approx(oracle.standard_errors_.to_numpy(), rel=1e-4)
    theirs = oracle._negative_log_likelihood(np.log(model.estimates), x, last, age, np.ones(len(cdnow)), 0.0)
    assert model.loglik == pytest.approx(-theirs * len(cdnow), rel=1e-12)
    for horizon in (0.5, 39, 150):
        expected = oracle.conditional_expected_number_of_purchases_up_to_time(horizon, x, last, age)
        assert model.predict(horizon, x, last, age) == pytest.approx(expected.to_numpy(), rel=1e-10)
    assert model.probability_alive(x, last, age) == pytest.approx(oracle.conditional_probability_alive(x, last, age), rel=1e-12)
    assert model.probability_of_count([0, 1, 5], 39) == pytest.approx([oracle.probability_of_n_purchases_up_to_time(39, k) for k in (0, 1, 5)])
    assert model.probability_of_count(np.arange(3000), 39).sum() == pytest.approx(1, abs=1e-6)


def test_likelihood_is_the_integral_over_rates_and_chances_of_leaving():
    # two customers, x = 2 and x = 0; rate and chance integrated numerically over the individual likelihood (equation 3)
    r, alpha, a, b = 0.7, 3.0, 0.9, 2.2
    want = []
    for x, last, age in ((2, 3.0, 8.0), (0, 0.0, 5.0)):
        over_rate = [
            quad(lambda v, t=t: v**x * np.exp(-v * t) * np.exp(r * np.log(alpha) - gammaln(r) + (r - 1) * np.log(v) - alpha * v), 0, 40)[0]
            for t in (age, last)
        ]
        stayed = quad(lambda p: (1 - p) ** x * p ** (a - 1) * (1 - p) ** (b - 1), 0, 1)[0]
        left = quad(lambda p: p * (1 - p) ** (x - 1) * p ** (a - 1) * (1 - p) ** (b - 1), 0, 1)[0] if x else 0.0
        want.append((stayed * over_rate[0] + left * over_rate[1]) / np.exp(betaln(a, b)))
    from study.value.bgnbd import _of_counts, _of_times

    theta = np.array([r, alpha, a, b])
    x, last, age, n = (np.array(v) for v in ((2.0, 0.0), (3.0, 0.0), (8.0, 5.0), (1.0, 1.0)))
    total = _of_counts(theta, np.bincount([2, 0], weights=n))[0] + _of_times(theta, x, last, age, n)[0]
    assert total == pytest.approx(np.log(want).sum(), rel=1e-7)


def test_derivatives_are_those_of_differences(cdnow):
    from study.value.bgnbd import _of_counts, _of_times

    x, last, age = (cdnow[name].to_numpy(dtype=float)[:200] for name in ("frequency", "recency", "T"))
    n = np.arange(200) % 3 + 1.0

    def at(theta):
        one, two = _of_counts(theta, np.bincount(x.astype(int), weights=n)), _of_times(theta, x, last, age, n)
        return [left + right for left, right in zip(one, two)]

    theta = np.array([0.4, 6.0, 0.7, 1.9])
    _, slope, curve = at(theta)
    for k in range(4):
        step = np.eye(4)[k] * theta[k] * 1e-6
        up, down = at(theta + step), at(theta - step)
        assert slope[k] == pytest.approx((up[0] - down[0]) / (2 * step[k]), rel=1e-6)
        assert curve[k] == pytest.approx((up[1] - down[1]) / (2 * step[k]), rel=1e-5, abs=1e-6)


def test_expectation_is_the_mean_over_chances_of_leaving(model):
    # E = integral of (1 - (1 + p s)^-(r + x)) / p over beta(a, b + x), here by the trapezoid rule on the logit of p.
    # Singular in closed form: a = 1 (1, 2), a + b + x = 1 (3), a tiny horizon (4); an overflow (5); none of these (6).
    cases = [(0.6, 5.0, 1.0, 2.0, 3, 20), (0.6, 5.0, 1 + 1e-9, 2.0, 0, 20), (0.6, 5.0, 0.4, 0.6, 0, 20)]
    cases += [(0.6, 5.0, 0.8, 2.0, 3, 1e-6), (0.6, 5.0, 0.8, 2.0, 3000, 90), (0.321, 1.16, 10.718, 8.099, 17, 90.7)]
    y = np.linspace(-120, 120, 60_001)
    for r, alpha, a, b, x, t in cases:
        s = t / (alpha + 30)
        weight = np.exp(-(a - 1) * np.logaddexp(0, -y) - (b + x) * np.logaddexp(0, y) - betaln(a, b + x))
        want = (-np.expm1(-(r + x) * np.log1p(s / (1 + np.exp(-y)))) * weight).sum() * (y[1] - y[0])
        at = model.at(np.array([r, alpha, a, b]))
        last = [29.0 if x else 0.0]
        assert at.predict(t, [x], last, [30.0])[0] == pytest.approx(want * at.probability_alive([x], last, [30.0])[0], rel=1e-8)


def test_many_transactions_do_not_overflow(model):
    busy = model.predict(39, [3000], [38.8], [38.86])[0]
    with np.errstate(all="raise"):
        assert np.isfinite(busy) and 0 < busy < 39 * 3000 / 38.86 * 1.01
    assert 0 <= model.probability_alive([5000], [1.0], [38.86])[0] < 1e-100


def test_parameters_come_back_from_simulated_customers():
    truth = np.array([0.8, 10.0, 0.8, 2.5])
    model = value.bgnbd(*simulated(40_000, *truth, age=60, seed=3))
    assert np.abs(model.estimates - truth) / np.sqrt(np.diag(model.covariance)) == pytest.approx(np.zeros(4), abs=3)


def test_counts_stand_for_identical_customers(cdnow):
    some = cdnow.head(300)
    repeated = some.loc[some.index.repeat(np.arange(300) % 3)]
    one = value.bgnbd(some["frequency"], some["recency"], some["T"], counts=np.arange(300) % 3)
    two = value.bgnbd(repeated["frequency"], repeated["recency"], repeated["T"])
    assert one.n_customers == two.n_customers == len(repeated)
    assert one.loglik == pytest.approx(two.loglik) and one.estimates == pytest.approx(two.estimates, rel=1e-6)
    assert one.covariance == pytest.approx(two.covariance, rel=1e-4)


def test_unit_of_time_moves_alpha_only(model, cdnow):
    days = value.bgnbd(cdnow["frequency"], cdnow["recency"] * 7, cdnow["T"] * 7)
    assert days.estimates == pytest.approx(model.estimates * [1, 7, 1, 1], rel=1e-6)
    assert days.predict(39 * 7, [2], [30.43 * 7], [38.86 * 7]) == pytest.approx(model.predict(39, [2], [30.43], [38.86]))


def test_a_fitted_model_can_not_be_changed(model):
    with pytest.raises(ValueError, match="read-only"):
        model.estimates[0] = 1
    with pytest.raises(AttributeError):
        model.loglik = 0
    assert model.tidy().columns.tolist() == ["term", "estimate", "std_error", "ci_low", "ci_high"]
    assert model.glance()["aic"] == pytest.approx(8 - 2 * model.loglik)


def test_value_of_future_transactions_is_that_of_lifetimes(model, oracle, spend):
    spending = value.gamma_gamma(*spend.loc[spend["frequency"] > 0, ["frequency", "monetary"]].to_numpy().T)
    mean = spending.predict(spend["frequency"], spend["monetary"])
    arguments = spend["frequency"], spend["recency"], spend["T"]
    ours = model.clv(spending, *arguments, spend["monetary"], horizon=12, discount=0.01)
    from lifetimes.utils import _customer_lifetime_value

    theirs = _customer_lifetime_value(oracle, *arguments, mean, time=12, discount_rate=0.01, freq="M")
    assert ours == pytest.approx(theirs.to_numpy(), rel=1e-9)
    # no discount: spend times expected transactions
    assert model.clv(spending, *arguments, spend["monetary"], 12, 0) == pytest.approx(mean * model.predict(12, *arguments))


GOOD = ([0, 1, 2, 0], [0, 3.0, 8.0, 0], [10.0, 10, 10, 9])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"frequency": [0, -1, 2, 0]}, "frequency: 1 of 4 values are not at least 0, the first -1"),
        ({"frequency": [0, 1.5, 2, 0]}, "frequency: 1 of 4 values are not whole numbers, the first 1.5"),
        ({"recency": [0, 3, 12, 0]}, "recency is above age for 1 of 4 customers, the first 12 and 10"),
        ({"recency": [4, 3, 8, 0]}, "frequency is 0 but recency is not for 1 of 4 customers, the first 0 and 4"),
        ({"recency": [0, 0, 8, 0]}, "frequency is above 0 but recency is 0 for 1 of 4 customers"),
        ({"recency": [0, 3, 8]}, r"frequency has shape \(4,\), recency has shape \(3,\)"),
        ({"age": [10, np.nan, 10, 9]}, "age: 1 of 4 values are missing"),
        ({"counts": [1, 1, -1, 1]}, "counts: 1 of 4 values are not at least 0"),
        ({"counts": [0, 1, 0, 0]}, "1 customers: the spread between customers needs at least two"),
        ({"counts": [0, 7, 0, 0]}, r"all 7 customers are alike \(frequency 1, recency 3, age 10\)"),
    ],
)
def test_impossible_histories_are_refused(change, message):
    given = dict(zip(("frequency", "recency", "age"), GOOD)) | change
    with pytest.raises(value.ValueInputError, match=message):
        value.bgnbd(**given)


def test_a_sample_without_customers_who_never_came_back_is_warned_of(model, cdnow):
    back = cdnow[cdnow["frequency"] > 0]
    with pytest.warns(value.SelectedCustomers, match="0 of 946 customers have frequency 0"):
        selected = value.bgnbd(back["frequency"], back["recency"], back["T"])
    assert selected.expected(39)[0] > 2 * model.expected(39)[0]  # what the warning is for


def test_no_maximum_is_said():
    # everybody bought once more at the same distance: no spread in rates
    with pytest.raises(value.NotConverged, match="BG/NBD: no maximum of the likelihood of 40 customers was found from 3 starts: it still rises with"):
        value.bgnbd(np.tile([0, 1], 20), np.tile([0, 5.0], 20), np.tile([10.0, 10.0], 20))


def test_horizons(model):
    with pytest.raises(value.ValueInputError, match="horizon: 1 of 1 values are not above 0, the first 0"):
        model.predict(0, [2], [30.43], [38.86])
    with pytest.warns(value.HorizonUnits, match="horizon 365 is 9.4 times the longest age 38.86"):
        model.predict(365, [2], [30.43], [38.86])
    spending = value.gamma_gamma([1, 2, 5, 3], [10.0, 20, 15, 40])
    with pytest.raises(value.ValueInputError, match="horizon 2.5 is no whole number of periods"):
        model.clv(spending, [2], [30.43], [38.86], [20.0], 2.5, 0.01)
