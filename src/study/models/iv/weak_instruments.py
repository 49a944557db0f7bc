"""Strength of instruments, and inference that does not need it."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize, stats

from ..errors import ModelError
from ..panel.covariance import sandwich
from .instruments import Instrumented

LEVEL = 0.95
INDEFINITE = 1e-10  # an eigenvalue of the scaled covariance below minus this is negative
TOLERATED = (0.05, 0.10, 0.20, 0.30)  # worst-case bias of 2SLS as a share of the benchmark
# Lee, McCrary, Moreira and Porter (2022), Table 3a: 5 % critical values at root F = 2.0, 2.1, ..., 10.3.
TF_VALUES = (
    18.66, 9.74, 7.37, 6.18, 5.43, 4.92, 4.54, 4.25, 4.01, 3.82, 3.65, 3.51, 3.39, 3.29, 3.19, 3.11, 3.03, 2.97, 2.91, 2.85, 2.80,
    2.75, 2.71, 2.67, 2.63, 2.60, 2.57, 2.54, 2.51, 2.48, 2.46, 2.43, 2.41, 2.39, 2.37, 2.35, 2.33, 2.32, 2.30, 2.29, 2.27, 2.26,
    2.24, 2.23, 2.22, 2.21, 2.20, 2.19, 2.17, 2.16, 2.16, 2.15, 2.14, 2.13, 2.12, 2.11, 2.10, 2.10, 2.09, 2.08, 2.08, 2.07, 2.06,
    2.06, 2.05, 2.04, 2.04, 2.03, 2.03, 2.02, 2.02, 2.01, 2.01, 2.00, 2.00, 1.99, 1.99, 1.99, 1.98, 1.98, 1.97, 1.97, 1.97, 1.96,
)  # fmt: skip
TF_ROOTS = tuple(round(2 + 0.1 * i, 1) for i in range(len(TF_VALUES)))


@dataclass(frozen=True, eq=False)
class FirstStages:
    """Least squares of the outcome and the endogenous variables on the instruments, controls partialled out.

    Parameters
    ----------
    coefficients : array (l, 1 + p), the outcome first
    covariance : array ((1 + p) l, (1 + p) l) of the columns one below the other
    instruments : array (n, l) without controls; residuals : array (n, 1 + p); totals : array (1 + p,), sums of squares
    df : of the reference F distribution; counted : parameters of each equation
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    instruments: np.ndarray
    residuals: np.ndarray
    totals: np.ndarray
    df: float
    counted: int

    def block(self, i: int, j: int) -> np.ndarray:
        """Covariance (l, l) of the coefficients of equations i and j."""
        size = len(self.coefficients)
        return self.covariance[i * size : (i + 1) * size, j * size : (j + 1) * size]

    @property
    def definite(self) -> bool:
        """Whether every combination of the equations has a positive definite covariance.

        Two-way clustered covariances need not be, and with l instruments it takes more than l clusters.
        """
        size = np.sqrt(np.abs(np.diag(self.covariance)))
        least = np.linalg.eigvalsh(self.covariance / np.outer(size, size))[0]
        return bool(least > -INDEFINITE and len(self.coefficients) <= self.df)


def first_stages(sample: Instrumented, vcov: str) -> FirstStages:
    """Reduced form and first stages with their joint covariance, factors as in panel.fit."""
    y, d, z = sample.without_controls()
    both = np.column_stack([y, d])
    bread = np.linalg.inv(z.T @ z)
    coefficients = bread @ z.T @ both
    residuals = both - z @ coefficients
    n, counted = len(y), sample.counted_first_stage
    if vcov == "iid":
        covariance = np.kron(residuals.T @ residuals / (n - counted), bread)
    else:
        scores = np.hstack([(z * e[:, None]) @ bread for e in residuals.T])
        covariance = sandwich(scores, sample.clusters, counted)
    sizes = [sample.clusters[name].nunique() for name in sample.clusters.columns]
    df = min(sizes) - 1 if sizes else n - counted
    return FirstStages(coefficients, covariance, z, residuals, (both**2).sum(axis=0), df, counted)


