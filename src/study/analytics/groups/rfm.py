"""Recency, frequency and monetary value as scores, and how much of frequency is only the age of the account."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import pearsonr, rankdata, spearmanr

from study.refusals import finite, named, whole

from ..errors import BadValue, NoVariation, TooFew


@dataclass(frozen=True, eq=False)
class Rfm:
    """Scores of customers.

    Parameters
    ----------
    scores : index of the data; recency, frequency, monetary (0 to the number of scores), cell ("5-4-3"),
        total; with `age` also frequency_rate and monetary_rate (per period open), their scores
        frequency_rate_score and monetary_rate_score, and cell_rate
    cuts : indicator, score, n, low, high: which values have a score
    notes : zeros and ties, with counts
    """

    scores: pd.DataFrame
    cuts: pd.DataFrame
    notes: tuple[str, ...]


def rfm(data: pd.DataFrame, *, recency: str, frequency: str, monetary: str, age: str | None = None, scores: int = 5) -> Rfm:
    """Scores 1 (worst) to `scores` (best) by quantiles among active customers, 0 for those without activity.

    score = 1 + floor( scores * (r - 1/2) / n ),  r the mean rank of the value (ties share it), n the active

    Rules. Equal values have equal scores, whatever the order of the rows; where many are tied some scores
    stay empty and a note says so. Frequency 0 scores 0, and so does monetary value 0. Recency is ranked
    from long to short; it may be missing where frequency is 0, and scores 0 there.

    A count of transactions grows with the months that an account is open, so that over accounts of
    different age frequency mostly measures age (`frequency_and_age` shows how much). With `age` the count
    and the rate per period are both scored; the rate of the monetary value means something only where
    `monetary` is a total.

    Parameters
    ----------
    data : one row per customer
    recency : periods since the last transaction, at least 0
    frequency : number of transactions, at least 0
    monetary : value of transactions, at least 0
    age : periods open, above 0, in the unit of recency

    Raises
    ------
    MissingColumn; BadValue for missing, negative or infinite values, or recency above age; TooFew for
    fewer than two active customers.
    """
    whole("scores", scores, 2)
    named(data, recency, frequency, monetary, *([age] if age else []))
    count, value = finite(data, frequency, 0), finite(data, monetary, 0)
    active = count > 0
    if active.sum() < 2:
        raise TooFew(f"{active.sum()} of {len(data)} customers have a transaction; scores by quantiles need at least two")
    since = _recency(data, recency, active)
    made, cuts, notes = {}, [], []
    if not active.all():
        notes.append(f"{(~active).sum()} of {len(data)} customers have no transaction: score 0")
    values = {"recency": (since, active, -1), "frequency": (count, active, 1), "monetary": (value, value > 0, 1)}
    if age:
        months = _age(data, age, recency, since, active)
        values["frequency_rate_score"] = (count / months, active, 1)
        values["monetary_rate_score"] = (value / months, value > 0, 1)
    for name, (numbers, ranked, sign) in values.items():
        made[name] = _score(numbers, ranked, sign, scores)
        cuts.append(_cuts(name, numbers, made[name]))
        empty = scores - len(np.unique(made[name][ranked]))
        if empty > 0:
            distinct = len(np.unique(numbers[ranked]))
            notes.append(f"{name}: {empty} of {scores} scores are empty; {distinct} distinct values among {ranked.sum()} customers")
    table = pd.DataFrame(made, index=data.index)
    return Rfm(_cells(table, {key: numbers for key, (numbers, *_) in values.items()}), pd.concat(cuts, ignore_index=True), tuple(notes))


def _recency(data: pd.DataFrame, recency: str, active: np.ndarray) -> np.ndarray:
    since = np.zeros(len(data))
    since[active] = finite(data[active], recency, 0)
    return since


def _age(data: pd.DataFrame, age: str, recency: str, since: np.ndarray, active: np.ndarray) -> np.ndarray:
    months = _months(data, age)
    late = active & (since > months)
    if late.any():
        first = int(np.flatnonzero(late)[0])
        raise BadValue(
            f"{recency} is above {age} for {late.sum()} of {len(late)} customers, first {since[first]:g} > {months[first]:g}: "
            "a transaction before the account was opened; mend the dates"
        )
    return months


def _months(data: pd.DataFrame, age: str) -> np.ndarray:
    months = finite(data, age, 0)
    zero = int((months == 0).sum())
    if zero:
        raise BadValue(f"{age}: {zero} of {len(months)} values are 0; a rate needs time: count the first period as 1")
    return months


def _score(values: np.ndarray, ranked: np.ndarray, sign: int, scores: int) -> np.ndarray:
    out = np.zeros(len(values), dtype=int)
    if ranked.any():
        rank = rankdata(sign * values[ranked])
        out[ranked] = 1 + np.floor(scores * (rank - 0.5) / ranked.sum()).astype(int)
    return out


def _cuts(name: str, values: np.ndarray, score: np.ndarray) -> pd.DataFrame:
    groups = pd.DataFrame({"score": score, "value": values}).groupby("score")["value"]
    return groups.agg(n="size", low="min", high="max").reset_index().assign(indicator=name)[["indicator", "score", "n", "low", "high"]]


def _cells(table: pd.DataFrame, values: dict[str, np.ndarray]) -> pd.DataFrame:
    def cell(columns: list[str]) -> pd.Series:
        text = table[columns].astype(str)
        return text.iloc[:, 0].str.cat([text.iloc[:, 1], text.iloc[:, 2]], sep="-")

    out = table[["recency", "frequency", "monetary"]].copy()
    out["cell"], out["total"] = cell(list(out.columns)), out.sum(axis=1)
    if "frequency_rate_score" in table:
        for name in ("frequency_rate", "monetary_rate"):
            out[name], out[f"{name}_score"] = values[f"{name}_score"], table[f"{name}_score"]
        out["cell_rate"] = cell(["recency", "frequency_rate_score", "monetary_rate_score"])
    return out


def frequency_and_age(data: pd.DataFrame, *, frequency: str, age: str) -> pd.DataFrame:
    """Correlation of the count of transactions with the age of the account, before and after division by it.

    Returns
    -------
    DataFrame measure (count, rate), n, pearson, spearman; nan where the measure does not vary

    Raises
    ------
    MissingColumn, BadValue; TooFew for fewer than three customers; NoVariation if all have one age.
    """
    named(data, frequency, age)
    count, months = finite(data, frequency, 0), _months(data, age)
    if len(data) < 3:
        raise TooFew(f"{len(data)} customers; a correlation needs at least three")
    if np.ptp(months) == 0:
        raise NoVariation(f"all {len(months)} customers have the age {months[0]:g}: count and rate are the same")
    rows = []
    for measure, values in (("count", count), ("rate", count / months)):
        varies = np.ptp(values) > 1e-12 * np.abs(values).max()
        pair = (pearsonr(values, months)[0], spearmanr(values, months)[0]) if varies else (np.nan, np.nan)
        rows.append({"measure": measure, "n": len(data), "pearson": float(pair[0]), "spearman": float(pair[1])})
    return pd.DataFrame(rows)
