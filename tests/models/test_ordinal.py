"""ordinal.fit against R's clm, Stata's and statsmodels' ordered models; Brant's test against R and stacked logits."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from answers import check
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.miscmodels.tests.results import results_ordinal_model as printed
from textbook_data import housing, survey

from study import models


def tenants():
    data = housing()
    kinds = pd.Categorical(data["type"], ["Tower", "Apartment", "Atrium", "Terrace"])
    return data.assign(infl=pd.Categorical(data["infl"], ["Low", "Medium", "High"]), type=kinds, high=data["cont"] == "High")


def answers_of(n=800, slopes=(0.8, 0.8, 0.8), seed=2):
    """Satisfaction 1 to 4 of customers of 40 branches; the slope of x may differ by cut."""
    random = np.random.default_rng(seed)
    branch = np.arange(n) % 40
    x, d, noise = random.normal(size=n), random.integers(0, 2, n), random.logistic(size=n)
    noise = noise + 0.5 * random.normal(size=40)[branch]
    above = [slope * x + 0.5 * d + noise > cut for slope, cut in zip(slopes, (-1.0, 0.2, 1.5))]
    return pd.DataFrame({"satisfaction": 1 + sum(a.astype(int) for a in above), "d": d, "x": x, "branch": branch})


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_the_tenants_of_copenhagen_as_in_r(link):
    fit = models.ordinal.fit(tenants(), "sat ~ infl + type + high", link=link)
    if link == "logit":
        check("ordinal.housing.high", fit.row("infl[T.High]")["estimate"])
        check("ordinal.housing.high.se", fit.row("infl[T.High]")["std_error"])
        check("ordinal.housing.low_medium", fit.row("Low | Medium")["estimate"])
        check("ordinal.housing.medium_high.se", fit.row("Medium | High")["std_error"])
        check("ordinal.housing.loglik", fit.glance()["loglik"])
    else:
        check("ordinal.housing.probit.terrace", fit.row("type[T.Terrace]")["estimate"])
        check("ordinal.housing.probit.terrace.se", fit.row("type[T.Terrace]")["std_error"])
    assert fit.glance()["rows_by_level"] == {"Low": 567, "Medium": 446, "High": 668}


@pytest.mark.parametrize(("link", "theirs"), [("logit", printed.res_ord_logit), ("probit", printed.res_ord_probit)])
def test_the_graduate_school_example_of_ucla_as_r_prints_it(link, theirs):
    data = printed.data_store.df
    fit = models.ordinal.fit(data, "apply ~ pared + public + gpa", link=link)
    assert fit.coefficients[:3] == pytest.approx(theirs.coefficients_val, abs=2e-4)
    assert fit.coefficients[3:] == pytest.approx(theirs.thresholds, abs=1e-3)  # polr stops early; below R's clm
    if link == "logit":
        check("ordinal.ucla.cut1", fit.coefficients[3])
        check("ordinal.ucla.cut2", fit.coefficients[4])
    assert fit.tidy()["std_error"][:3].to_numpy() == pytest.approx(theirs.coefficients_stdE, abs=1e-4)
    assert fit.predict(data.head(7)).to_numpy() == pytest.approx(theirs.prob_pred, abs=1e-4)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_estimates_and_errors_are_those_of_statsmodels(link):
    data = answers_of()
    model = OrderedModel(data["satisfaction"], data[["d", "x"]], distr=link)
    other = model.fit(method="bfgs", disp=0, gtol=1e-7)
    fit = models.ordinal.fit(data, "satisfaction ~ d + x", link=link)
    assert fit.terms == ("d", "x", "1 | 2", "2 | 3", "3 | 4")
    assert fit.coefficients[:2] == pytest.approx(other.params[:2].to_numpy(), abs=1e-6)
    assert fit.coefficients[2:] == pytest.approx(model.transform_threshold_params(other.params)[1:-1], abs=1e-6)
    assert fit.tidy()["std_error"][:2].to_numpy() == pytest.approx(other.bse[:2].to_numpy(), rel=1e-4)  # numerical Hessian
    groups = {"groups": data["branch"], "use_correction": False}
    robust = model.fit(method="bfgs", disp=0, gtol=1e-7, cov_type="cluster", cov_kwds=groups)
    fit = models.ordinal.fit(data, "satisfaction ~ d + x", link=link, cluster="branch")
    assert fit.tidy()["std_error"][:2].to_numpy() == pytest.approx(robust.bse[:2].to_numpy() * np.sqrt(40 / 39), rel=1e-4)
    assert (fit.df, fit.glance()["small_sample"]) == (39, {"G/(G-1) branch": 40 / 39})


def test_numbers_and_an_ordered_categorical_are_the_same():
    data = answers_of()
    named = data.assign(satisfaction=pd.Categorical.from_codes(data["satisfaction"] - 1, list("zyxw"), ordered=True))
    fits = [models.ordinal.fit(d, "satisfaction ~ d + x") for d in (data, named)]
    assert fits[0].coefficients == pytest.approx(fits[1].coefficients, abs=1e-14)
    assert fits[1].terms[2:] == ("z | y", "y | x", "x | w")


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_the_size_of_a_regressor_does_not_matter(link):
    data = answers_of()
    fit = models.ordinal.fit(data, "satisfaction ~ d + x", link=link)
    for size in (1e-7, 1e7):
        other = models.ordinal.fit(data.assign(x=data["x"] * size), "satisfaction ~ d + x", link=link)
        assert other.coefficients * [1, size, 1, 1, 1] == pytest.approx(fit.coefficients, rel=1e-8)
        assert other.row("x")["p_value"] == pytest.approx(fit.row("x")["p_value"], rel=1e-6)


# Brant's test
def test_brants_test_of_the_smokers_as_r_prints_it():
    found = models.ordinal.brant(models.ordinal.fit(survey(), "smoke ~ male + height")).table.set_index("term")
    check("ordinal.brant.omnibus", found.loc["Omnibus", "statistic"])
    check("ordinal.brant.male", found.loc["male", "statistic"])
    check("ordinal.brant.height", found.loc["height", "statistic"])
    check("ordinal.brant.p", found.loc["Omnibus", "p_value"])
    assert found["df"].to_dict() == {"Omnibus": 4, "male": 2, "height": 2}


def test_brants_test_is_that_of_r_with_its_blocks_transposed():
    # car's poTest writes one matrix V into both off-diagonal blocks of the covariance, where the second is V'
    random = np.random.default_rng(5)
    data = pd.DataFrame({"x1": random.normal(size=300), "x2": random.exponential(size=300)})
    index = data["x1"] + 0.5 * data["x2"] * random.normal(1, 1, 300) + random.logistic(size=300)
    data["y"] = np.digitize(index, [-0.5, 0.8, 2])
    found = models.ordinal.brant(models.ordinal.fit(data, "y ~ x1 + x2")).table.set_index("term")
    check("ordinal.brant.transposed", found.loc["Omnibus", "statistic"])


def test_brants_test_with_clusters_is_the_wald_test_of_stacked_logits():
    """All cuts in one logit with their own coefficients, clustered: statsmodels' Wald test of equal slopes."""
    data = answers_of()
    found = models.ordinal.brant(models.ordinal.fit(data, "satisfaction ~ d + x", cluster="branch"))
    one = sm.add_constant(data[["d", "x"]]).to_numpy()
    y = np.concatenate([data["satisfaction"] > cut for cut in (1, 2, 3)]).astype(float)
    groups = {"groups": np.tile(data["branch"], 3), "use_correction": False}
    stacked = sm.Logit(y, np.kron(np.eye(3), one)).fit(disp=0, tol=1e-12, cov_type="cluster", cov_kwds=groups)
    equal = np.zeros((4, 9))
    for row, (column, cut) in enumerate([(1, 1), (2, 1), (1, 2), (2, 2)]):
        equal[row, [column, 3 * cut + column]] = [-1, 1]
    wald = stacked.wald_test(equal, use_f=False, scalar=True)
    assert found.table["statistic"][0] == pytest.approx(float(wald.statistic) * 39 / 40, rel=1e-7)
    assert found.slopes.to_numpy() == pytest.approx(stacked.params.reshape(3, 3)[:, 1:], abs=1e-8)
    assert found.vcov == "CRV1 by branch"


