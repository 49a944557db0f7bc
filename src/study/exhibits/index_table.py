"""Table of the FinTech index beside its parts: scores, weights, rank correlations."""

from collections.abc import Mapping

import pandas as pd

from study.design.entries import Text, Variable

from . import texts
from .table import Table, build
from .wording import signed


def fintech_index(table: pd.DataFrame, weights: pd.DataFrame, correlations: pd.DataFrame, variables: Mapping[str, Variable], banks: Mapping) -> Table:
    """T5: parts and scores of every bank-year, the weights with their range, the rank correlations.

    Parameters
    ----------
    table, weights, correlations : of `variables.fintech_index.index`
    """
    names = list(correlations.columns)
    rows: list = [[texts.T5_PANELS["scores"]]]
    for line in table.to_dict("records"):
        bank = banks[line["bank"]].name
        label = Text(en=f"{bank.en}, {line['year']}", zh=f"{bank.zh},{line['year']}年")
        rows.append([label, *(_number(line[name]) for name in names)])
    rows.append([texts.T5_PANELS["weights"]])
    for line in weights.to_dict("records"):
        rows.append([texts.T5_METHODS[line["method"]], *(_weight(line, name) for name in names)])
    rows.append([texts.T5_PANELS["correlations"]])
    for i, first in enumerate(names):
        cells = [_number(correlations.loc[first, other]) if j <= i else "" for j, other in enumerate(names)]
        rows.append([_label(first, variables), *cells])
    share = weights.set_index("method").loc["pca", "explained"]
    counts = {"n": len(table), "banks": table["bank"].nunique(), "share": 100 * share}
    notes = [Text(en=note.en.format(**counts), zh=note.zh.format(**counts)) for note in texts.T5_NOTES]
    return build([texts.T5_FIRST, *(_label(name, variables) for name in names)], rows, notes=notes, wide=True)


def _number(value: float) -> str:
    return signed(value, 2)


def _weight(line: dict, part: str) -> str | Text:
    """The weight of a part and its range; nothing under the scores."""
    if part not in line:
        return ""
    low, high = (_number(line[f"{part}_{end}"]) for end in ("low", "high"))
    weight = _number(line[part])
    return weight if low == high else Text(en=f"{weight} ({low} to {high})", zh=f"{weight}({low}至{high})")


def _label(name: str, variables: Mapping[str, Variable]) -> Text:
    return variables[name].label if name in variables else texts.T5_METHODS[name]
