"""l(), d(), i() and several outcomes against loops over units and periods, pyfixest, and columns made by hand."""

import numpy as np
import pandas as pd
import pyfixest
import pytest

from study import models
from study.models.shared.formula_terms import expand, outcomes


@pytest.fixture(scope="module")
def panel():
    """20 units over 12 periods, every sixth row gone, in random order and with an index of its own."""
    rng = np.random.default_rng(4)
    data = pd.DataFrame([(i, t) for i in range(20) for t in range(2010, 2022)], columns=["bank", "year"])
    data["x"], data["z"] = rng.normal(size=len(data)), rng.normal(size=len(data))
    data["small"] = rng.integers(-100, 100, len(data)).astype("int8")
    data["treated"] = (data["bank"] < 8).astype(int)
    data["rel"] = data["year"] - 2016
    data["y"] = data["x"] + 0.3 * data["treated"] * np.maximum(data["rel"], 0) + rng.normal(size=len(data))
    data["y2"] = rng.normal(size=len(data))
    data = data[rng.uniform(size=len(data)) > 1 / 6].sample(frac=1, random_state=2)
    return data.set_axis(rng.permutation(len(data)) * 7)


def by_loop(data, column, k):
    """The value of the unit in the period that is k before, looked up row by row."""
    known = {(row.bank, row.year): getattr(row, column) for row in data.itertuples()}
    return np.array([known.get((row.bank, row.year - k), np.nan) for row in data.itertuples()], dtype=float)


@pytest.mark.parametrize("k", [1, 2, -1])
def test_lags_go_by_period_not_by_row(panel, k):
    frame, text, _ = expand(panel, f"y ~ l(x, {k}) + d(z) | bank", "bank", "year")
    assert text == f"y ~ `l(x, {k})` + `d(z)` | bank"
    assert frame[f"l(x, {k})"].to_numpy() == pytest.approx(by_loop(panel, "x", k), nan_ok=True)
    assert frame["d(z)"].to_numpy() == pytest.approx(panel["z"].to_numpy() - by_loop(panel, "z", 1), nan_ok=True)
    assert frame.index.equals(panel.index) and "l(x, 1)" not in panel.columns


def test_models_with_lags_are_those_of_columns_made_by_hand(panel):
    by_hand = panel.assign(lag=by_loop(panel, "x", 1), change=panel["y"] - by_loop(panel, "y", 1))
    fit = models.panel.fit(panel, "d(y) ~ l(x) + l(x, 1):z | bank + year", unit="bank", time="year", cluster="bank")
    other = models.panel.fit(by_hand, "change ~ lag + lag:z | bank + year", cluster="bank")
    assert fit.terms == ("l(x, 1)", "l(x, 1):z")
    assert fit.tidy().drop(columns="term").to_numpy() == pytest.approx(other.tidy().drop(columns="term").to_numpy(), rel=1e-10)
    assert fit.glance()["formula"] == "d(y) ~ l(x) + l(x, 1):z | bank + year"
    assert fit.wald("l(x, 1) = 0").p_value == pytest.approx(fit.row("l(x, 1)")["p_value"])
    assert any("a gap" in note for note in fit.notes)


def test_lags_within_functions_ranges_and_other_estimators(panel):
    lags = {f"lag{k}": by_loop(panel, "x", k) for k in (1, 2)}
    by_hand = panel.assign(**lags, bad=(panel["y"] > 0).astype(int), level=pd.qcut(panel["y"], 3, labels=False))
    keys = {"unit": "bank", "time": "year"}
    for estimate, left, options in [
        (models.discrete.fit, "bad", {}),
        (models.ordinal.fit, "level", {}),
        (models.iv.fit, "y", {}),
        (models.hazard.fit, "bad", {}),
    ]:
        tail = " | z ~ small" if estimate is models.iv.fit else ""
        own = {"time": "year"} if estimate is models.hazard.fit else {}
        rows = by_hand
        if estimate is models.hazard.fit:
            rows = by_hand[by_hand.sort_values("year").groupby("bank")["bad"].cumsum().reindex(by_hand.index) - by_hand["bad"] == 0]
            rows = rows.assign(**{f"lag{k}": by_loop(rows, "x", k) for k in (1, 2)})
        right = "np.exp(l(x, 1))" if estimate is models.hazard.fit else "l(x, 1:2) + np.exp(l(x, 1))"
        hand = right.replace("l(x, 1:2)", "lag1 + lag2").replace("l(x, 1)", "lag1")
        fit = estimate(rows, f"{left} ~ {right}{tail}", **keys, **options)
        other = estimate(rows, f"{left} ~ {hand}{tail}", **own, **options)
        assert fit.coefficients == pytest.approx(other.coefficients, rel=1e-8), left


