"""The pre- and post-period coefficients of an event study, as the tests on trends need them."""

from dataclasses import dataclass

import numpy as np

from study.models.did.did import Adoption
from study.models.fit import Fit

from .errors import InferenceError, NotIdentified

FULL_RANK = 1e-10  # smallest eigenvalue of the correlations below which a covariance is singular


@dataclass(frozen=True, eq=False)
class EventStudy:
    """Coefficients in order of event time, the base left out.

    Parameters
    ----------
    event : array (k,) of event times; terms : their names
    coefficients : array (k,); covariance : array (k, k)
    n_clusters : behind the covariance
    notes : what was left out
    """

    event: np.ndarray
    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    n_clusters: int
    notes: tuple[str, ...]

    @property
    def pre(self) -> np.ndarray:
        return self.event < 0


def of_fit(fit: Fit) -> tuple[EventStudy, np.ndarray]:
    """The event study of a fit of models.did without binned ends, and the trend response of its terms.

    Raises
    ------
    InferenceError if the fit has no event times; NotIdentified if a term has no standard error
    """
    adoption = fit.prepared
    if not isinstance(adoption, Adoption) or all(e is None for e in adoption.event):
        raise InferenceError("it takes a fit of models.did with aggregate='event' (or 'cell'), whose terms have event times")
    keep = np.array([e is not None and not b for e, b in zip(adoption.event, adoption.binned)])
    names = tuple(name for name, k in zip(fit.terms, keep) if k)
    binned = [name for name, b in zip(fit.terms, adoption.binned) if b]
    covariance = fit.covariance[np.ix_(keep, keep)]
    unseen = [name for name, v in zip(names, np.diag(covariance)) if not v > 0]
    if unseen:
        raise NotIdentified(f"{len(unseen)} terms have no standard error ({', '.join(unseen[:4])}); narrow the window of the fit")
    study = EventStudy(
        event=np.array([e for e, k in zip(adoption.event, keep) if k]),
        terms=names,
        coefficients=fit.coefficients[keep],
        covariance=covariance,
        n_clusters=len(adoption.influence),
        notes=(f"binned ends left out: {', '.join(binned)}",) if binned else (),
    )
    return study, adoption.trend[keep]


def check_rank(covariance: np.ndarray, what: str, n_clusters: int) -> None:
    """Raise NotIdentified if the covariance is singular, as with more terms than clusters."""
    scale = np.sqrt(np.diag(covariance))
    least = np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0]
    if least < FULL_RANK:
        raise NotIdentified(
            f"the covariance of {what} ({len(scale)} terms, {n_clusters} clusters) is singular: it takes more "
            "clusters than terms; "
            "narrow the window of the fit"
        )