def test_brants_test_finds_the_slope_that_differs_by_cut():
    data = answers_of(2000, slopes=(0.3, 0.9, 1.5))
    table = models.ordinal.brant(models.ordinal.fit(data, "satisfaction ~ d + x")).table.set_index("term")
    assert table.loc["x", "p_value"] < 1e-6 and table.loc["d", "p_value"] > 0.01
    same = models.ordinal.brant(models.ordinal.fit(answers_of(2000), "satisfaction ~ d + x")).table
    assert same["p_value"][0] > 0.01


def test_brants_test_names_a_cut_without_maximum_and_needs_a_logit_and_clusters():
    data = answers_of()
    data["z"] = np.where(data["satisfaction"] == 4, 1.0, data["d"] * (data["x"] > 0))
    with pytest.raises(models.Separated, match=r"the logit of y > 3 has no maximum \(x, z are x0, x1"):
        models.ordinal.brant(models.ordinal.fit(data, "satisfaction ~ x + z"))
    with pytest.raises(models.ModelError, match="link='logit'"):
        models.ordinal.brant(models.ordinal.fit(data, "satisfaction ~ x", link="probit"))
    few = models.ordinal.fit(data.assign(branch=data["branch"] % 4), "satisfaction ~ d + x", cluster="branch")
    with pytest.raises(models.NotEstimable, match="4 clusters for 4 equalities"):
        models.ordinal.brant(few)


