"""Bins of a variable: how values go to them, and labels that tell them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from study.refusals import floats

from . import categories

MISSING, OTHER = "missing", "other"


@dataclass(frozen=True, eq=False)
class Bins:
    """Bins of one variable, in order; a bin is known by its place, its label is for the reader.

    Parameters
    ----------
    labels : no two alike; "missing" and "other" in brackets where a category has that name
    cuts : inner edges of a numeric variable, low < x <= high; None for categories
    of : category -> place
    missing, other : place of the missing values and of the categories that have no bin of their own; -1 where there is none
    """

    labels: tuple[str, ...]
    cuts: np.ndarray | None = None
    of: Mapping[str, int] = field(default_factory=dict)
    missing: int = -1
    other: int = -1

    def __len__(self) -> int:
        return len(self.labels)

    def table(self) -> pd.DataFrame:
        """low, high (missing where the bin is no interval) and bin (the label)."""
        edges = np.full((2, len(self)), np.nan)
        if self.cuts is not None:
            inside = [place for place in range(len(self)) if place != self.missing]
            ends = np.array([-np.inf, *self.cuts, np.inf])
            edges[:, inside] = np.stack([ends[:-1], ends[1:]])[:, : len(inside)]
        return pd.DataFrame({"low": edges[0], "high": edges[1], "bin": self.labels})

    def place(self, column: pd.Series) -> np.ndarray:
        """Place of the bin of every row, -1 where there is none.

        Raises
        ------
        BadValue if the bins are of numbers and the column holds something else.
        """
        if self.cuts is None:
            names = categories.texts(column)
            found = names.map(dict(self.of)).astype(float).fillna(self.other).to_numpy()
            return np.where(names.isna(), self.missing if self.missing >= 0 else self.other, found).astype(int)
        values = floats(str(column.name), column)
        inside = np.searchsorted(self.cuts, values, side="left") if len(self) > (self.missing >= 0) else np.full(len(values), -1)
        return np.where(np.isnan(values), self.missing, inside)


def of_numbers(cuts: np.ndarray, present: bool, missing: bool) -> Bins:
    """Bins between cuts, and one of missing values.

    Parameters
    ----------
    present, missing : whether there are values that are, and that are not, missing
    """
    labels = intervals(cuts) if present else []
    return Bins((*labels, MISSING) if missing else tuple(labels), cuts, missing=len(labels) if missing else -1)


def of_categories(column: pd.Series, rare: float) -> Bins:
    """A bin for every category, missing values among them, that has at least the share `rare` of the rows; one for all others."""
    names = categories.texts(column)
    gap = categories.free(MISSING, names.dropna())
    share = names.fillna(gap).value_counts(normalize=True)
    kept = sorted(share.index[share >= rare])
    labels = kept if len(kept) == len(share) else [*kept, categories.free(OTHER, share.index)]
    place = {name: k for k, name in enumerate(kept)}
    missing = place.pop(gap, -1) if names.isna().any() else -1
    return Bins(tuple(labels), of=place, missing=missing, other=len(kept) if len(labels) > len(kept) else -1)


def intervals(cuts: Sequence[float]) -> list[str]:
    """Labels of the intervals between cuts, open at both ends; no two cuts print alike."""
    edges = ["-inf", *printed(cuts), "inf"]
    return [f"({low}, {high}]" for low, high in zip(edges, edges[1:])]


def printed(cuts: Sequence[float]) -> list[str]:
    """Whole numbers in full, others in six digits or in as many more as tell them apart."""
    if all(float(cut).is_integer() and abs(cut) < 1e15 for cut in cuts):
        return [str(int(cut)) for cut in cuts]
    for digits in range(6, 17):
        texts = [f"{cut:.{digits}g}" for cut in cuts]
        if len(set(texts)) == len(texts):
            return texts
    return [repr(float(cut)) for cut in cuts]
