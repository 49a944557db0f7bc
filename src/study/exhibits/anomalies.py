"""A7: detectors of anomalies, their precision and recall at the budget of alerts, their volume and their reasons."""

from collections.abc import Mapping

import pandas as pd

from study import privacy
from study.design.entries import Text

from .engine.table import Table, build
from .engine.wording import filled, interval

METHODS = {
    "rules": Text(en="Rules of the account", zh="账户稳健规则"),
    "forest": Text(en="Isolation forest", zh="孤立森林"),
    "largest": Text(en="Largest amounts", zh="最大金额"),
    "random": Text(en="Random", zh="随机"),
}
FIRST = Text(en="Measure", zh="指标")
PANELS = {
    "all": Text(
        en="A. {alerts:,} alerts among {scored:,} transactions of {accounts:,} accounts, {planted:,} of them planted",
        zh="A. {accounts:,}个账户{scored:,}笔交易(其中植入{planted:,}笔)中的{alerts:,}条警报",
    ),
    "kinds": Text(en="B. Recall of planted episodes by kind ({each} of each)", zh="B. 分类型的植入异常召回率(每类{each}起)"),
    "reasons": Text(en="C. Alerts of the rules by reason", zh="C. 规则警报的原因(条数)"),
}
PRECISION = {
    "precision": Text(en="Precision, lower bound (95 % interval)", zh="精确率下限(95%置信区间)"),
    "less_rules": Text(en="Precision less that of the rules", zh="精确率减账户规则法"),
    "less_largest": Text(en="Precision less that of largest amounts", zh="精确率减最大金额法"),
    "less_random": Text(en="Precision less that of random", zh="精确率减随机法"),
}
RECALL = {
    "recall": Text(en="Recall of planted episodes", zh="植入异常起数召回率"),
    "recall_rows": Text(en="Recall of planted transactions", zh="植入交易召回率"),
}
VOLUME = {
    "alerts_per_1000": Text(en="Alerts per 1,000 accounts", zh="每千账户警报数"),
    "accounts_per_1000": Text(en="Alerted accounts per 1,000 accounts", zh="每千账户中被警报账户"),
}
KINDS = {
    "scaled": Text(en="5 to 20 times the amount", zh="金额放大5-20倍"),
    "burst": Text(en="Burst of small payments", zh="小额密集支付"),
    "duplicated": Text(en="Paid twice", zh="重复支付"),
    "reactivated": Text(en="Silent account comes back", zh="休眠账户重新活动"),
    "drained": Text(en="Balance withdrawn", zh="余额几近取空"),
    "split": Text(en="Payment split over days (no rule answers to it)", zh="付款分日拆分(无对应规则)"),
}
REASONS = {
    "amount": Text(en="Amount unlike the account's own", zh="金额异于本账户"),
    "new_kind": Text(en="Kind new to the account", zh="本账户首见的类型"),
    "burst": Text(en="Busier than ever on the day", zh="当日笔数创新高"),
    "repeat": Text(en="Same kind and amount on the day", zh="当日同类同额重复"),
    "round": Text(en="Round amount, unlike the account's own", zh="异于本账户的整额"),
    "silence": Text(en="Longest silence before it", zh="此前静默期最长"),
    "drain": Text(en="Largest share of the balance", zh="占余额比例最高"),
    "combination": Text(en="A combination", zh="多因素组合"),
    "other": Text(en="Other reasons", zh="其他原因"),
}
NOTES = (
    Text(
        en="Anomalies of known kind are planted in real accounts. To each kind but the last one of the rules answers, and both were written by the same people, "
        "which favours the rules over the forest; the last kind was written as one that no rule looks for. Every alert on a real "
        "transaction counts as false although some may be anomalies: precision is a lower bound. Intervals redraw accounts and keep "
        "the alerts. Nobody has said which real transactions are fraud: the table measures what is found of what was planted, "
        "whose share of the transactions sets the scale: precision is not to be compared between data sets.",
        zh="在真实账户中植入已知类型的异常。除最后一类外,每类均有一条规则与之对应,且由同一批人编写,这对规则有利、对森林不利;最后一类专为无规则对应而设。对真实交易的警报一律计为误报,尽管其中可能有真异常:精确率为下限。"
        "区间对账户重抽样,警报保持不变。真实交易并无欺诈标注:本表度量的只是植入异常的检出;植入比例决定精确率的量级,不同数据集之间不可比较。",
    ),
    Text(
        en="A reason is the rule that is rarest for the transaction; reasons of fewer than ten accounts are joined.",
        zh="原因为该交易最罕见的一条规则;涉及不足十个账户的原因合并列示。",
    ),
)
PERIODS = {
    "berka": Text(
        en="Transactions from January 1993 to October 1994, the part of the file of 1993-1998 that is held.",
        zh="1993年1月至1994年10月的交易,即1993-1998年文件中所持有的部分。",
    ),
    "akiba": Text(en="Deposits of the product's 60 days.", zh="产品60天内的存款。"),
}


def detectors(evaluated: pd.DataFrame, volume: pd.DataFrame, reasons: pd.DataFrame, counts: Mapping[str, int], arm: str) -> Table:
    """A7: the detectors side by side at one budget of alerts, largest amounts and random among them.

    Parameters
    ----------
    evaluated : of `analytics.anomaly.evaluate`
    volume : of `analytics.anomaly.detect`; counts : its own, and planted (transactions)
    reasons : of `variables.transactions.reasons`
    arm : whose period the notes name
    """
    at = evaluated.set_index(["injected", "method"])
    load = volume.set_index("method")
    kinds = [kind for kind in KINDS if kind in set(evaluated["injected"])]
    each = evaluated.set_index("injected").loc[kinds[0], "episodes"].iloc[0]
    rows: list = [[filled(PANELS["all"], **counts)]]
    rows += [[label, *(_spread(at.loc[("all", name)], column) for name in METHODS)] for column, label in PRECISION.items()]
    rows += [[label, *(f"{at.loc[('all', name), column]:.2f}" for name in METHODS)] for column, label in RECALL.items()]
    rows += [[label, *(f"{load.loc[name, column]:.0f}" for name in METHODS)] for column, label in VOLUME.items()]
    rows += [[filled(PANELS["kinds"], each=each)]]
    rows += [[KINDS[kind], *(f"{at.loc[(kind, name), 'recall']:.2f}" for name in METHODS)] for kind in kinds]
    rows += [[PANELS["reasons"]]]
    behind = {}
    for reason, lines in reasons.groupby("reason", sort=False):
        found = lines.set_index("method")
        behind |= {(len(rows), 1 + place): int(found.loc[name, "accounts"]) for place, name in enumerate(METHODS) if name in found.index}
        rows.append([REASONS[reason], *(f"{found.loc[name, 'alerts']:,}" if name in found.index else "" for name in METHODS)])
    return build([FIRST, *METHODS.values()], rows, notes=[PERIODS[arm], *NOTES], units=privacy.Units(behind=behind))


def _spread(line: pd.Series, column: str) -> str | Text:
    """A precision or a difference with its interval; nothing for the difference to itself."""
    low, high = line[f"{column}_low"], line[f"{column}_high"]
    return "" if low == high == 0 else interval(line[column], low, high, 3)
