"""Which stages a user's tables allow, and which columns would unlock the others."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from study.design import load


@dataclass(frozen=True)
class Allowed:
    """A stage: the columns (table.column) that it still lacks; none if it can run."""

    stage: str
    lacks: tuple[str, ...]


def allowed(tables: Mapping[str, pd.DataFrame]) -> list[Allowed]:
    """Every stage that own data can run, with what is lacking; a column that is wholly empty counts as lacking."""
    design = load()
    there = {f"{name}.{column}" for name, frame in tables.items() for column in frame if frame[column].notna().any()}
    needs = {stage: design.runs[stage].own for stage in design.arms["own"].stages}
    return [Allowed(stage, tuple(name for name in wanted if name not in there)) for stage, wanted in needs.items()]
