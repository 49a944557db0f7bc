"""T24: recommenders, what each finds again, product by product, with little known, and with a leak."""

import pandas as pd

from study import privacy
from study.design import words
from study.design.entries import Text

from .engine.table import Table, build
from .engine.wording import filled, interval

WORDS = words("recommendation")


def recommenders(
    measures: pd.DataFrame, products: pd.DataFrame, over: pd.DataFrame, cold: pd.DataFrame, leak: pd.DataFrame, evaluated: int, draws: int
) -> Table:
    """T24: recommenders side by side, popularity and a draw by lot among them.

    Parameters
    ----------
    measures, products, cold : of `analytics.recommend.evaluate`
    over : of `analytics.recommend.over_draws`
    leak : of `analytics.recommend.leak` for the loan
    evaluated : customers of whom a product was hidden; draws : of `over`
    """
    names = [name for name in WORDS["recommenders"] if name in set(measures["recommender"])]
    level = measures.set_index(["measure", "recommender"])
    hidden = products.drop_duplicates("product").set_index("product")["hidden"]
    rows: list = [[WORDS["panels"]["level"]]]
    rows += [[label, f"{evaluated:,}", *(_level(level, measure, name) for name in names)] for measure, label in WORDS["measures"].items()]
    rows += [[WORDS["panels"]["difference"]]]
    compared = [measure for measure in WORDS["measures"] if measure != "coverage@1"]
    rows += [[WORDS["measures"][m], f"{evaluated:,}", *(_difference(level.loc[(m, name)], name) for name in names)] for m in compared]
    rows += [
        [filled(WORDS["panels"]["auc"], draws=draws)],
        *_areas(over, names),
        [WORDS["panels"]["cold"]],
        *_cold(cold, names),
        [WORDS["panels"]["leak"]],
    ]
    single = leak.set_index("recommender")
    rows += [[label, _count(hidden["loan"]), *(_plain(single.loc[name, column]) for name in names)] for column, label in WORDS["leak"].items()]
    units = privacy.Units(counts={1}, bases={at: 1 for at in range(2, 2 + len(names))})
    return build([*WORDS["first"], *(WORDS["recommenders"][name] for name in names)], rows, notes=WORDS["notes"], wide=True, units=units)


def _areas(over: pd.DataFrame, names: list[str]) -> list:
    at = over.set_index(["product", "recommender"])
    made = []
    for product, label in WORDS["products"].items():
        lines = [at.loc[(product, name)] for name in names]
        others = filled(WORDS["others"], product=label, others=round(lines[0]["others"]))
        made.append([others, _count(round(lines[0]["hidden"])), *(_range(line) for line in lines)])
    return made


def _cold(cold: pd.DataFrame, names: list[str]) -> list:
    at = cold.set_index(["measure", "recommender"])
    made = []
    for measure in ("recall@1", "map"):
        lines = [at.loc[(measure, name)] for name in names]
        cells = [_plain(x["value"]) if x["defined"] else _by_lot(x["value"]) for x in lines]
        made.append([WORDS["measures"][measure], f"{int(lines[0]['customers']):,}", *cells])
    return made


def _level(level: pd.DataFrame, measure: str, name: str) -> str | Text:
    if (measure, name) not in level.index:
        return ""
    line = level.loc[(measure, name)]
    return _plain(line["value"]) if pd.isna(line["low"]) else interval(line["value"], line["low"], line["high"])


def _difference(line: pd.Series, name: str) -> str | Text:
    return "" if name == "popularity" else interval(line["less_popularity"], line["less_low"], line["less_high"], 3)


def _by_lot(value: float) -> Text:
    return Text(en=f"{value:.2f} ({WORDS['by_lot'].en})", zh=f"{value:.2f}({WORDS['by_lot'].zh})")


def _range(line: pd.Series) -> str | Text:
    """A mean with the lowest and the highest, where they differ."""
    return interval(line["auc"], line["auc_low"], line["auc_high"]) if line["auc_high"] > line["auc_low"] else _plain(line["auc"])


def _plain(value: float) -> str:
    return f"{value:.2f}"


def _count(value) -> str:
    return f"{int(value):,}"
