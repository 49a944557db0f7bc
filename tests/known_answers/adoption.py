"""Small staggered adoptions that several tests use."""

import numpy as np
import pandas as pd

from study.models import Fit, did

COLUMNS = {"outcome": "y", "unit": "id", "time": "t", "cohort": "g"}
THEIRS = {"outcome": "y", "unit": "id", "time": "t", "first_treat": "g"}


def three_cohorts(copies=1):
    """Cohorts 2 and 3 and never treated, periods 1 to 4."""
    values = {2: [1, 4, 6, 9], 3: [2, 3, 8, 9], 0: [5, 6, 7, 9]}
    rows = [
        {"id": f"{g}.{c}", "g": g, "t": t + 1, "y": float(y + c * (t % 2)), "bank": f"{g}"}
        for g, path in values.items()
        for c in range(copies)
        for t, y in enumerate(path)
    ]
    return pd.DataFrame(rows)


def world(n=80, periods=10, seed=0, never=True, gaps=0):
    """Effects that differ by cohort and grow; banks of five units adopt together."""
    random = np.random.default_rng(seed)
    bank = np.arange(n) // 5
    g = np.array([0 if never else 9, 4, 6, 8])[bank % 4]
    t = np.arange(1, periods + 1)
    x = random.normal(size=n)
    z = random.normal(size=(n, periods))
    since = t[None] - g[:, None]
    effect = np.where((g[:, None] > 0) & (since >= 0), 1 + 0.2 * since + 0.1 * g[:, None], 0)
    y = random.normal(size=(n, 1)) + 0.1 * t + 0.05 * x[:, None] * t + effect + 0.3 * z + random.normal(size=(n, periods))
    frame = {"id": np.repeat(np.arange(n), periods), "t": np.tile(t, n), "y": y.ravel(), "z": z.ravel()}
    data = pd.DataFrame(frame | {name: np.repeat(v, periods) for name, v in (("g", g), ("bank", bank), ("x", x))})
    return data.drop(index=random.choice(len(data), gaps, replace=False)).reset_index(drop=True)


def event_study(estimates, covariance, before, clusters=100):
    """A fit with these event-study coefficients, base e = -1, `before` of them in consecutive pre-periods or at given event times."""
    k = len(estimates)
    n_before = before if isinstance(before, int) else len(before)
    events = [*(range(-1 - n_before, -1) if isinstance(before, int) else before), *range(k - n_before)]
    trend = np.array([e + 1.0 if e < 0 else np.nan for e in events])
    adoption = did.Adoption(np.zeros((clusters, k)), 1.0, tuple(events), (False,) * k, trend, "universal")
    terms = tuple(f"e={e}" for e in events)
    return Fit(terms, np.array(estimates, float), np.array(covariance, float), np.inf, {}, prepared=adoption, settings={"aggregate": "event"})
