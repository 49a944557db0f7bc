"""cox.fit against a published analysis and lifelines; spells that begin late; what has no answer."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter, CoxTimeVaryingFitter
from lifelines.datasets import load_rossi

from study import models

ROSSI = "arrest ~ fin + age + race + wexp + mar + paro + prio"


@pytest.fixture
def rossi():
    return load_rossi().assign(first=1)


def test_the_published_estimates_of_recidivism(rossi):
    # R's coxph as printed by Fox and Weisberg, "Cox Proportional-Hazards Regression for Survival Data in R": coef, se(coef)
    published = {
        "fin": (-0.37942, 0.19138), "age": (-0.05744, 0.02200), "race": (0.31390, 0.30799), "wexp": (-0.14980, 0.21222),
        "mar": (-0.43370, 0.38187), "paro": (-0.08487, 0.19576), "prio": (0.09150, 0.02865),
    }  # fmt: skip
    fit = models.cox.fit(rossi, ROSSI, start="first", stop="week")
    assert fit.glance()["n_events"] == 114 and fit.glance()["n_obs"] == 432
    for term, (estimate, error) in published.items():
        row = fit.row(term)
        assert (round(row["estimate"], 5), round(row["std_error"], 5)) == (estimate, error), term


def test_digits_are_those_of_lifelines(rossi):
    fit = models.cox.fit(rossi, ROSSI, start="first", stop="week")
    other = CoxPHFitter().fit(rossi.drop(columns="first"), "week", "arrest")
    assert fit.coefficients == pytest.approx(other.params_.to_numpy(), abs=1e-6)
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(other.standard_errors_.to_numpy(), abs=1e-6)
    assert fit.glance()["loglik"] == pytest.approx(other.log_likelihood_, abs=1e-6)


def test_a_spell_that_begins_late_is_at_risk_from_then_on():
    random = np.random.default_rng(1)
    first = random.integers(1, 6, 300)
    last = first + random.integers(0, 20, 300)
    spells = pd.DataFrame({"id": range(300), "first": first, "last": last, "event": random.integers(0, 2, 300), "z": random.normal(size=300)})
    other = CoxTimeVaryingFitter().fit(
        spells.assign(before=spells["first"] - 1).drop(columns="first"), id_col="id", event_col="event", start_col="before", stop_col="last"
    )
    fit = models.cox.fit(spells, "event ~ z", start="first", stop="last")
    assert fit.coefficients == pytest.approx(other.params_.to_numpy(), abs=1e-6)


def test_missing_rows_are_counted_and_the_input_stays(rossi):
    gaps = rossi.assign(age=rossi["age"].where(rossi.index > 4))
    before = gaps.copy()
    fit = models.cox.fit(gaps, ROSSI, start="first", stop="week")
    assert fit.glance()["n_dropped"] == 5 and fit.notes == ("5 rows with missing values dropped",) and gaps.equals(before)


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        (lambda d: d.assign(first=60), models.ModelError, "432 of 432 spells end before they start"),
        (lambda d: d.assign(week=d["week"] + 0.5), models.ModelError, "432 have times that are not whole"),
        (lambda d: d.assign(fin=d["arrest"] * (d.index % 2)), models.NotConverged, "a group without events"),
        (lambda d: d.assign(arrest=2), models.BadOutcome, "must be 0 or 1"),
        (lambda d: d.drop(columns="week"), models.MissingColumn, "week"),
    ],
)
def test_what_has_no_answer_is_refused(rossi, changed, error, message):
    with pytest.raises(error, match=message):
        models.cox.fit(changed(rossi), ROSSI, start="first", stop="week")
