"""Lines of the value tables: one estimate each, with its error and how many customers are behind it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from study import value

COLUMNS = ("panel", "key", "unit", "estimate", "std_error", "ci_low", "ci_high", "n")


def line(panel: str, key: str, unit: str, estimate: float, n=None, std_error=np.nan, ci_low=np.nan, ci_high=np.nan) -> pd.DataFrame:
    """One line; `key` names what is estimated, parts of it parted by "/"; n missing for what is stated and not estimated."""
    count = np.nan if n is None else float(n)
    return pd.DataFrame([(panel, key, unit, float(estimate), std_error, ci_low, ci_high, count)], columns=list(COLUMNS))


def of_error(panel: str, key: str, unit: str, error: value.PredictionError, n: int, at=()) -> pd.DataFrame:
    """A line from a prediction with its error; `at` is its place if there are several."""
    found = [float(np.asarray(part)[at]) for part in (error.estimate, error.std_error, error.ci_low, error.ci_high)]
    return line(panel, key, unit, found[0], n, *found[1:])


def parameters(panel: str, models: Mapping[str, value.CustomerModel]) -> pd.DataFrame:
    """The parameters of fitted models, with the interval of `tidy`."""
    made = []
    for name, model in models.items():
        table = model.tidy().rename(columns={"term": "key"})
        made.append(table.assign(panel=panel, key=name + "/" + table["key"], unit="parameter", n=float(model.n_customers)))
    return pd.concat(made, ignore_index=True)[list(COLUMNS)]


def held_out(panel: str, unit: str, expected: Mapping[str, np.ndarray], actual: np.ndarray, totals: pd.DataFrame | None = None) -> pd.DataFrame:
    """Totals, mean absolute errors and correlations of predictions on held-out time; `totals` are lines with errors."""
    n = len(actual)
    made = [line(panel, "total/actual", unit, np.sum(actual), n)]
    scores = {name: value.holdout_scores(given, actual) for name, given in expected.items()}
    known = set() if totals is None else set(totals["key"])
    made += [totals] if totals is not None else []
    made += [line(panel, f"total/{name}", unit, found["total_expected"], n) for name, found in scores.items() if f"total/{name}" not in known]
    made += [line(panel, f"mae/{name}", unit, found["mae"], n) for name, found in scores.items()]
    made += [line(panel, f"correlation/{name}", "correlation", s["correlation"], n) for name, s in scores.items() if np.isfinite(s["correlation"])]
    return pd.concat(made, ignore_index=True)


def days_after(panel: str, models: Mapping[str, value.CustomerModel], past: pd.DataFrame, left: int) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """Days expected in the `left` days after a split, by model and baseline, and their lines beside what happened.

    Parameters
    ----------
    models : fitted on the histories `past` of `value_inputs.deposit_history`
    """
    seen, n = history(past), len(past)
    expected = {name: model.predict(left, *seen) for name, model in models.items()}
    expected |= {"same_rate": past["same_rate"].to_numpy(), "zero": np.zeros(n)}
    totals = [
        of_error(panel, f"total/{name}", "days", value.delta_error(model, lambda m: m.predict(left, *seen).sum()), n)
        for name, model in models.items()
    ]
    return expected, held_out(panel, "days", expected, past["holdout_frequency"].to_numpy(), pd.concat(totals))


def money_after(panel: str, unit: str, model: value.CustomerModel, spend: value.CustomerModel, past: pd.DataFrame, left: int):
    """The same of amounts: days by `model` times the amount of a day by `spend`."""
    seen, n = history(past), len(past)

    def worth(days, amount):
        return days.predict(left, *seen) * amount.predict(seen[0], past["monetary"])

    expected = {"bgbb_value": worth(model, spend), "same_amount": past["same_amount"].to_numpy(), "zero": np.zeros(n)}
    total = of_error(panel, "total/bgbb_value", unit, value.delta_error((model, spend), lambda b, s: worth(b, s).sum()), n)
    return expected, held_out(panel, unit, expected, past["holdout_amount"].to_numpy(), total)


def history(past: pd.DataFrame) -> np.ndarray:
    """What the models of buying till leaving are given: frequency, recency and periods, a row each."""
    return past[["frequency", "recency", "periods"]].T.to_numpy()


def by_frequency(past: pd.DataFrame, expected: np.ndarray, last: int = 12) -> pd.DataFrame:
    """Days expected and realised after the split by days before it (x), without those who had `last` or more."""
    table = value.expected_by_frequency(history(past)[0], expected, past["holdout_frequency"], last=last).iloc[:-1]
    return table.assign(x=table["frequency"].str.strip("+").astype(int))


def staying(panel: str, active: Sequence[int], model) -> tuple[list[pd.DataFrame], pd.DataFrame]:
    """Who still deposits after each of equal spans: lines of the last one, and all by span beside sBG and a constant rate of leaving.

    Parameters
    ----------
    active : of `value_inputs.still_depositing`; model : of `value.sbg` on it
    """
    spans = np.arange(len(active))
    constant = (1 - (active[0] - active[-1]) / sum(active[:-1])) ** spans
    table = pd.DataFrame({"span": spans, "actual": np.array(active) / active[0], "sbg": model.survival(spans), "constant": constant})
    last = table.iloc[-1]
    return [line(panel, key, "share", last[key], active[0]) for key in ("actual", "sbg", "constant")], table


def cooperation(panel: str, change: pd.DataFrame) -> list[pd.DataFrame]:
    """The report's effect E of days before and after, in its three forms."""
    found = {form: value.cooperation_effect(change["before"], change["after"], form) for form in ("sum", "mean", "relative")}
    return [line(panel, form, "share" if form == "relative" else "days", effect, len(change)) for form, effect in found.items()]


