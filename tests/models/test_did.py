"""Staggered adoption by hand, by brute force and against diff-diff, moderndid and panel.fit."""

import warnings

import diff_diff
import moderndid
import numpy as np
import pandas as pd
import pytest
from adoption import COLUMNS, THEIRS, three_cohorts, world
from answers import check
from scipy import stats

from study import models


def values(fit):
    return fit.tidy().set_index("term")["estimate"]


# by hand


def test_callaway_santanna_by_hand():
    # ATT(2,2) = (4-1) - mean(3-2, 6-5) = 2; ATT(2,3) = (6-1) - (7-5) = 3; ATT(2,4) = 8 - 4 = 4
    # ATT(3,3) = (8-3) - (7-6) = 4; ATT(3,4) = 6 - 3 = 3; ATT(3,1) = (2-3) - (5-6) = 0
    by_cell = values(models.did.fit(three_cohorts(), **COLUMNS, aggregate="cell"))
    assert by_cell.to_dict() == pytest.approx({"g=2,t=2": 2, "g=2,t=3": 3, "g=2,t=4": 4, "g=3,t=1": 0, "g=3,t=3": 4, "g=3,t=4": 3})
    averages = {
        "simple": {"ATT": 16 / 5},
        "event": {"e=-2": 0, "e=0": 3, "e=1": 3, "e=2": 4},
        "group": {"g=2": 3, "g=3": 3.5},
        "calendar": {"t=2": 2, "t=3": 3.5, "t=4": 3.5},
    }
    for how, expected in averages.items():
        assert values(models.did.fit(three_cohorts(), **COLUMNS, aggregate=how)).to_dict() == pytest.approx(expected)
    check("did.hand.callaway_santanna", values(models.did.fit(three_cohorts(), **COLUMNS))["ATT"])
    overall = {how: models.did.fit(three_cohorts(), **COLUMNS, aggregate=how).glance()["overall_estimate"] for how in ("event", "group", "calendar")}
    assert overall == pytest.approx({"event": 10 / 3, "group": 3.25, "calendar": 3})


def test_window_is_the_mean_over_event_times():
    fit = models.did.fit(three_cohorts(), **COLUMNS, window=(1, 2))
    assert values(fit)["ATT"] == pytest.approx((3 + 4) / 2)  # not (3 + 3 + 4) / 3, the mean over cells


def test_never_treated_controls_by_hand():
    by_cell = values(models.did.fit(three_cohorts(), **COLUMNS, control="never", aggregate="cell"))
    assert by_cell["g=2,t=2"] == pytest.approx(3 - 1)
    assert by_cell["g=2,t=4"] == pytest.approx(8 - 4)


def test_standard_error_of_two_groups_by_hand():
    # changes 3 and 5 of the treated, 1 and 0 of the controls: influence -+1/2 and -+1/4, sum of squares 5/8, G/(G-1) = 4/3
    data = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3, 4, 4], "t": [1, 2] * 4, "g": [2] * 4 + [0] * 4, "y": [0, 3, 0, 5, 0, 1, 0, 0]})
    fit = models.did.fit(data, **COLUMNS)
    assert fit.row("ATT")["estimate"] == pytest.approx(3.5)
    assert fit.row("ATT")["std_error"] == pytest.approx(np.sqrt(5 / 8 * 4 / 3))
    assert fit.df == 3


def test_base_of_pre_periods():
    data = world(40)
    mean = data.groupby(["g", "t"])["y"].mean()
    varying = values(models.did.fit(data, **COLUMNS, control="never", base="varying", aggregate="cell"))
    universal = values(models.did.fit(data, **COLUMNS, control="never", aggregate="cell"))
    assert varying["g=6,t=3"] == pytest.approx((mean[6, 3] - mean[6, 2]) - (mean[0, 3] - mean[0, 2]))
    assert universal["g=6,t=3"] == pytest.approx((mean[6, 3] - mean[6, 5]) - (mean[0, 3] - mean[0, 5]))
    assert "g=6,t=5" in varying and "g=6,t=5" not in universal
    post = [name for name in universal.index if int(name.split("t=")[1]) >= int(name[2])]
    assert varying[post].to_numpy() == pytest.approx(universal[post].to_numpy())


