"""What a test could have found."""

from scipy import stats

from study.models.fit import Fit

from .errors import InferenceError


def mde(fit: Fit, term: str, *, power: float = 0.8, level: float = 0.05) -> float:
    """Minimum detectable effect of the two-sided t test, in the units of the coefficient.

    MDE = (t_{1 - level/2, df} + t_{power, df}) * std_error

    Parameters
    ----------
    power : probability of rejecting when the true effect is the MDE, between level and 1
    level : size of the test

    Raises
    ------
    InferenceError if level and power are not 0 < level < power < 1.

    Source
    ------
    Bloom (1995), Evaluation Review 19(5).
    """
    if not 0 < level < power < 1:
        raise InferenceError(f"level {level} and power {power} must be 0 < level < power < 1")
    quantiles = stats.t.ppf(1 - level / 2, fit.df) + stats.t.ppf(power, fit.df)
    return float(quantiles * fit.row(term)["std_error"])


def mde_two_groups(
    n_treated: int,
    n_control: int,
    *,
    sd: float = 1.0,
    share: float | None = None,
    cluster_size: float = 1.0,
    intracluster: float = 0.0,
    r2: float = 0.0,
    power: float = 0.8,
    level: float = 0.05,
) -> float:
    """Minimum detectable difference of means (or of proportions) of two randomised groups.

    MDE = (z_{1 - level/2} + z_{power}) sqrt(sd^2 (1 - r2) (1/n1 + 1/n0) (1 + (m - 1) rho))

    Parameters
    ----------
    n_treated, n_control : units
    sd : standard deviation of the outcome in a group; share : for a 0/1 outcome, its share in the control
        group, whose sd is sqrt(share (1 - share)) in both groups under the null
    cluster_size, intracluster : m units are assigned together, with correlation rho
    r2 : share of the variance that covariates explain

    Raises
    ------
    InferenceError if a number is outside its range: says which.

    Source
    ------
    Bloom (1995), Evaluation Review 19(5).
    """
    if not 0 < level < power < 1:
        raise InferenceError(f"level {level} and power {power} must be 0 < level < power < 1")
    if share is not None and not 0 < share < 1:
        raise InferenceError(f"share {share} must be between 0 and 1")
    if min(n_treated, n_control) < 1 or sd <= 0 or cluster_size < 1 or not 0 <= intracluster <= 1 or not 0 <= r2 < 1:
        raise InferenceError(
            f"n {n_treated} and {n_control} must be at least 1, sd {sd} positive, cluster_size {cluster_size} at least 1, "
            f"intracluster {intracluster} in [0, 1], r2 {r2} in [0, 1)"
        )
    spread = sd if share is None else (share * (1 - share)) ** 0.5
    design = 1 + (cluster_size - 1) * intracluster
    error = spread * ((1 - r2) * (1 / n_treated + 1 / n_control) * design) ** 0.5
    return float((stats.norm.ppf(1 - level / 2) + stats.norm.ppf(power)) * error)