def test_differences_of_small_whole_numbers_do_not_wrap_around(panel):
    frame, _, _ = expand(panel, "y ~ d(small)", "bank", "year")
    expected = panel["small"].astype(float).to_numpy() - by_loop(panel, "small", 1)
    assert frame["d(small)"].to_numpy() == pytest.approx(expected, nan_ok=True) and np.nanmax(np.abs(expected)) > 127


def test_periods_that_can_not_be_counted_are_refused(panel):
    months = panel.assign(month=pd.PeriodIndex.from_ordinals(panel["year"], freq="M"))
    assert expand(months, "y ~ l(x)", "bank", "month")[0]["l(x, 1)"].to_numpy() == pytest.approx(by_loop(panel, "x", 1), nan_ok=True)
    dates = panel.assign(date=pd.to_datetime(panel["year"].astype(str)), half=panel["year"] / 2, ym=panel["year"] * 100 + panel["bank"] % 12 + 1)
    for time, said in [("date", "to_period"), ("half", "not whole numbers"), ("ym", "year and month")]:
        with pytest.raises(models.FormulaError, match=said):
            models.panel.fit(dates, "y ~ l(x)", unit="bank", time=time)
    with pytest.raises(models.DuplicateKeys, match="share bank and treated"):
        models.panel.fit(panel, "y ~ l(x)", unit="bank", time="treated")
    with pytest.raises(models.FormulaError, match="needs unit= and time="):
        models.panel.fit(panel, "y ~ l(x) | bank")


@pytest.mark.parametrize(
    "call", ["l()", "l(x, 1.5)", "l(np.log(x))", "d(x, 0)", "d(x, [1, 2])", "l(x, 1, 2)", "i(x, z, y)", "i(rel, base=1)", "l(l(x))"]
)
def test_calls_that_are_not_understood_are_refused(panel, call):
    with pytest.raises(models.FormulaError, match="is not understood"):
        models.panel.fit(panel, f"y ~ {call}", unit="bank", time="year")


def test_columns_called_d_l_and_i_are_columns(panel):
    data = panel.rename(columns={"x": "d", "z": "i"})
    assert set(models.panel.fit(data, "y ~ d*i", cluster="bank").terms) == {"Intercept", "d", "i", "d:i"}


@pytest.mark.parametrize("text", ["i(rel, ref=-1)", "i(rel, treated, ref=-1)", "i(rel, z, ref=0)"])
def test_levels_as_pyfixest(panel, text):
    absorb = "bank" if "," not in text.split("ref")[0].removesuffix(", ").removeprefix("i(rel") else "bank + year"
    fit = models.panel.fit(panel, f"y ~ x + {text} | {absorb}", cluster="bank")
    other = pyfixest.feols(f"y ~ x + {text} | {absorb}", panel, vcov={"CRV1": "bank"}, fixef_tol=1e-13)
    ours = {term.replace("rel::", ""): fit.row(term) for term in fit.terms}
    assert len(other.coef()) == len(ours)
    for name, estimate in other.coef().items():
        key = "x" if name == "x" else next(k for k in ours if k != "x" and _same(k, name))
        assert ours[key]["estimate"] == pytest.approx(estimate, rel=1e-7, abs=1e-10), name
        assert ours[key]["std_error"] == pytest.approx(other.se()[name], rel=1e-6), name


def _same(ours, theirs):
    """-2:treated and pyfixest's rel::-2:treated or C(rel)[T.-2]:treated are one term."""
    import re

    level = re.search(r"(?:::|T\.|\[)(-?\d+)", theirs)
    return level is not None and ours.split(":")[0] == level[1]


