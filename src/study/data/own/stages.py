"""Which stages a user's tables allow, and which columns would unlock the others."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from study.design import load
from study.design.answers import Held, lacking


@dataclass(frozen=True)
class Allowed:
    """A stage: the columns (table.column) and counts that it still lacks; none if it can run."""

    stage: str
    lacks: tuple[str, ...]


def allowed(tables: Mapping[str, pd.DataFrame]) -> list[Allowed]:
    """Every stage that own data can run, with what is lacking; a column that is wholly empty counts as lacking."""
    design = load()
    held = {name: _held(frame) for name, frame in tables.items()}
    return [Allowed(stage, lacking(design.questions[stage].needs, held)) for stage in design.arms["own"].stages]


def _held(frame: pd.DataFrame) -> Held:
    """What a table holds: its filled columns, rows, customers and periods (months, else days)."""
    count = {name: int(frame[name].nunique()) for name in ("customer_id", "month", "date") if name in frame}
    filled = frozenset(column for column in frame if frame[column].notna().any())
    return Held(filled, len(frame), count.get("customer_id"), count.get("month", count.get("date")))
