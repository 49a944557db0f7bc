"""Declared assignment mechanisms: who could have got which treatment.

Each factory describes how a column of the data was assigned; `randomisation` and `westfall_young` draw from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import factorial, prod

import numpy as np
import pandas as pd

from study.models.errors import DuplicateKeys
from study.refusals import require

from .errors import Degenerate, MissingValues


@dataclass(frozen=True)
class Assignment:
    """The values of a column, exchanged between units of assignment within strata, their numbers kept.

    Parameters
    ----------
    treatment : column that was assigned: 0/1, arms, or the first treated period of staggered cohorts
    unit : column of the units that were assigned together; None for rows
    strata : column of the strata within which values were exchanged; None for all units
    """

    treatment: str
    unit: str | None = None
    strata: str | None = None

    def of(self, data: pd.DataFrame) -> "Drawer":
        """The mechanism for these rows.

        Raises
        ------
        MissingColumn, MissingValues, DuplicateKeys if a unit has several values or strata, Degenerate if
        there is only one assignment.
        """
        columns = [name for name in (self.treatment, self.unit, self.strata) if name]
        require(data, columns)
        _check_missing(data, [name for name in (self.unit, self.strata) if name])
        row_unit = np.arange(len(data)) if self.unit is None else pd.factorize(data[self.unit], sort=True)[0]
        first = np.unique(row_unit, return_index=True)[1]
        values, codes = data[self.treatment].to_numpy(), pd.factorize(data[self.treatment], use_na_sentinel=False)[0]
        strata = np.zeros(len(data), dtype=int) if self.strata is None else pd.factorize(data[self.strata], sort=True)[0]
        for name, column in ((self.treatment, codes), (self.strata, strata)):
            several = np.unique(row_unit[column != column[first][row_unit]])
            if len(several):
                raise DuplicateKeys(f"{len(several)} levels of '{self.unit}' have several values of '{name}'; they were assigned one")
        drawer = Drawer(values[first], codes[first], strata[first], row_unit)
        if drawer.count < 2:
            raise Degenerate(f"'{self.treatment}' has one possible assignment: it does not vary between units within strata")
        return drawer


def complete(treatment: str) -> Assignment:
    """Complete randomisation: a fixed number of rows got each value."""
    return Assignment(treatment)


def within_strata(treatment: str, strata: str) -> Assignment:
    """Complete randomisation within strata."""
    return Assignment(treatment, strata=strata)


def clustered(treatment: str, unit: str, strata: str | None = None) -> Assignment:
    """Whole units (clusters) were assigned, perhaps within strata."""
    return Assignment(treatment, unit=unit, strata=strata)


def staggered(cohort: str, unit: str, strata: str | None = None) -> Assignment:
    """Units were assigned their first treated period (missing or infinite: never; 0 too, where the periods do not span it); cohort sizes are kept."""
    return Assignment(cohort, unit=unit, strata=strata)


@dataclass(frozen=True, eq=False)
class Drawer:
    """Assignments of the units of one data set.

    Parameters
    ----------
    values : array (U,) the observed values; codes : their levels; strata : codes (U,)
    row_unit : array (n,), the unit of each row
    """

    values: np.ndarray
    codes: np.ndarray
    strata: np.ndarray
    row_unit: np.ndarray

    @property
    def count(self) -> int:
        """How many different assignments there are."""
        return prod(_arrangements(self.codes[members]) for members in self._members())

    def draw(self, reps: int, random: np.random.Generator) -> np.ndarray:
        """(reps, U): places from which each unit takes its value, at random within strata."""
        orders = np.tile(np.arange(len(self.values)), (reps, 1))
        for members in self._members():
            orders[:, members] = random.permuted(np.tile(members, (reps, 1)), axis=1)
        return orders

    def all(self) -> np.ndarray:
        """(count, U): the same for every different assignment, each once."""
        per_stratum = [_all_orders(self.codes, members) for members in self._members()]
        orders = np.tile(np.arange(len(self.values)), (self.count, 1))
        repeat = self.count
        for members, choices in zip(self._members(), per_stratum):
            repeat //= len(choices)
            picks = np.arange(self.count) // repeat % len(choices)
            orders[:, members] = choices[picks]
        return orders

    def _members(self) -> list[np.ndarray]:
        return [np.flatnonzero(self.strata == s) for s in range(self.strata.max() + 1)]


def _arrangements(codes: np.ndarray) -> int:
    counts = np.bincount(codes)
    return factorial(len(codes)) // prod(factorial(int(c)) for c in counts)


def _all_orders(codes: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Every different arrangement of the values of the members, as places from which they come."""
    places = {code: members[codes[members] == code] for code in np.unique(codes[members])}
    rows = []
    for arrangement in _multisets({code: len(p) for code, p in places.items()}):
        used = dict.fromkeys(places, 0)
        row = []
        for code in arrangement:
            row.append(places[code][used[code]])
            used[code] += 1
        rows.append(row)
    return np.array(rows)


def _multisets(counts: dict) -> Iterator[tuple]:
    left = [code for code, count in counts.items() if count]
    if not left:
        yield ()
    for code in left:
        for rest in _multisets({**counts, code: counts[code] - 1}):
            yield (code, *rest)


def _check_missing(data: pd.DataFrame, columns: list[str]) -> None:
    for name in columns:
        missing = data[name].isna().sum()
        if missing:
            raise MissingValues(f"'{name}' is missing in {missing} of {len(data)} rows; leave them out before the test")
