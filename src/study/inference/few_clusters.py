"""A regression on few clusters with every test that they allow: CV1, cluster jackknife, wild bootstrap, permutation."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from study.models import NotEstimable, panel
from study.models.fit import Fit
from study.models.shared.prepare import demean

from .errors import InferenceError
from .multiple import benjamini_hochberg
from .permutation import Permutation, permutation
from .power import mde
from .wild import WildBootstrap, wild_bootstrap

P_VALUES = ("bootstrap", "permutation", "cv1", "cv3")


@dataclass(frozen=True)
class FewClusters:
    """One coefficient and its tests.

    Parameters
    ----------
    term : the coefficient
    fit : the Fit with CV1 errors
    jackknife : the Fit with CV3 errors, None where the estimate is not identified without one of the clusters
    bootstraps : weights -> wild bootstrap, in the order asked for
    exchanged : the permutation, None if not asked for
    mde : minimum detectable effect with the CV3 error, None without that error or if no power was given
    """

    term: str
    fit: Fit
    jackknife: Fit | None
    bootstraps: dict[str, WildBootstrap]
    exchanged: Permutation | None = None
    mde: float | None = None

    @property
    def wild(self) -> WildBootstrap:
        """The bootstrap with the weights asked for first."""
        return next(iter(self.bootstraps.values()))

    @property
    def within_sd(self) -> float:
        """The standard deviation of the regressor over the rows used, once the effects are removed: the variation that the estimate rests on."""
        prepared = self.fit.prepared
        return float(demean(prepared.x[[self.term]].to_numpy(dtype=float), prepared.effects)[:, 0].std(ddof=1))

    def p_value(self, kind: str) -> float:
        """The p-value of a kind of P_VALUES.

        Raises
        ------
        InferenceError for another kind, or one that this regression does not have.
        """
        if kind not in P_VALUES:
            raise InferenceError(f"p-values are {', '.join(P_VALUES)}; found {kind!r}")
        held = {"bootstrap": self.wild, "permutation": self.exchanged, "cv1": self.fit, "cv3": self.jackknife}[kind]
        if held is None:
            reason = "no cluster jackknife: a cluster alone identifies the estimate" if kind == "cv3" else "no permutation was asked for (over=...)"
            raise InferenceError(f"{self.term} has no p-value of kind {kind}: {reason}")
        return float(held.row(self.term)["p_value"] if isinstance(held, Fit) else held.p_value)


def few_clusters(
    data: pd.DataFrame,
    formula: str,
    term: str,
    *,
    cluster: str,
    reps: int = 9999,
    seed: int,
    weights: Sequence[str] = ("rademacher",),
    over: str | None = None,
    permutations: int = 9999,
    power: float | None = None,
) -> FewClusters:
    """Estimate a linear panel model and test one coefficient in every way that few clusters allow.

    CV1 with t(G-1); CV3, the cluster jackknife, V = (G-1)/G sum_g (b_(-g) - b)(b_(-g) - b)'; the wild cluster
    bootstrap-t with the null imposed; the permutation of the regressor's paths over units. No single one is right with few clusters of
    different size: they are shown together.

    Parameters
    ----------
    data, formula, cluster : as of `models.panel.fit`
    term : the coefficient
    reps, seed, weights : draws and seed of the wild bootstrap, once for each of the weights ("rademacher", "mammen", "webb")
    over, permutations : the unit whose paths are exchanged, and how often; None: no permutation
    power : power of the minimum detectable effect; None: none

    Raises
    ------
    models.NotEstimable if the data can not carry the model; InferenceError if no weights are given.

    Source
    ------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3); MacKinnon, Nielsen and Webb (2023),
    Journal of Econometrics 232(2).
    """
    if not weights or isinstance(weights, str):
        raise InferenceError(f"weights is {weights!r}; give one or several names, as ('rademacher',)")
    fit = panel.fit(data, formula, cluster=cluster)
    try:
        jackknife = panel.fit(data, formula, cluster=cluster, vcov="CRV3")
    except NotEstimable:
        jackknife = None
    return FewClusters(
        term=term,
        fit=fit,
        jackknife=jackknife,
        bootstraps={name: wild_bootstrap(fit, term, reps=reps, seed=seed, weights=name) for name in weights},
        exchanged=None if over is None else permutation(fit, term, over=over, reps=permutations, seed=seed),
        mde=None if jackknife is None or power is None else mde(jackknife, term, power=power),
    )


def q_values(family: Sequence[FewClusters]) -> dict[str, list[float]]:
    """Kind of P_VALUES -> the family's p-values of that kind adjusted to hold the false discovery rate, in the order given.

    Kinds that a member does not have are left out.

    Raises
    ------
    InferenceError if the family is empty.
    """
    if not family:
        raise InferenceError("the family is empty; give the regressions that are one family of tests")
    lacking = {"cv3": any(one.jackknife is None for one in family), "permutation": any(one.exchanged is None for one in family)}
    kinds = [kind for kind in P_VALUES if not lacking.get(kind)]
    return {kind: benjamini_hochberg([one.p_value(kind) for one in family]).tolist() for kind in kinds}
