"""Anomaly features of 20,000 transactions against pandas, and item-item cosines of 100,000 customers against implicit.

python benchmarks/detection.py
"""

import numpy as np
import pandas as pd
from implicit.nearest_neighbours import CosineRecommender
from measure import compare
from scipy import sparse

from study.analytics.anomaly import account_history
from study.analytics.recommendation import recommenders

ROWS, ACCOUNTS, WINDOW = 20_000, 300, 30
CUSTOMERS, PRODUCTS = 100_000, 40


def transactions() -> pd.DataFrame:
    random = np.random.default_rng(1)
    account = random.integers(ACCOUNTS, size=ROWS)
    rows = {"account": account, "kind": account * 4 + random.integers(4, size=ROWS), "amount": np.exp(random.normal(8, 1, ROWS))}
    return pd.DataFrame(rows)


def ours(rows: pd.DataFrame) -> np.ndarray:
    return np.nan_to_num(account_history.robust_score(rows, rows.groupby(["account", "kind"]), WINDOW, 0.05))


def rolling(rows: pd.DataFrame) -> np.ndarray:
    """The same by pandas' rolling windows, a Python call per window for the MAD."""
    x = np.log(rows["amount"])

    def mad(past: np.ndarray) -> float:
        past = past[~np.isnan(past)]  # the shifted first row
        return np.median(np.abs(past - np.median(past))) if len(past) else np.nan

    groups = x.groupby([rows["account"], rows["kind"]], group_keys=False)
    center = groups.apply(lambda g: g.shift().rolling(WINDOW, min_periods=1).median())
    spread = groups.apply(lambda g: g.shift().rolling(WINDOW, min_periods=1).apply(mad, raw=True))
    score = (x - center.reindex(x.index)) / np.maximum(account_history.NORMAL * spread.reindex(x.index), 0.05)
    return score.fillna(0).to_numpy()


def holdings() -> sparse.csr_array:
    random = np.random.default_rng(2)
    return sparse.csr_array((random.random((CUSTOMERS, PRODUCTS)) < random.random(PRODUCTS) * 0.3).astype(float))


def cosine(held: sparse.csr_array) -> np.ndarray:
    return recommenders.item_cosine(held, np.arange(PRODUCTS))


def implicit_cosine(held: sparse.csr_array) -> np.ndarray:
    model = CosineRecommender(K=PRODUCTS, num_threads=1)
    model.fit(sparse.csr_matrix(held), show_progress=False)
    alike = model.similarity.toarray()
    np.fill_diagonal(alike, 0)
    return (held @ alike) / np.maximum(np.diff(held.indptr), 1)[:, None]


if __name__ == "__main__":
    compare("Robust scores of 20,000 rows over 30 earlier ones", {"ours": ours, "pandas rolling": rolling}, transactions)
    compare("Item-item cosines and scores, 100,000 x 40", {"ours": cosine, "implicit": implicit_cosine}, holdings)
