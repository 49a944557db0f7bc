"""cox.fit against a published analysis and lifelines; spells that begin late; what has no answer."""

import numpy as np
import pandas as pd
import pytest
from answers import check
from lifelines import CoxPHFitter, CoxTimeVaryingFitter
from lifelines.datasets import load_rossi

from study import models

ROSSI = "arrest ~ fin + age + race + wexp + mar + paro + prio"


@pytest.fixture
def rossi():
    return load_rossi().assign(first=1)


def test_the_published_estimates_of_recidivism(rossi):
    fit = models.cox.fit(rossi, ROSSI, start="first", stop="week")
    assert fit.glance()["n_events"] == 114 and fit.glance()["n_obs"] == 432
    check("cox.rossi.fin", fit.row("fin")["estimate"])
    check("cox.rossi.fin.se", fit.row("fin")["std_error"])
    check("cox.rossi.age", fit.row("age")["estimate"])
    check("cox.rossi.age.se", fit.row("age")["std_error"])
    check("cox.rossi.race", fit.row("race")["estimate"])
    check("cox.rossi.race.se", fit.row("race")["std_error"])
    check("cox.rossi.wexp", fit.row("wexp")["estimate"])
    check("cox.rossi.wexp.se", fit.row("wexp")["std_error"])
    check("cox.rossi.mar", fit.row("mar")["estimate"])
    check("cox.rossi.mar.se", fit.row("mar")["std_error"])
    check("cox.rossi.paro", fit.row("paro")["estimate"])
    check("cox.rossi.paro.se", fit.row("paro")["std_error"])
    check("cox.rossi.prio", fit.row("prio")["estimate"])
    check("cox.rossi.prio.se", fit.row("prio")["std_error"])


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
