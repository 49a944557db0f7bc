"""Confidence sets from tests: the nulls that are not rejected."""

from collections.abc import Callable

import numpy as np


def end_of_set(kept: Callable[[float], bool], start: float, step: float, limit: int = 20) -> float:
    """Where `kept` turns false from `start` in the direction of `step`, to a millionth of the step.

    Parameters
    ----------
    kept : whether a null is not rejected; true at `start`
    limit : doublings of the step after which the set counts as infinite
    """
    inside, outside, width = start, start + step, step
    for _ in range(limit):
        if not kept(outside):
            break
        inside, outside, step = outside, outside + 2 * step, 2 * step
    else:
        return float(np.sign(step) * np.inf)
    while abs(outside - inside) > 1e-6 * abs(width):
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)
    return float(inside)
