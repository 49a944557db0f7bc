"""The p-value of a test by draws: one rule for all of them."""

import numpy as np


def p_value(extreme, draws: int, enumerated: bool, least: float = 0.0):
    """Share of draws as extreme as what was observed, never below what the test can attain.

    p = extreme / draws where every possible draw was taken once, what was observed among them;
    p = (1 + extreme) / (1 + draws) for random draws: what was observed is one more of them, so that p is never 0 and
    the test of size a rejects a true null in at most a share a of samples, whatever the number of draws

    Parameters
    ----------
    extreme : number (or array) of draws at least as extreme; draws : how many were taken
    least : p that the test has with all possible draws at the least

    Source
    ------
    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1); Davison and Hinkley (1997),
    Bootstrap Methods and their Application, 4.2.
    """
    extra = 0 if enumerated else 1
    return np.maximum((np.asarray(extreme) + extra) / (draws + extra), least)