def of_terms(panel: str, fit, terms: Sequence[str], unit: str, n: int) -> list[pd.DataFrame]:
    """Terms of a Fit, a line each."""
    rows = [fit.row(term) for term in terms]
    return [line(panel, term, unit, row["estimate"], n, row["std_error"], row["ci_low"], row["ci_high"]) for term, row in zip(terms, rows)]


def scenario(panel: str, loans: pd.Series, unit: str, *, cost: float, retention: float, discount: float, others=(0.70, 0.95)) -> list[pd.DataFrame]:
    """The report's CLTV of one cycle's revenue, with stated cost, retention and discount, beside the infinite discounted value.

    Parameters
    ----------
    loans : revenue of the cycle, per customer who took one; others : further retentions, of which only the ratio is given
    """
    revenue, spent, n = loans.mean(), cost * loans.mean(), len(loans)
    error, lifetime = loans.std() / np.sqrt(n), 1 / (1 - retention)
    literal = value.cltv(revenue, spent, retention, lifetime)
    forever = (revenue - spent) * retention / (1 + discount - retention)
    made = [line(panel, "interest", unit, revenue, n, error, revenue - 1.96 * error, revenue + 1.96 * error)]
    stated = {"cost": (unit, spent), "retention": ("share", retention), "lifetime": ("cycles", lifetime), "discount": ("per_cycle", discount)}
    stated |= {"cltv_literal": (unit, literal), "clv_infinite": (unit, forever), "ratio": ("ratio", literal / forever)}
    made += [line(panel, key, kind, number) for key, (kind, number) in stated.items()]
    return made + [line(panel, f"ratio/r_{round(100 * r)}", "ratio", 1 + discount / (1 - r)) for r in others]


def readings(panel: str, margin: float, unit: str, *, cycles: int, retention: float, discount: float) -> list[pd.DataFrame]:
    """The discounted value over a number of cycles in three readings of the lost formula, and the ratio of two of them."""
    found = {form: value.clv_discounted(np.full(cycles, margin), 1 - retention, discount, form) for form in ("product", "power", "period")}
    made = [line(panel, form, unit, number) for form, number in found.items()]
    return [*made, line(panel, "period_ratio", "ratio", found["period"] / found["product"])]


