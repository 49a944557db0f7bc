"""The wild cluster bootstrap with 9,999 draws of 40 clusters, and 1,999 re-assignments of staggered adoption."""

import numpy as np
import pandas as pd
import pyfixest
from customers import panel
from measure import compare
from wildboottest.wildboottest import WildboottestCL

from study import inference, models
from study.inference import assignments
from study.inference.wild import bootstrap_statistics, cross_products

X = ["d", "x0", "x1", "x2"]
DRAWS = 9_999
ASSIGNMENTS = 1_999
REFITS = 3


def build_gram(data):
    return models.gram.build(data, outcomes=["y"], regressors=X, absorb=["unit", "month"], cluster="bank", cells=("bank", "month"))


def build():
    """The frame, its Gram, signs for the draws, and what wildboottest takes: units demeaned, months as dummies."""
    data = panel(regressors=3)
    months = pd.get_dummies(data["month"], dtype=float).iloc[:, 1:]
    x = pd.concat([data[X], months.add_prefix("m")], axis=1)
    both = pd.concat([data[["y"]], x], axis=1)
    within = both - both.groupby(data["unit"]).transform("mean")
    signs = np.random.default_rng(3).choice([-1.0, 1.0], size=(DRAWS, 40))
    rows = (within["y"].to_numpy(), within.drop(columns="y").to_numpy(), data["bank"].to_numpy())
    return {"frame": data, "gram": build_gram(data), "signs": signs, "rows": rows}


def p_value(gram, signs):
    _, xx, xy = cross_products(gram.fit("y", X))
    t, draws = bootstrap_statistics(xx, xy, 0, 0.0, signs)
    return np.mean(np.abs(draws) > abs(t))


def once_the_gram_is_there(given):
    return p_value(given["gram"], given["signs"])


def with_the_pass(given):
    return p_value(build_gram(given["frame"]), given["signs"])


def wildboottest_rows(given):
    y, x, bank = given["rows"]
    other = WildboottestCL(X=x, Y=y, cluster=bank, R=np.eye(x.shape[1])[0], B=DRAWS, seed=5, parallel=False)
    other.get_scores(bootstrap_type="11", impose_null=True, adj=True, cluster_adj=True)
    other.get_weights(weights_type="rademacher")
    other.v = np.ascontiguousarray(given["signs"].T)
    for step in ("numer", "denom", "tboot", "vcov", "tstat", "pvalue"):
        getattr(other, f"get_{step}")()
    return other.pvalue


def reassigned(given):
    units = given["frame"][["bank", "cohort"]].drop_duplicates()
    return inference.randomisation(
        inference.cell_statistic(given["gram"], "y", X[1:]), units, assignments.staggered("cohort", "bank"), reps=ASSIGNMENTS, seed=1
    ).statistic


def refitted(given):
    """The observed assignment, as many times as re-assignments would be refitted."""
    fits = [pyfixest.feols(f"y ~ {' + '.join(X)} | unit + month", given["frame"], vcov={"CRV1": "bank"}) for _ in range(REFITS)]
    return fits[0].tstat()["d"]


if __name__ == "__main__":
    peers = {"models.gram, Gram at hand": once_the_gram_is_there, "models.gram with the pass": with_the_pass, "wildboottest": wildboottest_rows}
    compare("9,999 draws, 40 clusters, 1,152,000 rows (difference: of p)", peers, build, repeats=5, patience=300)
    peers = {"1,999 re-assignments, Gram at hand": reassigned, "pyfixest refits": refitted}
    compare("Staggered adoption re-assigned (difference: of t)", peers, build, scale={"pyfixest refits": ASSIGNMENTS / REFITS})
