"""Models of customers at a million simulated customers: study.value against lifetimes.

python benchmarks/clv.py [CUSTOMERS] prints four tables: BG/NBD on every customer (continuous times, no two alike),
Gamma-Gamma, BG/BB (lifetimes given the same table of counts, which study.value makes itself), and predictions. The last
column of differences is of the log-likelihood per customer at each one's own estimates (fits) and of the predictions.
"""

import sys

import numpy as np
import pandas as pd
from lifetimes import BetaGeoBetaBinomFitter, BetaGeoFitter, GammaGammaFitter
from measure import compare

from study import value

CUSTOMERS = 1_000_000
TRUTH = {"r": 0.8, "alpha": 10.0, "a": 0.8, "b": 2.5}


def build(customers: int = 0) -> dict[str, np.ndarray]:
    """Histories of the BG/NBD story over 26 to 52 weeks, average spend of the Gamma-Gamma, opportunities of the BG/BB."""
    n = customers or int(sys.argv[1] if len(sys.argv) > 1 else CUSTOMERS)
    random = np.random.default_rng(20240501)
    rate, leave = random.gamma(TRUTH["r"], 1 / TRUTH["alpha"], n), random.beta(TRUTH["a"], TRUTH["b"], n)
    age = random.uniform(26, 52, n)
    x, last, alive = np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while alive.any():
        following = last + random.exponential(1 / rate)
        alive &= following <= age
        x[alive] += 1
        last[alive] = following[alive]
        alive &= random.random(n) >= leave
    spend = random.gamma(6 * np.maximum(x, 1), 1 / random.gamma(4, 1 / 15, n)) / np.maximum(x, 1)
    return {"x": x, "last": last, "age": age, "spend": spend, **_opportunities(n, random)}


def _opportunities(n: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    buy, leave = random.beta(1.2, 0.8, n), random.beta(0.9, 6.0, n)
    x, last, alive = np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    for period in range(1, 13):
        alive &= random.random(n) >= leave
        bought = alive & (random.random(n) < buy)
        x, last = x + bought, np.where(bought, period, last)
    return {"bought": x, "bought_last": last}


def ours_bgnbd(data):
    model = value.bgnbd(data["x"], data["last"], data["age"])
    return model.loglik / model.n_customers


def lifetimes_bgnbd(data):
    model = BetaGeoFitter().fit(data["x"], data["last"], data["age"])
    theta = np.log(model.params_.to_numpy())
    return -model._negative_log_likelihood(theta, data["x"], data["last"], data["age"], np.ones(data["x"].size), 0.0)


def _buyers(data):
    back = data["x"] > 0
    return data["x"][back], data["spend"][back]


def ours_gamma_gamma(data):
    model = value.gamma_gamma(*_buyers(data))
    return model.loglik / model.n_customers


def lifetimes_gamma_gamma(data):
    return -GammaGammaFitter().fit(*_buyers(data))._negative_log_likelihood_


def ours_bgbb(data):
    model = value.bgbb(data["bought"], data["bought_last"], 12)
    return model.loglik / model.n_customers


def lifetimes_bgbb(data):
    table = pd.DataFrame({"x": data["bought"], "last": data["bought_last"]}).value_counts().reset_index(name="n")
    return -BetaGeoBetaBinomFitter().fit(table["x"], table["last"], np.full(len(table), 12), table["n"])._negative_log_likelihood_


def ours_predictions(data):
    model = value.bgnbd(data["x"][:5000], data["last"][:5000], data["age"][:5000]).at(np.array(list(TRUTH.values())))
    return model.predict(26, data["x"], data["last"], data["age"])


def lifetimes_predictions(data):
    model = BetaGeoFitter()
    model.params_ = pd.Series(TRUTH)
    return model.conditional_expected_number_of_purchases_up_to_time(26, data["x"], data["last"], data["age"])


if __name__ == "__main__":
    count = int(sys.argv[1] if len(sys.argv) > 1 else CUSTOMERS)
    made = build(count)
    for title, ours, peer in (
        ("BG/NBD", ours_bgnbd, lifetimes_bgnbd),
        ("Gamma-Gamma", ours_gamma_gamma, lifetimes_gamma_gamma),
        ("BG/BB, 12 opportunities", ours_bgbb, lifetimes_bgbb),
        ("BG/NBD, expected transactions in 26 weeks", ours_predictions, lifetimes_predictions),
    ):
        compare(f"{title}: {count:,} customers", {"study.value": ours, "lifetimes": peer}, lambda: made)
