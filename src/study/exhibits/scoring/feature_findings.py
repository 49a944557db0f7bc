"""What the checks before a score found, as a note below a table: one sentence for each kind of finding."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from study.design.entries import Text
from study.design.profiles import Column

from ..engine.wording import filled

NOTHING = Text(en="The checks before learning found nothing.", zh="学习前的检查未发现问题。")
HEAD = Text(en="Checked before anything was learned: ", zh="学习前检查:")
SENTENCES = {
    "unseen": Text(en="levels that (almost) no row learned from has: {items}", zh="训练集中(几乎)没有的类别:{items}"),
    "one value": Text(en="one value, or none, in (almost) all rows learned from: {items}", zh="训练集中(几乎)只有一个取值或全缺:{items}"),
    "outside": Text(en="values outside the range learned from: {items}", zh="超出训练集取值范围:{items}"),
    "imbalance": Text(en="called randomised, but not balanced: {items}", zh="称为随机分配但不平衡:{items}"),
    "groups": Text(en="set by whole groups and not by person: {items}", zh="按整组而非按个人分配:{items}"),
    "too good": Text(en="ranks nearly perfectly by itself: {items}", zh="单列几乎完美排序:{items}"),
    "one period": Text(en="goes with the outcome in one period only: {items}", zh="仅在一个时期与结果相关:{items}"),
}
OTHERS = {
    "pdays": Text(en="days since an earlier call", zh="距上次联系天数"),
    "month": Text(en="month", zh="月份"),
    "branch": Text(en="branch", zh="网点"),
}
SHARES = {"random": Text(en="random", zh="随机"), "grouped": Text(en="by group", zh="按组"), "time": Text(en="by time", zh="按时间")}


def said(findings: pd.DataFrame, columns: Mapping[str, Column]) -> Text:
    """The findings of `analytics.feature_checks.examine` in one paragraph, a sentence for each kind.

    Parameters
    ----------
    findings : `FeatureChecks.findings`; columns : of the arm's profile, for the labels (others by their own name)
    """
    kinds = [kind for kind in SENTENCES if (findings["kind"] == kind).any()]
    if not kinds:
        return NOTHING
    told = {}
    for language in ("en", "zh"):
        parts = [filled(SENTENCES[kind], items=_items(findings[findings["kind"] == kind], columns, language))[language] for kind in kinds]
        told[language] = HEAD[language] + "; ".join(parts) + "."
    return Text(en=told["en"], zh=told["zh"].replace("; ", ";").replace(", ", "、"))


def _items(part: pd.DataFrame, columns: Mapping[str, Column], language: str) -> str:
    kind = part["kind"].iloc[0]
    if kind in ("unseen", "one value", "outside"):
        groups = part.groupby(["column", "split"], sort=False)["value"]
        return ", ".join(
            f"{_label(name, columns, language)} ({SHARES[split][language]}: {_range(100 * values)} %)" for (name, split), values in groups
        )
    lines = []
    for (name, where), lines_of in part.groupby(["column", "split"], sort=False):
        lines.append(f"{_label(name, columns, language)} ({_detail(kind, where, lines_of, columns, language)})")
    return ", ".join(lines)


def _detail(kind: str, where: str, lines: pd.DataFrame, columns: Mapping[str, Column], language: str) -> str:
    when = f"{where}: " if where else ""
    if kind == "imbalance":
        largest = lines.loc[lines["value"].abs().idxmax()]
        unit = {"en": "standard deviations of the ranks of", "zh": "个秩标准差:"}[language]
        return f"{when}{abs(largest['value']):.2f} {unit} {_label(largest['place'], columns, language)}"
    if kind == "groups":
        return when + {"en": "{:.0f} % of its variance", "zh": "组间占方差{:.0f} %"}[language].format(100 * lines["value"].max())
    place = f"{lines['place'].iloc[0]}, " if kind == "one period" else ""
    return f"{when}{place}AUC {lines['value'].iloc[0]:.2f}"


def _range(shares: pd.Series) -> str:
    low, high = f"{np.floor(shares.min()):.0f}", f"{np.floor(shares.max()):.0f}"
    return high if low == high else f"{low}-{high}"


def _label(name: str, columns: Mapping[str, Column], language: str) -> str:
    if name in columns:
        return columns[name].label[language].lower() if language == "en" else columns[name].label[language]
    if name in OTHERS:
        return OTHERS[name][language]
    known = next((column for column in columns if name.startswith(f"{column} ")), None)
    if known is None:
        return name.replace("_", " ")
    level = columns[known].level(name.removeprefix(f"{known} "))
    return f"{_label(known, columns, language)} {level[language]}"
