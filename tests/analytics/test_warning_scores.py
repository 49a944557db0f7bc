"""Scores of a lapse: nothing of the tested customers and nothing of the future is learned from."""

import numpy as np
import pandas as pd
import pytest

from study import analytics
from study.analytics import splits
from study.analytics.errors import BadValue
from study.models import hazard

GAP, UNTIL = 3, 12


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(2)
    active = random.random((120, 30)) < random.uniform(0.1, 0.9, (120, 1))
    active[:, 0] = True
    unit, day = np.nonzero(active)
    made = analytics.person_periods(pd.DataFrame({"who": unit, "t": day}), unit="who", time="t", gap=GAP, last=29).rows
    back = active[made["who"], made["t"] + 1].astype(int)
    return made.assign(silent=made["since"] + 1, returns=back)


def scored(rows, parts=None):
    parts = parts or splits.halves_and_time(rows["who"], rows["t"], until=UNTIL, horizon=GAP, seed=1)
    settings = {"formula": "returns ~ share", "silence": "silent", "features": ["since", "share"]}
    return analytics.warning_scores(rows, parts, **settings, unit="who", time="t", until=UNTIL, gap=GAP, seed=3)


def test_every_later_row_is_scored_once(rows):
    found = scored(rows)
    assert found.index.tolist() == rows.index[rows["t"] > UNTIL].tolist()
    assert found[["hazard", "logit", "boosting"]].stack().between(0, 1).all() and (found["recency"] == found["since"]).all()


def test_the_future_does_not_change_a_score(rows):
    late = rows["t"] > UNTIL - 1  # the next period of these rows was not known
    changed = rows.assign(
        returns=rows["returns"].where(~late, 1 - rows["returns"]), ahead=rows["ahead"].where(rows["t"] + GAP <= UNTIL, 1 - rows["ahead"])
    )
    pd.testing.assert_frame_equal(scored(rows)[["hazard", "logit", "boosting"]], scored(changed)[["hazard", "logit", "boosting"]])


def test_a_customer_does_not_change_its_own_score(rows):
    before = scored(rows)
    one = before["who"].iloc[0]
    early = (rows["who"] == one) & (rows["t"] <= UNTIL)
    after = scored(rows.assign(returns=rows["returns"].where(~early, 1 - rows["returns"])))
    own, other = before["who"] == one, before["who"] != one
    assert (before.loc[own, "hazard"] == after.loc[own, "hazard"]).all() and (before.loc[other, "hazard"] != after.loc[other, "hazard"]).any()


def test_the_risk_learned_is_that_of_the_other_half(rows):
    part = splits.by_group_and_time(rows["who"], rows["t"], until=UNTIL, horizon=GAP, seed=1)
    learners = set(rows.iloc[part.train]["who"])
    known = rows[rows["who"].isin(learners) & (rows["t"] < UNTIL)]
    fit = hazard.fit(known, "returns ~ share", time="silent")
    test = rows.iloc[part.test]
    assert scored(rows, [part])["hazard"].to_numpy() == pytest.approx(analytics.lapse_risk(fit, test, since="since", gap=GAP))


def test_what_would_look_ahead_is_refused(rows):
    part = splits.by_group_and_time(rows["who"], rows["t"], until=UNTIL, horizon=GAP, seed=1)
    with pytest.raises(BadValue, match="rows are tested twice"):
        scored(rows, [part, part])
    own = splits.Split(np.flatnonzero(rows["t"] <= UNTIL - GAP), np.flatnonzero(rows["t"] > UNTIL))
    with pytest.raises(BadValue, match="customers are in training and test"):
        scored(rows, [own])
