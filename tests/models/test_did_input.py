"""Staggered adoption: what is dropped is said, what can not be estimated is refused."""

import numpy as np
import pandas as pd
import pytest
from adoption import COLUMNS, world

from study import models
from study.models.did.adoption import first_positions, label


def small(**change):
    return world(40).assign(**change)


def fit(data, **options):
    return models.did.fit(data, **COLUMNS, **options)


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        ({"g": lambda d: d["g"].replace(0, 4)}, {"control": "never"}, models.NotEstimable, "no unit is never treated: use control='not_yet'"),
        ({"g": 4}, {}, models.NotEstimable, "no cohort has a control: .* cohorts 4, units never treated 0"),
        ({"g": 4}, {"estimator": "imputation"}, models.NotEstimable, "no treated observation has untreated ones"),
        ({"g": 4}, {"estimator": "sun_abraham"}, models.NotEstimable, "one cohort and no unit never treated"),
        ({"g": 0}, {}, models.NoVariation, "no unit of 40 adopts after the first and by the last period"),
        ({"g": 1}, {}, models.NoVariation, "no unit of 40 adopts"),
        ({"y": 0.0}, {}, models.NoVariation, "outcome 'y' is 0 in all 400 rows"),
        ({"y": np.nan}, {}, models.NotEstimable, "no row is left of 400"),
        ({"y": lambda d: d["y"].where(d.index != 3, np.inf)}, {}, models.InfiniteValues, "'y' holds 1 infinite values"),
        ({"g": lambda d: d["g"].where(d.index != 3, 5)}, {}, models.ModelError, "cohort 'g' changes within 1 of 40 units; derive it with"),
        ({"bank": lambda d: d["bank"].where(d.index != 3, 99)}, {"cluster": "bank"}, models.ModelError, "cluster 'bank' changes within 1 of 40"),
        ({"bank": 1}, {"cluster": "bank"}, models.NotEstimable, "one cluster of 'bank'"),
        ({"t": lambda d: d["t"] + 0.5}, {}, models.ModelError, "'t' must hold whole numbers"),
        ({"t": lambda d: pd.to_datetime("2020-01-01") + pd.to_timedelta(d["t"], "D")}, {}, models.ModelError, "'t' must hold whole numbers"),
        ({"g": "soon"}, {}, models.ModelError, "'g' must hold the first treated value of 't'"),
        ({"t": lambda d: d["t"].replace(2, 1)}, {}, models.DuplicateKeys, r"80 rows share id and t with another row \(first: id 0, t 1\)"),
        ({"w": 0.0}, {"weights": "w"}, models.ModelError, "weights 'w' are not positive in 400 rows"),
        ({"v": lambda d: 2 * d["x"]}, {"covariates": ["x", "v"]}, models.Collinear, "cohort 4, period 1: among the controls the covariates"),
        ({"v": 1.0}, {"covariates": ["v"]}, models.Collinear, "among the controls the covariates .*or constant"),
        (
            {"v": lambda d: 2 * d["z"]},
            {"covariates": ["z", "v"], "estimator": "imputation"},
            models.Collinear,
            "2 regressors .z, v. are a combination",
        ),
        ({}, {"covariates": ["x"], "estimator": "imputation"}, models.NoVariation, "x does not vary once the unit and period effects"),
        ({"v": lambda d: (d["g"] > 0) * 1.0 + d["x"] * 1e-3}, {"covariates": ["v"]}, models.Separated, "the covariates separate the treated"),
        ({}, {"covariates": ["xx"]}, models.MissingColumn, "no column 'xx'; did you mean"),
        ({}, {"estimator": "gmm"}, models.ModelError, "no estimator 'gmm'; there is callaway_santanna"),
        ({}, {"control": "later"}, models.ModelError, "no control 'later'; there is never, not_yet"),
        ({}, {"aggregate": "mean"}, models.ModelError, "no aggregate 'mean'; there is simple"),
        ({}, {"method": "ols"}, models.ModelError, "no method 'ols'; there is dr"),
        ({}, {"base": "first"}, models.ModelError, "no base 'first'"),
        ({}, {"shares": "known"}, models.ModelError, "no shares 'known'"),
        ({}, {"window": (3, 1)}, models.ModelError, r"window \(3, 1\) is not \(a, b\), two whole numbers with a <= b"),
        ({}, {"window": 3}, models.ModelError, "window 3 is not"),
        ({}, {"window": (-2, 1)}, models.ModelError, "it must start at 0 or later"),
        ({}, {"window": (5, 9)}, models.NotEstimable, "no cohort has an effect at event time 7, 8, 9"),
        ({}, {"aggregate": "event", "window": (20, 22)}, models.NotEstimable, "with event time in 20..22"),
        ({}, {"estimator": "stacked"}, models.ModelError, "needs window=.a, b."),
        ({}, {"estimator": "stacked", "window": (-8, 8)}, models.NotEstimable, "no cohort of 3 is observed from -8 to 8"),
        ({}, {"estimator": "twfe", "aggregate": "group"}, models.ModelError, "twfe' has aggregate='simple'"),
        ({}, {"estimator": "twfe", "aggregate": "event", "window": (0, 3)}, models.ModelError, "must span e = -2 and e = 0"),
        ({}, {"estimator": "twfe", "control": "never"}, models.ModelError, "no choice of controls"),
        ({}, {"estimator": "imputation", "control": "never"}, models.ModelError, "every observation not yet treated: control='not_yet'"),
        ({}, {"estimator": "imputation", "base": "varying"}, models.ModelError, "option of callaway_santanna; estimator='imputation' has one base"),
        ({}, {"estimator": "sun_abraham", "method": "ipw"}, models.ModelError, "has one method"),
        ({}, {"estimator": "imputation", "aggregate": "event", "window": (-7, 2)}, models.NotEstimable, "no cohort is observed before e=-7"),
    ],
)
def test_what_can_not_be_estimated_is_refused(change, options, error, message):
    with pytest.raises(error, match=message):
        fit(small(**change), **options)


