"""The models of customers end where neither the last bits of their input nor the start reach a published digit (ten)."""

import numpy as np
import pandas as pd
import pytest

from study import value
from study.value import bgbb, bgnbd, gamma_gamma, likelihood, sbg

LAST_BITS = 1e-14
PUBLISHED = 1e-11  # a tenth of the tenth significant digit


@pytest.fixture(scope="module")
def fitted(cdnow, spend, donations):
    """module -> its fit to the published data."""
    back = spend[spend["frequency"] > 0]
    return {
        bgnbd: value.bgnbd(cdnow["frequency"], cdnow["recency"], cdnow["T"]),
        gamma_gamma: value.gamma_gamma(back["frequency"], back["monetary"]),
        bgbb: value.bgbb(donations["frequency"], donations["recency"], donations["periods"], donations["weights"]),
        sbg: value.sbg([1000, 869, 743, 653, 593, 551, 517, 491]),
    }


def numbers(model) -> np.ndarray:
    return np.concatenate([model.estimates, np.sqrt(np.diag(model.covariance)), [model.loglik]])


@pytest.mark.parametrize("module", [bgnbd, gamma_gamma, bgbb, sbg], ids=lambda module: module.__name__)
def test_estimates_and_errors(fitted, module):
    made = fitted[module]
    for seed in (1, 2, 3):
        noise = 1 + LAST_BITS * np.random.default_rng(seed).uniform(-1, 1, len(made.rows))
        again = made.refit(made.rows["counts"].to_numpy() * noise)
        np.testing.assert_allclose(numbers(again), numbers(made), rtol=PUBLISHED)


@pytest.mark.parametrize("module", [bgnbd, gamma_gamma, bgbb, sbg], ids=lambda module: module.__name__)
def test_where_the_search_ends_does_not_matter(fitted, module):
    """From a start that is as near as the search's tolerance, and from one that is not, the same digits."""
    made = fitted[module]
    for size in (1e-10, 1e-9, 1e-8, 1e-6, 1e-3):
        near = made.at(made.estimates * (1 + size * np.array([1, -1, 1, 1])[: made.estimates.size]))
        np.testing.assert_allclose(numbers(near.refit(near.rows["counts"].to_numpy())), numbers(made), rtol=PUBLISHED)


def test_the_steps_beyond_are_what_does_it(fitted, monkeypatch):
    made = fitted[bgbb]
    monkeypatch.setattr(likelihood, "BEYOND", 0)
    near = made.at(made.estimates * (1 + 1e-9))
    assert np.abs(near.refit(near.rows["counts"].to_numpy()).estimates / made.estimates - 1).max() > 1e-10


def test_units_that_are_alike_have_one_score_wherever_they_stand():
    random = np.random.default_rng(5)
    rows = random.lognormal(size=(37, 5))
    indicators = pd.DataFrame(np.concatenate([rows, rows[::-1], rows]), columns=list("abcde"))
    for kind in ("equal", "entropy", "pca"):
        scores = value.composite(indicators, kind).scores.to_numpy()
        assert (scores[:37] == scores[74:]).all() and (scores[:37] == scores[37:74][::-1]).all()
        again = value.composite(indicators * (1 + LAST_BITS), kind).scores.to_numpy()
        np.testing.assert_allclose(again, scores, rtol=PUBLISHED, atol=1e-14)
