"""T14: the report's value formulas and the models of customer value, one estimate a row."""

import pandas as pd

from study import privacy
from study.design.entries import Text

from . import value_texts as texts
from .table import Table, build

NOT_OBSERVED = Text(en="not observed", zh="不可观测")


def values(lines: pd.DataFrame, arm: str, **stated: float) -> Table:
    """T14 of an arm.

    Parameters
    ----------
    lines : panel, key, unit, estimate, std_error, ci_low, ci_high, n, of `variables.value_lines`; an estimate
        that is missing is printed as not observed
    arm : whose notes are set under the table
    stated : numbers that the notes name
    """
    rows: list = []
    behind: dict = {}
    panel = None
    for one in lines.to_dict("records"):
        if one["panel"] != panel:
            panel = one["panel"]
            rows.append([texts.PANELS[panel]])
        known = pd.notna(one["estimate"])
        if known and pd.notna(one["n"]):
            behind[len(rows), 2] = int(one["n"])
        interval = "" if pd.isna(one["ci_low"]) else f"[{printed(one['ci_low'])}, {printed(one['ci_high'])}]"
        error = "" if pd.isna(one["std_error"]) else printed(one["std_error"])
        count = "" if pd.isna(one["n"]) else f"{int(one['n']):,}"
        rows.append([label(one["key"]), texts.UNITS[one["unit"]], printed(one["estimate"]) if known else NOT_OBSERVED, error, interval, count])
    notes = [Text(en=note.en.format(**stated), zh=note.zh.format(**stated)) for note in texts.NOTES[arm]]
    options = {"text_columns": {0, 1}, "widths": (0.38, 0.17, 0.12, 0.1, 0.14, 0.09)}
    return build(texts.COLUMNS, rows, notes=notes, units=privacy.Units(counts={5}, bases={4: None}, behind=behind), **options)


def label(key: str) -> Text:
    """The words of a key: its parts one after the other."""
    parts = [texts.KEYS[part] for part in key.split("/")]
    return Text(en=": ".join(part.en for part in parts), zh=":".join(part.zh for part in parts))


def printed(value: float) -> str:
    """Three decimals below ten, fewer above."""
    size = abs(value)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3
    return f"{value:z,.{decimals}f}".replace("-", "\N{MINUS SIGN}")
