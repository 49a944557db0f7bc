"""The table of recommenders: cells by hand, a draw by lot is said to be one."""

import numpy as np
import pandas as pd

from study.exhibits.recommendation import WORDS, recommenders


def frames():
    both = ("lot", "popularity")
    measures = pd.DataFrame([(r, m, 0.5, 0.4, 0.6, -0.1, -0.2, 0.0) for r in both for m in ("recall@1", "recall@2", "map", "similarity")])
    measures.columns = ["recommender", "measure", "value", "low", "high", "less_popularity", "less_low", "less_high"]
    covered = pd.DataFrame({"recommender": ["popularity"], "measure": ["coverage@1"], "value": [0.8]})
    products = pd.DataFrame([(r, p, 20, 0.61, 0.034 if r == "lot" else 0.0) for r in both for p in WORDS["products"]])
    products.columns = ["recommender", "product", "hidden", "auc", "auc_error"]
    cold = pd.DataFrame([(r, m, 30, 0.25, r != "lot") for r in both for m in ("recall@1", "map")])
    cold.columns = ["recommender", "measure", "customers", "value", "defined"]
    leak = pd.DataFrame({"recommender": both, "recall_with": 1.0, "recall_without": 0.2, "auc_with": 0.99, "auc_without": 0.5})
    over = pd.DataFrame(
        [(r, p, 20.4, 113.0, 0.61, 0.5 if r == "lot" else 0.61, 0.7 if r == "lot" else 0.61) for r in both for p in WORDS["products"]]
    )
    over.columns = ["recommender", "product", "hidden", "others", "auc", "auc_low", "auc_high"]
    return pd.concat([measures, covered], ignore_index=True), products, over, cold, leak


def test_cells_by_hand():
    found = recommenders(*frames(), evaluated=1234, draws=25).frame("en")
    assert list(found.columns) == ["panel", "Measure", "Customers", "Draw by lot", "Popularity"]
    cells = found.set_index(["panel", "Measure"])
    first = found["panel"].iloc[0]
    assert cells.loc[(first, "Recall at 1"), "Draw by lot"] == "0.50 (0.40 to 0.60)" and cells.loc[(first, "Recall at 1"), "Customers"] == "1,234"
    assert cells.loc[(first, "Coverage at 1")].tolist() == ["1,234", "", "0.80"]
    second = found["panel"].unique()[1]
    assert cells.loc[(second, "Recall at 2")].tolist() == ["1,234", "\N{MINUS SIGN}0.100 (\N{MINUS SIGN}0.200 to 0.000)", ""]
    assert found.loc[found["Measure"] == "Card, against 113"].iloc[0, 2:].tolist() == ["20", "0.61 (0.50 to 0.70)", "0.61"]
    assert "C. AUC by product, mean of 25 draws (lowest to highest)" in found["panel"].tolist()
    assert found.loc[found["Customers"] == "30"].iloc[0, 3:].tolist() == ["0.25 (by lot)", "0.25"]
    assert np.isin(["1.00", "0.20", "0.99", "0.50"], found["Popularity"].iloc[-4:]).all()
