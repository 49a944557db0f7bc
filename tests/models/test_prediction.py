"""Fitted values, residuals and predictions against pyfixest, linearmodels, statsmodels and dummies written out."""

import warnings

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from linearmodels.iv import IV2SLS
from linearmodels.panel import RandomEffects
from statsmodels.miscmodels.ordinal_model import OrderedModel

from study import models
from study.models.after.prediction import Unpredicted


@pytest.fixture(scope="module")
def rows():
    """300 rows with an index of their own, missing values, weights and a level that new rows lack."""
    rng = np.random.default_rng(11)
    n = 300
    data = pd.DataFrame({name: rng.normal(size=n) for name in "xzq"}, index=[f"row {i}" for i in rng.permutation(n)])
    data["bank"], data["year"], data["w"] = rng.integers(0, 12, n), rng.integers(0, 8, n), rng.uniform(0.5, 2, n)
    data["region"] = rng.choice(["east", "north", "west"], n)
    data["d"] = data["q"] + rng.normal(size=n)
    data["y"] = data["x"] + data["bank"] / 5 - data["year"] / 3 + (data["region"] == "west") + rng.normal(size=n)
    data["bad"] = (data["y"] + rng.logistic(size=n) > 0).astype(int)
    data["level"] = pd.cut(data["y"], [-99, -1, 1, 99], labels=False)
    data.iloc[[3, 70], 0] = np.nan
    return data


def quietly(call, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Unpredicted)
        return call(*args, **options)


