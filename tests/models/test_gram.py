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
    with pytest.raises(models.Collinear):
        models.gram.build(near, outcomes=["lwage"], regressors=["hours", "copy"], absorb=["nr"], cluster="nr")


def test_unknown_names_and_covariances_are_refused(data):
    gram = models.gram.build(data, outcomes=["lwage"], regressors=X, absorb=["nr"], cluster="nr")
    with pytest.raises(models.ModelError, match="'age' is not in the Gram; it has hours, union, married"):
        gram.fit("lwage", ["age"])
    with pytest.raises(models.ModelError, match="there is CRV1, CRV3"):
        gram.fit("lwage", X, vcov="HC1")
    with pytest.raises(models.MissingColumn, match="no column 'nx'"):
        models.gram.build(data, outcomes=["lwage"], regressors=X, absorb=["nx"], cluster="nr")