def strength(stages: FirstStages, equation: int) -> dict[str, float]:
    """Partial R2, classical F and F with the covariance of the fit, of one first stage (1, 2, ...)."""
    size, n = stages.instruments.shape[1], len(stages.instruments)
    left = float((stages.residuals[:, equation] ** 2).sum())
    total = float(stages.totals[equation])
    pi = stages.coefficients[:, equation]
    robust = float(pi @ np.linalg.pinv(stages.block(equation, equation), hermitian=True) @ pi) / size
    return {
        "partial_r2": 1 - left / total,
        "f": (total - left) / size / (left / (n - stages.counted)),
        "robust_f": robust,
        "df": size,
        "df_denominator": stages.df,
        "robust_p_value": float(stats.f.sf(robust, size, stages.df)),
    }


def effective_f(stages: FirstStages) -> float:
    """Effective F of one endogenous variable.

    F_eff = pi' Z'Z pi / tr(V Z'Z), V the covariance of the fit, Z without controls and effects

    Source
    ------
    Montiel Olea and Pflueger (2013), Journal of Business and Economic Statistics 31(3).
    """
    pi, zz = stages.coefficients[:, 1], stages.instruments.T @ stages.instruments
    return float(pi @ zz @ pi / np.trace(stages.block(1, 1) @ zz))


def effective_f_critical(stages: FirstStages) -> dict[float, float]:
    """5 % critical values of the effective F: above them the worst-case bias of 2SLS is under the share tau.

    The Nagar bias is compared with that of the worst case; its supremum B over the coefficient gives
    x = B / tau and Patnaik's approximation of the distribution: noncentral chi2 with K_eff degrees of
    freedom and noncentrality x K_eff, over K_eff.

    Source
    ------
    Montiel Olea and Pflueger (2013), section 4 and Theorem 1 (generalised test for TSLS).
    """
    root = linalg.sqrtm(stages.instruments.T @ stages.instruments).real
    w1, w12, w2 = (root @ stages.block(i, j) @ root for i, j in ((0, 0), (0, 1), (1, 1)))
    largest = float(np.linalg.eigvalsh(w2)[-1])
    trace, squares = float(np.trace(w2)), float((w2**2).sum())
    bias = worst_bias(w1, w12, w2)
    values = {}
    for tau in TOLERATED:
        x = bias / tau
        k = trace**2 * (1 + 2 * x) / (squares + 2 * x * trace * largest)
        values[tau] = float(stats.ncx2.ppf(LEVEL, k, x * k) / k)
    return values


def worst_bias(w1: np.ndarray, w12: np.ndarray, w2: np.ndarray) -> float:
    """Supremum B over the coefficient b of the Nagar bias of 2SLS over its benchmark.

    max_c |tr S12 - 2 c'S12 c| / sqrt(tr S2 tr S1), S1 = W1 - b (W12 + W12') + b^2 W2, S12 = W12 - b W2, S2 = W2

    b = s tan(angle) takes the whole line; the ends of the angle are b = +-inf.
    """
    middle = (w12 + w12.T) / 2
    scale = np.sqrt(np.trace(w1) / np.trace(w2))

    def ratio(angle):
        one, b = np.cos(angle), scale * np.sin(angle)
        values = np.linalg.eigvalsh(one * middle - b * w2)
        total = values.sum()
        benchmark = one**2 * np.trace(w1) - 2 * one * b * np.trace(middle) + b**2 * np.trace(w2)
        if benchmark <= 1e-12 * np.trace(w1):  # the outcome's errors are those of the first stage times b
            return 0.0
        return np.abs(total - 2 * values[[0, -1]]).max() / np.sqrt(np.trace(w2) * benchmark)

    angles = np.linspace(-np.pi / 2, np.pi / 2, 721)
    found = np.array([ratio(angle) for angle in angles])
    best, step = angles[found.argmax()], angles[1] - angles[0]
    finer = optimize.minimize_scalar(lambda a: -ratio(a), bounds=(best - step, best + step), method="bounded", options={"xatol": 1e-10})
    return float(max(found.max(), -finer.fun))


