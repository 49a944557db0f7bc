"""What a formula makes of columns: types, states, levels, names; right values from statsmodels on matrices built by hand."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyfixest
import pytest
import statsmodels.api as sm
from formulaic.transforms import TRANSFORMS
from linearmodels.iv import IV2SLS
from statsmodels.miscmodels.ordinal_model import OrderedModel

from study import models

N = 240


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"age": rng.integers(18, 80, N), "w": rng.normal(size=N), "k": rng.choice(list("abc"), N), "start": 1})
    frame["bank"], frame["year"] = np.arange(N) // 8, np.tile(np.arange(2001, 2009), N // 8)
    frame["y"] = 0.5 * frame["age"] - 0.005 * frame["age"] ** 2 + frame["w"] + rng.normal(size=N)
    frame["b"] = (frame["y"] > frame["y"].median()).astype(int)
    frame["o"] = np.digitize(frame["y"], frame["y"].quantile([0.3, 0.6]))
    frame["stop"], frame["z"] = rng.integers(1, 9, N), frame["w"] + rng.normal(size=N)
    frame["event"] = (rng.random(N) < 0.3).astype(int)
    return frame


FITS = {
    "pooled": lambda d, right: models.panel.fit(d, f"y ~ {right}"),
    "bank": lambda d, right: models.panel.fit(d, f"y ~ {right} | bank", cluster="bank"),
    "random": lambda d, right: models.panel.fit(d, f"y ~ {right} | bank + year", estimator="re"),
    "instruments": lambda d, right: models.iv.fit(d, f"y ~ {right} | w ~ z"),
    "logit": lambda d, right: models.discrete.fit(d, f"b ~ {right}"),
    "firth": lambda d, right: models.discrete.fit(d, f"b ~ {right}", method="firth"),
    "ordered": lambda d, right: models.ordinal.fit(d, f"o ~ {right}"),
    "cox": lambda d, right: models.cox.fit(d, f"b ~ {right}", start="start", stop="stop"),
    "hazard": lambda d, right: models.hazard.fit(d, f"event ~ {right}", time="year"),
}
NARROW = {"age": "int8", "year": "int16", "bank": "int8", "b": "int8", "o": "int8", "stop": "int8", "start": "uint8", "event": "bool"}
NULLABLE = {"age": "Int8", "year": "Int16", "bank": "UInt8", "b": "Int8", "o": "Int8", "stop": "Int8", "start": "UInt8", "event": "boolean"}
TYPES = {
    "narrow": lambda d: d.astype(NARROW),
    "nullable": lambda d: d.astype(NULLABLE),
    "Arrow": lambda d: pd.DataFrame({c: d[c].astype(pd.ArrowDtype(pa.Table.from_pandas(d)[c].type)) for c in d}),
    "Arrow, narrow": lambda d: d.assign(age=d["age"].astype("int8[pyarrow]"), k=d["k"].astype("string[pyarrow]")),
    "Decimal": lambda d: d.assign(age=[Decimal(int(v)) for v in d["age"]]),
    "objects": lambda d: d.astype({c: object for c in ("age", "y", "b", "o", "k")}),
    "empty categories": lambda d: d.assign(k=pd.Categorical(d["k"], list("zabc")), bank=pd.Categorical(d["bank"], range(99))),
    "index of one label": lambda d: d.set_axis(["same"] * len(d)),
    "mapping of arrays": lambda d: {c: d[c].to_numpy() for c in d},
}


def by_hand(data):
    """age, its square, the dummies of b and c."""
    age = data["age"].to_numpy(float)
    return np.column_stack([age, age**2, data["k"] == "b", data["k"] == "c"]).astype(float)


def test_every_family_squares_what_it_should(data):
    x, y, b = by_hand(data), data["y"].to_numpy(), data["b"].to_numpy()
    right = "age + I(age**2) + k"
    found = {name: fit(data.astype(NARROW), right) for name, fit in FITS.items()}
    assert found["pooled"].coefficients == pytest.approx(sm.OLS(y, sm.add_constant(x)).fit().params, rel=1e-8)
    dummies = pd.get_dummies(data["bank"]).to_numpy(float)
    assert found["bank"].coefficients == pytest.approx(sm.OLS(y, np.column_stack([x, dummies])).fit().params[:4], rel=1e-8)
    wanted = IV2SLS(data["y"], sm.add_constant(x), data["w"], data["z"]).fit().params
    assert found["instruments"].coefficients == pytest.approx([wanted["w"], *wanted[:5]], rel=1e-7)
    logit = sm.Logit(b, sm.add_constant(x / 100)).fit(disp=0, tol=1e-12).params
    assert found["logit"].coefficients == pytest.approx([logit[0], *logit[1:] / 100], rel=1e-6)
    ordered = OrderedModel(data["o"], x / [100, 1e4, 1, 1], distr="logit").fit(method="bfgs", disp=0, gtol=1e-8).params[:4]
    assert found["ordered"].coefficients[:4] == pytest.approx(ordered / [100, 1e4, 1, 1], rel=1e-3)  # statsmodels' derivatives are numerical
    centred = x / [100, 1e4, 1, 1] - (x / [100, 1e4, 1, 1]).mean(axis=0)
    cox = sm.PHReg(data["stop"], centred, status=b, ties="efron").fit().params  # all enter in the first period
    periods = pd.get_dummies(data["year"]).to_numpy(float)
    links = sm.families.Binomial(sm.families.links.CLogLog())
    hazard = sm.GLM(data["event"], np.column_stack([x / [100, 1e4, 1, 1], periods]), links).fit(tol=1e-12).params[:4]
    assert found["cox"].coefficients == pytest.approx(cox / [100, 1e4, 1, 1], rel=1e-6)
    assert found["hazard"].coefficients == pytest.approx(hazard / [100, 1e4, 1, 1], rel=1e-6)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", FITS)
def test_a_column_says_the_same_in_every_type(data, name, kind):
    fit = FITS[name]
    right = fit(data, "age + I(age**2) + C(k)")
    found = fit(TYPES[kind](data), "age + I(age**2) + C(k)")
    assert found.terms == right.terms
    assert found.coefficients == pytest.approx(right.coefficients, rel=1e-9)
    assert found.covariance == pytest.approx(right.covariance, rel=1e-8)


@pytest.mark.parametrize("name", ["pooled", "logit"])
def test_polars_frames_are_read(data, name):
    polars = pytest.importorskip("polars")
    right = FITS[name](data, "age + k")
    for frame in (polars.from_pandas(data), polars.from_pandas(data).lazy()):
        assert FITS[name](frame, "age + k").coefficients == pytest.approx(right.coefficients, rel=1e-12)


def test_both_kinds_of_missing_are_dropped_and_counted(data):
    gaps = data["w"].to_numpy().copy()
    gaps[:3] = np.nan
    wanted = FITS["pooled"](data.iloc[4:], "w").coefficients
    both = pd.Series(pa.array([None if i == 3 else v for i, v in enumerate(gaps)]), dtype=pd.ArrowDtype(pa.float64()))
    found = FITS["pooled"](data.assign(w=both), "w")
    assert found.coefficients == pytest.approx(wanted, rel=1e-12)
    assert found.glance()["n_dropped"] == 4


def test_products_of_booleans_and_sums_are_numbers(data):
    flags = data.assign(p=data["age"] > 40, q=data["w"] > 0)
    total = (flags["p"].astype(int) + flags["q"].astype(int)).to_numpy(float)
    found = models.panel.fit(flags, "y ~ I(p + q)").coefficients
    assert found == pytest.approx(sm.OLS(flags["y"], sm.add_constant(total)).fit().params.to_numpy(), rel=1e-10)


def test_identifiers_of_64_bits_are_not_joined(data):
    near = 2**60 + data["bank"]  # as floats all of them are one number
    found = models.panel.fit(data.assign(bank=near), "y ~ age | bank", cluster="bank")
    assert found.coefficients == pytest.approx(models.panel.fit(data, "y ~ age | bank").coefficients, rel=1e-12)
    assert found.glance()["n_clusters"] == N // 8


@pytest.mark.parametrize("term", ["scale(w)", "center(w)", "poly(w, 2)", "bs(w, df=5)"])
def test_states_are_those_of_the_sample(data, term):
    columns = np.asarray(pd.DataFrame(TRANSFORMS[term.split("(")[0]](data["w"].to_numpy(), **_options(term))))
    wanted = sm.OLS(data["y"], sm.add_constant(columns)).fit(method="qr")
    found = models.panel.fit(data, f"y ~ {term}")
    x = found.prepared.x.to_numpy()
    assert x @ found.coefficients == pytest.approx(np.asarray(wanted.fittedvalues), rel=1e-8)


def _options(term):
    return {"df": int(term[-2])} if "df" in term else {"degree": 2} if "poly" in term else {}


def test_new_rows_are_centred_on_the_sample(data):
    plain = models.ordinal.fit(data, "o ~ w")
    for term in ("center(w)", "scale(w)"):
        fit = models.ordinal.fit(data, f"o ~ {term}")
        rows = pd.DataFrame({"w": [3.0, 4.0]})  # their own mean is 3.5
        assert fit.predict(rows).to_numpy() == pytest.approx(plain.predict(rows).to_numpy(), rel=1e-8)
    hazard = models.hazard.fit(data, "event ~ scale(w) + I(age**2)", time="year")
    other = models.hazard.fit(data, "event ~ w + I(age**2)", time="year")
    path = {"w": 2.0, "age": 70}
    for given in (path, pd.DataFrame({"year": np.arange(2001, 2009), **path}).astype({"age": "int8"})):  # 70 squared is 36 in eight bits
        assert models.hazard.survival(hazard, given)["survival"].to_numpy() == pytest.approx(
            models.hazard.survival(other, path)["survival"].to_numpy(), rel=1e-8
        )


@pytest.mark.parametrize("name", ["bank", "random", "ordered", "cox", "hazard"])
@pytest.mark.parametrize("right", ["0 + w + k", "w + k - 1", "-1 + w + k"])
def test_without_constant_means_little_where_something_takes_its_place(data, name, right):
    wanted, found = FITS[name](data, "w + k"), FITS[name](data, right)
    assert found.terms == wanted.terms
    assert found.coefficients == pytest.approx(wanted.coefficients, rel=1e-10)


def test_without_constant_in_a_pooled_model_each_category_has_its_own(data):
    found = models.panel.fit(data, "y ~ 0 + k")
    assert found.terms == ("k[a]", "k[b]", "k[c]")
    assert found.coefficients == pytest.approx(data.groupby("k")["y"].mean().to_numpy(), rel=1e-12)


@pytest.mark.parametrize("name", FITS)
def test_levels_that_no_row_has_left_are_none(data, name):
    """Level z has one row, which misses its age; level a (the base) and b stay."""
    lost = data.assign(k=pd.Categorical(["z", *data["k"][1:]], list("zabc")), age=[np.nan, *data["age"][1:]])
    found, wanted = FITS[name](lost, "age + k"), FITS[name](data.iloc[1:], "age + k")
    assert found.terms == wanted.terms
    assert found.coefficients == pytest.approx(wanted.coefficients, rel=1e-8)


def test_levels_lost_with_singletons_and_dead_periods(data):
    alone = pd.concat([data, data.iloc[:1].assign(bank=999, k="0")], ignore_index=True)
    assert models.panel.fit(alone, "y ~ age + k | bank").coefficients == pytest.approx(FITS["bank"](data, "age + k").coefficients, rel=1e-9)
    dead = pd.concat([data, data.iloc[:5].assign(year=1990, event=0, k="0")], ignore_index=True)
    found = models.hazard.fit(dead, "event ~ age + k", time="year")
    assert found.coefficients == pytest.approx(FITS["hazard"](data, "age + k").coefficients, rel=1e-8)


@pytest.mark.parametrize("new", ["account balance", "余额", "log", "C", "np", "a.b", "a|b", "x~y", "a+b"])
def test_any_name_can_be_written(data, new):
    named = data.rename(columns={"w": new, "bank": f"{new} id".replace("^", "")})
    found = models.panel.fit(named, f"y ~ age + `{new}` | `{new} id`", cluster=f"{new} id")
    assert found.terms == ("age", new)
    assert found.coefficients == pytest.approx(FITS["bank"](data, "age + w").coefficients, rel=1e-12)
    effects = models.discrete.marginal_effects(models.discrete.fit(named, f"b ~ `{new}`"))
    assert effects.coefficients == pytest.approx(models.discrete.marginal_effects(FITS["logit"](data, "w")).coefficients, rel=1e-9)


def test_an_ordered_outcome_with_a_space(data):
    found = models.ordinal.fit(data.rename(columns={"o": "how happy"}), "`how happy` ~ w")
    assert found.coefficients == pytest.approx(FITS["ordered"](data, "w").coefficients, rel=1e-12)


def test_periods_with_names_keep_their_order(data):
    """March comes before April: the survival function is that of numbered periods."""
    names = ["January", "February", "March", "April", "May", "June", "July", "August"]
    months = pd.Categorical.from_codes(data["year"] - 2001, names, ordered=True)
    found = models.hazard.survival(models.hazard.fit(data.assign(year=months), "event ~ w", time="year"), {"w": 0.5})
    wanted = models.hazard.survival(FITS["hazard"](data, "w"), {"w": 0.5})
    assert found["period"].tolist() == names
    assert found["survival"].to_numpy() == pytest.approx(wanted["survival"].to_numpy(), rel=1e-12)


def test_labels_of_clusters_are_in_the_order_of_their_codes(data):
    order = pd.Categorical(data["k"], ["c", "a", "b"])
    fit = models.panel.fit(data.assign(k=order), "y ~ w", cluster="k")
    left = models.gram.of_fit(fit).leave_one_out("y", ["Intercept", "w"])
    for label in "abc":
        assert left.loc[label, "w"] == pytest.approx(models.panel.fit(data[data["k"] != label], "y ~ w").coefficients[1], rel=1e-9)


DATES = [datetime.date(2020, 1, 1) + datetime.timedelta(i) for i in range(N)]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pd.date_range("2020", periods=N), "holds dates or times .*count the days"),
        (pd.date_range("2020", periods=N, tz="Asia/Shanghai"), "holds dates or times"),
        (pd.Series(DATES, dtype=object), "holds dates or times"),
        (pd.period_range("2000", periods=N, freq="M"), "holds dates or times"),
        (pd.to_timedelta(range(N), unit="D"), "holds dates or times"),
        (pd.Series(pd.date_range("2020", periods=N)).astype("timestamp[ns][pyarrow]"), "holds dates or times"),
        ([str(i) for i in range(N)], "holds numbers as texts .*pandas.to_numeric"),
        (pd.Series([f"{i}.5" for i in range(N)], dtype="string[pyarrow]"), "holds numbers as texts"),
        ([1, "a"] * (N // 2), "mixed"),
        ([1j] * N, "complex"),
        ([[1]] * N, "make it one type"),
    ],
)
@pytest.mark.parametrize("name", FITS)
def test_what_is_no_number_is_refused(data, name, column, message):
    with pytest.raises(models.FormulaError, match=f"column 'age' .*{message}"):
        FITS[name](data.assign(age=column), "age + k")


def test_dates_and_digits_are_levels_where_asked(data):
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(data["year"], unit="D")
    wanted = models.panel.fit(data, "y ~ w + C(year)").coefficients
    for column in (days, data["year"].astype(str)):
        assert models.panel.fit(data.assign(year=column), "y ~ w + C(year)").coefficients == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "formula", "error", "message"),
    [
        ({}, "y ~ foo(w)", models.FormulaError, r"foo\(\.\.\.\) is not a function that formulas know; there are .*bs, .*log"),
        ({}, "y ~ w + w**2", models.FormulaError, r"w\*\*2 is w alone; write I\(...\)"),
        ({}, "y ~ w^2 | bank", models.FormulaError, r"w\^2 is w alone"),
        ({}, "y ~ log(w)", models.FormulaError, r"log\(w\) is not a number in \d+ of 240 rows"),
        ({}, "y ~ w k", models.FormulaError, "is not understood: Missing operator between `w` and `k`."),
        ({}, "y ~ Q('w')", models.FormulaError, "in backticks"),
        ({"log": 1.0}, "y ~ log + log(w)", models.FormulaError, "'log' as a function and as a column"),
        ({}, "y ~ 1 | bank", models.FormulaError, "no regressor beside the effects"),
        ({}, "y ~ 0", models.FormulaError, "no regressor and no intercept"),
        ({"y": 3.0}, "y ~ w", models.NoVariation, "the outcome has one value, 3, in all 240 rows"),
        ({"y": np.arange(N) // 8 + 1e9}, "y ~ w | bank", models.NoVariation, "the outcome does not vary once the effects bank are removed"),
        ({"y": "yes"}, "y ~ w", models.FormulaError, "it must be one number per row"),
        ({"y": ["yes", "no"] * (N // 2)}, "y ~ w", models.FormulaError, "it must be one number per row"),
        ({"bank": [1, "1"] * (N // 2)}, "y ~ w | bank", models.ModelError, "mixes texts and numbers"),
        ({"Intercept": 1.0}, "y ~ w + Intercept", models.FormulaError, "'Intercept' is the constant's name"),
    ],
)
def test_refusals_in_our_words(data, change, formula, error, message):
    with pytest.raises(error, match=message):
        models.panel.fit(data.assign(**change), formula)


def test_two_columns_of_one_name_are_refused(data):
    with pytest.raises(models.ModelError, match="have 2 columns 'w'"):
        models.panel.fit(pd.concat([data, data[["w"]]], axis=1), "y ~ w")


def test_effects_that_lie_in_others_are_left_out_with_a_note(data):
    region = data.assign(region=data["bank"] // 5, twin=data["bank"])
    wanted = pyfixest.feols("y ~ w | bank", region, vcov={"CRV1": "region"})
    for effects in ("bank + region", "region + bank", "bank + twin", "region + bank + twin"):
        found = models.panel.fit(region, f"y ~ w | {effects}", cluster="region")
        assert found.row("w")["estimate"] == pytest.approx(wanted.coef()["w"], rel=1e-9)
        assert found.row("w")["std_error"] == pytest.approx(wanted.se()["w"], rel=1e-9)
        assert any("add nothing to those of bank" in note for note in found.notes)
    instrumented = models.iv.fit(region, "y ~ 1 | bank + region | w ~ z", cluster="region")
    assert instrumented.coefficients == pytest.approx(models.iv.fit(region, "y ~ 1 | bank | w ~ z", cluster="region").coefficients, rel=1e-10)


@pytest.mark.parametrize(("column", "what"), [(["1", "2"] * (N // 2), "texts"), (pd.date_range("2020", periods=N), "dates or times")])
def test_cross_products_take_no_texts_of_digits_and_no_dates(data, column, what):
    with pytest.raises(models.ModelError, match=f"column 'w' is not one of numbers: it holds {what}"):
        models.gram.build(data.assign(w=column), outcomes=["y"], regressors=["w"], cluster="bank")


def test_cross_products_of_every_type(data):
    wanted = models.gram.build(data, outcomes=["y"], regressors=["age", "w"], absorb=["bank"], cluster="bank").fit("y", ["age", "w"])
    for kind in ("narrow", "nullable", "Arrow", "Decimal", "objects", "mapping of arrays"):
        found = models.gram.build(TYPES[kind](data), outcomes=["y"], regressors=["age", "w"], absorb=["bank"], cluster="bank").fit("y", ["age", "w"])
        assert found.coefficients == pytest.approx(wanted.coefficients, rel=1e-12), kind
