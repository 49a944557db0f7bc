"""What a table says of units: which cells count customers, and what stands behind the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .errors import BadTable

Cell = tuple[int, int]
Sum = tuple[Cell, tuple[Cell, ...]]


@dataclass(frozen=True)
class Units:
    """What a table or figure says of its units, so that the release check knows what it reads.

    Columns are positions (of a figure: names of its data). Rows are positions in the table's rows, panel
    headings counted (of a figure: rows of its data). `Units()` says that no cell concerns single units.

    Parameters
    ----------
    counts : columns whose numbers count units
    bases : column of shares or means -> column of `counts` that holds their base in the same row, or None
        where its numbers are not of units (an interest rate)
    extremes : columns that show one unit's value (minimum, maximum): each cell needs its count in `behind`
    behind : cell -> units behind it, where no column says so (it goes before `bases`): of an extreme those that share it, of a share
        the fewer of those who have it and those who have not
    sums : (total, parts): cells that add up; a part published elsewhere is a sum of one part
    nested : (inner, outer): counts of two samples, the first inside the second
    """

    counts: frozenset = frozenset()
    bases: Mapping = field(default_factory=dict)
    extremes: frozenset = frozenset()
    behind: Mapping[Cell, int] = field(default_factory=dict)
    sums: tuple[Sum, ...] = ()
    nested: tuple[tuple[Cell, Cell], ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "counts", frozenset(self.counts))
        object.__setattr__(self, "extremes", frozenset(self.extremes))
        alone = [base for base in self.bases.values() if base is not None and base not in self.counts]
        if alone:
            raise BadTable(f"column {alone[0]!r} is named as a base and not among the counts; name it there")

    @classmethod
    def steps(cls, chains: Sequence[Sequence[int]], before: int = 1, dropped: int = 2, left: int = 3) -> "Units":
        """The units of a table of sample construction.

        Parameters
        ----------
        chains : rows that follow one another, each step from what the last one left; a sample on its own is a
            chain of one row
        before, dropped, left : columns of counts
        """
        sums: list[Sum] = []
        for chain in chains:
            sums += [((row, before), ((row, dropped), (row, left))) for row in chain]
            sums += [((row, before), ((earlier, left),)) for earlier, row in zip(chain, chain[1:])]
        return cls(counts={before, dropped, left}, sums=tuple(sums))

    def written(self, columns: Sequence, rows: Mapping[int, int]) -> dict:
        """As json: columns by position in `columns`, rows by their place in the csv file."""
        at = {name: i for i, name in enumerate(columns)} | {i: i for i in range(len(columns)) if i not in columns}

        def place(cell: Cell) -> list[int]:
            return [rows[cell[0]], at[cell[1]]]

        return {
            "columns": len(columns),
            "counts": sorted(at[c] for c in self.counts),
            "bases": sorted([at[c], None if base is None else at[base]] for c, base in self.bases.items()),
            "extremes": sorted(at[c] for c in self.extremes),
            "behind": sorted([*place(cell), int(count)] for cell, count in self.behind.items()),
            "sums": [[place(total), [place(part) for part in parts]] for total, parts in self.sums],
            "nested": [[place(inner), place(outer)] for inner, outer in self.nested],
        }

    @classmethod
    def read(cls, content: Mapping) -> "Units":
        """From json, as `written` made it."""
        return cls(
            counts=content["counts"],
            bases={c: base for c, base in content["bases"]},
            extremes=content["extremes"],
            behind={(row, column): count for row, column, count in content["behind"]},
            sums=tuple((tuple(total), tuple(map(tuple, parts))) for total, parts in content["sums"]),
            nested=tuple((tuple(inner), tuple(outer)) for inner, outer in content["nested"]),
        )


def determined(hidden: Sequence[Cell], sums: Sequence[Sum]) -> list[Cell]:
    """The hidden cells that follow from the others by the sums: those that no other solution of the sums moves."""
    at = {cell: i for i, cell in enumerate(hidden)}
    system = np.zeros((len(sums), len(hidden)))
    for row, (total, parts) in zip(system, sums):
        for cell, sign in [(total, 1), *((part, -1) for part in parts)]:
            if cell in at:
                row[at[cell]] += sign
    rank = np.linalg.matrix_rank(system) if system.size else 0
    without = [np.linalg.matrix_rank(np.delete(system, i, axis=1)) if system.shape[1] > 1 else 0 for i in range(len(hidden))]
    return [cell for cell, i in at.items() if without[i] == rank - 1]
