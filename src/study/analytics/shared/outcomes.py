"""An outcome beside a score: what every measure of a ranking refuses."""

import numpy as np

from study.refusals import binary, numbers, same_labels

from ..errors import BadValue, NoVariation


def outcome_and_score(outcome, score) -> tuple[np.ndarray, np.ndarray]:
    """Both as floats of one length, with both outcomes present.

    Raises
    ------
    BadValue for missing or odd values, unequal lengths or labels; NoVariation if all outcomes are one class.
    """
    same_labels(outcome=outcome, score=score)
    y, s = binary("outcome", outcome), numbers("score", score)
    if y.shape != s.shape or y.ndim != 1:
        raise BadValue(f"outcome has shape {y.shape} and score {s.shape}; give one of each per customer")
    if y.min() == y.max():
        raise NoVariation(f"all {len(y)} outcomes are {y[0]:g}; a ranking needs customers of both classes")
    return y, s
