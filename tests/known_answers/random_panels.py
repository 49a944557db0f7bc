"""Random panels on which two implementations are compared."""

from itertools import product

import numpy as np
import pandas as pd


def panel(seed=0, units=60, months=8, banks=9, unbalanced=False):
    """Units in banks over months, with a treatment d, regressors x1 and x2, weights w; unbalanced ones are in no order."""
    random = np.random.default_rng(seed)
    data = pd.DataFrame(list(product(range(units), range(months))), columns=["unit", "month"])
    data["bank"] = "b" + (data["unit"] * 7 % banks).astype(str)
    if unbalanced:
        data = data[random.random(len(data)) < 0.6 + 0.3 * (data["unit"] % 2)]
        data = data.sample(frac=1, random_state=seed)  # in no order
    n = len(data)
    shock = random.normal(size=(units, 3))[data["unit"]] + random.normal(size=(months, 3))[data["month"]]
    data[["x1", "x2", "y"]] = shock + random.normal(size=(n, 3))
    data["d"] = ((data["unit"] * 7 % banks < 4) & (data["month"] >= 2 + data["unit"] % 3)).astype(int)
    data["y"] += 0.4 * data["d"] - 0.2 * data["x1"]
    data["w"] = random.uniform(0.2, 3, size=n)
    data["one"] = 1.0
    return data.reset_index(drop=True)
