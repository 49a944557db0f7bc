"""Hazards and lists that a question asks for: the same fits as one by one, and nothing where nothing was drawn by lot."""

import numpy as np
import pandas as pd
import pytest

from study import analytics, models

RANDOM = np.random.default_rng(5)


def days(n=120, last=40):
    """Activities of people whose chance of one falls with time, an arm raising it."""
    arm = RANDOM.integers(0, 2, n)
    active = RANDOM.random((n, last)) < (0.5 * np.exp(-0.04 * np.arange(last)) * (1 + 0.4 * arm[:, None]))
    person, day = np.nonzero(active)
    made = analytics.person_periods(pd.DataFrame({"who": person, "day": day + 1}), unit="who", time="day", gap=5, last=last).rows
    came = set(zip(person, day + 1))
    returns = [int((who, at + 1) in came) for who, at in zip(made["who"], made["day"])]
    silent = made["since"] + 1
    gone = (made["event_time"] - 5 < made["day"]).astype(int)
    silence = made["who"].astype(str) + "/" + made["times"].astype(int).astype(str)
    logs = {"log_silent": np.log(silent), "log_times": np.log(made["times"])}
    return made.assign(returns=returns, silent=silent, silence=silence, gone=gone, drawn=arm[made["who"]].astype(float), **logs)


@pytest.fixture(scope="module")
def rows():
    return days()


@pytest.fixture(scope="module")
def spells(rows):
    kept = rows[rows["gone"] == 0].groupby("who")
    return kept.agg(first=("day", "min"), last=("day", "max"), stops=("stops", "max"), drawn=("drawn", "first")).reset_index()


def test_each_is_the_fit_of_its_formula(rows, spells):
    found = analytics.lapse_hazards(rows, spells, unit="who", time="day", arms=["drawn"])
    alone = models.hazard.fit(rows[rows["gone"] == 0], "stops ~ drawn", time="day", cluster="who").row("drawn")
    assert found["stop_arms"].row("drawn")["estimate"] == pytest.approx(alone["estimate"], abs=1e-12)
    silence = models.hazard.fit(rows, "returns ~ share + drawn", time="silent", cluster="who")
    assert found["return_by_silence"].tidy()["estimate"].to_list() == pytest.approx(silence.tidy()["estimate"].to_list(), abs=1e-12)
    assert found["return_by_day_frailty"].glance()["frailty_variance"] >= 0 and "drawn" in found["stop_cox"].terms


def test_without_arms_nothing_compares_them(rows, spells):
    found = analytics.lapse_hazards(rows, spells, unit="who", time="day")
    assert list(found) == ["return_by_day", "return_by_day_frailty", "return_by_silence", "stop"]
    assert found["return_by_silence"].terms == ("share",) or list(found["return_by_silence"].terms) == ["share"]


def test_lists_of_everybody_who_was_assigned():
    n = 400
    known = RANDOM.normal(size=n)
    treated = RANDOM.integers(0, 2, n)
    stopped = (RANDOM.random(n) < 1 / (1 + np.exp(-(known - 0.8 * treated)))).astype(int)
    people = pd.DataFrame({"treated": treated, "active": (RANDOM.random(n) < 0.8).astype(int), "stopped": stopped, "known": known})
    found = analytics.assigned_lists(people, asked=["known"], capacity=0.3, seed=3)
    by = people.groupby("treated")["stopped"].mean()
    assert found.n == n and found.difference[0] == pytest.approx(by[0] - by[1], abs=1e-12)
    assert found.difference[1] < found.difference[0] < found.difference[2]
    ever = people.groupby("treated")["active"].mean()
    assert list(found.active.rates) == pytest.approx([ever[1], ever[0]])
    assert set(found.targets.table["list"]) == {"risk", "response", "random"} and (found.targets.table["customers"] == 120).all()


def test_nobody_was_assigned():
    assert analytics.assigned_lists(pd.DataFrame({"treated": [], "active": [], "stopped": []}), asked=[], capacity=0.3, seed=3) is None