@pytest.mark.parametrize("effects", ["bank", "bank + year", "bank + year + region"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_fixed_effects_as_pyfixest_in_sample_and_for_the_same_rows_as_new(rows, effects, weights):
    fit = models.panel.fit(rows, f"y ~ x*z | {effects}", cluster="bank", weights=weights)
    other = pyfixest.feols(f"y ~ x*z | {effects}", rows, weights=weights, fixef_tol=1e-13)
    theirs = pd.Series(other.predict(), index=rows.index[rows["x"].notna()])
    assert fit.fitted().index.equals(rows.index)
    assert fit.fitted()[rows["x"].isna()].isna().all() and fit.residuals().isna().sum() == 2
    assert fit.fitted().dropna().to_numpy() == pytest.approx(theirs.to_numpy(), abs=1e-9)
    assert (fit.fitted() + fit.residuals() - rows["y"]).dropna().abs().max() < 1e-12
    again = quietly(fit.predict, rows.sample(frac=0.5, random_state=1))
    assert again.dropna().to_numpy() == pytest.approx(theirs[again.dropna().index].to_numpy(), abs=1e-9)


def test_effects_together_and_without_them(rows):
    fit = models.panel.fit(rows, "y ~ x + z | bank^region + year")
    dummies = smf.ols("y ~ x + z + C(pair) + C(year)", rows.assign(pair=rows["bank"].astype(str) + rows["region"])).fit()
    used = fit.fitted().dropna().index
    assert fit.fitted()[used].to_numpy() == pytest.approx(dummies.fittedvalues[used].to_numpy(), abs=1e-9)
    bare = fit.predict(effects=False)[used]
    assert bare.to_numpy() == pytest.approx((rows[["x", "z"]] @ fit.coefficients)[used].to_numpy(), abs=1e-12)


def test_new_pairs_of_known_levels_and_pairs_that_nothing_connects():
    """y = a_i + l_t exactly: a new pair (i, t) is a_i + l_t where a chain of rows joins them, unknown otherwise."""
    pairs = [(i, t) for i in range(4) for t in range(4) if (i, t) != (0, 3)] + [(i, t) for i in range(4, 8) for t in range(4, 8)]
    data = pd.DataFrame(pairs, columns=["i", "t"])
    rng = np.random.default_rng(0)
    data["x"] = rng.normal(size=len(data))
    data["y"] = 2 * data["x"] + data["i"] ** 2 + 10 * data["t"]
    fit = models.panel.fit(data, "y ~ x | i + t")
    assert fit.predict(pd.DataFrame({"i": [0], "t": [3], "x": [1.0]})).tolist() == pytest.approx([2 + 0 + 30])
    new = pd.DataFrame({"i": [0, 1, 99], "t": [5, 1, 1], "x": [1.0, 1.0, 1.0]}, index=list("abc"))
    with pytest.raises(models.Unseen, match="1 rows have a level of i that was not estimated; 1 rows join levels that no chain"):
        fit.predict(new)
    with pytest.warns(Unpredicted, match="2 of 3 rows have no prediction"):
        found = fit.predict(new, unseen="missing")
    assert found.isna().tolist() == [True, False, True] and found["b"] == pytest.approx(2 + 1 + 10)
    assert fit.predict(new, effects=False).tolist() == pytest.approx([2, 2, 2])


@pytest.mark.parametrize("method", ["logit", "probit"])
def test_probabilities_and_index_as_statsmodels(rows, method):
    text = "bad ~ x*z + C(region)"
    fit = models.discrete.fit(rows, text, method=method)
    other = getattr(smf, method)(text, rows).fit(disp=0, tol=1e-12)
    new = pd.DataFrame({"x": [0.3, -2.0], "z": [1.0, 0.0], "region": ["west", "east"]}, index=[7, 9])
    assert fit.predict(new).to_numpy() == pytest.approx(other.predict(new).to_numpy(), rel=1e-7)
    assert fit.predict(new, kind="index").to_numpy() == pytest.approx(other.predict(new, which="linear").to_numpy(), rel=1e-7)
    assert fit.predict(new).index.tolist() == [7, 9]
    used = rows["x"].notna()
    assert fit.residuals()[used].to_numpy() == pytest.approx(other.resid_response.to_numpy(), abs=1e-8)
    assert fit.residuals()[~used].isna().all()


def test_transforms_keep_the_state_of_the_estimation(rows):
    """scale(x) of two new rows is (x - mean) / sd of the estimation rows; poly and bs span the same columns as in the sample."""
    fit = models.discrete.fit(rows, "bad ~ scale(x) + z", method="logit")
    used = rows["x"].dropna()
    new = pd.DataFrame({"x": [0.5, 2.0], "z": [0.0, 1.0]})
    index = fit.coefficients @ np.array([[1, 1], (new["x"] - used.mean()) / used.std(), new["z"]])
    assert fit.predict(new, kind="index").to_numpy() == pytest.approx(index, rel=1e-10)
    for right in ("poly(x, 3)", "bs(x, df=5)"):
        for fitted in (models.panel.fit(rows, f"y ~ {right} | bank"), models.panel.fit(rows, f"y ~ {right}")):
            part = quietly(fitted.predict, rows.iloc[:40])
            assert part.to_numpy() == pytest.approx(fitted.fitted().iloc[:40].to_numpy(), nan_ok=True, abs=1e-10)


def test_unseen_levels_are_refused_or_missing_with_their_number(rows):
    fit = models.panel.fit(rows, "y ~ x + region")
    new = pd.DataFrame({"x": [1.0, 1.0, np.nan], "region": ["west", "south", "east"]})
    with pytest.raises(models.Unseen, match="south"):
        fit.predict(new)
    with pytest.warns(Unpredicted, match="2 of 3 rows have no prediction: 1 miss a value, 1 have a level"):
        found = fit.predict(new, unseen="missing")
    west = fit.row("Intercept")["estimate"] + fit.row("x")["estimate"] + fit.row("region[T.west]")["estimate"]
    assert found.isna().tolist() == [False, True, True] and found[0] == pytest.approx(west)


def test_ordered_levels_as_statsmodels(rows):
    fit = models.ordinal.fit(rows, "level ~ x + z")
    used = rows.dropna()
    other = OrderedModel(used["level"], used[["x", "z"]], distr="logit").fit(method="newton", disp=0, tol=1e-12)
    new = pd.DataFrame({"x": [0.3, -2.0], "z": [1.0, 0.0]})
    assert fit.predict(new).to_numpy() == pytest.approx(np.asarray(other.predict(new)), abs=1e-7)
    assert fit.predict().dropna().sum(axis=1).to_numpy() == pytest.approx(1) and fit.predict().isna().any(axis=1).sum() == 2
    assert fit.predict(kind="index").dropna().to_numpy() == pytest.approx((used[["x", "z"]] @ fit.coefficients[:2]).to_numpy())
    with pytest.raises(models.ModelError, match="no single residual"):
        fit.residuals()


def test_hazards_as_a_binomial_model_with_period_dummies(rows):
    data = rows.dropna()
    fit = models.hazard.fit(data, "bad ~ x + z", time="year")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        family = sm.families.Binomial(sm.families.links.CLogLog())
        other = smf.glm("bad ~ x + z + C(year) - 1", data, family=family).fit(tol=1e-13, maxiter=200)
    assert fit.predict().to_numpy() == pytest.approx(other.fittedvalues.to_numpy(), rel=1e-6)
    assert fit.residuals().to_numpy() == pytest.approx(other.resid_response.to_numpy(), abs=1e-6)
    with pytest.raises(models.Unseen, match="year without baseline"):
        fit.predict(data.iloc[:1].assign(year=99))
    with pytest.warns(Unpredicted, match="1 of 2"):
        assert fit.predict(data.iloc[:2].assign(year=[1, 99]), unseen="missing").isna().tolist() == [False, True]


def test_periods_without_event_have_hazard_zero_and_frailty_has_no_hazard_of_a_row():
    rng = np.random.default_rng(5)
    data = pd.DataFrame({"id": np.repeat(range(100), 3), "age": [1, 2, 3] * 100, "x": rng.normal(size=300)})
    data["event"] = ((data["age"] == 3) & (rng.uniform(size=300) < 0.4)).astype(int)
    data.loc[data["age"] == 1, "event"] = (rng.uniform(size=100) < 0.2).astype(int)
    data = data[data.groupby("id")["event"].cumsum().sub(data["event"]) == 0]
    fit = models.hazard.fit(data, "event ~ x", time="age", unit="id")
    assert fit.predict()[data["age"] == 2].isna().all()  # dropped: the period says nothing
    assert (fit.predict(data[data["age"] == 2]) == 0).all()
    many = pd.DataFrame({"id": np.repeat(range(500), 6), "age": [1, 2, 3, 4, 5, 6] * 500, "x": rng.normal(size=3000)})
    chance = -np.expm1(-0.3 * np.exp(many["x"]) * np.repeat(rng.gamma(0.4, 2.5, 500), 6))
    many["event"] = (rng.uniform(size=3000) < chance).astype(int)
    many = many[many.groupby("id")["event"].cumsum().sub(many["event"]) == 0]
    frail = models.hazard.fit(many, "event ~ x", time="age", frailty="gamma", unit="id")
    assert frail.glance()["frailty_variance"] > 0.5
    with pytest.raises(models.ModelError, match="frailty"):
        frail.predict()
    assert frail.predict(kind="index").notna().any()


@pytest.mark.parametrize("estimator", ["2sls", "liml"])
def test_instruments_as_linearmodels(rows, estimator):
    data = rows.dropna().assign(Intercept=1.0)
    fit = models.iv.fit(rows, "y ~ x | d ~ q + z", estimator=estimator)
    kind = {"2sls": IV2SLS}.get(estimator)
    if kind:
        other = kind(data["y"], data[["Intercept", "x"]], data["d"], data[["q", "z"]]).fit()
        assert fit.residuals().dropna().to_numpy() == pytest.approx(other.resids.to_numpy(), abs=1e-9)
    expected = data[["d", "Intercept", "x"]].to_numpy() @ [fit.row(term)["estimate"] for term in ("d", "Intercept", "x")]
    assert fit.fitted().dropna().to_numpy() == pytest.approx(expected, abs=1e-9)
    assert quietly(fit.predict, rows.drop(columns=["q", "z", "y"])).equals(fit.fitted())  # instruments are not needed


def test_instruments_with_effects_weights_and_levels_as_dummies(rows):
    fit = models.iv.fit(rows, "y ~ x + C(region) | bank | d ~ q", cluster="bank", weights="w")
    data = rows.dropna()
    wide = pd.get_dummies(data[["bank", "region"]].astype(str), dtype=float).drop(columns="region_east")
    other = IV2SLS(data["y"], pd.concat([data["x"], wide], axis=1), data["d"], data["q"], weights=data["w"]).fit()
    assert fit.fitted().dropna().to_numpy() == pytest.approx((data["y"] - other.resids).to_numpy(), abs=1e-8)
    assert quietly(fit.predict, rows).dropna().to_numpy() == pytest.approx(fit.fitted().dropna().to_numpy(), abs=1e-9)


def test_random_effects_are_xb_as_linearmodels(rows):
    data = rows.dropna().drop_duplicates(["bank", "year"])
    fit = models.panel.fit(data, "y ~ x + z | bank + year", estimator="re")
    panel = data.set_index(["bank", "year"]).assign(Intercept=1.0)
    other = RandomEffects(panel["y"], panel[["Intercept", "x", "z"]]).fit()
    theirs = other.fitted_values.iloc[:, 0].loc[pd.MultiIndex.from_frame(data[["bank", "year"]])]
    expected = data[["x", "z"]].assign(one=1.0)[["one", "x", "z"]].to_numpy() @ fit.coefficients
    assert fit.fitted().to_numpy() == pytest.approx(expected, abs=1e-12)
    assert np.corrcoef(fit.fitted(), theirs)[0, 1] > 0.999  # the variance components may be estimated otherwise
    with pytest.raises(models.ModelError, match="no absorbed effects"):
        fit.predict(effects=True)


def test_a_gram_predicts_new_rows_without_effects(rows):
    gram = models.gram.build(rows, outcomes=["y"], regressors=["x", "z"], absorb=["bank"], cluster="bank")
    fit, same = gram.fit("y", ["x", "z"]), models.panel.fit(rows, "y ~ x + z | bank", cluster="bank")
    assert fit.predict(rows.iloc[10:13], effects=False).to_numpy() == pytest.approx(same.predict(effects=False).iloc[10:13].to_numpy(), abs=1e-9)
    with pytest.raises(models.ModelError, match="effects=False"):
        fit.predict(rows)
    with pytest.raises(models.ModelError, match="carries no rows"):
        fit.fitted()


def test_what_has_nothing_to_predict_from_says_so(rows):
    fit = models.panel.fit(rows, "y ~ x + z", cluster="bank")
    for nothing in (fit.combine("x + z"), models.discrete.marginal_effects(models.discrete.fit(rows, "bad ~ x"))):
        with pytest.raises(models.ModelError, match="no rows"):
            nothing.fitted()
        with pytest.raises(models.ModelError, match="nothing to predict from"):
            nothing.predict(rows)
    for options, said in [({"kind": "odds"}, "index"), ({"unseen": "skip"}, "refuse"), ({"effects": True}, "no absorbed")]:
        with pytest.raises(models.ModelError, match=said):
            fit.predict(**options)
    with pytest.raises(models.MissingColumn, match="'z'"):
        fit.predict(rows[["x"]])
