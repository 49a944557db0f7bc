"""What customers do at different prices, with the cells of the randomisation held fixed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from study import models
from study.refusals import complete, finite, named, numbers, whole

from ..errors import BadValue, TooFew
from ..shared.influence import intervals


def price_slopes(
    data: pd.DataFrame, *, price: str, cells: Sequence[str], outcomes: Sequence[str], cluster: str | None = None
) -> dict[str, models.Fit]:
    """The change of each outcome per unit of a price that was randomised within cells.

    y_i = b price_i + one effect for every cell + e_i, by least squares; errors clustered, if a column is named

    Returns
    -------
    outcome -> Fit of `models.panel` with the term `price`
    """
    return {outcome: models.panel.fit(data, f"{outcome} ~ {price} | {'^'.join(cells)}", cluster=cluster) for outcome in outcomes}


def price_response(
    data: pd.DataFrame,
    *,
    price: str,
    cells: Sequence[str],
    outcomes: Sequence[str],
    tiers: int | Sequence[float] = 4,
    cluster: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Mean outcomes per customer by tier of a price that was randomised within cells.

    adjusted_t = sum_c (n_c / n) mean(y | cell c, tier t)

    Every tier is given the same mix of cells, that of all customers kept; the raw mean beside it mixes
    price with who was offered it. Cells in which a tier has nobody are left out for all tiers.

    Parameters
    ----------
    cells : columns within which the price was random (risk category, wave)
    outcomes : columns per customer mailed (0 for those who did nothing)
    tiers : a number: quantiles of the price within each cell, equal prices together, tier 1 lowest;
        or increasing inner edges: tier 1 is up to the first edge
    cluster : column for the standard errors

    Returns
    -------
    DataFrame outcome, tier, n, n_dropped (customers of cells left out), price (adjusted mean), raw,
    adjusted, std_error, ci_low, ci_high, difference (from tier 1, 0 there), diff_std_error

    Raises
    ------
    MissingColumn, BadValue; TooFew if no cell has all tiers or there is one tier only.
    """
    names = [*outcomes, price]
    named(data, *names, *cells, *([cluster] if cluster else []))
    complete(data, *cells, *([cluster] if cluster else []))
    values = np.column_stack([finite(data, name) for name in names])
    cell = data.groupby(list(cells), observed=True).ngroup().to_numpy()
    tier = _tiers(values[:, -1], cell, tiers)
    n_tiers = int(tier.max()) + 1
    counts = np.zeros((cell.max() + 1, n_tiers), int)
    np.add.at(counts, (cell, tier), 1)
    whole_cells = (counts > 0).all(axis=1)
    if not whole_cells.any() or n_tiers < 2:
        raise TooFew(f"none of {len(counts)} cells has all of {n_tiers} tiers (two at least); take fewer tiers")
    kept = whole_cells[cell]
    clusters = None if cluster is None else data[cluster].to_numpy()[kept]
    influence, raw = _influence(values[kept], cell[kept], tier[kept], n_tiers)
    sizes = {"n": np.bincount(tier[kept], minlength=n_tiers), "n_dropped": int((~kept).sum())}
    tables = []
    for k, name in enumerate(outcomes):
        part = influence[:, :, k]
        made = intervals(part, clusters, level).rename(columns={"estimate": "adjusted"})
        gap = intervals(part - part[:, :1], clusters, level)
        head = {"outcome": name, "tier": np.arange(1, n_tiers + 1)} | sizes
        head |= {"price": influence[:, :, -1].mean(axis=0), "raw": raw[:, k]}
        gap = gap[["estimate", "std_error"]].set_axis(["difference", "diff_std_error"], axis=1)
        tables.append(pd.concat([pd.DataFrame(head), made, gap], axis=1))
    return pd.concat(tables, ignore_index=True)


def _tiers(price: np.ndarray, cell: np.ndarray, tiers: int | Sequence[float]) -> np.ndarray:
    if not np.isscalar(tiers):
        edges = numbers("tiers", tiers)
        if (np.diff(edges) <= 0).any():
            raise BadValue(f"edges of tiers must be increasing numbers; found {list(edges)}")
        return np.searchsorted(edges, price, side="left")
    whole("tiers", tiers, 2)
    tier = np.zeros(len(price), int)
    for c in range(cell.max() + 1):
        rows = np.flatnonzero(cell == c)
        tier[rows] = np.floor(tiers * (rankdata(price[rows]) - 0.5) / len(rows)).astype(int)
    return tier


def _influence(values: np.ndarray, cell: np.ndarray, tier: np.ndarray, n_tiers: int) -> tuple[np.ndarray, np.ndarray]:
    """Influence (n, tiers, columns), whose means are the adjusted means, and raw means (tiers, columns)."""
    n, columns = values.shape
    sums, counts = np.zeros((cell.max() + 1, n_tiers, columns)), np.zeros((cell.max() + 1, n_tiers))
    np.add.at(sums, (cell, tier), values)
    np.add.at(counts, (cell, tier), 1)
    means = sums / np.where(counts > 0, counts, 1)[:, :, None]
    influence = means[cell]  # the cell's mean in every tier, plus the customer's own surprise in his tier
    rows = np.arange(n)
    weight = counts.sum(axis=1)[cell] / counts[cell, tier]
    influence[rows, tier] += weight[:, None] * (values - means[cell, tier])
    return influence, sums.sum(axis=0) / counts.sum(axis=0)[:, None]
