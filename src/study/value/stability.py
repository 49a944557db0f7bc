"""How far the weights and ranks of a composite depend on which units were in the sample."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.errors import BadValue
from study.refusals import frame, numbers

from .composite import WEIGHTS, composite, weighted
from .ranking import MEASURES, ranking_agreement


@dataclass(frozen=True)
class CompositeStability:
    """Result of `composite_stability`.

    weights : weighting, indicator, weight, std_error, ci_low, ci_high (percentile)
    ranks : weighting, spearman and top_overlap of the sample's ranks with those by the weights of a draw: mean, low
        (2.5 %) and high (97.5 %), and moved, the mean of |change of rank| / n
    agreement : rank correlations between the weightings (see `value.ranking_agreement`)
    draws : samples used of those asked for (a sample in which an indicator does not vary has no weights)
    """

    weights: pd.DataFrame
    ranks: pd.DataFrame
    agreement: pd.DataFrame
    draws: int
    seed: int


def composite_stability(
    indicators: pd.DataFrame, reps: int = 199, *, seed: int, top: float = 0.1, measures: Sequence[str] = MEASURES
) -> CompositeStability:
    """Bootstrap of the three weightings of a composite, and their agreement.

    Units are drawn with replacement; means, standard deviations and weights of the draw are then put on the units of
    the sample, so that every draw ranks the same units.

    Parameters
    ----------
    indicators : one column each, one row per unit; larger is more
    reps : draws, at least 2
    seed : seed of the draws
    top : share of units in the top
    measures : of the agreement between the weightings

    Raises
    ------
    BadValue as `value.composite`; if fewer than nine in ten draws have weights; for fewer than ten units.
    """
    if reps < 2:
        raise BadValue(f"{reps} draws; a bootstrap needs at least two")
    indicators = frame("indicators", indicators)
    made = {kind: composite(indicators, kind) for kind in WEIGHTS}
    scores = pd.DataFrame({kind: result.scores for kind, result in made.items()})
    agreement = ranking_agreement(scores, top, measures=measures, reps=reps, seed=seed)
    drawn, ranked = _draws(indicators, reps, seed)
    if len(drawn) < 0.9 * reps:
        raise BadValue(f"an indicator does not vary in {reps - len(drawn)} of {reps} draws; {len(indicators)} units are too few for these indicators")
    weights = [_weight_rows(kind, made[kind].weights, drawn[:, place]) for place, kind in enumerate(WEIGHTS)]
    ranks = [_rank_row(kind, made[kind].scores.to_numpy(), ranked[:, place], top) for place, kind in enumerate(WEIGHTS)]
    return CompositeStability(pd.concat(weights, ignore_index=True), pd.DataFrame(ranks), agreement, len(drawn), seed)


def _draws(indicators: pd.DataFrame, reps: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (draws, 3, indicators) and scores of the sample's units (draws, 3, units)."""
    random, values = np.random.default_rng(seed), numbers("indicators", indicators)
    weights, scores = [], []
    for _ in range(reps):
        sample = values[random.integers(0, len(values), len(values))]
        spread = sample.std(axis=0, ddof=1)
        if (spread <= 1e-12 * max(1, np.abs(sample).max())).any():
            continue
        of_draw = np.stack([composite(pd.DataFrame(sample), kind).weights.to_numpy() for kind in WEIGHTS])
        weights.append(of_draw)
        scores.append(weighted((values - sample.mean(axis=0)) / spread, of_draw))
    return np.array(weights), np.array(scores)


def _weight_rows(kind: str, weights: pd.Series, drawn: np.ndarray) -> pd.DataFrame:
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    columns = {"weighting": kind, "indicator": list(map(str, weights.index)), "weight": weights.to_numpy()}
    errors = np.where(np.ptp(drawn, axis=0) > 0, drawn.std(axis=0, ddof=1), 0.0)  # no rounding of a mean of equal numbers
    return pd.DataFrame({**columns, "std_error": errors, "ci_low": low, "ci_high": high})


def _rank_row(kind: str, scores: np.ndarray, drawn: np.ndarray, top: float) -> dict:
    places = int(np.ceil(top * scores.size))
    rank, ranks = _ranks(scores), np.array([_ranks(draw) for draw in drawn])
    spearman = np.array([np.corrcoef(rank, other)[0, 1] for other in ranks])
    overlap = ((rank > scores.size - places) & (ranks > scores.size - places)).sum(axis=1) / places
    row = {"weighting": kind, "moved": float(np.abs(ranks - rank).mean() / scores.size)}
    for name, found in (("spearman", spearman), ("top_overlap", overlap)):
        low, high = np.quantile(found, [0.025, 0.975])
        row |= {name: float(found.mean()), f"{name}_low": float(low), f"{name}_high": float(high)}
    return row


def _ranks(scores: np.ndarray) -> np.ndarray:
    """1 for the lowest; ties in the order of the rows."""
    return np.argsort(np.argsort(scores, kind="stable"), kind="stable") + 1.0
