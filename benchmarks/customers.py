"""A panel of customers of 40 banks over 48 months, for the benchmarks: 1.15 million rows."""

import numpy as np
import pandas as pd


def panel(customers: int = 24_000, months: int = 48, banks: int = 40, regressors: int = 5, share: float = 1.0) -> pd.DataFrame:
    """Customers (nested in banks) over months, x0, x1, ..., a staggered treatment d by bank, and y.

    Parameters
    ----------
    share : of the rows kept, at random; 1 is balanced
    """
    random = np.random.default_rng(1)
    n = customers * months
    data = pd.DataFrame({"unit": np.repeat(np.arange(customers), months), "month": np.tile(np.arange(months), customers)})
    data["bank"] = data["unit"] * banks // customers
    cohort = np.resize([0, 10, 18, 26, 34], banks)
    data["cohort"] = cohort[data["bank"]]
    data["d"] = ((data["cohort"] > 0) & (data["month"] >= data["cohort"])).astype(float)
    of_unit, of_month, shock = random.normal(size=customers), random.normal(size=months), random.normal(size=(banks, months))
    for i in range(regressors):
        data[f"x{i}"] = random.normal(size=n) + of_unit[data["unit"]] + of_month[data["month"]]
    data["y"] = 0.3 * data["x0"] + shock[data["bank"], data["month"]] * 0.1 + of_unit[data["unit"]] + random.normal(size=n)
    return data if share == 1 else data[random.random(n) < share].reset_index(drop=True)
