"""Inference from Fits: wild bootstrap, permutation, minimum detectable effect, multiple tests, trends before adoption."""

from .honest_did import HonestDid, honest_did
from .multiple import benjamini_hochberg
from .permutation import Permutation, permutation
from .power import mde
from .pretrend import Pretrend, pretrend
from .wild import WildBootstrap, wild_bootstrap

__all__ = [
    "HonestDid",
    "Permutation",
    "Pretrend",
    "WildBootstrap",
    "benjamini_hochberg",
    "honest_did",
    "mde",
    "permutation",
    "pretrend",
    "wild_bootstrap",
]
