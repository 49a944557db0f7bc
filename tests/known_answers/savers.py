"""A saver whose days are known, and the real arms where their data are there."""

import pandas as pd

from study import data, design, sample
from study.data import registry
from study.sample import Built

DEPOSITS = {  # customer 7 in the sample deposits on days 1 (twice), 3 and 31; the prize, day 61, a refund and a stranger do not count
    "customer_id": [7, 7, 7, 7, 7, 7, 7, 8],
    "period": [1, 1, 3, 31, 61, 2, 4, 1],
    "operation": ["deposit", "deposit", "deposit", "deposit", "deposit", "prize", "refund", "deposit"],
    "direction": ["credit"] * 6 + ["debit", "credit"],
    "amount": [1000, 500, 2000, 3000, 4000, 100, 100, 900],
}


def built_of(arm, require):
    require(registry.of_arm(arm)[0])
    return sample.build(arm, data.read(arm), design.load(), "strict")


def of_model(customers, **tables):
    """A sample of all customers, with tables of the customer model."""
    units = pd.DataFrame(customers)
    return Built("own", units, {name: pd.DataFrame(table) for name, table in tables.items()}, pd.DataFrame(), units=units)