def test_a_full_event_study_without_never_treated_needs_bins():
    data = world(40, never=False)
    with pytest.raises(models.Collinear, match="bin the ends by a window"):
        fit(data, estimator="twfe", aggregate="event")
    assert "e<=-4" in fit(data, estimator="twfe", aggregate="event", window=(-4, 2)).terms


def test_two_separate_groups_of_periods_are_refused():
    data = world(40)
    apart = data[np.where(data["id"] < 20, data["t"] < 6, data["t"] >= 6)]
    with pytest.raises(models.NotEstimable, match="2 groups that share no unit"):
        fit(apart, estimator="twfe")


@pytest.mark.parametrize("never", [0, np.nan, np.inf])
def test_never_treated_are_zero_missing_or_infinite(never):
    data = small()
    expected = fit(data).row("ATT")
    changed = fit(data.assign(g=data["g"].astype(float).replace(0, never))).row("ATT")
    assert (changed["estimate"], changed["std_error"]) == (expected["estimate"], expected["std_error"])


EVERY = [{"estimator": e} for e in ("callaway_santanna", "imputation", "sun_abraham", "twfe")] + [{"estimator": "stacked", "window": (-2, 2)}]


@pytest.mark.parametrize("options", EVERY, ids=lambda o: o["estimator"])
@pytest.mark.parametrize("shift", [-6, -4, -1])
def test_periods_that_run_through_zero_give_what_shifted_ones_give(options, shift):
    # the name of a period can not matter: cohorts 4, 6 and 8 become -2, 0, 2; 0, 2, 4; 3, 5, 7
    data = world(40)
    data["d"] = ((data["g"] > 0) & (data["t"] >= data["g"])) * 1
    moved = data.assign(t=data["t"] + shift).drop(columns="g")
    moved["g"] = models.did.cohorts(moved, "id", "t", "d")
    one, two = fit(data, **options), fit(moved, **options)
    assert (one.coefficients == two.coefficients).all() and (one.covariance == two.covariance).all()
    assert moved.loc[moved["id"] < 5, "g"].unique() == [np.inf if shift < 0 else 0]


def test_zero_is_never_only_where_it_can_not_be_a_period():
    data = world(40)
    data["g"] = data["g"].replace(0, np.inf) - 6
    assert "cohort 0 is period 0, as 't' runs from -5 to 4: 10 units adopt there; never treated is missing or inf" in notes(
        data.assign(t=data["t"] - 6)
    )
    # an axis that jumps over 0 spans it all the same: the cohort adopts between two periods
    jumps = data.assign(t=data["t"] - 6).query("t != 0")
    assert "10 units adopt between two observed periods" in notes(jumps)
    # before all periods and after all of them 0 stands for never, as it did
    for shift in (0, -20):
        moved = world(40).assign(t=lambda d: d["t"] + shift, g=lambda d: d["g"].where(d["g"] == 0, d["g"] + shift))
        assert fit(moved).glance()["n_never_treated"] == 10


@pytest.mark.parametrize("start", [20150301, 201503010001])
@pytest.mark.parametrize("estimator", ["callaway_santanna", "imputation", "sun_abraham", "stacked"])
def test_terms_name_the_whole_period(start, estimator):
    data = world(40)
    far = data.assign(t=data["t"] + start, g=data["g"].where(data["g"] == 0, data["g"] + start))
    options = {"estimator": estimator} | ({"window": (-2, 2)} if estimator == "stacked" else {})
    for how, parts in (("cell", ("g=", "t=")), ("group", ("g=",)), ("calendar", ("t=",))):
        one, two = fit(data, aggregate=how, **options), fit(far, aggregate=how, **options)
        assert (one.coefficients == two.coefficients).all()
        renamed = [",".join(p + str(int(piece[2:]) + start) for p, piece in zip(parts, name.split(","))) for name in one.terms]
        assert list(two.terms) == renamed