# every path is defined or refused
@pytest.mark.parametrize(
    ("change", "formula", "options", "error", "message"),
    [
        ({"satisfaction": lambda d: d["satisfaction"].astype(str)}, "satisfaction ~ x", {}, models.BadOutcome, "without an order"),
        ({}, "satisfaction ~ x", {"levels": [1, 2, 3, 4, 5]}, models.BadOutcome, r"1 of 5 levels have no rows \(5\)"),
        ({}, "satisfaction ~ x", {"levels": [1, 2, 3]}, models.BadOutcome, "1 values that are not levels: 4"),
        ({"satisfaction": lambda d: (d["satisfaction"] > 2) * 1}, "satisfaction ~ x", {}, models.NotEstimable, "2 levels; "),
        ({}, "x ~ d", {}, models.BadOutcome, "'x' has 800 levels"),
        ({}, "np.log(satisfaction) ~ x", {}, models.FormulaError, "is the name of a column"),
        ({}, "satisfied ~ x", {}, models.FormulaError, "did you mean 'satisfaction'"),
        ({}, "satisfaction ~ 1", {}, models.ModelError, "no regressor"),
        ({}, "satisfaction ~ x | branch", {}, models.FormulaError, "absorbs effects"),
        ({}, "satisfaction ~ x", {"link": "cloglog"}, models.ModelError, "no link 'cloglog'; there is logit, probit"),
        ({"x": 3.0}, "satisfaction ~ x + d", {}, models.NoVariation, "x has one value in all 800 rows"),
        ({"x": np.inf}, "satisfaction ~ x", {}, models.InfiniteValues, "800 infinite values"),
        ({"branch": 1}, "satisfaction ~ x", {"cluster": "branch"}, models.NotEstimable, "one cluster of 'branch'"),
        ({"x": lambda d: d["satisfaction"] ** 2}, "satisfaction ~ x", {}, models.Separated, r"complete.* 800 of 800 .* x \(to \+inf"),
        ({"z": lambda d: (d["satisfaction"] == 4) & (d["x"] > 0)}, "satisfaction ~ d + z", {}, models.Separated, r"quasi-.*z.* \(to \+inf"),
    ],
)
def test_what_can_not_be_estimated_is_refused(change, formula, options, error, message):
    with pytest.raises(error, match=message):
        models.ordinal.fit(answers_of().assign(**change), formula, **options)


def test_an_empty_category_is_named_also_where_missing_rows_empty_it():
    data = answers_of()
    data["satisfaction"] = pd.Categorical(data["satisfaction"], [1, 2, 3, 4, 5], ordered=True)
    with pytest.raises(models.BadOutcome, match=r"1 of 5 levels have no rows \(5\).*join them with a neighbour"):
        models.ordinal.fit(data, "satisfaction ~ x")
    data["satisfaction"] = data["satisfaction"].cat.remove_unused_categories()
    data.loc[data["satisfaction"] == 2, "x"] = np.nan
    with pytest.raises(models.BadOutcome, match=r"1 of 4 levels have no rows \(2\)"):
        models.ordinal.fit(data, "satisfaction ~ x")


def test_too_few_rows_are_refused():
    data = answers_of().groupby("satisfaction").head(1)
    with pytest.raises(models.NotEstimable, match="4 rows for 1 slopes and 3 thresholds"):
        models.ordinal.fit(data, "satisfaction ~ x")


def test_missing_rows_are_counted_the_data_not_changed_and_strange_levels_refused():
    data = answers_of().assign(kind=lambda d: np.where(d["branch"] % 2, "a", "b"))
    data.loc[[1, 2, 3], "satisfaction"] = np.nan
    before = data.copy(deep=True)
    fit = models.ordinal.fit(data, "satisfaction ~ x + kind")
    pd.testing.assert_frame_equal(data, before)
    assert (fit.glance()["n_dropped"], fit.glance()["n_obs"]) == (3, 797)
    assert fit.predict(data.head(4)).sum(axis=1).to_numpy() == pytest.approx(1)
    with pytest.raises(models.Unseen, match="levels that were not estimated"):
        fit.predict(data.head(4).assign(kind="c"))
