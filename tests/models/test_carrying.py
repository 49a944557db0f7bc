"""How many clusters carry a coefficient: by arithmetic, by residuals with dummies, by the weights on outcomes; and what it is for."""

import numpy as np
import pandas as pd
import pytest
from adoption import COLUMNS, world
from random_panels import panel
from scipy import stats

from study import inference, models
from study.models.shared import carrying


def placebo(banks=20, treated=1, years=10, seed=0):
    """No effect of a treatment that the first `treated` banks take up half-way; errors are correlated over years."""
    random = np.random.default_rng(seed)
    error = random.normal(size=(banks, years))
    for t in range(1, years):
        error[:, t] = 0.5 * error[:, t - 1] + 0.75**0.5 * error[:, t]
    data = pd.DataFrame([(b, t) for b in range(banks) for t in range(years)], columns=["bank", "year"])
    return data.assign(y=error.ravel(), d=((data["bank"] < treated) & (data["year"] >= years // 2)).astype(float))


@pytest.mark.parametrize("treated", [1, 2, 4, 10, 19])
@pytest.mark.parametrize("banks", [20, 30])
def test_effective_number_of_a_common_adoption_by_hand(banks, treated):
    # the residual of d is +-(1 - k/G)/2 in k treated banks, -+(k/G)/2 in the others: squares in the ratio (G - k)^2 : k^2
    here, there = (banks - treated) ** 2, treated**2
    expected = (treated * here + (banks - treated) * there) ** 2 / (treated * here**2 + (banks - treated) * there**2)
    data = placebo(banks, treated)
    fits = [models.panel.fit(data, "y ~ d | bank + year", cluster="bank", vcov=v) for v in ("CRV1", "CRV3") if v == "CRV1" or 1 < treated < banks - 1]
    gram = models.gram.build(data, outcomes=["y"], regressors=["d"], absorb=["bank", "year"], cluster="bank")
    for fit in (*fits, gram.fit("y", ["d"])):
        line = dict(fit.glance()["clusters_by_term"]["d"])
        assert line.pop("effective") == pytest.approx(expected)
        assert line == {"cluster": "bank", "of": banks, "clusters": banks, "treated": treated, "untreated": banks - treated}


def by_dummies(data, terms, effects, cluster, weights=None):
    """Frisch, Waugh and Lovell with a column for every level of every effect."""
    root = np.ones(len(data)) if weights is None else np.sqrt(data[weights].to_numpy())
    dummies = [pd.get_dummies(data[e].astype(str), dtype=float).to_numpy() for e in effects] or [np.ones((len(data), 1))]
    found = {}
    for term in terms:
        others = root[:, None] * np.column_stack([*dummies, *(data[t] for t in terms if t != term)])
        r = root * data[term].to_numpy()
        r = r - others @ np.linalg.lstsq(others, r, rcond=None)[0]
        s = pd.Series(r**2).groupby(data[cluster].to_numpy()).sum()
        found[term] = s.sum() ** 2 / (s**2).sum()
    return found


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("effects", [["unit", "month"], ["month"], []])
def test_effective_numbers_are_those_of_residuals_with_dummies(effects, weights):
    data = panel(seed=21, units=30, banks=8, unbalanced=True)
    terms, right = ["d", "x1"], f" | {' + '.join(effects)}" if effects else ""
    fit = models.panel.fit(data, f"y ~ d + x1{right}", cluster="bank", weights=weights)
    rows = data.loc[fit.prepared.y.index]
    expected = by_dummies(rows, terms, effects, "bank", weights)
    assert {t: fit.glance()["clusters_by_term"][t]["effective"] for t in terms} == pytest.approx(expected)
    two = models.panel.fit(data, f"y ~ d + x1{right}", cluster=["bank", "month"], weights=weights).glance()["clusters_by_term"]
    months = by_dummies(rows, terms, effects, "month", weights)
    assert {t: two[t]["effective"] for t in terms} == pytest.approx({t: min(expected[t], months[t]) for t in terms})
    names = {"regressors": [*terms, *([] if effects else ["one"])], "absorb": effects, "weights": weights}
    gram = models.gram.build(data.assign(one=1.0), outcomes=["y"], cluster="bank", **names)
    lines = gram.fit("y", names["regressors"]).glance()["clusters_by_term"]
    assert {t: lines[t]["effective"] for t in terms} == pytest.approx(expected)
    assert "treated" not in lines.get("one", {})


@pytest.mark.parametrize("effects", ["", " | unit"])
def test_a_year_and_its_square_keep_their_digits(effects):
    data = panel(seed=23, units=30, banks=8, unbalanced=True).assign(year=lambda d: 2015 + d["month"], since=lambda d: d["month"] - 3)
    one, two = (models.panel.fit(data, f"y ~ {t} + I({t}**2){effects}", cluster="bank").glance()["clusters_by_term"] for t in ("year", "since"))
    assert one["I(year ** 2)"]["effective"] == pytest.approx(two["I(since ** 2)"]["effective"], rel=1e-6)


def test_mundlaks_means_are_counted_under_their_names():
    fit = models.panel.mundlak(panel(seed=24, banks=8), "y ~ x1 + x2 | unit + month", cluster="bank").fit
    assert tuple(fit.glance()["clusters_by_term"]) == fit.terms and "mean of x1" in fit.terms
    assert "mean of x1 (effective number" in fit.notes[-1] and "unit_mean" not in fit.notes[-1]


def test_instrumented_terms_are_carried_by_what_the_instrument_moves():
    data = panel(seed=22, units=40, banks=8)
    data["e"] = 0.7 * data["x2"] + np.random.default_rng(1).normal(size=len(data))
    fit = models.iv.fit(data, "y ~ x1 | unit + month | e ~ x2", cluster="bank")
    # with one instrument the coefficient's weights on outcomes are proportional to the residual of the instrument
    rows = data.loc[fit.prepared.rows.y.index]
    assert fit.glance()["clusters_by_term"]["e"]["effective"] == pytest.approx(by_dummies(rows, ["x2", "x1"], ["unit", "month"], "bank")["x2"])


@pytest.mark.parametrize("estimator", ["callaway_santanna", "imputation", "sun_abraham", "stacked", "twfe"])
def test_staggered_terms_by_the_weights_on_outcomes_one_by_one(estimator):
    # every estimate is linear in the outcomes: its weight on one of them is how far it moves when that one moves by 1
    data = world(20, periods=8, gaps=6, seed=4).assign(pair=lambda d: d["id"] // 2, w=lambda d: 1 + d["id"] % 3)
    options = {"estimator": estimator, "cluster": "pair", "weights": "w"} | ({"window": (-1, 1)} if estimator == "stacked" else {})
    for how in ("simple", "event"):
        one = models.did.fit(data, **COLUMNS, aggregate=how, **options)
        moved = [models.did.fit(data.assign(y=data["y"] + (data.index == i)), **COLUMNS, aggregate=how, **options).coefficients for i in data.index]
        squares = pd.DataFrame(np.array(moved) - one.coefficients, columns=list(one.terms)) ** 2
        s = squares.groupby(data["pair"].to_numpy()).sum()
        expected = s.sum() ** 2 / (s**2).sum()
        lines = one.glance()["clusters_by_term"]
        assert {term: line["effective"] for term, line in lines.items()} == pytest.approx(expected.to_dict(), rel=1e-5)
        assert how == "event" or (lines["ATT"]["treated"] > 4 and lines["ATT"]["treated"] + lines["ATT"]["untreated"] == lines["ATT"]["of"])


def test_likelihood_models_count_too():
    random = np.random.default_rng(3)
    data = placebo(20, 1).loc[lambda f: f.index.repeat(6)].reset_index(drop=True)
    data["x"], data["bad"], data["mark"] = random.normal(size=len(data)), random.integers(0, 2, len(data)), random.integers(0, 4, len(data))
    data["half"] = (data["bank"] % 2).astype(float)
    fits = [
        models.discrete.fit(data, "bad ~ d + x + half", cluster="bank"),
        models.discrete.fit(data, "bad ~ d + x + half", cluster="bank", method="probit"),
        models.ordinal.fit(data, "mark ~ d + x + half", cluster="bank"),
        models.hazard.fit(data, "bad ~ d + x + half", time="year", cluster="bank"),
    ]
    for fit in fits:
        lines, said = fit.glance()["clusters_by_term"], " ".join(fit.notes)
        assert (lines["d"]["treated"], lines["half"]["treated"], lines["d"]["of"]) == (1, 10, 20)
        assert lines["d"]["effective"] < 1.2 and lines["x"]["effective"] > 12 and lines["half"]["effective"] > 12
        assert "few clusters carry d (1 of 20 clusters of 'bank' treated, effective number 1" in said and " x " not in said and "half" not in said
        assert "inference.permutation over 'bank'" in said
    assert models.discrete.fit(data, "bad ~ d + x").glance()["clusters_by_term"] is None


def test_information_of_a_logit_by_cluster():
    # the rows' squared scores are their information on average: many rows a cluster give that of p (1 - p) r^2
    random = np.random.default_rng(5)
    data = pd.DataFrame({"bank": np.repeat(np.arange(12), 3000), "x": random.normal(size=36_000)})
    data["x"] *= 1 + data["bank"] / 4
    data["bad"] = (random.random(36_000) < stats.logistic.cdf(data["x"] - 1)).astype(int)
    p = stats.logistic.cdf(data["x"] - 1)
    w, x = p * (1 - p), data["x"]
    s = (w * (x - (w @ x) / w.sum()) ** 2).groupby(data["bank"]).sum()
    line = models.discrete.fit(data, "bad ~ x", cluster="bank").glance()["clusters_by_term"]["x"]
    assert line["effective"] == pytest.approx(s.sum() ** 2 / (s**2).sum(), rel=0.02)


def test_many_clusters_have_no_note_and_few_have_one():
    assert models.panel.fit(placebo(20, 10), "y ~ d | bank + year", cluster="bank").notes == ()
    assert carrying.FEW == 10
    for treated in (1, 4, 19):
        fit = models.panel.fit(placebo(20, treated), "y ~ d | bank + year", cluster="bank")
        assert f"few clusters carry d ({treated} of 20 clusters of 'bank' treated" in fit.notes[-1]
    many = {f"x{i}": {"cluster": "bank", "of": 5, "clusters": 5, "effective": 4.0} for i in range(7)}
    within = {"d": {"cluster": "bank", "of": 22, "clusters": 22, "effective": 5.84, "treated": 22, "untreated": 0}}
    assert "few clusters carry d (effective number 5.8 of 22 clusters of 'bank')" in carrying.notes(within)[0]
    assert "x3 (effective number 4.0 of 5 clusters of 'bank') and 3 more:" in carrying.notes(many)[0]


def test_one_treated_bank_rejects_a_true_null_most_of_the_time_is_named_and_is_tested_by_its_place():
    # 60 panels without an effect at 5 %: by t(19) more than half are rejected (63 % over 4,000 panels; the binomial chance
    # of 24 or fewer is 3e-4). Permutation is exact: of the 20 places of the treated bank in
    # any one panel the p are 1/20, ..., 20/20, so that one place in 20 is rejected at 5 %
    rejected = 0
    for seed in range(60):
        fit = models.panel.fit(placebo(seed=seed), "y ~ d | bank + year", cluster="bank")
        rejected += fit.row("d")["p_value"] <= 0.05
        assert "few clusters carry d (1 of 20" in fit.notes[-1]
    assert rejected > 24
    data, p = placebo(seed=1), []
    for bank in range(20):
        moved = data.assign(d=((data["bank"] == bank) & (data["year"] >= 5)).astype(float))
        fit = models.panel.fit(moved, "y ~ d | bank + year", cluster="bank")
        p.append(inference.permutation(fit, "d", over="bank", reps=99, seed=1).p_value)
    assert sorted(p) == pytest.approx(np.arange(1, 21) / 20)
