"""T24: recommenders, what each finds again, product by product, with little known, and with a leak."""

from collections.abc import Mapping

import pandas as pd

from study import privacy
from study.design.entries import Text

from .engine.table import Table, build
from .engine.wording import interval

RECOMMENDERS = {
    "lot": Text(en="Draw by lot", zh="随机抽取"),
    "popularity": Text(en="Popularity", zh="热门产品"),
    "item_cosine": Text(en="Item-item", zh="物品协同过滤"),
    "matrix_factorisation": Text(en="Implicit factors", zh="隐式反馈矩阵分解"),
    "customer_features": Text(en="Customer features", zh="客户特征(内容)"),
}
MEASURES = {
    "recall@1": Text(en="Recall at 1", zh="前1命中率"),
    "recall@2": Text(en="Recall at 2", zh="前2命中率"),
    "map": Text(en="Mean average precision", zh="平均精度均值(MAP)"),
    "similarity": Text(en="Similarity of prediction and purchase", zh="预测与购买的相似度"),
    "coverage@1": Text(en="Coverage at 1", zh="前1覆盖率"),
}
PRODUCTS = {
    "card": Text(en="Card", zh="银行卡"),
    "loan": Text(en="Loan", zh="贷款"),
    "household": Text(en="Order: household", zh="定期支付:家庭支出"),
    "insurance": Text(en="Order: insurance", zh="定期支付:保险"),
    "leasing": Text(en="Order: leasing", zh="定期支付:租赁"),
}
PANELS = {
    "level": Text(en="A. What is found again (95 % interval)", zh="A. 找回的产品(95%置信区间)"),
    "difference": Text(en="B. Less popularity (95 % interval)", zh="B. 与热门产品之差(95%置信区间)"),
    "auc": Text(en="C. AUC by product (standard error)", zh="C. 分产品AUC(标准误)"),
    "cold": Text(en="D. Customers of whom no product is known", zh="D. 冷启动:无已知产品的客户"),
    "leak": Text(en="E. The loan, without and with its own repayment order", zh="E. 贷款:不含与含其还款定期支付"),
}
LEAK = {
    "recall_without": Text(en="Recall at 1, without", zh="前1命中率,不含"),
    "recall_with": Text(en="Recall at 1, with", zh="前1命中率,含"),
    "auc_without": Text(en="AUC, without", zh="AUC,不含"),
    "auc_with": Text(en="AUC, with", zh="AUC,含"),
}
FIRST = (Text(en="Measure", zh="指标"), Text(en="Customers", zh="客户数"))
NOTES = (
    Text(
        en="One product of every customer with two or more is hidden, all at once, and asked for again among those not held. "
        "A draw by lot is the line to beat, not zero. Intervals redraw customers; differences are paired. Similarity: mean cosine of "
        "predicted interest and realised purchase; the report asks for a similarity and names no measure. Coverage: share of products "
        "that come first for somebody.",
        zh="对持有两种及以上产品的客户各隐藏一种(同时隐藏),再从其未持有者中推荐。比较基准是随机抽取而非零。区间对客户重抽样,差异为配对。"
        "相似度:预测兴趣与实际购买的余弦均值;报告要求“相似度”但未指明度量。覆盖率:至少对一位客户排在首位的产品比例。",
    ),
    Text(
        en="Popularity gives everybody one list: its AUC is one half by construction. In panel D a recommender that has nothing "
        "but holdings draws by lot (its cells say so). Panel E: the order that repays a loan exists because the loan does; it is "
        "left out of all other panels.",
        zh="热门产品对所有人给出同一列表,其AUC必为0.5。D面板中仅依赖持有记录的方法只能随机抽取。E面板:贷款的还款定期支付因贷款而存在,其余面板均不含该项。",
    ),
)
BY_LOT = Text(en="by lot", zh="随机")


def recommenders(measures: pd.DataFrame, products: pd.DataFrame, cold: pd.DataFrame, leak: pd.DataFrame, evaluated: int) -> Table:
    """T24: recommenders side by side, popularity and a draw by lot among them.

    Parameters
    ----------
    measures, products, cold : of `analytics.recommend.evaluate`
    leak : of `analytics.recommend.leak` for the loan
    evaluated : customers of whom a product was hidden
    """
    names = [name for name in RECOMMENDERS if name in set(measures["recommender"])]
    level = measures.set_index(["measure", "recommender"])
    hidden = products.drop_duplicates("product").set_index("product")["hidden"]
    rows: list = [[PANELS["level"]]]
    rows += [[label, f"{evaluated:,}", *(_level(level, measure, name) for name in names)] for measure, label in MEASURES.items()]
    rows += [[PANELS["difference"]]]
    compared = [measure for measure in MEASURES if measure != "coverage@1"]
    rows += [[MEASURES[m], f"{evaluated:,}", *(_difference(level.loc[(m, name)], name) for name in names)] for m in compared]
    rows += [[PANELS["auc"]], *_areas(products, names, hidden), [PANELS["cold"]], *_cold(cold, names), [PANELS["leak"]]]
    single = leak.set_index("recommender")
    rows += [[label, _count(hidden["loan"]), *(_plain(single.loc[name, column]) for name in names)] for column, label in LEAK.items()]
    units = privacy.Units(counts={1}, bases={at: 1 for at in range(2, 2 + len(names))})
    return build([*FIRST, *(RECOMMENDERS[name] for name in names)], rows, notes=NOTES, wide=True, units=units)


def _areas(products: pd.DataFrame, names: list[str], hidden: Mapping[str, int]) -> list:
    at = products.set_index(["product", "recommender"])
    made = []
    for product, label in PRODUCTS.items():
        lines = [at.loc[(product, name)] for name in names]
        made.append([label, _count(hidden[product]), *(_error(line["auc"], line["auc_error"]) for line in lines)])
    return made


def _cold(cold: pd.DataFrame, names: list[str]) -> list:
    at = cold.set_index(["measure", "recommender"])
    made = []
    for measure in ("recall@1", "map"):
        lines = [at.loc[(measure, name)] for name in names]
        cells = [_plain(x["value"]) if x["defined"] else _by_lot(x["value"]) for x in lines]
        made.append([MEASURES[measure], f"{int(lines[0]['customers']):,}", *cells])
    return made


def _level(level: pd.DataFrame, measure: str, name: str) -> str | Text:
    if (measure, name) not in level.index:
        return ""
    line = level.loc[(measure, name)]
    return _plain(line["value"]) if pd.isna(line["low"]) else interval(line["value"], line["low"], line["high"])


def _difference(line: pd.Series, name: str) -> str | Text:
    return "" if name == "popularity" else interval(line["less_popularity"], line["less_low"], line["less_high"], 3)


def _by_lot(value: float) -> Text:
    return Text(en=f"{value:.2f} ({BY_LOT.en})", zh=f"{value:.2f}({BY_LOT.zh})")


def _error(value: float, error: float) -> str:
    return _plain(value) if not error > 0 else f"{value:.2f} ({error:.2f})"


def _plain(value: float) -> str:
    return f"{value:.2f}"


def _count(value) -> str:
    return f"{int(value):,}"