# published: the county minimum wage data of the R package did


@pytest.fixture(scope="module")
def counties():
    data = moderndid.load_mpdta()
    return pd.DataFrame({name: data[name].to_numpy() for name in data.columns})


def county_fit(counties, **options):
    names = {"outcome": "lemp", "unit": "countyreal", "time": "year", "cohort": "first.treat"}
    return models.did.fit(counties, **names, **{"control": "never", "base": "varying", **options})


def test_minimum_wage_is_the_printed_one(counties):
    by_cell = values(county_fit(counties, aggregate="cell"))
    check("did.mpdta.2004.2004", by_cell["g=2004,t=2004"])
    check("did.mpdta.2004.2007", by_cell["g=2004,t=2007"])
    check("did.mpdta.2006.2004", by_cell["g=2006,t=2004"])
    check("did.mpdta.2007.2006", by_cell["g=2007,t=2006"])
    check("did.mpdta.2007.2007", by_cell["g=2007,t=2007"])
    event = county_fit(counties, aggregate="event")
    check("did.mpdta.e-3", values(event)["e=-3"])
    check("did.mpdta.e3", values(event)["e=3"])
    check("did.mpdta.dynamic", event.glance()["overall_estimate"])
    check("did.mpdta.dynamic.se", event.glance()["overall_std_error"])
    group = county_fit(counties, aggregate="group")
    check("did.mpdta.g2004", values(group)["g=2004"])
    check("did.mpdta.group", group.glance()["overall_estimate"])


def test_minimum_wage_pretest_is_the_printed_one(counties):
    # the package's Wald test: chi2 of the pre-period cells, covariance without G/(G-1)
    fit = county_fit(counties, aggregate="cell")
    early = [i for i, e in enumerate(fit.prepared.event) if e < 0]
    raw = fit.covariance[np.ix_(early, early)] / fit.prepared.factor
    wald = fit.coefficients[early] @ np.linalg.solve(raw, fit.coefficients[early])
    check("did.mpdta.pretest", stats.chi2.sf(wald, len(early)))


# against other implementations


@pytest.mark.parametrize("cluster", [None, "bank"])
@pytest.mark.parametrize(("control", "theirs"), [("never", "never_treated"), ("not_yet", "not_yet_treated")])
def test_callaway_santanna_is_that_of_diff_diff(control, theirs, cluster):
    data = world()
    other = diff_diff.CallawaySantAnna(control_group=theirs, cluster=cluster, base_period="universal").fit(data, **THEIRS, aggregate="event_study")
    fit = models.did.fit(data, **COLUMNS, control=control, cluster=cluster)
    assert fit.row("ATT")["estimate"] == pytest.approx(other.overall_att, rel=1e-10)
    factor = 1 if cluster else np.sqrt(80 / 79)  # theirs has G/(G-1) only with a cluster column
    assert fit.row("ATT")["std_error"] == pytest.approx(other.overall_se * factor, rel=1e-10)
    event = models.did.fit(data, **COLUMNS, control=control, cluster=cluster, aggregate="event")
    assert len(event.terms) == len(other.event_study_effects) - 1
    for term, row in event.tidy().set_index("term").iterrows():
        theirs_e = other.event_study_effects[int(term[2:])]
        assert (row["estimate"], row["std_error"]) == pytest.approx((theirs_e["effect"], theirs_e["se"] * factor), rel=1e-9)


