"""Treatments re-assigned by cell against refits on the rows."""

import numpy as np
import pandas as pd
import pytest
from random_panels import panel

from study import models
from study.models.gram.cells import adoption_table, by_unit, reassigned, treatment_table

OPTIONS = {"outcomes": ["y"], "regressors": ["d", "x1", "x2"]}


@pytest.fixture(scope="module")
def data():
    frame = panel(seed=11, banks=5, unbalanced=True)
    frame["branch"] = frame["bank"] + (frame["unit"] % 3).astype(str)
    cohort = dict(zip(sorted(frame["branch"].unique()), np.resize([np.inf, 2, 4, 5], frame["branch"].nunique())))
    frame["cohort"] = frame["branch"].map(cohort)
    frame["d"] = (frame["month"] >= frame["cohort"]).astype(float)
    return frame


@pytest.mark.parametrize("absorb", [["unit", "month"], ["unit"], ["month"], []])
@pytest.mark.parametrize(("cluster", "unit"), [("bank", "bank"), ("bank", "branch"), ("branch", "bank")])
@pytest.mark.parametrize("weights", [None, "w"])
def test_coefficient_and_t_are_those_of_refits(data, absorb, cluster, unit, weights):
    extra = [] if absorb else ["one"]
    options = {"outcomes": ["y"], "absorb": absorb, "cluster": cluster, "weights": weights}
    gram = models.gram.build(data, regressors=["x1", *extra], cells=(unit, "month"), block=90, **options)
    random = np.random.default_rng(1)
    cohorts = random.choice([0, 1, 3, 6], size=(4, len(gram.cells.units)))
    cohorts[:, :2] = [2, 0]
    tables = adoption_table(gram, cohorts)
    slopes, ts = reassigned(gram, "y", tables, ["x1", *extra])
    for table, slope, t in zip(tables, slopes, ts):
        lookup = pd.DataFrame(table, gram.cells.units, gram.cells.periods).stack()
        placed = data.assign(d=lookup.loc[list(zip(data[unit], data["month"]))].to_numpy())
        other = models.gram.build(placed, regressors=["d", "x1", *extra], **options).fit("y", ["d", "x1", *extra]).row("d")
        assert slope == pytest.approx(other["estimate"], rel=1e-8)
        assert t == pytest.approx(other["statistic"], rel=1e-7)


def test_the_observed_treatment_is_the_one_of_the_rows(data):
    gram = models.gram.build(data, absorb=["unit", "month"], cluster="bank", cells=("branch", "month"), **OPTIONS)
    table = treatment_table(data, "d", gram)
    rows = data.groupby(["branch", "month"])["d"].size().unstack().reindex(index=gram.cells.units, columns=gram.cells.periods)
    assert (adoption_table(gram, by_unit(data, "cohort", gram)) * rows.notna().to_numpy() == table).all()
    slopes, _ = reassigned(gram, "y", table[None], ["x1"])
    assert slopes[0] == pytest.approx(gram.fit("y", ["d", "x1"]).coefficients[0], rel=1e-9)


def test_a_treatment_without_variation_is_missing(data):
    gram = models.gram.build(data, absorb=["unit", "month"], cluster="bank", cells=("bank", "month"), **OPTIONS)
    units, periods = len(gram.cells.units), len(gram.cells.periods)
    constant = np.ones((1, units, periods))
    by_time = np.broadcast_to(np.arange(periods) > 3, (1, units, periods))
    by_bank = np.broadcast_to(np.arange(units)[:, None] > 2, (1, units, periods))
    slopes, ts = reassigned(gram, "y", np.concatenate([constant, by_time, by_bank]))
    assert np.isnan(slopes).all() and np.isnan(ts).all()


def test_what_can_not_be_reassigned_is_refused(data):
    plain = models.gram.build(data, absorb=["unit", "month"], cluster="bank", **OPTIONS)
    gram = models.gram.build(data, absorb=["unit", "month"], cluster="bank", cells=("bank", "month"), **OPTIONS)
    units, periods = len(gram.cells.units), len(gram.cells.periods)
    with pytest.raises(models.ModelError, match="build it with cells=.unit, period."):
        reassigned(plain, "y", np.ones((1, units, periods)))
    with pytest.raises(models.ModelError, match=r"must be \(re-assignments, 5, 8\)"):
        reassigned(gram, "y", np.ones((units, periods)))
    with pytest.raises(models.ModelError, match="40 values of the treatments are missing"):
        reassigned(gram, "y", np.full((1, units, periods), np.nan))
    with pytest.raises(models.ModelError, match="'d' is missing or differs between rows in .* cells of bank and month"):
        treatment_table(data, "d", gram)
    with pytest.raises(models.DuplicateKeys, match="several values of 'cohort'"):
        by_unit(data, "cohort", gram)
    with pytest.raises(models.ModelError, match="1 of 5 levels of 'bank' have no 'one'"):
        by_unit(data[data["bank"] != "b1"], "one", gram)
    moved = data.assign(branch=np.arange(len(data)) % 3)
    moved["branch"] = moved["bank"] + moved["branch"].astype(str)
    with pytest.raises(models.ModelError, match="lie in one 'bank' but in several 'branch'"):
        models.gram.build(moved, absorb=["unit", "month"], cluster="bank", cells=("branch", "month"), **OPTIONS)


def test_no_controls_and_no_crossed_effects(data):
    gram = models.gram.build(data, absorb=["unit"], cluster="bank", cells=("branch", "month"), **OPTIONS)
    slopes, ts = reassigned(gram, "y", treatment_table(data, "d", gram)[None])
    other = gram.fit("y", ["d"]).row("d")
    assert (slopes[0], ts[0]) == pytest.approx((other["estimate"], other["statistic"]), rel=1e-8)


def test_units_of_the_columns_do_not_matter(data):
    big = data.assign(x1=data["x1"] * 1e8)
    found = []
    for frame in (data, big):
        gram = models.gram.build(frame, absorb=["unit", "month"], cluster="bank", cells=("branch", "month"), **OPTIONS)
        found.append([*reassigned(gram, "y", treatment_table(frame, "d", gram)[None], ["x1"]), gram.fit("y", ["d", "x1"], "CRV3").covariance[0, 0]])
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-8)
    assert found[0][1] == pytest.approx(found[1][1], rel=1e-8)
    assert found[0][2] == pytest.approx(found[1][2], rel=1e-8)
