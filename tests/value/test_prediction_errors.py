"""Errors of predictions: against algebra, against each other, and against repeated samples."""

import numpy as np
import pytest

from study import value

HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


@pytest.fixture(scope="module")
def model():
    return value.sbg(HIGH_END)


def test_delta_error_of_the_first_retention_by_algebra(model):
    # r_1 = b/(a + b): slopes -b/(a + b)^2 and a/(a + b)^2
    a, b = model.estimates
    slope = np.array([-b, a]) / (a + b) ** 2
    made = value.delta_error(model, lambda m: m.retention(1)[0])
    assert made.std_error == pytest.approx(np.sqrt(slope @ model.covariance @ slope), rel=1e-6)
    assert (made.ci_high - made.ci_low) / made.std_error == pytest.approx(2 * 1.959964)
    assert made.method == "delta" and made.draws is None


def test_error_of_a_parameter_is_its_standard_error(model):
    made = value.delta_error(model, lambda m: m.estimates)
    assert made.std_error == pytest.approx(list(model.std_errors.values()), rel=1e-7)


def test_two_models_add_their_variances(model):
    other = value.sbg([1000, 631, 468, 382])
    both = value.delta_error((model, other), lambda one, two: one.retention(1) - two.retention(1))
    each = [value.delta_error(m, lambda m: m.retention(1)).std_error[0] for m in (model, other)]
    assert both.std_error[0] == pytest.approx(np.hypot(*each))


def test_bootstrap_and_delta_agree_and_the_draws_are_those_of_the_seed(model):
    def tenth(m):
        return m.survival([7, 12])

    delta = value.delta_error(model, tenth)
    boot = value.bootstrap_error(model, tenth, reps=150, seed=4)
    # 150 draws: the standard error of a standard error is about 6 %
    assert boot.std_error == pytest.approx(delta.std_error, rel=0.2)
    again = value.bootstrap_error(model, tenth, reps=150, seed=4)
    assert (again.std_error == boot.std_error).all() and (again.ci_low == boot.ci_low).all()
    assert boot.draws == 150 and boot.seed == 4


@pytest.mark.filterwarnings("ignore:horizon")
def test_errors_are_the_spread_over_repeated_samples(donations):
    # 40 samples of 1,500 donors drawn from the published table: spread of the prediction against its error
    random, weights = np.random.default_rng(11), donations["weights"].to_numpy()
    made = []
    for _ in range(40):
        drawn = value.bgbb(donations["frequency"], donations["recency"], 6, random.multinomial(1500, weights / weights.sum()))
        error = value.delta_error(drawn, lambda m: m.predict(5, [2], [4], [6])[0])
        made.append((error.estimate, error.std_error))
    estimates, errors = np.array(made).T
    assert estimates.std(ddof=1) == pytest.approx(errors.mean(), rel=0.3)


def test_too_few_draws_are_refused(model):
    with pytest.raises(value.ValueInputError, match="1 draws; a bootstrap needs at least two"):
        value.bootstrap_error(model, lambda m: m.estimates, reps=1, seed=1)


def test_samples_without_a_maximum_are_counted():
    # three customers lost in each of two periods: many draws have no inner maximum
    weak = value.sbg([12, 6, 4, 4, 4])
    with pytest.raises(value.NotConverged, match=r"\d+ of 60 bootstrap samples have no maximum of the likelihood; the last: sBG"):
        value.bootstrap_error(weak, lambda m: m.estimates, reps=60, seed=2)
