"""Staggered adoption of 600 units over 48 periods: study.models.did against diff-diff and moderndid.

python benchmarks/did.py [UNITS] prints: Callaway-Sant'Anna with 999 multiplier draws (event study, clustered by bank),
the same with a covariate (doubly robust, by unit, no draws), imputation, and the standard errors by bank against the
spread of the estimate when the roll-out is held fixed and when it is redrawn. The last column of differences is of the
overall effect and, for Callaway-Sant'Anna, of the event study.
"""

import sys
import warnings
from itertools import product

import diff_diff
import moderndid
import numpy as np
import pandas as pd
from measure import compare

from study import inference, models

UNITS, PERIODS, BANKS = 600, 48, 40
COLUMNS = {"outcome": "y", "unit": "id", "time": "t", "cohort": "g"}
THEIRS = {"outcome": "y", "unit": "id", "time": "t", "first_treat": "g"}
REPS = 999
warnings.simplefilter("ignore")


def build(units: int = 0) -> pd.DataFrame:
    """Units of 40 banks, eight cohorts and never treated by bank; effects grow and differ by cohort; bank shocks."""
    n = units or int(sys.argv[1] if len(sys.argv) > 1 else UNITS)
    random = np.random.default_rng(20240501)
    by_bank = np.array([0, 9, 13, 17, 21, 25, 29, 33, 37])[np.arange(BANKS) % 9]
    bank = np.arange(n) % BANKS
    x = random.normal(size=n)
    trend = 0.01 * x[:, None] * np.arange(1, PERIODS + 1)
    return draw(random, by_bank, bank, PERIODS, trend).assign(x=np.repeat(x, PERIODS))


def draw(random: np.random.Generator, rollout: np.ndarray, bank: np.ndarray, periods: int, trend=0.0) -> pd.DataFrame:
    """One sample of branches: effect (0.5 + 0.1 g)(1 - exp(-(e+1)/6)), random walks by bank, noise."""
    n, t, g = len(bank), np.arange(1, periods + 1), rollout[bank]
    since = t[None] - g[:, None]
    effect = np.where((g[:, None] > 0) & (since >= 0), (0.5 + 0.1 * g[:, None]) * (1 - np.exp(-(since + 1) / 6)), 0)
    shocks = random.normal(size=(BANKS, periods)).cumsum(axis=1) * 0.05
    y = random.normal(size=(n, 1)) + trend + effect + shocks[bank] + 0.3 * random.normal(size=(n, periods))
    wide = {"id": np.arange(n), "g": g, "bank": bank}
    return pd.DataFrame({"t": np.tile(t, n), "y": y.ravel()} | {k: np.repeat(v, periods) for k, v in wide.items()})


def ours_bootstrap(data):
    fit = models.did.fit(data, **COLUMNS, aggregate="event", cluster="bank")
    models.did.bands(fit, reps=REPS, seed=1)
    return fit.coefficients


def diff_diff_bootstrap(data):
    options = {"control_group": "not_yet_treated", "base_period": "universal", "cluster": "bank", "n_bootstrap": REPS, "seed": 1}
    effects = diff_diff.CallawaySantAnna(**options).fit(data, **THEIRS, aggregate="event_study").event_study_effects
    return [effects[e]["effect"] for e in sorted(effects) if e != -1]


def moderndid_bootstrap(data):
    options = {"control_group": "notyettreated", "base_period": "universal", "clustervars": ["bank"], "random_state": 1}
    cells = moderndid.att_gt(data, "y", "t", "id", "g", boot=True, biters=REPS, **options)
    event = moderndid.aggte(cells, type="dynamic")
    return event.att_by_event[event.event_times != -1]


def ours_covariate(data):
    return models.did.fit(data, **COLUMNS, covariates=["x"]).coefficients


def diff_diff_covariate(data):
    return [diff_diff.CallawaySantAnna(control_group="not_yet_treated").fit(data, **THEIRS, covariates=["x"]).overall_att]


def moderndid_covariate(data):
    cells = moderndid.att_gt(data, "y", "t", "id", "g", xformla="~ x", control_group="notyettreated")
    return [moderndid.aggte(cells, type="simple").overall_att]


