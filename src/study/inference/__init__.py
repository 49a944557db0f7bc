"""Inference from Fits: wild bootstrap, permutation, minimum detectable effect."""

from .permutation import Permutation, permutation
from .power import mde
from .wild import WildBootstrap, wild_bootstrap

__all__ = ["Permutation", "WildBootstrap", "mde", "permutation", "wild_bootstrap"]
