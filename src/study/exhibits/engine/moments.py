"""What stands behind the moments of customers in T3, and which of them are withheld."""

import pandas as pd

from study import privacy

MOMENTS = ("mean", "sd", "p10", "median", "p90")
COLUMNS = ("n", "share_missing", *MOMENTS)  # of T3, after label and unit
Cell = tuple[int, str]


def behind(described: pd.DataFrame) -> dict[Cell, int]:
    """Customers behind each moment: (line, column) -> count; `n` is a count itself and has no entry.

    Behind a share stand the fewer of those who have it and those who have not, behind an outer percentile
    those beyond it.

    Parameters
    ----------
    described : variable, level, n, share_missing and MOMENTS, of `variables.describe`
    """
    found: dict[Cell, int] = {}
    for i, line in enumerate(described.to_dict("records")):
        known = described.loc[described["variable"] == line["variable"], "n"].sum()
        share = line["share_missing"]
        found[i, "share_missing"] = round(known * share / (1 - share)) if share < 1 else 0
        tenths = not pd.isna(line["p10"])
        if tenths:
            counts = {"mean": line["n"], "sd": line["n"], "median": line["n"], "p10": line["n"] // 10, "p90": line["n"] // 10}
        else:
            have = line["n"] if line["level"] else round(line["n"] * line["mean"]) if line["n"] else 0
            fewer = min(have, known - have) if have and known > have else 0
            counts = {"mean": fewer, "sd": fewer}
        found |= {(i, name): int(count) for name, count in counts.items()}
    return found


def hidden(described: pd.DataFrame, behind: dict[Cell, int]) -> set[Cell]:
    """The cells that are withheld: those on fewer than ten customers, and what would give them back.

    With a missing share goes the number of observations, since the number of rows is known; with a level of
    a category goes another one, since the levels add up.
    """
    few = {cell for cell, count in behind.items() if privacy.small(count)}
    few |= {(i, "n") for i, n in enumerate(described["n"]) if privacy.small(n)}
    for _, lines in described.reset_index(drop=True).groupby("variable", sort=False):
        if lines["level"].ne("").any():
            few |= _levels(lines)
        if any((i, "share_missing") in few for i in lines.index):
            few |= {(i, name) for i in lines.index for name in ("share_missing", "n")}
    # A share and its standard deviation tell the same; with its count hidden, a share must go too.
    for i, line in enumerate(described.itertuples()):
        if (i, "mean") in few or line.level and (i, "n") in few:
            few |= {(i, name) for name in ("mean", "sd", *(("n",) if line.level else ()))}
    return few


def _levels(lines: pd.DataFrame) -> set[Cell]:
    """The counts of a category's levels that go together: small ones, and others until none follows from the sum."""
    counts = [int(lines["n"].sum()), *lines["n"].astype(int)]
    try:
        gone = privacy.withheld(counts, [(0, range(1, len(counts)))], keep=[0])[1:]
    except privacy.CannotProtect:
        gone = [True] * len(lines)
    return {(i, "n") for i, hide in zip(lines.index, gone) if hide}
