"""Several tests at once."""

import numpy as np
from statsmodels.stats.multitest import multipletests

from .errors import InferenceError


def benjamini_hochberg(p_values) -> np.ndarray:
    """Adjusted p-values (q) that hold the false discovery rate, in the order given.

    q_(i) = min_{j >= i} min(1, p_(j) m / j) of the m sorted p-values

    Raises
    ------
    InferenceError if a p-value is missing or outside [0, 1].

    Source
    ------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57(1).
    """
    p = np.asarray(p_values, dtype=float)
    wrong = ~((p >= 0) & (p <= 1))
    if wrong.any():
        raise InferenceError(f"{wrong.sum()} of {len(p)} p-values are missing or outside [0, 1]: {p[wrong][:5]}")
    return multipletests(p, method="fdr_bh")[1]
