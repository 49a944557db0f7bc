"""hazard.fit against R's and statsmodels' GLM with period dummies, lifelines' Cox, and integrals done by numbers."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from answers import check
from lifelines import CoxTimeVaryingFitter
from scipy import sparse, stats
from textbook_data import first_sex

from study import models

LINKS = {"cloglog": sm.families.links.CLogLog(), "logit": sm.families.links.Logit()}


def world(n=900, periods=10, variance=0.0, level=-2.5, seed=1):
    """Unit-periods: an adoption d that changes in time (0.7), x (-0.4), three kinds, 30 branches, gamma frailty."""
    random = np.random.default_rng(seed)
    x, kind, adopts = random.normal(size=n), random.choice(list("abc"), n), random.integers(1, 2 * periods, n)
    frailty = random.gamma(1 / variance, variance, n) if variance else np.ones(n)
    alive, parts = np.ones(n, dtype=bool), []
    for age in range(periods):
        d = (age >= adopts).astype(float)
        hazard = -np.expm1(-frailty * np.exp(level + 0.1 * age + 0.7 * d - 0.4 * x))
        event = alive & (random.random(n) < hazard)
        i = np.flatnonzero(alive)
        keys = {"unit": i, "age": age, "branch": i % 30, "event": event[i].astype(int)}
        parts.append(pd.DataFrame(keys | {"d": d[i], "x": x[i], "kind": kind[i]}))
        alive &= ~event
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def churn():
    return world()


def by_statsmodels(data, link, regressors=("d", "x"), **options):
    kinds = pd.get_dummies(data["kind"], prefix="k", dtype=float).iloc[:, 1:]
    periods = pd.get_dummies(data["age"], prefix="t", dtype=float)
    x = pd.concat([data[list(regressors)], kinds, periods], axis=1)
    return sm.GLM(data["event"], x, family=sm.families.Binomial(LINKS[link])).fit(tol=1e-13, maxiter=30, **options)


FORMULA = "event ~ d + x + C(kind)"


def test_the_grade_of_first_sex_as_in_singer_and_willett():
    fit = models.hazard.fit(first_sex(), "event ~ pt", time="grade", link="logit")
    check("hazard.first_sex.logit.pt.book", fit.row("pt")["estimate"])
    check("hazard.first_sex.logit.pt.se.book", fit.row("pt")["std_error"])
    check("hazard.first_sex.logit.deviance.book", -2 * fit.glance()["loglik"])
    check("hazard.first_sex.logit.pt", fit.row("pt")["estimate"])
    check("hazard.first_sex.logit.grade_7", fit.prepared.baseline.effects[0])


def test_the_complementary_log_log_hazard_of_first_sex_as_in_r():
    fit = models.hazard.fit(first_sex(), "event ~ pt", time="grade")
    check("hazard.first_sex.cloglog.pt", fit.row("pt")["estimate"])
    check("hazard.first_sex.cloglog.grade_7", fit.prepared.baseline.effects[0])
    check("hazard.first_sex.cloglog.deviance", -2 * fit.glance()["loglik"])


@pytest.mark.parametrize("link", LINKS)
def test_estimates_and_clustered_errors_are_those_of_statsmodels_with_dummies(churn, link):
    other = by_statsmodels(churn, link, cov_type="cluster", cov_kwds={"groups": churn["branch"], "use_correction": False})
    fit = models.hazard.fit(churn, FORMULA, time="age", link=link, cluster="branch", unit="unit")
    assert fit.coefficients == pytest.approx(other.params.to_numpy()[:4], abs=1e-8)
    assert fit.prepared.baseline.effects == pytest.approx(other.params.to_numpy()[4:], abs=1e-8)
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(other.bse.to_numpy()[:4] * np.sqrt(30 / 29), rel=1e-7)
    assert (fit.df, fit.glance()["small_sample"]) == (29, {"G/(G-1) branch": 30 / 29})
    assert fit.glance()["loglik"] == pytest.approx(other.llf, rel=1e-12)


@pytest.mark.parametrize("link", LINKS)
def test_errors_without_clusters_are_of_the_observed_information(churn, link):
    other = by_statsmodels(churn, link, method="newton")
    fit = models.hazard.fit(churn, FORMULA, time="age", link=link)
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(other.bse.to_numpy()[:4], rel=1e-7)
    assert fit.glance()["reference"] == "normal"


def test_many_short_periods_approach_the_cox_model():
    """Grouped proportional hazards: the same slopes; Efron's ties differ by what is lost in a period."""
    data = world(n=3000, periods=30, level=-7.0)
    spells = data.assign(stop=data["age"] + 1)[["unit", "age", "stop", "event", "d", "x"]]
    other = CoxTimeVaryingFitter().fit(spells, id_col="unit", event_col="event", start_col="age", stop_col="stop")
    fit = models.hazard.fit(data, "event ~ d + x", time="age")
    assert fit.coefficients == pytest.approx(other.params_.to_numpy(), abs=0.01 * fit.tidy()["std_error"].min())


