"""Two-way effects with errors by bank: models.gram against pyfixest, PanelOLS and AbsorbingLS."""

from functools import partial

import numpy as np
import pyfixest
from customers import panel
from linearmodels.iv.absorbing import AbsorbingLS
from linearmodels.panel import PanelOLS
from measure import compare
from pyfixest import MapDemeaner

from study import models

X = [f"x{i}" for i in range(5)]
FORMULA = f"y ~ {' + '.join(X)} | unit + month"


def gram(data):
    fit = models.gram.build(data, outcomes=["y"], regressors=X, absorb=["unit", "month"], cluster="bank").fit("y", X)
    return np.concatenate([fit.coefficients, np.sqrt(np.diag(fit.covariance))])


def by_pyfixest(data, **options):
    fit = pyfixest.feols(FORMULA, data, vcov={"CRV1": "bank"}, **options)
    return np.concatenate([fit.coef(), fit.se()])


def pyfixest_rust(data):
    return by_pyfixest(data)


def pyfixest_lean(data):
    return by_pyfixest(data, lean=True, copy_data=False, store_data=False)


def pyfixest_numba(data):
    return by_pyfixest(data, demeaner=MapDemeaner(backend="numba"))


def panel_ols(data):
    indexed = data.set_index(["unit", "month"])
    model = PanelOLS(indexed["y"], indexed[X], entity_effects=True, time_effects=True)
    return model.fit(cov_type="clustered", clusters=indexed[["bank"]], group_debias=True).params.to_numpy()


def absorbing_ls(data):
    model = AbsorbingLS(data["y"], data[X], absorb=data[["unit", "month"]].astype("category"))
    return model.fit(cov_type="clustered", clusters=data["bank"]).params.to_numpy()


def shuffled():
    return panel(share=0.5).sample(frac=1, random_state=2)


PEERS = {
    "models.gram": gram,
    "pyfixest, rust": pyfixest_rust,
    "pyfixest, rust, lean": pyfixest_lean,
    "pyfixest, numba": pyfixest_numba,
    "PanelOLS": panel_ols,
    "AbsorbingLS": absorbing_ls,
}

if __name__ == "__main__":
    compare("Balanced, 1,152,000 rows", PEERS, panel)
    compare("Unbalanced, half of the rows", PEERS, partial(panel, share=0.5))
    compare("Unbalanced, in no order", {name: PEERS[name] for name in list(PEERS)[:3]}, shuffled)
