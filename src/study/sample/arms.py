"""The sample of an arm, by the rule of its source."""

from collections.abc import Mapping

import pandas as pd

from study.design import Design

from . import built as built_samples
from . import cn_banks, customers, provided
from .built import Built, Count

FACTS = "bank_periods"


def build(arm: str, tables: Mapping[str, pd.DataFrame], design: Design, rule: str) -> Built:
    """The sample of an arm from the tables of its source.

    Parameters
    ----------
    rule : rule of design/samples.yaml; only the facts on Chinese banks have one
    """
    steps, filled = design.steps[arm].root, design.filled[arm]
    if filled.unit == FACTS:
        return cn_banks.build(arm, tables, design.samples[rule], design.definitions, steps)
    return provided.beside(customers.build(arm, tables, steps, filled))


def counts(built: Built) -> list[Count]:
    """The counts of a sample that the text may name."""
    return cn_banks.counts(built) if FACTS in built.tables and "cells" in built.tables else built_samples.counts(built)
