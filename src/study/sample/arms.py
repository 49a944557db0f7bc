"""The sample of an arm, by the rule of its source."""

from collections.abc import Mapping

import pandas as pd

from study.design import Design

from . import bank_facts, customers, provided
from . import built as built_samples
from .built import Built, Count

FACTS = "bank_periods"


def build(arm: str, tables: Mapping[str, pd.DataFrame], design: Design, rule: str) -> Built:
    """The sample of an arm from the tables of its source.

    Parameters
    ----------
    rule : rule of design/samples.yaml; only facts on banks have one
    """
    steps, filled = design.steps[arm].root, design.filled[arm]
    if filled.unit == FACTS:
        return bank_facts.build(arm, tables, design.samples[rule], design.definitions, steps)
    return provided.beside(customers.build(arm, tables, steps, filled))


def counts(built: Built) -> list[Count]:
    """The counts of a sample that the text may name."""
    return bank_facts.counts(built) if FACTS in built.tables and "cells" in built.tables else built_samples.counts(built)