def test_periods_that_say_nothing_are_dropped_by_name(churn):
    last = churn["age"] == 9
    free = churn.assign(event=churn["event"].where(churn["age"] != 3, 0))
    data = pd.concat([free[~(last & (churn["event"] == 1))], churn[last & (churn["event"] == 0)].assign(age=10, event=1)])
    fit = models.hazard.fit(data, "event ~ d + x", time="age", unit="unit")
    kept = models.hazard.fit(data[~data["age"].isin([3, 9, 10])], "event ~ d + x", time="age")
    assert fit.coefficients == pytest.approx(kept.coefficients, abs=1e-12)
    rows = data["age"].value_counts()
    assert fit.notes[-2] == f"2 of 11 periods of age have no event (3, 9): {rows[3] + rows[9]} rows dropped"
    assert fit.notes[-1] == f"1 of 11 periods of age have nothing but events (10): {rows[10]} rows dropped"
    assert fit.glance()["n_dropped_periods"] == rows[3] + rows[9] + rows[10]
    curve = models.hazard.survival(fit, {"d": 0.0, "x": 0.0}).set_index("period")
    assert curve.loc[3, "hazard"] == 0 and curve.loc[3, "survival"] == curve.loc[2, "survival"]
    assert curve.loc[10, "hazard"] == 1 and curve.loc[10, "survival"] == 0
    with pytest.raises(models.NotEstimable, match="age 10 had nothing but events: no covariance"):
        models.hazard.hazard_covariance(fit, {"d": 0.0, "x": 0.0})


@pytest.mark.parametrize("link", LINKS)
def test_survival_is_the_product_of_statsmodels_hazards_with_its_delta_errors(churn, link):
    other = by_statsmodels(churn, link, method="newton")
    fit = models.hazard.fit(churn, FORMULA, time="age", link=link)
    path = pd.DataFrame({"age": range(10), "d": [0.0] * 4 + [1.0] * 6, "x": 0.5, "kind": "b"})
    rows = np.column_stack([path["d"], path["x"], np.ones(10), np.zeros(10), np.eye(10)])

    def log_survival(params):
        return np.cumsum(np.log1p(-other.model.predict(params, rows)))

    curve = models.hazard.survival(fit, path.sample(frac=1, random_state=1))
    assert curve["hazard"].to_numpy() == pytest.approx(other.predict(rows), rel=1e-8)
    assert curve["survival"].to_numpy() == pytest.approx(np.exp(log_survival(other.params)), rel=1e-8)
    steps = 1e-6 * np.eye(14)
    slope = np.array([(log_survival(other.params + s) - log_survival(other.params - s)) / 2e-6 for s in steps])
    error = np.sqrt(np.diag(slope.T @ other.cov_params().to_numpy() @ slope))
    assert curve["std_error"].to_numpy() == pytest.approx(curve["survival"].to_numpy() * error, rel=1e-5)
    hazards = np.array([(other.model.predict(other.params + s, rows) - other.model.predict(other.params - s, rows)) for s in steps])
    expected = hazards.T @ other.cov_params().to_numpy() @ hazards / 4e-12
    assert models.hazard.hazard_covariance(fit, path) == pytest.approx(expected, rel=1e-4, abs=1e-3 * expected.min())
    assert ((curve["ci_low"] < curve["survival"]) & (curve["survival"] < curve["ci_high"])).all()


# frailty
def draws(variance):
    """Values of the frailty and their probabilities, on an even grid of its logarithm: the trapezoidal rule."""
    grid = np.arange(-32 * max(variance, 1), 4 + max(variance, 1), 0.35)
    density = np.exp(stats.gamma.logpdf(np.exp(grid), 1 / variance, scale=variance) + grid)
    return np.exp(grid), density / density.sum()


