"""The change of customers' value from before to after a cooperation."""

import numpy as np

from study.errors import BadValue
from study.refusals import numbers, same_labels


def cooperation_effect(before, after, form: str = "mean") -> float:
    """E of the report, in the forms that its symbols V_i and V_0 allow; its formula is lost.

    sum:      E = sum_i (V_i - V_0i)                  money
    mean:     E = sum_i (V_i - V_0i) / n              money per customer
    relative: E = sum_i (V_i - V_0i) / sum_i V_0i     share of the value before

    A difference between two dates has no counterfactual: it holds all that changed meanwhile.

    Parameters
    ----------
    before, after : V_0i and V_i of the same customers in the same order, shape (n,), the same money; two Series must have
        the same labels
    form : sum, mean or relative

    Raises
    ------
    BadValue for an unknown form, different lengths or labels, missing values, a total before that is not above zero.
    """
    same_labels(before=before, after=after)
    old, new = np.atleast_1d(numbers("before", before)), np.atleast_1d(numbers("after", after))
    if old.shape != new.shape or old.ndim != 1:
        raise BadValue(f"before has shape {old.shape} and after {new.shape}; give one value of each customer in both")
    change = float((new - old).sum())
    if form == "sum":
        return change
    if form == "mean":
        return change / old.size
    if form != "relative":
        raise BadValue(f"form '{form}' is not known; choose sum, mean or relative")
    if old.sum() <= 0:
        raise BadValue(f"the value before sums to {old.sum():g}, so there is no relative change; use sum or mean")
    return change / float(old.sum())