def ours_imputation(data):
    return models.did.fit(data, **COLUMNS, estimator="imputation", cluster="bank").coefficients


def diff_diff_imputation(data):
    return [diff_diff.ImputationDiD(cluster="bank").fit(data, **THEIRS).overall_att]


def ours_imputation_draws(data):
    fit = models.did.fit(data, **COLUMNS, estimator="imputation", cluster="bank", aggregate="event")
    models.did.bands(fit, reps=REPS, seed=1)
    return fit.coefficients


def diff_diff_imputation_draws(data):
    options = {"cluster": "bank", "n_bootstrap": REPS, "seed": 1}
    effects = diff_diff.ImputationDiD(**options).fit(data, **THEIRS, aggregate="event_study").event_study_effects
    return [effects[e]["effect"] for e in sorted(effects) if e >= 0]


def ours_honest(data):
    fit = models.did.fit(data, **COLUMNS, aggregate="event", window=(-8, 8))
    return inference.honest_did(fit, m=[1.0]).intervals.loc[0, ["ci_low", "ci_high"]]


def moderndid_honest(data):
    """Its default of 100 points; it leaves the change from e = -2 to e = -1 out of the largest one."""
    cells = moderndid.att_gt(data, "y", "t", "id", "g", control_group="notyettreated", base_period="universal")
    event = moderndid.aggte(cells, type="dynamic", min_e=-8, max_e=8)
    result = moderndid.honest_did(event, event_time=0, sensitivity_type="relative_magnitude", m_bar_vec=[1.0])
    return [result.robust_ci["lb"][0], result.robust_ci["ub"][0]]


def spread(reps: int = 200) -> str:
    """Standard errors by bank beside the spread of the estimate over draws, roll-out held fixed and redrawn."""
    cohorts, bank, found = np.array([0, 6, 10, 14, 18]), np.repeat(np.arange(BANKS), 5), []
    for i in range(reps):
        fixed, redrawn = np.random.default_rng(i), np.random.default_rng(10_000 + i)
        samples = {"held fixed": draw(fixed, np.repeat(cohorts, 8), bank, 24)}
        samples["redrawn"] = draw(redrawn, redrawn.choice(cohorts, BANKS), bank, 24)
        for scheme, estimator, shares in product(samples, ("callaway_santanna", "imputation"), ("redrawn", "fixed")):
            options = {"cluster": "bank", "estimator": estimator, "shares": shares}
            row = models.did.fit(samples[scheme], **COLUMNS, **options).row("ATT")
            found.append((scheme, estimator, shares, row["estimate"], row["std_error"]))
    table = pd.DataFrame(found, columns=["roll-out", "estimator", "shares", "estimate", "error"])
    lines = [f"### Standard error by bank against the spread over {reps} draws (200 units, 24 periods, 40 banks)", ""]
    lines += ["| roll-out | estimator | shares | SD of the estimate | mean standard error |", "|---|---|---|---|---|"]
    for key, part in table.groupby(["roll-out", "estimator", "shares"]):
        lines.append(f"| {' | '.join(key)} | {part['estimate'].std():.4f} | {part['error'].mean():.4f} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    compare(
        f"Callaway-Sant'Anna, event study, by bank, {REPS} draws",
        {"study.models.did": ours_bootstrap, "diff-diff": diff_diff_bootstrap, "moderndid": moderndid_bootstrap},
        build,
    )
    compare(
        "Callaway-Sant'Anna, one covariate, doubly robust",
        {"study.models.did": ours_covariate, "diff-diff": diff_diff_covariate, "moderndid": moderndid_covariate},
        build,
    )
    compare("Imputation, by bank", {"study.models.did": ours_imputation, "diff-diff": diff_diff_imputation}, build)
    compare(
        f"Imputation, event study, by bank, {REPS} draws",
        {"study.models.did": ours_imputation_draws, "diff-diff": diff_diff_imputation_draws},
        build,
    )
    compare(
        "Relative magnitudes, m = 1, event times -8 to 8",
        {"study.inference.honest_did": ours_honest, "moderndid": moderndid_honest},
        build,
        limit=120,
        repeats=1,
    )
    print(spread())