@pytest.mark.parametrize(("method", "theirs"), [("dr", "dr"), ("regression", "reg"), ("ipw", "ipw")])
@pytest.mark.parametrize(("control", "group"), [("never", "nevertreated"), ("not_yet", "notyettreated")])
def test_covariates_as_moderndid(method, theirs, control, group):
    data = world(120)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = moderndid.att_gt(data, "y", "t", "id", "g", xformla="~ x", est_method=theirs, control_group=group, base_period="universal")
        simple = moderndid.aggte(other, type="simple")
    fit = models.did.fit(data, **COLUMNS, covariates=["x"], method=method, control=control, aggregate="cell")
    cells = {f"g={g:g},t={t:g}": value for g, t, value in zip(other.groups, other.times, other.att_gt) if t != g - 1}
    assert values(fit).to_dict() == pytest.approx(cells, abs=1e-8)
    att = models.did.fit(data, **COLUMNS, covariates=["x"], method=method, control=control).row("ATT")
    assert att["estimate"] == pytest.approx(simple.overall_att, abs=1e-8)
    assert att["std_error"] == pytest.approx(simple.overall_se * np.sqrt(120 / 119), rel=1e-6)


@pytest.mark.parametrize("cluster", [None, "bank"])
@pytest.mark.parametrize("covariates", [None, ["z"]])
def test_imputation_is_that_of_diff_diff(cluster, covariates):
    data = world()
    other = diff_diff.ImputationDiD(cluster=cluster).fit(data, **THEIRS, covariates=covariates)
    att = models.did.fit(data, **COLUMNS, estimator="imputation", cluster=cluster, covariates=covariates).row("ATT")
    clusters = 16 if cluster else 80
    assert att["estimate"] == pytest.approx(other.overall_att, rel=1e-8)
    assert att["std_error"] == pytest.approx(other.overall_se * np.sqrt(clusters / (clusters - 1)), rel=1e-6)  # theirs: without G/(G-1)


@pytest.mark.parametrize("gaps", [0, 60])
def test_imputation_by_brute_force(gaps):
    """Dummies for units and periods, the estimator's weight on every observation, the authors' variance."""
    data = world(40, gaps=gaps)
    treated = (data["g"] > 0) & (data["t"] >= data["g"])
    x = pd.get_dummies(data[["id", "t"]].astype(str)).to_numpy(dtype=float)
    x = np.column_stack([x, data["z"]])
    x0, x1 = x[~treated], x[treated]
    beta = np.linalg.lstsq(x0, data["y"][~treated], rcond=None)[0]
    effect = data["y"][treated] - x1 @ beta
    fit = models.did.fit(data, **COLUMNS, estimator="imputation", covariates=["z"])
    assert fit.row("ATT")["estimate"] == pytest.approx(effect.mean(), rel=1e-9)
    w1 = np.full(len(x1), 1 / len(x1))
    v = pd.Series(0.0, index=data.index)
    v[treated] = w1
    v[~treated] = -x0 @ (np.linalg.pinv(x0.T @ x0) @ (x1.T @ w1))
    assert fit.row("ATT")["estimate"] == pytest.approx(v @ data["y"], rel=1e-8)
    residual = data["y"] - x @ beta
    residual[treated] = effect - effect.groupby([data["g"][treated], data["t"][treated]]).transform("mean")
    variance = ((v * residual).groupby(data["id"]).sum() ** 2).sum() * 40 / 39
    assert fit.row("ATT")["std_error"] == pytest.approx(np.sqrt(variance), rel=1e-7)


