"""Inference from Fits: wild bootstrap, permutation, minimum detectable effect, multiple tests."""

from .multiple import benjamini_hochberg
from .permutation import Permutation, permutation
from .power import mde
from .wild import WildBootstrap, wild_bootstrap

__all__ = ["Permutation", "WildBootstrap", "benjamini_hochberg", "mde", "permutation", "wild_bootstrap"]
