"""The sample of an arm, by the rule of its source."""

from collections.abc import Mapping

import pandas as pd

from study.design import Design
from study.design.settings import Printed
from study.errors import nearest

from . import bank_facts, customers, provided
from . import built as built_samples
from .built import Built, Count
from .errors import SampleError

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


def differing(built: Built, printed: Mapping[str, Printed]) -> list[str]:
    """The printed figures that a sample does not show: rows left after a step or in a sample of a later analysis, or a count.

    Raises
    ------
    SampleError if the sample has no step or count of that name.
    """
    found = {count.name: count.value for count in counts(built)}
    found |= {line.step: line.left for frame in (built.log, built.samples) for line in frame.itertuples()}
    if unknown := [name for name in printed if name not in found]:
        raise SampleError(f"{built.arm}: the sample has no step or count '{unknown[0]}'{nearest(unknown[0], found)}")
    return [f"{name}: {p.source} has {p.value:g}, found {found[name]}" for name, p in printed.items() if not p.holds(found[name])]
