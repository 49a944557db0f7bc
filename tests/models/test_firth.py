"""Firth's logit against the published tables, R and firthmodels."""

import warnings

import numpy as np
import pandas as pd
import pytest
from answers import check
from firthmodels import FirthLogisticRegression
from scipy.optimize import minimize
from scipy.stats import chi2
from textbook_data import endometrial, sex2

from study import models

WOMEN = ["age", "oc", "vic", "vicl", "vis", "dia"]


@pytest.fixture(scope="module")
def cancer():
    return models.discrete.fit(endometrial(), "HG ~ NV + PI + EH", method="firth")


@pytest.fixture(scope="module")
def women():
    return models.discrete.fit(sex2(), f"case ~ {' + '.join(WOMEN)}", method="firth")


def test_the_cancer_study_of_heinze_and_schemper(cancer):
    check("firth.endometrial.nv", cancer.row("NV")["estimate"])
    check("firth.endometrial.nv.low", cancer.row("NV")["ci_low"])
    check("firth.endometrial.nv.high", cancer.row("NV")["ci_high"])
    check("firth.endometrial.eh.low", cancer.row("EH")["ci_low"])
    check("firth.endometrial.eh.high", cancer.row("EH")["ci_high"])


def test_estimates_and_errors_of_the_cancer_study_are_those_of_brglm2(cancer):
    check("firth.endometrial.brglm2.nv", cancer.row("NV")["estimate"])
    check("firth.endometrial.brglm2.pi", cancer.row("PI")["estimate"])
    check("firth.endometrial.brglm2.eh", cancer.row("EH")["estimate"])
    check("firth.endometrial.brglm2.nv.se", cancer.row("NV")["std_error"])


def test_the_infection_study_as_logistf_prints_it(women):
    check("firth.sex2.dia.estimate", women.row("dia")["estimate"])
    check("firth.sex2.dia.low", women.row("dia")["ci_low"])
    check("firth.sex2.dia.high", women.row("dia")["ci_high"])
    check("firth.sex2.dia.chi2", women.row("dia")["statistic"] ** 2)
    check("firth.sex2.dia.p", women.row("dia")["p_value"])
    check("firth.sex2.vic.chi2", women.row("vic")["statistic"] ** 2)
    check("firth.sex2.oc.p", women.row("oc")["p_value"])
    check("firth.sex2.loglik", women.glance()["loglik_penalised"])


@pytest.mark.parametrize(("data", "outcome", "regressors"), [(endometrial(), "HG", ["NV", "PI", "EH"]), (sex2(), "case", WOMEN)])
def test_estimates_intervals_and_tests_are_those_of_firthmodels(data, outcome, regressors):
    other = FirthLogisticRegression(backend="numpy", gtol=1e-7, xtol=1e-7, max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # an oracle that did not converge is none
        other.fit(data[regressors].to_numpy(dtype=float), data[outcome].to_numpy()).lrt()
        intervals = other.conf_int(method="pl")
    table = models.discrete.fit(data, f"{outcome} ~ {' + '.join(regressors)}", method="firth").tidy().set_index("term")
    table = table.loc[[*regressors, "Intercept"]]
    assert table["estimate"].to_numpy() == pytest.approx([*other.coef_, other.intercept_], abs=1e-6)
    assert table[["ci_low", "ci_high"]].to_numpy() == pytest.approx(intervals, abs=1e-4)
    assert table["p_value"].to_numpy() == pytest.approx(other.lrt_pvalues_, rel=1e-4)


def test_the_score_with_the_leverages_is_zero_and_the_profile_meets_the_bound(cancer):
    """The definitions, written out: U* = X'(y - p + h(1/2 - p)) = 0; twice the loss at an end is chi2(.95)."""
    x, y = cancer.prepared.x.to_numpy(), cancer.prepared.y.to_numpy()

    def parts(beta):
        p = 1 / (1 + np.exp(-x @ beta))
        root = np.sqrt(p * (1 - p))[:, None] * x
        return p, root, np.log(np.where(y == 1, p, 1 - p)).sum() + np.linalg.slogdet(root.T @ root)[1] / 2

    p, root, best = parts(cancer.coefficients)
    h = np.diag(root @ np.linalg.inv(root.T @ root) @ root.T)
    assert x.T @ (y - p + h * (0.5 - p)) == pytest.approx(0, abs=1e-7)
    j, bound = cancer.terms.index("NV"), cancer.row("NV")["ci_low"]

    def loss(free):
        return -parts(np.insert(free, j, bound))[2]

    precise = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 9999}
    restricted = minimize(loss, np.delete(cancer.coefficients, j), method="Nelder-Mead", options=precise)
    assert 2 * (best + restricted.fun) == pytest.approx(chi2.ppf(0.95, 1), abs=1e-6)


def test_a_two_by_two_table_is_that_of_half_a_case_added_to_each_cell():
    """By hand: saturated, the penalised estimate is log((a + 1/2)(d + 1/2) / ((b + 1/2)(c + 1/2)))."""
    data = pd.DataFrame({"d": [0] * 20 + [1] * 10, "bad": [0] * 14 + [1] * 6 + [0] * 10})
    fit = models.discrete.fit(data, "bad ~ d", method="firth")
    assert fit.row("d")["estimate"] == pytest.approx(np.log(0.5 * 14.5 / (10.5 * 6.5)), abs=1e-9)


def test_firth_under_complete_separation_is_finite():
    data = pd.DataFrame({"x": np.arange(12.0)}).assign(bad=lambda d: (d["x"] > 5).astype(int))
    row = models.discrete.fit(data, "bad ~ x", method="firth").row("x")
    assert 0 < row["ci_low"] < row["estimate"] < row["ci_high"] < np.inf
