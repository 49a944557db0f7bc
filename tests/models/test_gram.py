"""The Gram against panel.fit, and its leave-one-out estimates against estimation without the cluster."""

import numpy as np
import pyfixest
import pytest
from linearmodels.datasets import wage_panel

from study import models

X = ["hours", "union", "married"]


@pytest.fixture(scope="module", params=[1.0, 0.4], ids=["whole", "part"])
def data(request):
    wages = wage_panel.load().sample(frac=request.param, random_state=2)
    return wages.assign(hours=wages["hours"] / 1000, industry=np.arange(len(wages)) % 7).reset_index(drop=True)


@pytest.mark.parametrize(("absorb", "cluster"), [(["nr", "year"], "nr"), (["nr"], "nr"), (["year"], "industry"), (["nr", "year"], "industry")])
def test_same_estimates_and_errors_as_panel_fit(data, absorb, cluster):
    gram = models.gram.build(data, outcomes=["lwage"], regressors=X, absorb=absorb, cluster=cluster)
    for chosen in (X, X[:1], X[1:]):
        other = models.panel.fit(data, f"lwage ~ {' + '.join(chosen)} | {' + '.join(absorb)}", cluster=cluster).tidy()
        ours = gram.fit("lwage", chosen).tidy()
        assert ours["estimate"].to_numpy() == pytest.approx(other["estimate"].to_numpy(), rel=1e-8)
        assert ours["std_error"].to_numpy() == pytest.approx(other["std_error"].to_numpy(), rel=1e-7)


@pytest.mark.parametrize("effects", ["nr", "nr + year"])
def test_same_estimates_and_errors_as_pyfixest(data, effects):
    gram = models.gram.build(data, outcomes=["lwage"], regressors=X, absorb=effects.split(" + "), cluster="nr")
    other = pyfixest.feols(f"lwage ~ {' + '.join(X)} | {effects}", data, vcov={"CRV1": "nr"}, fixef_tol=1e-13)
    ours = gram.fit("lwage", X).tidy().set_index("term")
    assert ours["estimate"].to_dict() == pytest.approx(other.coef().to_dict(), rel=1e-8)
    assert ours["std_error"].to_dict() == pytest.approx(other.se().to_dict(), rel=1e-7)


def test_two_outcomes_from_one_pass(data):
    gram = models.gram.build(data, outcomes=["lwage", "hours"], regressors=["union"], absorb=["nr"], cluster="nr")
    for outcome in ("lwage", "hours"):
        other = models.panel.fit(data, f"{outcome} ~ union | nr", cluster="nr").tidy()
        assert gram.fit(outcome, ["union"]).tidy()["std_error"][0] == pytest.approx(other["std_error"][0], rel=1e-7)


def test_leave_one_out_is_estimation_without_the_cluster(data):
    gram = models.gram.build(data, outcomes=["lwage"], regressors=X, absorb=["year"], cluster="industry")
    left = gram.leave_one_out("lwage", X)
    for industry in left.index:
        without = models.panel.fit(data[data["industry"] != industry], f"lwage ~ {' + '.join(X)} | year").tidy()
        assert left.loc[industry].to_numpy() == pytest.approx(without["estimate"].to_numpy(), rel=1e-8)


def test_near_copies_are_refused(data):
    near = data.assign(copy=data["hours"] + 1e-6 * np.random.default_rng(0).normal(size=len(data)))
    gram = models.gram.build(near, outcomes=["lwage"], regressors=["hours", "copy"], absorb=["nr"], cluster="nr")
    with pytest.raises(models.Collinear, match="hours, copy: a combination of each other .* up to 1.*e-06 of their variation"):
        gram.fit("lwage", ["hours", "copy"])
    with pytest.raises(models.Collinear):
        gram.check(["copy", "hours"])


def test_what_can_not_be_estimated_is_refused(data):
    options = {"outcomes": ["lwage"], "absorb": ["nr", "year"], "cluster": "nr"}

    def refused(error, message, frame=data, **change):
        with pytest.raises(error, match=message):
            models.gram.build(frame, **{"regressors": X, **options, **change})

    refused(models.ModelError, "hours is named twice", regressors=["hours", "hours"])
    refused(models.ModelError, "3 effects", absorb=["nr", "year", "industry"])
    refused(models.ModelError, "at least one outcome and one regressor", regressors=[])
    refused(models.ModelError, "block=0", block=0)
    refused(models.ModelError, "must be .unit, period., two columns", cells=("nr",))
    refused(models.ModelError, "column 'text' is not one of numbers", data.assign(text="a"), regressors=["text"])
    refused(models.ModelError, "weights are zero or negative", weights="union")
    refused(models.InfiniteValues, "'hours' holds 1 infinite values", data.assign(hours=[np.inf, *data["hours"][1:]]))
    refused(models.NotEstimable, "one cluster of 'one' is left", data.assign(one=1), cluster="one")
    refused(models.NotEstimable, "no row is left", data.assign(hours=np.nan))
    refused(models.ModelError, "can not read .*nothing.parquet", "nothing.parquet")
    refused(models.ModelError, "gives no rows; a SELECT is needed", "")
    refused(models.ModelError, "no rows can be read from int", 3)
    refused(models.ModelError, "needs named columns", np.zeros((3, 3)))
    many = data.assign(a=np.arange(len(data)) // 2, b=(np.arange(len(data)) + 1) // 2)
    refused(models.ModelError, "take .* GB; the effect with many levels must be nested", many, absorb=["a"], cluster="b")
    refused(models.ModelError, "cells of 'industry' and clusters of 'nr' cross", cells=("industry", "year"))


def test_absorbed_regressors_and_empty_specifications_are_refused(data):
    gram = models.gram.build(
        data.assign(const=data["nr"] % 5, trend=data["year"] + data["nr"]), outcomes=["lwage"],
        regressors=["hours", "const", "trend"], absorb=["nr", "year"], cluster="nr",
    )  # fmt: skip
    for name in ("const", "trend"):
        with pytest.raises(models.NoVariation, match=f"{name} does not vary once the effects nr, year are removed"):
            gram.fit("lwage", ["hours", name])
    with pytest.raises(models.ModelError, match="name at least one, each once"):
        gram.fit("lwage", [])


def test_a_regressor_of_one_cluster_has_no_jackknife(data):
    some = data[data["nr"] < 1000]
    only = some.assign(d=((some["industry"] == 2) & (some["year"] > 1983)).astype(float))
    gram = models.gram.build(only, outcomes=["lwage"], regressors=["d", "hours"], absorb=["nr", "year"], cluster="industry")
    assert gram.leave_one_out("lwage", ["d", "hours"])["d"].isna().to_dict() == {i: i == 2 for i in range(7)}
    with pytest.raises(models.NotEstimable, match=r"without 1 of 7 clusters of 'industry' \(2\)"):
        gram.fit("lwage", ["d", "hours"], vcov="CRV3")


def test_unknown_names_and_covariances_are_refused(data):
    gram = models.gram.build(data, outcomes=["lwage"], regressors=X, absorb=["nr"], cluster="nr")
    with pytest.raises(models.ModelError, match="'age' is not in the Gram; it has hours, union, married"):
        gram.fit("lwage", ["age"])
    with pytest.raises(models.ModelError, match="there is CRV1, CRV3"):
        gram.fit("lwage", X, vcov="HC1")
    with pytest.raises(models.MissingColumn, match="no column 'nx'"):
        models.gram.build(data, outcomes=["lwage"], regressors=X, absorb=["nx"], cluster="nr")
