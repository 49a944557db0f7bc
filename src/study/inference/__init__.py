"""Inference: wild bootstrap, randomisation and permutation, multiple tests, bounds, sensitivity, trends before adoption, power."""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from . import assignments
    from .cells import CellStatistic, cell_statistic
    from .censoring import CensoringWeights, ipcw
    from .errors import Degenerate, DifferentSamples, InferenceError, MissingValues, NotIdentified
    from .few_clusters import FewClusters, few_clusters, q_values
    from .honest_did import HonestDid, honest_did
    from .lee import LeeBounds, lee_bounds
    from .multiple import benjamini_hochberg
    from .oster import Oster, oster
    from .permutation import Permutation, permutation
    from .power import mde, mde_two_groups
    from .pretrend import Pretrend, pretrend
    from .randomisation import Randomisation, randomisation
    from .stepdown import romano_wolf, westfall_young
    from .wild import WildBootstrap, wild_bootstrap

__all__ = [
    "CellStatistic",
    "CensoringWeights",
    "Degenerate",
    "DifferentSamples",
    "FewClusters",
    "HonestDid",
    "InferenceError",
    "LeeBounds",
    "MissingValues",
    "NotIdentified",
    "Oster",
    "Permutation",
    "Pretrend",
    "Randomisation",
    "WildBootstrap",
    "assignments",
    "benjamini_hochberg",
    "cell_statistic",
    "few_clusters",
    "honest_did",
    "ipcw",
    "lee_bounds",
    "mde",
    "mde_two_groups",
    "oster",
    "permutation",
    "pretrend",
    "q_values",
    "randomisation",
    "romano_wolf",
    "westfall_young",
    "wild_bootstrap",
]

attach(__name__)