def integrated(data, effects, slopes, log_v):
    """Log likelihood per unit with the frailty integrated by numbers, no closed form."""
    frailty, weights = draws(np.exp(log_v))
    total = np.outer(np.exp(np.asarray(effects)[data["age"]] + data[["d", "x"]].to_numpy() @ slopes), frailty)
    event = data["event"].to_numpy()[:, None] == 1
    rows = np.where(event, np.log(-np.expm1(-total)), -total)
    unit = data["unit"].to_numpy()
    total = sparse.csr_matrix((np.ones(len(unit)), (unit, np.arange(len(unit))))) @ rows
    return np.log(np.exp(total) @ weights)


@pytest.fixture(scope="module")
def mixed():
    return world(n=700, periods=6, variance=1.2, level=-1.5, seed=6)


def test_the_closed_form_is_the_integral_and_its_maximum(mixed):
    fit = models.hazard.fit(mixed, "event ~ d + x", time="age", frailty="gamma", unit="unit")
    at = np.array([*fit.prepared.baseline.effects, *fit.coefficients, np.log(fit.glance()["frailty_variance"])])

    def loglik(theta):
        return integrated(mixed, theta[:6], theta[6:8], theta[8])

    assert loglik(at).sum() == pytest.approx(fit.glance()["loglik"], rel=1e-9)
    steps = 1e-4 * np.eye(9)
    gradient = np.array([(loglik(at + s) - loglik(at - s)) / 2e-4 for s in steps])  # (9, units)
    assert np.abs(gradient.sum(axis=1)).max() < 1e-3
    hessian = np.zeros((9, 9))
    for i, j in zip(*np.triu_indices(9)):
        corners = [p * q * loglik(at + p * steps[i] + q * steps[j]).sum() for p in (1, -1) for q in (1, -1)]
        hessian[i, j] = hessian[j, i] = sum(corners) / 4e-8
    bread = np.linalg.inv(-hessian)
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(np.sqrt(np.diag(bread))[6:8], rel=1e-3)
    assert fit.glance()["frailty_variance_se"] == pytest.approx(np.exp(at[8]) * np.sqrt(bread[8, 8]), rel=1e-3)
    branch = mixed.groupby("unit")["branch"].first().to_numpy()
    scores = pd.DataFrame(gradient.T).groupby(branch).sum().to_numpy()
    robust = 30 / 29 * bread @ scores.T @ scores @ bread
    other = models.hazard.fit(mixed, "event ~ d + x", time="age", frailty="unit", cluster="branch")
    assert other.tidy()["std_error"].to_numpy() == pytest.approx(np.sqrt(np.diag(robust))[6:8], rel=1e-3)


def test_frailty_recovers_what_was_planted_and_leaving_it_out_attenuates():
    data = world(n=6000, periods=12, variance=0.8, level=-3.0, seed=7)
    plain = models.hazard.fit(data, "event ~ d + x", time="age").tidy().set_index("term")
    fit = models.hazard.fit(data, "event ~ d + x", time="age", frailty="unit")
    table, glance = fit.tidy().set_index("term"), fit.glance()
    for term, truth in (("d", 0.7), ("x", -0.4)):
        assert abs(table.loc[term, "estimate"] - truth) < 2 * table.loc[term, "std_error"]
    assert abs(plain.loc["x", "estimate"] + 0.4) > 4 * plain.loc["x", "std_error"]
    assert abs(plain.loc["x", "estimate"]) < abs(table.loc["x", "estimate"])
    assert abs(glance["frailty_variance"] - 0.8) < 2 * glance["frailty_variance_se"]
    assert glance["frailty_p"] < 1e-4 and glance["n_units"] == 6000


