"""Which questions a user's tables answer, and which columns would unlock the others."""

from collections.abc import Mapping

import pandas as pd

from study.design import load
from study.design.answers import Answer, Held, with_tables


def allowed(tables: Mapping[str, pd.DataFrame]) -> dict[str, Answer]:
    """The answer to every question, with what these tables lack for it; a column that is wholly empty counts as lacking."""
    return with_tables(load(), "own", {name: _held(frame) for name, frame in tables.items()})


def _held(frame: pd.DataFrame) -> Held:
    """What a table holds: its filled columns, rows, customers and periods (months, else days)."""
    count = {name: int(frame[name].nunique()) for name in ("customer_id", "month", "date") if name in frame}
    filled = frozenset(column for column in frame if frame[column].notna().any())
    return Held(filled, len(frame), count.get("customer_id"), count.get("month", count.get("date")))
