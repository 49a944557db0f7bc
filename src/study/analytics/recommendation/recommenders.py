"""Recommenders: predicted interest of customers in products, from holdings and features."""

import warnings

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits


def popularity(held: sparse.csr_array, targets: np.ndarray) -> np.ndarray:
    """score_ij = holders of j / N, the same for every customer."""
    return np.tile(np.asarray(held.mean(axis=0)).ravel()[targets], (held.shape[0], 1))


def item_cosine(held: sparse.csr_array, targets: np.ndarray) -> np.ndarray:
    """score_ij = mean over the products l that i holds of cos(l, j), cos of the columns of holders, l != j.

    A sum orders the products of one customer alike, but would score customers by how many products they hold.
    """
    return _mean_likeness(held, cosine_similarity(held.T.tocsr(), dense_output=True), targets)


def matrix_factorisation(
    held: sparse.csr_array, targets: np.ndarray, *, seed: int, factors: int = 2, confidence: float = 10.0,
    regularization: float = 0.1, sweeps: int = 100
) -> np.ndarray:  # fmt: skip
    """score_ij = p_i . q_j of the implicit-feedback factorisation (Hu, Koren and Volinsky 2008), by package implicit.

    min over p, q of sum_ij c_ij (x_ij - p_i . q_j)^2 + regularization (sum |p_i|^2 + sum |q_j|^2),  c = confidence where held, else 1
    """
    from implicit.als import AlternatingLeastSquares

    with threadpool_limits(1, "blas"), warnings.catch_warnings():  # one thread: the same digits in every run
        warnings.filterwarnings("ignore", message=".*(threads|Intel MKL|OpenBLAS).*")
        model = AlternatingLeastSquares(
            factors=min(factors, min(held.shape)), alpha=confidence, regularization=regularization,
            iterations=sweeps, dtype=np.float64, use_cg=False, num_threads=1, random_state=seed, use_gpu=False
        )  # fmt: skip
        model.fit(sparse.csr_matrix(held), show_progress=False)
        scores = model.user_factors @ model.item_factors[targets].T
    scores[np.diff(held.indptr) == 0] = 0  # no holding, no factors: nothing is known
    return scores


def customer_features(held: sparse.csr_array, targets: np.ndarray, features: np.ndarray) -> np.ndarray:
    """score_ij = P(i holds j | features of i), one logit (with ridge, C = 1) per product on standardised features."""
    x = StandardScaler().fit_transform(features)
    scores = np.zeros((held.shape[0], len(targets)))
    for column, target in enumerate(targets):
        y = held[:, [target]].toarray().ravel() > 0
        scores[:, column] = y.mean()
        if 0 < y.sum() < len(y):
            scores[:, column] = LogisticRegression(solver="newton-cholesky", tol=1e-12, max_iter=200).fit(x, y).predict_proba(x)[:, 1]
    return scores


def product_features(held: sparse.csr_array, targets: np.ndarray, features: np.ndarray) -> np.ndarray:
    """score_ij = mean over the products l that i holds of cos(features of l, features of j)."""
    return _mean_likeness(held, cosine_similarity(features), targets)


def _mean_likeness(held: sparse.csr_array, alike: np.ndarray, targets: np.ndarray) -> np.ndarray:
    np.fill_diagonal(alike, 0)
    return (held @ alike[:, targets]) / np.maximum(np.diff(held.indptr), 1)[:, None]
