"""The sample of an arm, by the rule of its source."""

from collections.abc import Mapping

import pandas as pd

from study.design import Design

from . import built as built_samples
from . import cn_banks, customers
from .built import Built, Count


def build(arm: str, tables: Mapping[str, pd.DataFrame], design: Design, rule: str) -> Built:
    """The sample of an arm from the tables of its source.

    Parameters
    ----------
    rule : rule of design/samples.yaml; only the facts on Chinese banks have one
    """
    steps = design.steps[arm].root
    if arm == "cn_banks":
        return cn_banks.build(tables, design.samples[rule], design.definitions, steps)
    return customers.build(arm, tables, steps)


def counts(built: Built) -> list[Count]:
    """The counts of a sample that the text may name."""
    return cn_banks.counts(built) if built.arm == "cn_banks" else built_samples.counts(built)
