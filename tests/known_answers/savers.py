"""A saver whose days are known, and the real arms where their data are there."""

import pandas as pd

from study import data, design, sample
from study.data import registry
from study.sample import Built

LEDGER = {  # one in the sample deposits on days 1 (twice), 3 and 31; the prize, day 61, a refund and a stranger do not count
    "account": [7, 7, 7, 7, 7, 7, 7, 8],
    "period": [1, 1, 3, 31, 61, 2, 4, 1],
    "kind": ["deposit", "deposit", "deposit", "deposit", "deposit", "prize", "refund", "deposit"],
    "amount_cents": [1000, 500, 2000, 3000, 4000, 100, -100, 900],
}


def built_of(arm, require):
    require(registry.of_arm(arm)[0])
    return sample.build(arm, data.read(arm), design.load(), "strict")


def made(rows, arm="akiba", **tables):
    return Built(
        arm, pd.DataFrame(rows), {name: pd.DataFrame(table) for name, table in tables.items()}, *[None] * (len(Built.__dataclass_fields__) - 3)
    )
