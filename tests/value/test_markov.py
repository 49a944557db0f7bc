"""The Markov chain of Pfeifer and Carraway: their example, sums by hand, and errors against the delta method."""

import numpy as np
import pandas as pd
import pytest
from answers import check

from study import value

# recency 1 to 4 and lost: chances of buying .3, .2, .15, .05; 40 earned by a purchase, 4 spent a period on each but the lost; i 20 %
CHANCES = np.array([[0.3, 0.7, 0, 0, 0], [0.2, 0, 0.8, 0, 0], [0.15, 0, 0, 0.85, 0], [0.05, 0, 0, 0, 0.95], [0, 0, 0, 0, 1]])
REWARDS = [36, -4, -4, -4, 0]


def test_the_papers_example():
    four = value.markov_clv(CHANCES, REWARDS, 0.2, horizon=4)
    check("value.markov.four.1", four[0])
    check("value.markov.four.2", four[1])
    check("value.markov.four.3", four[2])
    # without end, by hand: V4 = -4 + .05 V1/1.2; V3 = -4 + (.15 V1 + .85 V4)/1.2; V2 = -4 + (.2 V1 + .8 V3)/1.2;
    # V1 = 36 + (.3 V1 + .7 V2)/1.2, so V4 = -4 + .0416667 V1, V3 = -6.833333 + .1545139 V1, V2 = -8.555556 + .2696759 V1
    always = value.markov_clv(CHANCES, REWARDS, 0.2)
    check("value.markov.always.1", always[0])
    check("value.markov.always.2", always[1])
    check("value.markov.always.3", always[2])
    check("value.markov.always.4", always[3])
    # no money spent on recency 4, whose value was negative: V3 = -4 + .125 V1, V2 = -6.666667 + .25 V1
    curtailed = CHANCES.copy()
    curtailed[3] = [0, 0, 0, 0, 1]
    check("value.markov.curtailed.1", value.markov_clv(curtailed, [36, -4, -4, 0, 0], 0.2)[0])


def test_the_series_ends_in_the_closed_form():
    assert value.markov_clv(CHANCES, REWARDS, 0.2, horizon=400).to_numpy() == pytest.approx(value.markov_clv(CHANCES, REWARDS, 0.2).to_numpy())


def test_one_state_and_lost_is_the_constant_retention_formula():
    # m sum r^t/(1 + i)^t = m (1 + i)/(1 + i - r)
    made = value.markov_clv([[0.8, 0.2], [0, 1]], [10, 0], 0.05)
    assert made[0] == pytest.approx(10 * 1.05 / 0.25)


def test_chances_are_the_shares_of_moves():
    made = value.transition_matrix(["a", "a", "a", "b"], ["a", "b", "lost", "a"], counts=[6, 3, 1, 5], absorbing=["lost"])
    assert made.probabilities.loc["a"].tolist() == [0.6, 0.3, 0.1] and made.probabilities.loc["lost"].tolist() == [0, 0, 1]
    assert made.std_errors.loc["a", "b"] == pytest.approx(np.sqrt(0.3 * 0.7 / 10)) and made.std_errors.loc["lost"].isna().all()
    one_by_one = value.transition_matrix(["a"] * 10 + ["b"] * 5, ["a"] * 6 + ["b"] * 3 + ["lost"] + ["a"] * 5, absorbing=["lost"])
    pd.testing.assert_frame_equal(made.counts, one_by_one.counts)
    ordered = value.transition_matrix(["a", "b"], ["b", "a"], states=["b", "a"])
    assert ordered.probabilities.index.tolist() == ["b", "a"]


@pytest.mark.parametrize("draw", ["multinomial", "dirichlet"])
def test_errors_are_those_of_the_delta_method(draw):
    counts = np.round(CHANCES[:4] * 2000)
    origin, destination = np.repeat(range(4), 5), np.tile(range(5), 4)
    chain = value.transition_matrix(origin, destination, counts.ravel(), absorbing=[4])
    made = value.markov_clv_error(chain, REWARDS, 0.2, reps=1200, seed=6, draw=draw)
    # dV = (I - P/1.2)^-1 dP V/1.2, rows of P multinomial
    chances, v = chain.probabilities.to_numpy(), made.estimate
    inverse = np.linalg.inv(np.eye(5) - chances / 1.2) / 1.2
    spread = np.array([(p @ v**2 - (p @ v) ** 2) / 2000 for p in chances[:4]] + [0.0])
    delta = np.sqrt(inverse**2 @ spread)
    assert made.std_error == pytest.approx(delta, rel=0.08)
    assert (made.ci_low[:4] < made.estimate[:4]).all() and (made.estimate[:4] < made.ci_high[:4]).all()
    again = value.markov_clv_error(chain, REWARDS, 0.2, reps=1200, seed=6, draw=draw)
    assert (again.std_error == made.std_error).all()


CHAIN = value.transition_matrix(["a", "b"], ["b", "a"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: value.markov_clv([[0.5, 0.4], [0, 1]], [1, 0], 0.1), "1 of 2 rows do not sum to 1, the first 0 with 0.9; give leaving a state"),
        (lambda: value.markov_clv([[1.5, -0.5], [0, 1]], [1, 0], 0.1), "transition: 2 of 4 values are not at least 0 and at most 1"),
        (lambda: value.markov_clv([[0.5, 0.5]], [1], 0.1), r"transition has shape \(1, 2\)"),
        (lambda: value.markov_clv(CHANCES, [1, 2], 0.1), r"rewards has shape \(2,\) and there are 5 states"),
        (lambda: value.markov_clv(CHANCES, REWARDS, 0), "discount 0: the sum without end needs a discount above 0"),
        (lambda: value.markov_clv(CHANCES, REWARDS, 0.1, horizon=2.5), "horizon: 1 of 1 values are not whole numbers"),
        (lambda: value.transition_matrix(["a", None], ["b", "a"]), "1 of 2 moves have a missing state"),
        (lambda: value.transition_matrix(["a"], ["b"]), "1 states have no move out: b; name them in `absorbing`"),
        (lambda: value.transition_matrix(["a", "b"], ["b", "a"], absorbing=["b"]), "1 absorbing states are left: b"),
        (lambda: value.transition_matrix(["a", "b"], ["b", "a"], states=["a"]), "1 states are not in `states`: b"),
        (lambda: value.transition_matrix([], []), "0 states before, 0 after and 0 counts"),
        (lambda: value.markov_clv_error(CHAIN, [1, 2], 0.1, seed=1, draw="normal"), "draw 'normal' is not known"),
        (lambda: value.markov_clv_error(CHAIN, [1, 2], 0.1, seed=1, reps=1), "1 draws; an error needs at least two"),
    ],
)
def test_wrong_chains_are_refused(call, message):
    with pytest.raises(value.ValueInputError, match=message):
        call()
