"""How well the predictions of a model of customers hold on the time after its sample."""

import numpy as np
import pandas as pd

from study.errors import BadValue
from study.refusals import numbers, same_labels
from study.times import kind, numbered

from .bgbb import BGBB
from .bgnbd import BGNBD
from .histories import same_length, whole
from .summary import labels, moment


def expected_by_frequency(frequency, expected, actual, last: int = 7) -> pd.DataFrame:
    """Expected against actual transactions in the holdout, by frequency in calibration.

    Parameters
    ----------
    frequency : of calibration, array (n,)
    expected, actual : transactions of each customer in the holdout, arrays (n,)
    last : customers with at least this frequency are one group

    Returns
    -------
    One row per group: frequency (the last "7+"), customers, expected, actual (means), expected_total, actual_total; and
    a row "all"
    """
    same_labels(frequency=frequency, expected=expected, actual=actual)
    x, made, seen = whole("frequency", frequency), numbers("expected", expected, 0), numbers("actual", actual, 0)
    same_length(frequency=x, expected=made, actual=seen)
    top = int(whole("last", [last], 1)[0])
    table = pd.DataFrame({"frequency": np.minimum(x, top), "expected": made, "actual": seen})
    groups = table.groupby("frequency").agg(
        customers=("actual", "size"),
        expected=("expected", "mean"),
        actual=("actual", "mean"),
        expected_total=("expected", "sum"),
        actual_total=("actual", "sum"),
    )
    labels = [f"{int(value)}{'+' if value == top else ''}" for value in groups.index]
    everyone = [len(table), made.mean(), seen.mean(), made.sum(), seen.sum()]
    groups = groups.set_axis(pd.Index(labels, name="frequency"), axis=0)
    groups.loc["all"] = everyone
    return groups.astype({"customers": int}).reset_index()


def holdout_scores(expected, actual) -> dict[str, float]:
    """Totals and closeness of predictions: total_expected, total_actual, total_error (share), correlation, mae, rmse."""
    same_labels(expected=expected, actual=actual)
    made, seen = numbers("expected", expected), numbers("actual", actual)
    same_length(expected=made, actual=seen)
    if seen.sum() == 0:
        raise BadValue(f"none of {seen.size} customers has a transaction in the holdout: there is nothing to hold predictions against")
    varies = np.ptp(made) > 0 and np.ptp(seen) > 0
    return {
        "total_expected": float(made.sum()),
        "total_actual": float(seen.sum()),
        "total_error": float(made.sum() / seen.sum() - 1),
        "correlation": float(np.corrcoef(made, seen)[0, 1]) if varies else float("nan"),
        "mae": float(np.abs(made - seen).mean()),
        "rmse": float(np.sqrt(((made - seen) ** 2).mean())),
    }


def tracking(model: BGNBD | BGBB, customer, time, moments, *, end, unit: float = 1.0) -> pd.DataFrame:
    """Repeat transactions of the customers of the sample up to each moment, expected and actual.

    Expected up to t: sum over customers of E[X(t - first transaction)].

    Parameters
    ----------
    model : fitted BG/NBD model, or BG/BB model with opportunities in place of times (end, moments whole numbers)
    customer, time, unit : all transactions, also those after the sample (see `value.summary`)
    moments : times at which to count, rising, in the kind of `time`
    end : end of the sample; customers whose first transaction is later are left out

    Returns
    -------
    One row per moment: time, expected, actual (both cumulative), expected_new, actual_new (since the moment before)
    """
    given = moments if np.ndim(moments) else [moments]
    if kind(given) != kind(time):
        raise BadValue(f"moments count in {kind(given)} and the times in {kind(time)}; give both in one kind")
    same_labels(customer=customer, time=time)
    at = numbered("moments", given)
    if (np.diff(at) <= 0).any():
        raise BadValue(f"moments do not rise in {(np.diff(at) <= 0).sum()} of {at.size - 1} steps")
    who, when = labels("customer", customer), numbered("time", time)
    same_length(customer=who, time=when)
    events = pd.DataFrame({"customer": who, "time": when}).drop_duplicates()
    first = events.groupby("customer")["time"].min()
    first = first[first <= moment("end", end, time)]
    born = events["customer"].map(first)  # missing for customers who came after the sample
    repeats = np.sort(events["time"][events["time"] > born].to_numpy())
    births, number = np.unique(first.to_numpy(), return_counts=True)
    expected = np.array([number @ model.expected(np.maximum(t - births, 0) / unit) for t in at])
    actual = np.searchsorted(repeats, at, side="right").astype(float)
    new = {"expected_new": np.diff(expected, prepend=0.0), "actual_new": np.diff(actual, prepend=0.0)}
    return pd.DataFrame({"time": at, "expected": expected, "actual": actual, **new})
