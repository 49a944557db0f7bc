"""Risk of a lapse: the product of the hazards that are left, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from study.analytics.errors import BadValue
from study.analytics.warning.lapse_risk import lapse_risk
from study.models import hazard


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(5)
    x = random.normal(size=900)
    silent = random.integers(1, 5, 900)
    chance = 1 - np.exp(-np.exp(-0.3 * silent + 0.8 * x))
    return pd.DataFrame({"x": x, "silent": silent, "back": (random.random(900) < chance).astype(int)})


@pytest.fixture(scope="module")
def fit(rows):
    return hazard.fit(rows, "back ~ x", time="silent")


def test_it_is_the_product_of_the_hazards_that_are_left(fit):
    given = pd.DataFrame({"x": [0.4, -1.0, 0.4], "since": [0, 2, 4]})
    found = lapse_risk(fit, given, since="since", gap=4)
    for line, risk in zip(given.itertuples(), found):
        path = hazard.survival(fit, pd.DataFrame({"silent": range(line.since + 1, 5), "x": line.x})) if line.since < 4 else None
        assert risk == pytest.approx(1.0 if path is None else np.prod(1 - path["hazard"]), rel=1e-10)


def test_longer_silence_means_more_risk_and_inputs_stay(fit):
    given = pd.DataFrame({"x": 0.0, "since": [0, 1, 2, 3, 4]})
    before = given.copy()
    found = lapse_risk(fit, given, since="since", gap=4)
    assert (np.diff(found) > 0).all() and found[-1] == 1 and given.equals(before)


def test_a_period_without_return_has_hazard_zero(rows):
    quiet = rows.assign(back=rows["back"].where(rows["silent"] != 3, 0))
    fit = hazard.fit(quiet, "back ~ x", time="silent")
    two, three = lapse_risk(fit, pd.DataFrame({"x": [0.0, 0.0], "since": [2, 3]}), since="since", gap=4)
    assert two == pytest.approx(three, rel=1e-12)


def test_what_has_no_answer_is_refused(fit, rows):
    given = pd.DataFrame({"x": [0.0], "since": [2]})
    with pytest.raises(BadValue, match="1 of 1 rows are silent for more than the gap of 1"):
        lapse_risk(fit, given, since="since", gap=1)
    with pytest.raises(BadValue, match="ends at period 4 of a silence, before the gap of 9"):
        lapse_risk(fit, given, since="since", gap=9)
    with pytest.raises(BadValue, match="link 'logit'"):
        lapse_risk(hazard.fit(rows, "back ~ x", time="silent", link="logit"), given, since="since", gap=4)