def test_survival_with_frailty_is_that_of_a_unit_drawn_at_random(mixed):
    fit = models.hazard.fit(mixed, "event ~ d + x", time="age", frailty="unit")
    curve = models.hazard.survival(fit, {"d": 1.0, "x": 0.2})
    v = fit.glance()["frailty_variance"]
    frailty, weights = draws(v)
    total = np.cumsum(np.exp(fit.prepared.baseline.effects + fit.coefficients @ [1.0, 0.2]))
    expected = np.exp(-np.outer(total, frailty)) @ weights
    assert curve["survival"].to_numpy() == pytest.approx(expected, rel=1e-8)
    assert curve["survival"].to_numpy() == pytest.approx(np.cumprod(1 - curve["hazard"]), rel=1e-12)
    covariance = models.hazard.hazard_covariance(fit, {"d": 1.0, "x": 0.2})
    slope = -curve["survival"].iloc[-1] / (1 - curve["hazard"].to_numpy())  # S is the product of 1 - h
    assert slope @ covariance @ slope == pytest.approx(curve["std_error"].iloc[-1] ** 2, rel=1e-9)


def test_the_size_of_a_regressor_does_not_matter(mixed):
    for options in ({}, {"link": "logit"}, {"frailty": "unit"}):
        fit = models.hazard.fit(mixed, "event ~ d + x", time="age", **options)
        for size in (1e-7, 1e7):
            other = models.hazard.fit(mixed.assign(x=mixed["x"] * size), "event ~ d + x", time="age", **options)
            assert other.coefficients * [1, size] == pytest.approx(fit.coefficients, rel=1e-5)
            assert other.row("x")["p_value"] == pytest.approx(fit.row("x")["p_value"], rel=1e-4)


def test_no_frailty_is_said_where_none_is_found():
    data = world(n=800, seed=3)
    fit = models.hazard.fit(data, "event ~ d + x", time="age", frailty="unit", cluster="branch")
    plain = models.hazard.fit(data, "event ~ d + x", time="age", cluster="branch")
    assert fit.glance()["frailty_variance"] == 0 and "variance is estimated as zero" in fit.notes[-1]
    assert fit.tidy()["estimate"].to_numpy() == pytest.approx(plain.tidy()["estimate"].to_numpy(), rel=1e-12)
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(plain.tidy()["std_error"].to_numpy(), rel=1e-5)


# every path is defined or refused
@pytest.mark.parametrize(
    ("change", "formula", "options", "error", "message"),
    [
        ({"event": 0}, "event ~ x", {}, models.NotEstimable, "'event' is 0 in all"),
        ({"event": 2}, "event ~ x", {}, models.BadOutcome, "must be 0 or 1"),
        ({"x": 1.0}, "event ~ d + x", {}, models.NoVariation, "x does not vary once the effects age"),
        ({"x": lambda d: d["age"] ** 2}, "event ~ d + x", {}, models.NoVariation, "x does not vary once the effects age"),
        ({"x": np.inf}, "event ~ x", {}, models.InfiniteValues, "infinite values"),
        ({"x": np.nan}, "event ~ x", {}, models.NotEstimable, "all have missing values"),
        ({"branch": 1}, "event ~ x", {"cluster": "branch"}, models.NotEstimable, "one cluster of 'branch'"),
        ({"z": lambda d: (d["kind"] == "b") * (1 - d["event"])}, "event ~ z", {}, models.Separated, r"by z \(to -inf"),
        ({}, "event ~ 1", {}, models.ModelError, "no regressor beside the period effects"),
        ({}, "event ~ x | branch", {}, models.FormulaError, "absorbs effects"),
        ({}, "event ~ x", {"time": "month"}, models.MissingColumn, "no column 'month'"),
        ({}, "event ~ x", {"link": "probit"}, models.ModelError, "no link 'probit'; there is cloglog, logit"),
        ({}, "event ~ x", {"frailty": "gamma"}, models.ModelError, "needs unit="),
        ({}, "event ~ x", {"frailty": "unit", "link": "logit"}, models.ModelError, "cloglog' only"),
        ({}, "event ~ x", {"frailty": "branch", "unit": "unit"}, models.ModelError, "two columns"),
        ({}, "event ~ x", {"frailty": "branch"}, models.DuplicateKeys, "repeat a age of their branch"),
        ({"branch": lambda d: d["age"] % 3}, "event ~ x", {"frailty": "unit", "cluster": "branch"}, models.ModelError, "in two"),
    ],
)
def test_what_can_not_be_estimated_is_refused(churn, change, formula, options, error, message):
    with pytest.raises(error, match=message):
        models.hazard.fit(churn.assign(**change), formula, **({"time": "age"} | options))