def agreement(panel: str, table: pd.DataFrame, measure: str, first: str, n: int) -> pd.DataFrame:
    """How the ordering `first` agrees with each other one, from `value.ranking_agreement`."""
    found = table[(table["measure"] == measure) & ((table["first"] == first) | (table["second"] == first))]
    other = found["second"].where(found["first"] == first, found["first"])
    return found.assign(panel=panel, key=measure + "/" + other, unit="correlation" if measure != "top_overlap" else "share", n=float(n))[
        list(COLUMNS)
    ]


def weights(panel: str, table: pd.DataFrame, n: int) -> pd.DataFrame:
    """The weights of a composite with their bootstrap, from `value.composite_stability`; equal weights are stated and have no error."""
    found = table.rename(columns={"weight": "estimate"})
    errors = ["std_error", "ci_low", "ci_high"]
    found[errors] = found[errors].where(found["weighting"] != "equal")
    return found.assign(panel=panel, key=found["weighting"] + "/" + found["indicator"], unit="weight", n=float(n))[list(COLUMNS)]


def lifts(panel: str, table: pd.DataFrame, n: int) -> pd.DataFrame:
    """The lift of the best share by each score and its gain over the baseline, from `value.value_reached`."""
    lift = table.assign(panel=panel, key="lift/" + table["score"], unit="ratio", n=float(n), estimate=table["lift"])
    return pd.concat([lift[list(COLUMNS)], gains(panel, table, n)], ignore_index=True)


def gains(panel: str, table: pd.DataFrame, n: int) -> pd.DataFrame:
    """The lift of the best share by each score less that of the baseline, from `value.value_reached`."""
    gained = table[table["gain"] != 0]
    gain = gained.assign(key="gain/" + gained["score"], panel=panel, unit="ratio", n=float(n), estimate=gained["gain"], std_error=np.nan)
    return gain.assign(ci_low=gained["gain_low"], ci_high=gained["gain_high"])[list(COLUMNS)]


def moves(panel: str, chain: value.TransitionMatrix) -> pd.DataFrame:
    """The chances of a Markov chain, each with its error and the moves out of its state (moves, not customers)."""
    made = []
    for before in chain.probabilities.index:
        for after in chain.probabilities.columns:
            chance, error = chain.probabilities.loc[before, after], chain.std_errors.loc[before, after]
            made.append(line(panel, f"{before}/{after}", "probability", chance, chain.counts.loc[before].sum(), error))
    return pd.concat(made, ignore_index=True)


def by_parts(panel: str, score: pd.Series, columns: Mapping[str, pd.Series], parts: int) -> pd.DataFrame:
    """Means of columns by equal parts of a score (equal scores stay together): panel, series, x, value, customers."""
    part = np.ceil(score.rank() / len(score) * parts).astype(int)
    made = []
    for name, values in columns.items():
        grouped = values.groupby(part).agg(["mean", "size"]).reset_index(names="x")
        made.append(grouped.rename(columns={"mean": "value", "size": "customers"}).assign(panel=panel, series=name))
    return pd.concat(made, ignore_index=True)[["panel", "series", "x", "value", "customers"]]


def curve(panel: str, table: pd.DataFrame, n: int) -> pd.DataFrame:
    """Lift curves from `value.value_reached`: the share of value reached by the share of customers."""
    made = table.rename(columns={"score": "series", "share": "x", "reached": "value"})
    return made.assign(panel=panel, customers=np.ceil(made["x"] * n).astype(int))[["panel", "series", "x", "value", "customers"]]


def drawn(panel: str, table: pd.DataFrame, x: str, series: Mapping[str, str], customers) -> pd.DataFrame:
    """Columns of a table as series of a figure."""
    made = [
        pd.DataFrame({"panel": panel, "series": name, "x": table[x], "value": table[column], "customers": customers})
        for name, column in series.items()
    ]
    return pd.concat(made, ignore_index=True)