def anderson_rubin(stages: FirstStages, beta: float) -> float:
    """Anderson-Rubin statistic, F(l, df), of one endogenous variable's coefficient `beta`, with the covariance of the fit.

    (delta - beta pi)' (V_yy - beta (V_yd + V_dy) + beta^2 V_dd)^-1 (delta - beta pi) / l: that the instruments
    add nothing to y - beta d.
    """
    gap = stages.coefficients[:, 0] - beta * stages.coefficients[:, 1]
    cross = stages.block(0, 1)
    spread = stages.block(0, 0) - beta * (cross + cross.T) + beta**2 * stages.block(1, 1)
    return float(gap @ np.linalg.solve(spread, gap)) / len(gap)


def anderson_rubin_set(stages: FirstStages) -> list[tuple[float, float]]:
    """All coefficients that the Anderson-Rubin test does not reject at 5 %, as intervals in order.

    The ends solve det [V(beta), delta - beta pi; ., q] = 0, a quadratic eigenvalue problem; for one
    instrument it is the quadratic equation. The list may be empty, and intervals may be unbounded.

    Source
    ------
    Anderson and Rubin (1949), Annals of Mathematical Statistics 20(1); Dufour and Taamouti (2005), Econometrica 73(4),
    for the shapes.
    """
    size = len(stages.coefficients)
    limit = float(stats.f.ppf(LEVEL, size, stages.df))
    ends = sorted(set(_ends(stages, limit * size)))
    if not ends:
        return [(-np.inf, np.inf)] if anderson_rubin(stages, 0.0) <= limit else []
    inner = [(a + b) / 2 for a, b in zip(ends, ends[1:])]
    points = [ends[0] - 1 - abs(ends[0]), *inner, ends[-1] + 1 + abs(ends[-1])]
    kept = [anderson_rubin(stages, point) <= limit for point in points]
    pieces: list[tuple[float, float]] = []
    start = -np.inf
    for i in range(len(ends)):
        if kept[i] == kept[i + 1]:
            continue
        end = optimize.brentq(lambda b: anderson_rubin(stages, b) - limit, points[i], points[i + 1], xtol=1e-14, rtol=1e-12)
        if kept[i + 1]:
            start = end
        else:
            pieces.append((start, end))
    return [*pieces, (start, np.inf)] if kept[-1] else pieces


def _ends(stages: FirstStages, q: float) -> list[float]:
    """Real solutions of det [V(b), delta - b pi; ., q] = 0, in units that make the blocks of one size."""
    v1, cross, v2 = stages.block(0, 0), stages.block(0, 1) + stages.block(1, 0), stages.block(1, 1)
    size = len(v1)
    scale = np.sqrt(np.trace(v1) / np.trace(v2))
    unit = np.sqrt(np.trace(v1))
    delta, pi = stages.coefficients[:, 0] / unit, scale * stages.coefficients[:, 1] / unit
    zero, one = np.zeros((size + 1, size + 1)), np.eye(size + 1)
    a0, a1, a2 = zero.copy(), zero.copy(), zero.copy()
    a0[:size, :size], a1[:size, :size], a2[:size, :size] = v1 / unit**2, -scale * cross / unit**2, scale**2 * v2 / unit**2
    a0[:size, size] = a0[size, :size] = delta
    a1[:size, size] = a1[size, :size] = -pi
    a0[size, size] = q
    values = linalg.eig(np.block([[zero, one], [-a0, -a1]]), np.block([[one, zero], [zero, a2]]), right=False)
    finite = values[np.isfinite(values)]
    real = finite.real[np.abs(finite.imag) <= 1e-6 * (1 + np.abs(finite.real))]
    return [float(scale * value) for value in real if abs(value) < 1e8]


def tf_critical_value(f: float) -> float:
    """5 % critical value of the t ratio given the first-stage F, one instrument and one endogenous variable.

    Linear in root F between the values of the table; inf below F = 4, where the table ends (it is inf up to 3.84), 1.96
    above 106.

    Source
    ------
    Lee, McCrary, Moreira and Porter (2022), American Economic Review 112(10), Table 3a.
    """
    if not f >= 0:
        raise ModelError(f"the first-stage F is {f}; it can not be negative or missing")
    if f < TF_ROOTS[0] ** 2:
        return float("inf")
    return float(np.interp(np.sqrt(f), TF_ROOTS, TF_VALUES))