def test_the_name_of_a_period_is_exact_whatever_its_type():
    assert label(20150301.0) == label(np.int64(20150301)) == "20150301"
    assert label(np.datetime64("2015-03-01")) == label(pd.Timestamp("2015-03-01")) == label(pd.Timestamp("2015-03-01").date()) == "2015-03-01"
    assert label(pd.Timestamp("2015-03-01 12:00")) == "2015-03-01T12:00:00" and label(pd.Period("2015-03", "M")) == "2015-03"
    assert label("2015Q1") == "2015Q1" and label(2015.25) == "2015.25"


def test_cohorts_of_dates_and_periods_are_placed_among_them():
    months = pd.period_range("2015-01", periods=4, freq="M")
    cohorts = [pd.Period("2015-02", "M"), pd.NaT, pd.Period("2015-06", "M"), pd.Period("2014-01", "M")]
    assert first_positions(np.array(cohorts, dtype=object), months.to_numpy()).tolist() == [1, 4, 4, 0]
    stamps = months.to_timestamp().to_numpy()
    days = np.array(["2015-02-01", "NaT", "2015-06-01", "2014-01-01"], dtype="datetime64[ns]")
    assert first_positions(days, stamps).tolist() == [1, 4, 4, 0]
    assert first_positions([0.0, np.nan, np.inf, 2], np.arange(-1, 3)).tolist() == [1, 4, 4, 3]
    assert first_positions([0.0, np.nan, np.inf, 2], np.arange(1, 5)).tolist() == [4, 4, 4, 1]
    with pytest.raises(models.ModelError, match="cohorts must be values of the time, as '2015-01-01'"):
        first_positions(np.array(["soon"], dtype=object), stamps.astype(object))


def notes(data, **options):
    return " | ".join(fit(data, **options).notes)


def test_what_is_dropped_is_counted():
    data = small()
    missing = data.assign(y=data["y"].where(data.index >= 7))
    assert "7 rows with missing values dropped" in notes(missing)
    early = data.assign(g=data["g"].where(data["id"] != 5, 1))
    assert "1 units already treated in the first period (10 rows) dropped: no period before treatment" in notes(early)
    assert fit(early).glance()["n_units"] == 39 and fit(early).glance()["n_dropped"] == 10
    late = data.assign(g=data["g"].where(data["g"] != 8, 15))
    assert "units adopt after the last period: not treated within the data" in notes(late)
    assert fit(late, control="never").row("ATT")["estimate"] == fit(data.assign(g=data["g"].replace(8, 0)), control="never").row("ATT")["estimate"]
    between = data[data["t"] != 6]
    assert "adopt between two observed periods" in notes(between) and "not equally spaced" in notes(between)


def test_a_cohort_of_one_unit_is_noted_and_has_no_own_variance():
    data = small()
    data.loc[data["id"] == 3, "g"] = 5
    assert "1 cohorts of one unit (5): their own variance can not be seen" in notes(data)
    lone = data[data["g"].isin([5]) | (data["id"].isin([0]))]
    result = fit(lone)
    assert np.isnan(result.row("ATT")["std_error"]) and "1 terms have no standard error" in " ".join(result.notes)
    with pytest.raises(models.NotEstimable, match="no term has a standard error"):
        models.did.bands(result, seed=1)


def test_wholly_treated_clusters_and_cohorts_within_one_cluster_are_noted():
    data = world(80)
    said = notes(data, cluster="bank")
    assert "12 of 16 clusters of 'bank' are wholly treated in the end" in said and "lie in one cluster" not in said
    said = notes(world(20), cluster="bank")
    assert "3 cohorts lie in one cluster of 'bank' (4, 6, 8)" in said and "test by permutation over clusters" in said


def test_effects_without_controls_are_left_out_and_counted():
    data = world(40, never=False)
    said = notes(data)
    assert "not identified: no control is observed in both periods" in said
    assert "everybody is treated in 2 periods (9, 10)" in notes(data, estimator="imputation")


def test_cohorts_from_a_treatment_column():
    data = small()
    data["d"] = ((data["g"] > 0) & (data["t"] >= data["g"])) * 1
    assert (models.did.cohorts(data, "id", "t", "d") == data["g"]).all()
    off = data.assign(d=data["d"].where(data["t"] < 10, 0))
    with pytest.raises(models.ModelError, match=r"'d' switches off in 30 units \(first: 5, 6, 7\)"):
        models.did.cohorts(off, "id", "t", "d")
    with pytest.raises(models.ModelError, match="1 rows that are not 0 or 1"):
        models.did.cohorts(data.assign(d=data["d"].where(data.index != 2)), "id", "t", "d")
    with pytest.raises(models.DuplicateKeys, match="rows share id and t"):
        models.did.cohorts(pd.concat([data, data]), "id", "t", "d")


def test_bands_need_a_fit_of_this_module():
    other = models.panel.fit(small(), "y ~ z | id + t", cluster="id")
    with pytest.raises(models.ModelError, match="bands need a fit of models.did"):
        models.did.bands(other, seed=1)
    with pytest.raises(models.ModelError, match="reps 10 must be 99 or more"):
        models.did.bands(fit(small()), reps=10, seed=1)
