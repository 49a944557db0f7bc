"""Step-down tests: by hand, by brute force on the rows, and against pyfixest's rwolf."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pyfixest
import pytest
from answers import check
from random_panels import panel

from study import inference, models
from study.inference import assignments
from study.inference.stepdown import _table

# two hypotheses, four draws that are all there are: |t| = 3 and 2
DRAWS = np.array([[3.5, 1.0], [-1.0, 2.5], [0.5, -0.5], [1.0, 1.0]])


def test_two_hypotheses_by_hand():
    # first: the larger of both reaches 3 in draw 1 only, 1/4; second: alone it reaches 2 in draw 2 only, 1/4
    # (one step for both would count draws 1 and 2 for the second: 2/4)
    table = _table(np.array([-3.0, 2.0]), DRAWS, enumerated=True)
    check("romano_wolf.hand.first", table["p_adjusted"][0])
    check("romano_wolf.hand.second", table["p_adjusted"][1])
    assert table["p_value"].tolist() == [0.25, 0.25]
    # not all draws: what happened counts as one more draw
    assert _table(np.array([-3.0, 2.0]), DRAWS, enumerated=False)["p_adjusted"].tolist() == [2 / 5, 2 / 5]


def test_a_later_hypothesis_has_no_smaller_p_than_an_earlier_one():
    draws = np.array([[3.5, 0.0], [3.2, 0.0], [0.0, 0.0], [0.0, 2.5]])
    table = _table(np.array([3.0, 2.0]), draws, enumerated=True)
    assert table["p_value"].tolist() == [0.5, 0.25]
    assert table["p_adjusted"].tolist() == [0.5, 0.5]


def test_smallest_p_first_by_hand():
    # p of the draws by column: 1/4 2/4 4/4 2/4... ties counted; observed p 1/4 (3 >= 3.5 once) and 1/4
    table = _table(np.array([3.0, 2.0]), DRAWS, enumerated=True, min_p=True)
    assert table["p_value"].tolist() == [0.25, 0.25]
    # draws whose smaller p is at most 1/4: draw 1 (first) and draw 2 (second): 2/4; then draw 2 alone: max(1/4, 2/4)
    assert table["p_adjusted"].tolist() == [0.5, 0.5]


@pytest.fixture(scope="module")
def fits():
    data = panel(seed=31, units=40, banks=8)
    random = np.random.default_rng(5)
    data["y2"] = data["y"] + random.normal(size=len(data))
    data["y3"] = random.normal(size=len(data))
    return data, [models.panel.fit(data, f"{y} ~ d + x1 | unit + month", cluster="bank") for y in ("y", "y2", "y3")]


def crv1_t(y, x, bank):
    """CRV1 t statistics of the first column for many outcomes, without small-sample factor, from the rows."""
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    residual = y - x @ beta
    scores = np.array([x[bank == g].T @ residual[bank == g] for g in np.unique(bank)])
    meat = np.einsum("i,gir->gr", inverse[0], scores)
    return beta[0] / np.sqrt((meat**2).sum(axis=0))


def test_the_whole_procedure_by_brute_force_on_the_rows(fits):
    data, estimated = fits
    x = pd.concat([data[["d", "x1"]], pd.get_dummies(data[["unit", "month"]].astype(str), dtype=float).iloc[:, 1:]], axis=1)
    x = x.drop(columns="month_0").assign(one=1.0).to_numpy()
    bank = pd.factorize(data["bank"], sort=True)[0]
    signs = np.array(list(product((1.0, -1.0), repeat=8)))
    t, drawn = [], []
    for y in ("y", "y2", "y3"):
        null = x[:, 1:] @ np.linalg.lstsq(x[:, 1:], data[y].to_numpy(), rcond=None)[0]
        t.append(abs(crv1_t(data[[y]].to_numpy(), x, bank)[0]))
        outcomes = null[:, None] + signs.T[bank] * (data[y].to_numpy() - null)[:, None]
        drawn.append(np.abs(crv1_t(outcomes, x, bank)))
    t, drawn = np.array(t), np.array(drawn)
    expected, left, worst = {}, [0, 1, 2], 0.0
    while left:
        j = max(left, key=lambda i: t[i])
        worst = max(worst, np.mean(drawn[left].max(axis=0) >= t[j] * (1 - 1e-9)))
        expected[j] = worst
        left.remove(j)
    table = inference.romano_wolf(estimated, "d", seed=1)
    assert table.attrs == {"n_clusters": 8, "reps": 256, "enumerated": True, "seed": None}
    assert table["p_adjusted"].tolist() == pytest.approx([expected[i] for i in range(3)])
    alone = [inference.wild_bootstrap(fit, "d", seed=1).p_value for fit in estimated]
    assert table["p_value"].tolist() == pytest.approx(alone)


def test_as_pyfixest_up_to_the_draws():
    data = panel(seed=33, units=45, banks=15).assign(bank=lambda f: f["bank"].str[1:].astype(int))
    random = np.random.default_rng(6)
    data["y2"], data["y3"] = 0.15 * data["d"] + random.normal(size=len(data)), random.normal(size=len(data))
    names = ("y2", "y3")
    other = [pyfixest.feols(f"{y} ~ d + x1 + C(month)", data, vcov={"CRV1": "bank"}) for y in names]
    ours = [models.panel.fit(data, f"{y} ~ d + x1 + C(month)", cluster="bank") for y in names]
    theirs = pyfixest.rwolf(other, "d", reps=999, seed=3).loc["RW Pr(>|t|)"].to_numpy(dtype=float)
    table = inference.romano_wolf(ours, "d", reps=9999, seed=4)
    for name, found, expected in zip(names, table["p_adjusted"], theirs):
        assert abs(found - expected) <= 4 * np.sqrt(expected * (1 - expected) * (1 / 999 + 1 / 9999)) + 1e-3, name


def test_a_gram_and_the_rows_give_the_same(fits):
    data, estimated = fits
    gram = models.gram.build(data, outcomes=["y", "y2", "y3"], regressors=["d", "x1"], absorb=["unit", "month"], cluster="bank")
    one = inference.romano_wolf([gram.fit(y, ["d", "x1"]) for y in ("y", "y2", "y3")], ["d", "d", "d"], seed=1)
    two = inference.romano_wolf(estimated, "d", seed=1)
    assert one["p_adjusted"].tolist() == two["p_adjusted"].tolist()
    assert one["statistic"].to_numpy() == pytest.approx(two["statistic"].to_numpy(), rel=1e-8)


def test_westfall_young_by_enumeration():
    random = np.random.default_rng(12)
    data = pd.DataFrame({"w": [1] * 4 + [0] * 5})
    for name, shift in (("a", 2.0), ("b", 1.0), ("c", 0.0)):
        data[name] = random.normal(size=9) + shift * data["w"]

    def welch(outcome):
        def t(frame, w):
            one, zero = (frame[outcome].to_numpy()[w == i] for i in (1, 0))
            return (one.mean() - zero.mean()) / np.sqrt(one.var(ddof=1) / len(one) + zero.var(ddof=1) / len(zero))

        return t

    statistics = {name: welch(name) for name in "abc"}
    every = [np.isin(np.arange(9), chosen).astype(int) for chosen in combinations(range(9), 4)]
    drawn = np.abs([[f(data, w) for f in statistics.values()] for w in every])
    t = np.abs([f(data, data["w"].to_numpy()) for f in statistics.values()])
    p = (drawn >= t - 1e-9).mean(axis=0)
    ranks = np.array([[(drawn[:, j] >= drawn[i, j] - 1e-9).mean() for j in range(3)] for i in range(len(drawn))])
    for method, size, sizes in (("max_t", t, drawn), ("min_p", -p, -ranks)):
        expected, worst, left = np.empty(3), 0.0, [0, 1, 2]
        for j in sorted(range(3), key=lambda i: -size[i]):
            worst = max(worst, (sizes[:, left].max(axis=1) >= size[j] - 1e-9).mean())
            expected[j] = worst
            left.remove(j)
        table = inference.westfall_young(statistics, data, assignments.complete("w"), seed=1, method=method)
        assert table["p_adjusted"].tolist() == pytest.approx(expected.tolist())
        assert table["p_value"].tolist() == pytest.approx(p.tolist())
        assert (table["p_adjusted"] >= table["p_value"]).all()
    assert table.attrs == {"reps": 126, "enumerated": True, "seed": None}


def test_bad_input_is_named(fits):
    data, estimated = fits
    fewer = models.panel.fit(data[data["bank"] != "b3"], "y ~ d + x1 | unit + month", cluster="bank")
    with pytest.raises(inference.DifferentSamples, match=r"have 8 and 7 clusters, of which 1 are in one alone \(b3\)"):
        inference.romano_wolf([estimated[0], fewer], "d", seed=1)
    with pytest.raises(inference.InferenceError, match="3 fits and 2 terms"):
        inference.romano_wolf(estimated, ["d", "x1"], seed=1)
    jackknife = models.panel.fit(data, "y ~ x1 | unit + month", cluster="bank", vcov="CRV3")
    with pytest.raises(inference.InferenceError, match="needs CRV1 errors, a fit has CRV3 by bank"):
        inference.romano_wolf([jackknife], "x1", seed=1)
    with pytest.raises(models.ModelError, match="a Gram has one cluster variable"):
        inference.romano_wolf([models.panel.fit(data, "y ~ d | unit + month")], "d", seed=1)
    frame = pd.DataFrame({"w": [1, 0, 1, 0], "y": [1.0, 2, 3, np.nan]})
    with pytest.raises(inference.Degenerate, match="'mean' has no value in 3 of 7 assignments"):
        inference.westfall_young({"mean": lambda d, w: d["y"].to_numpy()[w == 1].mean()}, frame, assignments.complete("w"), seed=1)
    with pytest.raises(inference.InferenceError, match="no method 'holm'"):
        inference.westfall_young({}, frame, assignments.complete("w"), seed=1, method="holm")
    with pytest.raises(inference.InferenceError, match="no statistic is given"):
        inference.westfall_young({}, frame, assignments.complete("w"), seed=1)


def test_an_outcome_fitted_without_error_can_not_be_bootstrapped():
    data = panel(seed=35, units=20, banks=5).assign(y=lambda f: 2 * f["x1"])
    fit = models.panel.fit(data, "y ~ d + x1 | month", cluster="bank")
    with pytest.raises(models.ModelError, match="fitted without error under the null"):
        inference.wild_bootstrap(fit, "d", seed=1)