@pytest.mark.parametrize("cluster", ["id", "block"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_imputation_errors_are_those_of_the_authors_formula(weights, cluster):
    """Equation 8 written out: clusters of 1 to 9 units in a cohort, unit weights, gaps; weights on outcomes from dummies."""
    data = world(60, gaps=50, seed=2).assign(w=lambda d: 1 + d["id"] % 4, block=lambda d: np.sqrt(d["id"] // 5 * 5 + d["id"] % 5 * 2).astype(int))
    data["block"] = data["g"] * 100 + data["block"] // 2  # blocks within cohorts
    w = data[weights].to_numpy(dtype=float) if weights else np.ones(len(data))
    treated = ((data["g"] > 0) & (data["t"] >= data["g"])).to_numpy()
    x = pd.get_dummies(data[["id", "t"]].astype(str)).to_numpy(dtype=float)
    root, y = np.sqrt(w), data["y"].to_numpy()
    beta = np.linalg.lstsq(root[~treated, None] * x[~treated], root[~treated] * y[~treated], rcond=None)[0]
    v = np.where(treated, w, 0.0) / w[treated].sum()
    inside = np.linalg.pinv((x[~treated] * w[~treated, None]).T @ x[~treated])
    v[~treated] = -w[~treated] * (x[~treated] @ (inside @ (x[treated].T @ v[treated])))
    effect = y - x @ beta
    frame = pd.DataFrame({"v": v, "ve": v * effect, "g": data["g"], "t": data["t"], "c": data[cluster]})[treated]
    sums = frame.groupby(["g", "t", "c"])[["v", "ve"]].sum()
    average = (sums["v"] * sums["ve"]).groupby(["g", "t"]).sum() / (sums["v"] ** 2).groupby(["g", "t"]).sum()
    residual = effect.copy()
    residual[treated] -= average.loc[list(zip(frame["g"], frame["t"]))].to_numpy()
    scores = pd.Series(v * residual).groupby(data[cluster].to_numpy()).sum()
    row = models.did.fit(data, **COLUMNS, estimator="imputation", weights=weights, cluster=cluster).row("ATT")
    assert row["estimate"] == pytest.approx(v @ y, rel=1e-8)
    assert row["std_error"] == pytest.approx(np.sqrt((scores**2).sum() * len(scores) / (len(scores) - 1)), rel=1e-7)


def test_unit_weights_are_in_the_shares_of_cohorts():
    # three cells of cohort 3 (20 units of weight 5) and two of cohort 4 (20 of weight 1): shares 100 : 20, moderndid takes 20 : 20
    cohort = np.array([0, 3, 4])[np.arange(60) % 3]
    data = pd.DataFrame([(i, t, cohort[i]) for i in range(60) for t in range(1, 6)], columns=["id", "t", "g"])
    data["w"] = np.where(data["g"] == 3, 5.0, 1.0)
    data["y"] = np.random.default_rng(1).normal(size=60)[data["id"]] + np.where((data["g"] > 0) & (data["t"] >= data["g"]), 7 - data["g"], 0)
    options = {"weights": "w", "control": "never"}
    cells = models.did.fit(data, **COLUMNS, aggregate="cell", **options).tidy().set_index("term")["estimate"]
    assert cells[["g=3,t=3", "g=4,t=4"]].tolist() == pytest.approx([4, 3])
    check("did.weighted.shares", models.did.fit(data, **COLUMNS, **options).row("ATT")["estimate"])
    noisy = data.assign(y=data["y"] + np.random.default_rng(2).normal(scale=0.1, size=300))
    cells = models.did.fit(noisy, **COLUMNS, aggregate="cell", **options).tidy().set_index("term")["estimate"]
    other = moderndid.att_gt(noisy, "y", "t", "id", "g", weightsname="w", est_method="reg", control_group="nevertreated")
    plain = cells[["g=3,t=3", "g=3,t=4", "g=3,t=5", "g=4,t=4", "g=4,t=5"]].mean()
    assert moderndid.aggte(other, type="simple").overall_att == pytest.approx(plain)


def test_cohorts_count_the_units_that_enter_a_cell_by_hand():
    # cohort 2: units a, b; c lacks the base period 1; cohort 3: d; never: e. ATT(2, 2) = mean(3, 5) - 1 = 3, ATT(2, 3) = mean(6, 8) - 2 = 5,
    # ATT(3, 3) = 7 - (2 - 1) = 6. Cohort 2 weighs 2, not 3: (2 x 3 + 2 x 5 + 6) / 5 = 22 / 5; with weight 3 it would be 30 / 7
    paths = {"a": (2, [0, 3, 6]), "b": (2, [0, 5, 8]), "c": (2, [np.nan, 50, 60]), "d": (3, [0, 1, 8]), "e": (0, [0, 1, 2])}
    rows = [{"id": i, "g": g, "t": t + 1, "y": y} for i, (g, path) in paths.items() for t, y in enumerate(path)]
    fit = models.did.fit(pd.DataFrame(rows), **COLUMNS, control="never")
    assert fit.row("ATT")["estimate"] == pytest.approx(22 / 5)


@pytest.mark.parametrize("estimator", ["callaway_santanna", "sun_abraham", "stacked"])
@pytest.mark.parametrize("how", ["simple", "event", "group", "calendar"])
@pytest.mark.parametrize("shares", ["redrawn", "fixed"])
def test_a_unit_that_enters_no_cell_changes_nothing(estimator, how, shares):
    data = world(60, seed=3)
    options = {"estimator": estimator, "aggregate": how, "shares": shares, "weights": "w"} | ({"window": (-2, 2)} if estimator == "stacked" else {})
    data["w"] = 1.0 + data["id"] % 3
    # a unit of cohort 4 that is seen once, after adoption: no change of it is seen
    useless = data[(data["id"] == 5) & (data["t"] == 7)].assign(id=999, y=40.0)
    one, two = (models.did.fit(d, **COLUMNS, **options) for d in (data, pd.concat([data, useless])))
    assert two.coefficients == pytest.approx(one.coefficients, rel=1e-9)
    factors = [np.prod([v for k, v in f.glance()["small_sample"].items() if k != "K"]) for f in (one, two)]
    assert two.covariance / factors[1] == pytest.approx(one.covariance / factors[0], rel=1e-8, abs=1e-14)
    if how != "simple":
        assert two.glance()["overall_estimate"] == pytest.approx(one.glance()["overall_estimate"], rel=1e-9)


def test_leads_of_imputation_are_the_regression_on_untreated_observations():
    data = world(40)
    fit = models.did.fit(data, **COLUMNS, estimator="imputation", aggregate="event", window=(-2, 3))
    early = data[(data["g"] == 0) | (data["t"] < data["g"])]
    leads = early.assign(lead2=(early["t"] - early["g"] == -2) * 1.0, lead1=(early["t"] - early["g"] == -1) * 1.0)
    other = models.panel.fit(leads, "y ~ lead2 + lead1 | id + t", cluster="id")
    assert fit.terms[:2] == ("e=-2", "e=-1")
    assert fit.coefficients[:2] == pytest.approx(other.coefficients, rel=1e-9)
    factors = other.glance()["small_sample"]
    errors = np.sqrt(np.diag(other.covariance) / factors["(n-1)/(n-K)"])
    assert np.sqrt(np.diag(fit.covariance))[:2] == pytest.approx(errors, rel=1e-9)


@pytest.mark.parametrize("never", [True, False])
def test_sun_abraham_is_that_of_diff_diff(never):
    data = world(never=never)
    if not never:  # the last cohort is the control, in the periods before it adopts
        with pytest.raises(models.NotEstimable, match="event time 5, .* observed are -7..4"):
            models.did.fit(data, **COLUMNS, estimator="sun_abraham", window=(0, 5))
        data = data[data["t"] < 9].assign(g=lambda d: d["g"].where(d["g"] < 9, 0))
    other = diff_diff.SunAbraham().fit(data, **THEIRS)
    fit = models.did.fit(world(never=never), **COLUMNS, estimator="sun_abraham", aggregate="event")
    for term, row in fit.tidy().set_index("term").iterrows():
        theirs = other.event_study_effects[int(term[2:])]
        assert row["estimate"] == pytest.approx(theirs["effect"], rel=1e-7)
        assert row["std_error"] == pytest.approx(theirs["se"], rel=1e-6)


def test_sun_abraham_with_gaps_is_the_saturated_regression():
    data = world(40, gaps=50)
    fit = models.did.fit(data, **COLUMNS, estimator="sun_abraham", aggregate="cell")
    names = []
    for g in (4, 6, 8):
        for t in range(1, 11):
            if t != g - 1:
                names.append(f"d{g}x{t}")
                data[names[-1]] = ((data["g"] == g) & (data["t"] == t)) * 1.0
    other = models.panel.fit(data, f"y ~ {' + '.join(names)} | id + t", cluster="id")
    assert fit.coefficients == pytest.approx(other.coefficients, rel=1e-7)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(np.sqrt(np.diag(other.covariance)), rel=1e-7)


def test_stacked_is_that_of_diff_diff():
    data = world()
    other = diff_diff.StackedDiD(kappa_pre=2, kappa_post=2).fit(data, **THEIRS)
    fit = models.did.fit(data, **COLUMNS, estimator="stacked", window=(-2, 2))
    assert fit.row("ATT")["estimate"] == pytest.approx(other.overall_att, rel=1e-10)


def test_stacked_by_its_regression():
    """Weighted least squares on the stack with the corrective weights; clustered by unit across stacks."""
    data, stacks = world(), []
    for g in (4, 6, 8):
        window = data[(data["t"] >= g - 2) & (data["t"] <= g + 2) & ((data["g"] == g) | (data["g"] == 0) | (data["g"] > g + 2))]
        stacks.append(window.assign(stack=g, d=(window["g"] == g) * 1, e=window["t"] - g))
    stack = pd.concat(stacks)
    n_treated, n_control = (stack[stack["d"] == d].groupby("stack")["id"].nunique() for d in (1, 0))
    share = stack["stack"].map(n_treated / n_treated.sum()) / stack["stack"].map(n_control / n_control.sum())
    stack["w"] = np.where(stack["d"] == 1, 1.0, share)
    for e in (-2, 0, 1, 2):
        stack[f"d{e + 9}"] = (stack["e"] == e) * stack["d"] * 1.0
    for g in (6, 8):
        stack[f"s{g}"] = (stack["stack"] == g) * 1.0
    fit = models.did.fit(data, **COLUMNS, estimator="stacked", window=(-2, 2), aggregate="event")
    other = models.panel.fit(stack, "y ~ d + d7 + d9 + d10 + d11 | e", cluster="id", weights="w")
    terms = other.tidy().set_index("term").loc[["d7", "d9", "d10", "d11"], "estimate"]
    assert fit.coefficients == pytest.approx(terms.to_numpy(), rel=1e-8)


@pytest.mark.parametrize("gaps", [0, 60])
def test_twfe_is_panel_fit(gaps):
    data = world(gaps=gaps)
    data["d"] = ((data["g"] > 0) & (data["t"] >= data["g"])) * 1.0
    other = models.panel.fit(data, "y ~ d + z | id + t", cluster="bank").row("d")
    att = models.did.fit(data, **COLUMNS, estimator="twfe", covariates=["z"], cluster="bank").row("ATT")
    for column in ("estimate", "std_error", "df", "p_value"):
        assert att[column] == pytest.approx(other[column], rel=1e-8)


def test_twfe_event_study_with_binned_ends_is_panel_fit():
    data = world()
    since = (data["t"] - data["g"]).where(data["g"] > 0)
    names = {"e<=-3": since <= -3, "e=-2": since == -2, "e=0": since == 0, "e=1": since == 1, "e>=2": since >= 2}
    for i, inside in enumerate(names.values()):
        data[f"d{i}"] = inside.astype(float)
    other = models.panel.fit(data, "y ~ d0 + d1 + d2 + d3 + d4 | id + t", cluster="id")
    fit = models.did.fit(data, **COLUMNS, estimator="twfe", aggregate="event", window=(-3, 2))
    assert fit.terms == tuple(names)
    assert fit.coefficients == pytest.approx(other.coefficients, rel=1e-8)
    assert fit.covariance == pytest.approx(other.covariance, rel=1e-7)


# weights, gaps, shares, bands


def test_weights_count_as_copies_of_units():
    data = world(40)
    copies = data[data["id"] % 3 == 0].assign(id=lambda d: d["id"] + 1000)
    doubled, weighted = pd.concat([data, copies]), data.assign(w=np.where(data["id"] % 3 == 0, 2.0, 1.0))
    for options in ({}, {"covariates": ["x"]}, {"estimator": "imputation"}, {"estimator": "sun_abraham"}, {"estimator": "twfe"}):
        one = models.did.fit(doubled, **COLUMNS, cluster="bank", **options).row("ATT")
        two = models.did.fit(weighted, **COLUMNS, cluster="bank", weights="w", **options).row("ATT")
        assert one["estimate"] == pytest.approx(two["estimate"], rel=1e-8)
        if options.get("estimator") in (None, "imputation"):  # the others have a factor in the number of rows
            assert one["std_error"] == pytest.approx(two["std_error"], rel=1e-7)


def test_gaps_are_counted_and_cells_use_units_seen_in_both_periods():
    data = world(40, gaps=60)
    fit = models.did.fit(data, **COLUMNS, control="never", aggregate="cell")
    assert any(note.startswith("unbalanced: 60 of 400 unit-periods are not observed") for note in fit.notes)
    wide = data.pivot(index="id", columns="t", values="y")
    g = data.groupby("id")["g"].first()
    change = (wide[7] - wide[5]).dropna()
    assert values(fit)["g=6,t=7"] == pytest.approx(change[g == 6].mean() - change[g == 0].mean())


def test_shares_redrawn_against_the_delta_method_by_hand():
    """Two cohorts: the mean p1 a + p2 b moves by (a - b) per unit of share; influence by unit."""
    data = world(60)
    data = data[data["g"].isin([0, 4, 8])]
    cells = models.did.fit(data, **COLUMNS, control="never", aggregate="cell")
    fixed = models.did.fit(data, **COLUMNS, control="never", aggregate="event", shares="fixed").row("e=0")
    redrawn = models.did.fit(data, **COLUMNS, control="never", aggregate="event").row("e=0")
    assert fixed["estimate"] == redrawn["estimate"]
    sizes = data.groupby("g")["id"].nunique()
    a, b = values(cells)["g=4,t=4"], values(cells)["g=8,t=8"]
    one, two = sizes[4], sizes[8]
    share = np.where(cells_units(data) == 4, (a - redrawn["estimate"]) / (one + two), 0) + np.where(
        cells_units(data) == 8, (b - redrawn["estimate"]) / (one + two), 0
    )
    n = len(share)
    added = (share**2).sum() * n / (n - 1)  # uncorrelated with the cells' influence, which sums to zero within a cohort
    assert redrawn["std_error"] ** 2 == pytest.approx(fixed["std_error"] ** 2 + added, rel=1e-9)


def cells_units(data):
    return data.groupby("id")["g"].first().to_numpy()


def test_bands_cover_more_than_points_and_follow_the_seed():
    fit = models.did.fit(world(), **COLUMNS, aggregate="event", cluster="bank")
    band = models.did.bands(fit, reps=499, seed=1)
    pd.testing.assert_frame_equal(band, models.did.bands(fit, reps=499, seed=1))
    assert band["critical_value"].iloc[0] > stats.norm.ppf(0.975)
    one = models.did.bands(models.did.fit(world(400), **COLUMNS), reps=9999, seed=1)
    assert one["critical_value"].iloc[0] == pytest.approx(stats.norm.ppf(0.975), abs=0.05)


def test_the_data_are_not_changed_and_two_runs_agree():
    data = world()
    before = data.copy(deep=True)
    for estimator in models.did.ESTIMATORS:
        options = {"window": (-2, 2)} if estimator == "stacked" else {}
        one, two = (models.did.fit(data, **COLUMNS, estimator=estimator, **options) for _ in range(2))
        assert one.coefficients.tobytes() == two.coefficients.tobytes() and one.covariance.tobytes() == two.covariance.tobytes()
        shuffled = models.did.fit(data.sample(frac=1, random_state=1), **COLUMNS, estimator=estimator, **options)
        assert shuffled.coefficients.tobytes() == one.coefficients.tobytes()
    pd.testing.assert_frame_equal(data, before)
