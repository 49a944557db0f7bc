"""The report's joint value index of satisfaction and loyalty, with what it can be without independence."""

from dataclasses import dataclass

import numpy as np

from study.refusals import numbers, plain, same_labels


@dataclass(frozen=True)
class JointIndex:
    """CV = CS x CL and the Frechet bounds of the share of customers who are both (all from 0 to 1)."""

    product: float | np.ndarray
    lower: float | np.ndarray
    upper: float | np.ndarray


def joint_index(satisfaction, loyalty) -> JointIndex:
    """The share of customers who are satisfied and loyal, from the two shares.

    CV = CS CL                                    right if satisfaction and loyalty are independent
    max(0, CS + CL - 1) <= share <= min(CS, CL)   always (Frechet 1951)

    Parameters
    ----------
    satisfaction, loyalty : shares of the same customers, from 0 to 1

    Raises
    ------
    BadValue for different labels, missing or out-of-range values (per cent).
    """
    same_labels(satisfaction=satisfaction, loyalty=loyalty)
    cs, cl = numbers("satisfaction", satisfaction, 0, 1), numbers("loyalty", loyalty, 0, 1)
    return JointIndex(plain(cs * cl), plain(np.maximum(0, cs + cl - 1)), plain(np.minimum(cs, cl)))
