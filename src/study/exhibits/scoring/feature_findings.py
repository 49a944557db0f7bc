"""What the checks before a score found, as a note below a table: one sentence for each kind of finding."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from study.design import words
from study.design.entries import Text
from study.design.profiles import Column

from ..engine.wording import filled

WORDS = words("scoring")


def said(findings: pd.DataFrame, columns: Mapping[str, Column]) -> Text:
    """The findings of `analytics.feature_checks.examine` in one paragraph, a sentence for each kind.

    Parameters
    ----------
    findings : `FeatureChecks.findings`; columns : of the arm's profile, for the labels (others by their own name)
    """
    kinds = [kind for kind in WORDS["checks"]["sentences"] if (findings["kind"] == kind).any()]
    if not kinds:
        return WORDS["checks"]["nothing"]
    told = {}
    for language in ("en", "zh"):
        parts = [
            filled(WORDS["checks"]["sentences"][kind], items=_items(findings[findings["kind"] == kind], columns, language))[language]
            for kind in kinds
        ]
        told[language] = WORDS["checks"]["head"][language] + "; ".join(parts) + "."
    return Text(en=told["en"], zh=told["zh"].replace("; ", ";").replace(", ", "、"))


def _items(part: pd.DataFrame, columns: Mapping[str, Column], language: str) -> str:
    kind = part["kind"].iloc[0]
    if kind in ("unseen", "one value", "outside"):
        groups = part.groupby(["column", "split"], sort=False)["value"]
        return ", ".join(
            f"{_label(name, columns, language)} ({WORDS['checks']['shares'][split][language]}: {_range(100 * values)} %)"
            for (name, split), values in groups
        )
    lines = []
    for (name, where), lines_of in part.groupby(["column", "split"], sort=False):
        lines.append(f"{_label(name, columns, language)} ({_detail(kind, where, lines_of, columns, language)})")
    return ", ".join(lines)


def _detail(kind: str, where: str, lines: pd.DataFrame, columns: Mapping[str, Column], language: str) -> str:
    when = f"{where}: " if where else ""
    if kind == "imbalance":
        largest = lines.loc[lines["value"].abs().idxmax()]
        ranks = WORDS["checks"]["ranks"][language]
        return when + ranks.format(distance=abs(largest["value"]), column=_label(largest["place"], columns, language))
    if kind == "groups":
        return when + WORDS["checks"]["variance"][language].format(share=100 * lines["value"].max())
    place = f"{lines['place'].iloc[0]}, " if kind == "one period" else ""
    return f"{when}{place}AUC {lines['value'].iloc[0]:.2f}"


def _range(shares: pd.Series) -> str:
    low, high = f"{np.floor(shares.min()):.0f}", f"{np.floor(shares.max()):.0f}"
    return high if low == high else f"{low}-{high}"


def _label(name: str, columns: Mapping[str, Column], language: str) -> str:
    if name in columns:
        return columns[name].label[language].lower() if language == "en" else columns[name].label[language]
    if name in WORDS["checks"]["others"]:
        return WORDS["checks"]["others"][name][language]
    known = next((column for column in columns if name.startswith(f"{column} ")), None)
    if known is None:
        return name.replace("_", " ")
    level = columns[known].level(name.removeprefix(f"{known} "))
    return f"{_label(known, columns, language)} {level[language]}"
