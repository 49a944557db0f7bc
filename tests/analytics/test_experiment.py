"""An experiment told whole: effects by statsmodels, published ones, family-wise p-values by enumeration, planted imbalance."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols

from study.analytics import BadValue, TooFew
from study.analytics.policy.experiment import experiment


def made(n=240, seed=3):
    random = np.random.default_rng(seed)
    strata = np.repeat(["a", "b", "c"], n // 3)
    arm = np.concatenate([random.permutation(np.repeat(["none", "lottery", "gift"], n // 9 + 1)[: n // 3]) for _ in range(3)])
    age = random.normal(40, 10, n)
    y = 1.0 * (arm == "gift") + 0.02 * age + random.normal(size=n) * (1 + (arm == "lottery"))
    return pd.DataFrame({"arm": arm, "strata": strata, "age": age, "woman": random.integers(0, 2, n), "days": y, "harm": random.normal(size=n)})


SETTING = {
    "arm": "arm",
    "contrasts": [("gift", "none"), ("lottery", "none"), ("gift", "lottery")],
    "families": {"use": ["days", "harm"]},
    "baseline": ["age", "woman"],
}


def test_effects_are_those_of_statsmodels():
    data = made()
    found = experiment(data, **SETTING, strata="strata", reps=99, seed=1).effects.set_index(["outcome", "treated", "against"])
    fit = ols("days ~ C(arm, Treatment('none')) + C(strata)", data).fit(cov_type="HC1", use_t=True)
    for treated in ("gift", "lottery"):
        name, line = f"C(arm, Treatment('none'))[T.{treated}]", found.loc["days", treated, "none"]
        assert line["estimate"] == pytest.approx(fit.params[name]) and line["std_error"] == pytest.approx(fit.bse[name])
        assert line["p_value"] == pytest.approx(fit.pvalues[name]) and line["ci_low"] == pytest.approx(fit.conf_int().loc[name, 0])
    gap = fit.t_test("C(arm, Treatment('none'))[T.gift] - C(arm, Treatment('none'))[T.lottery] = 0")
    line = found.loc["days", "gift", "lottery"]
    assert (line["estimate"], line["std_error"]) == (pytest.approx(gap.effect[0]), pytest.approx(gap.sd[0, 0]))


def test_balance_and_answers_are_f_tests_of_statsmodels():
    data = made().assign(answered=lambda t: (t["age"] > 35).astype(int))
    found = experiment(data, **SETTING, observed="answered", strata="strata", reps=99, seed=1)
    for column, p in [("answered", found.observed_p), *found.balance[["column", "p_value"]].to_numpy()]:
        fit = ols(f"{column} ~ C(arm) + C(strata)", data).fit(cov_type="HC1", use_t=True)
        arms = [name for name in fit.params.index if name.startswith("C(arm)")]
        assert p == pytest.approx(float(fit.f_test(" = 0, ".join(arms) + " = 0").pvalue))
    assert found.observed["n"].sum() == len(data)


def test_family_wise_p_by_counting_every_assignment():
    """Six people, three of them treated: 20 assignments; of both outcomes the larger |t| is compared."""
    data = pd.DataFrame(
        {
            "arm": ["t", "t", "t", "c", "c", "c"],
            "one": [5.0, 6.0, 7.5, 1.0, 2.0, 0.5],
            "two": [1.0, 4.0, 2.0, 2.5, 3.0, 1.5],
            "age": [1.0, 2, 3, 4, 5, 7],
        }
    )

    def t(y, treated):
        control = [i for i in range(6) if i not in treated]
        a, b = y[list(treated)], y[control]
        hc1 = (((a - a.mean()) ** 2).sum() / 9 + ((b - b.mean()) ** 2).sum() / 9) * 6 / 4
        return abs(a.mean() - b.mean()) / np.sqrt(hc1)

    y = {name: data[name].to_numpy() for name in ("one", "two")}
    sizes = [{name: t(values, chosen) for name, values in y.items()} for chosen in combinations(range(6), 3)]
    observed = sizes[0]
    first = np.mean([max(size.values()) >= observed["one"] - 1e-9 for size in sizes])
    second = max(first, np.mean([size["two"] >= observed["two"] - 1e-9 for size in sizes]))
    found = experiment(data, arm="arm", contrasts=[("t", "c")], families={"all": ["one", "two"]}, baseline=["age"], reps=999, seed=1).effects
    assert found["p_family"].tolist() == pytest.approx([first, second])


def test_a_planted_imbalance_is_seen():
    data = made()
    data["age"] += 12 * (data["arm"] == "gift")
    found = experiment(data, **SETTING, strata="strata", reps=499, seed=1)
    assert found.balance_p < 0.01 and found.balance.set_index("column")["largest"].idxmax() == "age"


def test_what_can_not_be_compared_is_refused():
    with pytest.raises(BadValue, match="contrasts name prize; the arms are gift, lottery, none"):
        experiment(made(), **SETTING | {"contrasts": [("prize", "none")]}, reps=99, seed=1)
    for column in ("arm", "strata"):  # -1 as a code would stand for the last arm
        with pytest.raises(BadValue, match=f"{column}: 1 of 240 values are missing"):
            experiment(made().assign(**{column: lambda t, column=column: t[column].where(t.index > 0)}), **SETTING, strata="strata", reps=99, seed=1)
    with pytest.raises(TooFew, match="an arm has 1 rows with an outcome"):
        data = made()
        seen = (data["arm"] != "gift") | (data.index == data.index[data["arm"] == "gift"][0])
        experiment(data.assign(days=data["days"].where(seen)), **SETTING, reps=99, seed=1)


@pytest.mark.needs_data("akiba")
def test_the_published_effects_of_the_savings_experiment(source):
    """Working paper of Abraham et al.: deposits 4.59 (2.52) and 5.71 (2.45), days 3.93 and 4.94, N = 311 (SOURCE.md)."""
    people = source["people"]
    setting = {"contrasts": [("lottery", "control"), ("regret", "control")], "families": {"use": ["mobile_totdeposits", "mobile_savedays"]}}
    found = experiment(people, arm="arm", baseline=["demo_age_0"], **setting, reps=99, seed=1).effects
    assert found["estimate"].round(2).tolist() == [4.59, 5.71, 3.93, 4.94] and found["n"].unique().tolist() == [311]
    without_factor = found["std_error"] * np.sqrt((311 - 3) / 311)  # the paper's errors are HC0
    assert without_factor.round(2).tolist()[:2] == [2.52, 2.45]
