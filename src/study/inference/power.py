"""What a test could have found."""

from scipy import stats

from study.models.fit import Fit


def mde(fit: Fit, term: str, *, power: float = 0.8, level: float = 0.05) -> float:
    """Minimum detectable effect of the two-sided t test, in the units of the coefficient.

    MDE = (t_{1 - level/2, df} + t_{power, df}) * std_error

    Parameters
    ----------
    power : probability of rejecting when the true effect is the MDE, between level and 1
    level : size of the test

    Raises
    ------
    ValueError if level and power are not 0 < level < power < 1.

    Source
    ------
    Bloom (1995), Evaluation Review 19(5).
    """
    if not 0 < level < power < 1:
        raise ValueError(f"level {level} and power {power} must be 0 < level < power < 1")
    quantiles = stats.t.ppf(1 - level / 2, fit.df) + stats.t.ppf(power, fit.df)
    return float(quantiles * fit.row(term)["std_error"])
