"""Scorecard: weight of evidence and information value by bins, a logit on them, points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.isotonic import IsotonicRegression
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from study.refusals import binary, floats, named, same_labels, whole

from ..errors import BadValue, NoVariation, TooFew
from ..shared.bins import Bins, of_categories, of_numbers


def woe(good, bad) -> pd.DataFrame:
    """Weight of evidence and information value of the bins of one variable.

    WoE_b = ln( (good_b / good) / (bad_b / bad) ),   IV = sum_b (good_b / good - bad_b / bad) WoE_b

    Where a bin has no good or no bad, half a customer is added to both counts of that bin.

    Parameters
    ----------
    good, bad : counts by bin, shape (bins,)

    Returns
    -------
    DataFrame good, bad, woe, iv (part of the bin), filled

    Raises
    ------
    BadValue for negative counts or an empty bin; NoVariation if there is no good or no bad at all.

    Source
    ------
    Siddiqi (2006), Credit Risk Scorecards, chapter 6.
    """
    same_labels(good=good, bad=bad)
    columns = [floats(name, given) for name, given in (("good", good), ("bad", bad))]
    if columns[0].shape != columns[1].shape or columns[0].ndim != 1:
        raise BadValue(f"good has shape {columns[0].shape} and bad {columns[1].shape}; give one count of each bin")
    counts = np.array(columns)
    if not np.isfinite(counts).all() or (counts < 0).any() or (counts.sum(axis=0) == 0).any():
        raise BadValue(f"counts of {counts.shape[-1]} bins must be at least 0 with a customer in every bin; found {counts.tolist()}")
    if (counts.sum(axis=1) == 0).any():
        raise NoVariation(f"{counts[0].sum():g} good and {counts[1].sum():g} bad; evidence needs both")
    empty = (counts == 0).any(axis=0)
    filled = counts + 0.5 * empty
    share = filled / filled.sum(axis=1, keepdims=True)
    evidence = np.log(share[0] / share[1])
    return pd.DataFrame({"good": counts[0], "bad": counts[1], "woe": evidence, "iv": (share[0] - share[1]) * evidence, "filled": empty})


@dataclass(frozen=True, eq=False)
class Scorecard:
    """Points by bin.

    Parameters
    ----------
    bins : DataFrame variable, bin (its label, no two alike in a variable), low, high (numbers: low < x <= high), good, bad,
        woe, iv, filled, points. Missing values are in the bin "missing" and rare categories in "other"; where a category has
        that name, the bin has it in brackets
    information_value : by variable, the sum of iv
    coefficients : intercept and slope of each variable's WoE in the logit of good; 1 would be the bin's own odds
    points_at_zero : points of a customer whose every WoE is 0, shared out evenly among the variables
    notes : merged, constant and filled bins
    """

    bins: pd.DataFrame
    information_value: pd.Series
    coefficients: pd.Series
    points_at_zero: float
    notes: tuple[str, ...]
    places: Mapping[str, Bins] = field(repr=False)

    def score(self, data: pd.DataFrame) -> tuple[pd.Series, dict[str, int]]:
        """Points of customers, and per variable how many have a category (or a missing value) the card does not know.

        Those get the points of WoE 0, neither good nor bad; a category that the card has not counts as
        "other" where there is that bin.

        Raises
        ------
        MissingColumn if a variable of the card is not in the table; BadValue if a numeric one holds dates or texts.
        """
        named(data, *self.information_value.index)
        total, unknown = np.zeros(len(data)), {}
        neutral = self.points_at_zero / len(self.information_value)
        for name in self.information_value.index:
            points, place = self.bins.loc[self.bins["variable"] == name, "points"].to_numpy(), self.places[name].place(data[name])
            unknown[name] = int((place < 0).sum())
            total += np.where(place < 0, neutral, points[place])
        return pd.Series(total, index=data.index, name="points"), {name: n for name, n in unknown.items() if n}


def scorecard(
    data: pd.DataFrame,
    *,
    outcome: str,
    numeric: Sequence[str],
    categorical: Sequence[str] = (),
    good: int = 0,
    bins: int = 5,
    monotone: bool = False,
    rare: float = 0.01,
    points: float = 600,
    odds: float = 50,
    double: float = 20,
) -> Scorecard:
    """Bins, weights of evidence, a logit on them, and points.

    ln odds of good = a + sum_j b_j WoE_j;   points = points + double / ln 2 * (ln odds - ln `odds`)

    The card is learned from the rows given: give it training rows, and `score` the others.

    Parameters
    ----------
    outcome : column of 0 and 1; good : which of the two earns points
    numeric : cut at quantiles into at most `bins` bins; monotone=True starts from 20 quantiles and joins
        neighbours until the share of good rises or falls throughout (isotonic regression, the direction
        of the correlation); missing is a bin of its own
    categorical : one bin each, those with less than the share `rare` of the rows together as "other"; a category is known by
        its text, so that 1, 1.0 and "1" are the same (`categories.text`)
    points, odds, double : points at these odds of good, and points that double the odds

    Raises
    ------
    MissingColumn; BadValue; NoVariation if one class is there only or no variable varies; TooFew for no variable.
    """
    names = [*numeric, *categorical]
    named(data, outcome, *names)
    if not names:
        raise TooFew("no variables; a scorecard needs at least one")
    if len(set(names)) < len(names) or outcome in names:
        raise BadValue(f"variables {', '.join(map(str, names))}: each once, and without the outcome {outcome}")
    whole("bins", bins, 2)
    is_good = binary(outcome, data[outcome]) == good
    if is_good.all() or not is_good.any():
        raise NoVariation(f"{is_good.sum()} of {len(is_good)} customers are good; a scorecard needs both")
    tables, places, notes = {}, {}, []
    for name in names:
        made = _number_bins(data[name], is_good, bins, monotone) if name in numeric else of_categories(data[name], rare)
        if len(made) < 2:
            notes.append(f"{name} has one bin only and was left out")
            continue
        place = made.place(data[name])
        evidence = woe(*(np.bincount(place[rows], minlength=len(made)) for rows in (is_good, ~is_good)))
        if evidence["filled"].any():
            notes.append(f"{name}: {evidence['filled'].sum()} bins have no good or no bad; half a customer added to both counts")
        places[name], tables[name] = made, pd.concat([made.table().assign(variable=name), evidence], axis=1)
    if not tables:
        raise NoVariation(f"none of {len(names)} variables varies: {', '.join(names)}")
    return _card(data, is_good, tables, places, notes, (points, odds, double))


def _card(data, is_good, tables, places, notes, scale) -> Scorecard:
    points, odds, double = scale
    evidence = [table["woe"].to_numpy()[places[name].place(data[name])] for name, table in tables.items()]
    x = np.column_stack([np.ones(len(data)), *evidence])
    fitted = GLM(is_good.astype(float), x, family=Binomial()).fit(maxiter=100, tol=1e-10, tol_criterion="params")
    coefficients = pd.Series(fitted.params, index=["intercept", *tables])
    factor = double / np.log(2)
    at_zero = float(points + factor * (coefficients["intercept"] - np.log(odds)))
    share = at_zero / len(tables)
    card = pd.concat([table.assign(points=share + factor * coefficients[name] * table["woe"]) for name, table in tables.items()])
    order = ["variable", "bin", "low", "high", "good", "bad", "woe", "iv", "filled", "points"]
    card = card[order].reset_index(drop=True)
    values = card.groupby("variable", sort=False)["iv"].sum()
    return Scorecard(card, values, coefficients, at_zero, tuple(notes), places)


def _number_bins(column: pd.Series, is_good: np.ndarray, bins: int, monotone: bool) -> Bins:
    values = floats(str(column.name), column)
    if np.isinf(values).any():
        raise BadValue(f"{column.name}: {np.isinf(values).sum()} of {len(values)} values are infinite; mend or drop them first")
    there = np.isfinite(values)
    cuts = _cuts(values[there], 20 if monotone else bins)
    if monotone and len(cuts):
        cuts = _monotone(values[there], is_good[there], cuts)
    return of_numbers(cuts, bool(there.any()), not there.all())


def _cuts(values: np.ndarray, bins: int) -> np.ndarray:
    if not len(values):
        return values
    cuts = np.unique(np.quantile(values, np.arange(1, bins) / bins, method="inverted_cdf"))
    return cuts[cuts < values.max()]


def _monotone(values: np.ndarray, is_good: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    code = np.searchsorted(cuts, values, side="left")
    n = np.bincount(code, minlength=len(cuts) + 1)
    rate = np.bincount(code, weights=is_good, minlength=len(cuts) + 1) / n
    fitted = IsotonicRegression(increasing="auto").fit_transform(np.arange(len(n)), rate, sample_weight=n)
    return cuts[np.diff(fitted) != 0]