def test_rows_after_the_event_and_repeated_periods_are_refused_and_gaps_noted(churn):
    one = churn.loc[churn["event"] == 1].iloc[[0]]
    after = rf"2 rows of 1 units come after the unit's event \(first: unit {one['unit'].item()}"
    with pytest.raises(models.BadOutcome, match=after):
        extra = [one.assign(age=one["age"] + i, event=0) for i in (1, 2)]
        models.hazard.fit(pd.concat([churn, *extra]), "event ~ x", time="age", unit="unit")
    with pytest.raises(models.DuplicateKeys, match="1 rows repeat a age of their unit"):
        models.hazard.fit(pd.concat([churn, one]), "event ~ x", time="age", unit="unit")
    long = churn[churn.groupby("unit")["age"].transform("size") == 10]
    units = long["unit"].unique()
    lost = ((churn["age"] == 4) & churn["unit"].isin(units[:3])) | ((churn["age"] == 0) & (churn["unit"] == units[9]))
    holes = churn[~lost]
    notes = models.hazard.fit(holes, "event ~ x", time="age", unit="unit").notes
    assert notes == (
        "3 units have gaps in age (3 in all); they count as not at risk there",
        "1 of 900 units enter after the first age",
    )


def test_periods_may_be_of_any_type_that_sorts(churn):
    fit = models.hazard.fit(churn, "event ~ d + x", time="age")
    curve = models.hazard.survival(fit, {"d": 1.0, "x": 0.0})
    months = pd.period_range("2020-01", periods=10, freq="M")
    for labels in (list("abcdefghij"), list(months), list(months.to_timestamp())):
        data = churn.assign(age=[labels[i] for i in churn["age"]])
        other = models.hazard.fit(data, "event ~ d + x", time="age", unit="unit")
        assert other.coefficients == pytest.approx(fit.coefficients, abs=1e-14)
        again = models.hazard.survival(other, pd.DataFrame({"age": labels, "d": 1.0, "x": 0.0}))
        assert again["survival"].to_numpy() == pytest.approx(curve["survival"].to_numpy(), abs=1e-14)
        assert list(again["period"]) == labels


def test_a_level_without_events_is_named():
    data = world().assign(event=lambda d: d["event"].where(d["kind"] != "c", 0))
    rows = (data["kind"] == "c").sum()
    found = rf"{rows} of {len(data)} rows are predicted perfectly by C\(kind\)\[T.c\] \(to -infinity"
    with pytest.raises(models.Separated, match=found):
        models.hazard.fit(data, FORMULA, time="age")


def test_periods_and_levels_that_were_not_estimated_are_refused(churn):
    fit = models.hazard.fit(churn, FORMULA, time="age")
    path = pd.DataFrame({"age": [8, 9, 10], "d": 0.0, "x": 0.0, "kind": "a"})
    with pytest.raises(models.Unseen, match=r"1 periods of age were not in the estimation sample \(10\); it has 10, 0 to 9"):
        models.hazard.survival(fit, path)
    with pytest.raises(models.Unseen, match="levels that were not estimated"):
        models.hazard.survival(fit, path.assign(age=[1, 2, 3], kind="z"))
    with pytest.raises(models.MissingColumn, match="no column 'x'"):
        models.hazard.survival(fit, {"d": 0.0, "kind": "a"})
    with pytest.raises(models.DuplicateKeys, match="1 rows repeat a age"):
        models.hazard.survival(fit, path.assign(age=[1, 1, 2]))
    with pytest.raises(models.ModelError, match="no 'x'; fill"):
        models.hazard.survival(fit, path.assign(age=[1, 2, 3], x=np.nan))
    with pytest.raises(models.ModelError, match="needs a fit of models.hazard.fit"):
        models.hazard.survival(models.discrete.fit(churn, "event ~ x"), path)


def test_the_data_are_not_changed_and_the_order_of_the_rows_does_not_matter(churn):
    data = churn.copy()
    data.loc[[7, 8], "x"] = np.nan
    before = data.copy(deep=True)
    fit = models.hazard.fit(data, FORMULA, time="age", cluster="branch", unit="unit")
    pd.testing.assert_frame_equal(data, before)
    assert fit.glance()["n_dropped"] == 2 and fit.notes[0] == "2 rows with missing values dropped"
    again = models.hazard.fit(data.sample(frac=1, random_state=1), FORMULA, time="age", cluster="branch", unit="unit")
    assert again.coefficients == pytest.approx(fit.coefficients, abs=1e-12)