def test_several_references_are_left_out(panel):
    fit = models.panel.fit(panel, "y ~ i(rel, treated, ref=[-1, -6]) | bank + year", cluster="bank")
    by_hand = panel.assign(**{f"r{k + 6}": (panel["rel"] == k) * panel["treated"] for k in range(-6, 6)})
    right = " + ".join(f"r{k + 6}" for k in range(-5, 6) if k != -1)
    other = models.panel.fit(by_hand, f"y ~ {right} | bank + year", cluster="bank")
    assert fit.coefficients == pytest.approx(other.coefficients) and fit.covariance == pytest.approx(other.covariance)
    assert fit.terms[0] == "rel::-5:treated"


def test_levels_whose_rows_all_miss_something_have_no_column(panel):
    """The first period has no lag: its column would be zero in the rows used, as pyfixest drops it with a warning."""
    fit = models.panel.fit(panel, "y ~ l(x) + i(rel, treated, ref=-1) | bank", unit="bank", time="year", cluster="bank")
    assert "rel::-6:treated" not in fit.terms and "rel::-5:treated" in fit.terms


def test_levels_without_rows_have_no_column_and_references_must_exist(panel):
    fit = models.panel.fit(panel, "y ~ i(rel, treated, ref=-1) | bank + year", cluster="bank")
    nowhere = models.panel.fit(
        panel.assign(treated=panel["treated"] * (panel["rel"] != 3)), "y ~ i(rel, treated, ref=-1) | bank + year", cluster="bank"
    )
    assert set(fit.terms) - set(nowhere.terms) == {"rel::3:treated"}
    with pytest.raises(models.FormulaError, match="no row has the reference -99; rel has -6, -5"):
        models.panel.fit(panel, "y ~ i(rel, ref=-99) | bank")


def test_a_reference_whose_rows_are_not_used_is_refused_and_messages_show_the_formula_as_written(panel):
    keys = {"unit": "bank", "time": "year"}
    with pytest.raises(models.FormulaError, match="every row of the reference -6 misses a value"):
        models.panel.fit(panel, "y ~ l(x) + i(rel, ref=-6)", **keys)
    with pytest.raises(models.NotEstimable, match=r"'y ~ l\(x\) \+ i\(rel\)'"):
        models.panel.fit(panel, "y ~ l(x) + i(rel)", **keys)


def test_predictions_make_the_columns_anew(panel):
    fit = models.panel.fit(panel, "y ~ l(x) + i(rel, treated, ref=-1) | bank + year", unit="bank", time="year", cluster="bank")
    later = panel[panel["year"] > 2014]
    with pytest.warns(UserWarning, match="no prediction"):
        again = fit.predict(later)
    both = again.notna()
    assert both.any() and again[both].to_numpy() == pytest.approx(fit.fitted()[later.index][both].to_numpy(), abs=1e-10)
    first = later["year"] == 2015
    assert again[first].isna().all()  # the period before is not among the rows given
    with pytest.raises(models.Unseen, match="rel::9"):
        fit.predict(panel.assign(rel=panel["rel"].replace(5, 9)))


def test_several_outcomes_are_a_list_of_fits(panel):
    fits = models.panel.fit(panel, "y + y2 + np.exp(y + y2) ~ x + z | bank", cluster="bank")
    alone = [models.panel.fit(panel, f"{left} ~ x + z | bank", cluster="bank") for left in ("y", "y2", "np.exp(y + y2)")]
    for one, other in zip(fits, alone, strict=True):
        assert one.tidy().equals(other.tidy()) and one.glance() == other.glance()
    theirs = pyfixest.feols("y + y2 ~ x + z | bank", panel, vcov={"CRV1": "bank"}).to_list()
    assert [f.coefficients[0] for f in fits[:2]] == pytest.approx([t.coef()["x"] for t in theirs])
    assert len(models.discrete.fit(panel.assign(a=panel["y"] > 0, b=panel["y2"] > 0), "a + b ~ x")) == 2
    assert outcomes("I(y + y2) ~ x") == ["I(y + y2) ~ x"]
