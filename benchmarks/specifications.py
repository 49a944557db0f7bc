"""1,024 specifications (ten controls in or out) with errors by bank: one pass of models.gram against refits."""

from functools import partial
from itertools import compress, product

import numpy as np
import pyfixest
from customers import panel
from measure import compare

from study import models

CONTROLS = [f"x{i}" for i in range(10)]
ALL = [["d", *compress(CONTROLS, chosen)] for chosen in product([0, 1], repeat=10)]
SOME = ALL[:: len(ALL) // 5][:5]  # what the refits do


def build(data):
    return models.gram.build(data, outcomes=["y"], regressors=["d", *CONTROLS], absorb=["unit", "month"], cluster="bank")


def one_pass(data):
    """All specifications, CRV1 and CRV3."""
    gram = build(data)
    fits = {tuple(x): (gram.fit("y", x), gram.fit("y", x, vcov="CRV3")) for x in ALL}
    return [number for x in SOME for number in fits[tuple(x)][0].row("d")[["estimate", "std_error"]]]


def pass_alone(data):
    build(data)


def refits(data):
    """Five specifications, CRV1 alone."""
    fits = [pyfixest.feols(f"y ~ {' + '.join(x)} | unit + month", data, vcov={"CRV1": "bank"}, fixef_tol=1e-12) for x in SOME]
    return np.array([[fit.coef()["d"], fit.se()["d"]] for fit in fits]).ravel()


if __name__ == "__main__":
    peers = {"models.gram, CRV1 and CRV3": one_pass, "of which the pass": pass_alone, "pyfixest refits, CRV1": refits}
    compare("1,024 specifications, 1,152,000 rows", peers, partial(panel, regressors=10), scale={"pyfixest refits, CRV1": 1024 / 5})
