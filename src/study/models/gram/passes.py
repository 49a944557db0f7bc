"""The pass of a Gram: cross-products of blocks of rows, nested effects removed, crossed ones as columns."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ..errors import ModelError, NotEstimable
from .rows import Block, Plan

LARGEST = 2**30  # bytes that the cross-products may take
DENSE = 2**22  # entries of the table units x levels that are held at once
PRODUCT = 2**15  # multiplications at once: BLAS starts threads for more, which wait for each other on busy cores


@dataclass(frozen=True, eq=False)
class Products:
    """Sums over the rows of each piece.

    Parameters
    ----------
    cross : array (P, q, q), weighted cross-products of the columns: numbers, then every level of the plan's levels
    raw : array (c,), weighted squares of the numbers about their centre, before nested effects were removed
    binary : array (c,), columns that hold 0 and 1 and both; ones : array (P, c), pieces with a 1 in such a column
    n_obs : rows
    """

    cross: np.ndarray
    raw: np.ndarray
    binary: np.ndarray
    ones: np.ndarray
    n_obs: int


def cross_products(plan: Plan, blocks: Iterable[Block]) -> Products:
    """One pass over the blocks.

    Raises
    ------
    ModelError if the cross-products of the crossed levels would not fit into memory.
    """
    c = len(plan.names.values)
    offsets = np.cumsum([0, *(len(labels) for labels in plan.levels.values())])
    q = c + int(offsets[-1])
    _check_size(plan, q)
    cross, raw, centre, n = np.zeros((len(plan.pieces), q, q)), np.zeros(c), None, 0
    binary, zeros, ones = np.ones(c, dtype=bool), np.zeros(c, dtype=bool), np.zeros((len(plan.pieces), c), dtype=bool)
    for block in blocks:
        values = block.values
        _note_ones(values, block.piece, binary, zeros, ones)
        if plan.names.absorb:
            centre = values.mean(axis=1) if centre is None else centre
            values -= centre[:, None]
        raw += _squares(values, block.weights)
        values = _scaled_residuals(values, block)
        starts = _starts(block.piece)
        for start, end in zip(starts, [*starts[1:], values.shape[1]]):
            cross[block.piece[start], :c, :c] += _square(values[:, start:end])
        if plan.levels:
            _add_levels(cross, values, block, c, offsets, starts)
        n += values.shape[1]
    lower = cross[:, c:, :c]
    cross[:, :c, c:] = np.swapaxes(lower, 1, 2)
    return Products(cross, raw, binary & zeros & ones.any(axis=0), ones, n)


def _note_ones(values: np.ndarray, piece: np.ndarray, binary: np.ndarray, zeros: np.ndarray, ones: np.ndarray) -> None:
    """Which columns still hold 0 and 1 only, which a 0, and in which pieces a 1."""
    for i in np.flatnonzero(binary):
        one = values[i] == 1
        binary[i] = bool((one | (values[i] == 0)).all())
        zeros[i] |= not one.all()
        ones[piece[one], i] = True


def components(adjacent: np.ndarray) -> np.ndarray:
    """Which levels to leave out so that the others are independent: the first of each connected set.

    Parameters
    ----------
    adjacent : array (T, T), not zero where two levels share a unit (or a row)
    """
    _, labels = connected_components(csr_array(adjacent != 0), directed=False)
    return np.unique(labels, return_index=True)[1]


def _check_size(plan: Plan, q: int) -> None:
    size = len(plan.pieces) * q * q * 8
    if size > LARGEST:
        what = " and ".join(f"{len(labels)} of {name}" for name, labels in plan.levels.items()) or "none"
        raise ModelError(
            f"cross-products of {len(plan.pieces)} '{plan.piece}' with explicit levels ({what}) take {size / 1e9:.1f} GB; "
            "the effect with many levels must be nested in the clusters, or the clusters be fewer (panel.fit needs neither)"
        )


def _squares(values: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    if weights is None:
        return np.einsum("ij,ij->i", values, values)
    return np.einsum("ij,ij,j->i", values, values, weights)


def _square(columns: np.ndarray) -> np.ndarray:
    """Cross-products of the rows of an array (c, n) that is wide."""
    step = max(PRODUCT // len(columns) ** 2, 64)
    total = np.zeros((len(columns),) * 2)
    for start in range(0, columns.shape[1], step):
        part = columns[:, start : start + step]
        total += part @ part.T
    return total


def _starts(codes: np.ndarray) -> np.ndarray:
    """Where runs of equal codes begin."""
    return np.concatenate([[0], np.flatnonzero(codes[1:] != codes[:-1]) + 1])


def _scaled_residuals(values: np.ndarray, block: Block) -> np.ndarray:
    """The numbers less their (weighted) means by nested effect, times the root of the weights."""
    if len(block.inside) == 1:
        starts = _starts(block.inside[0])
        counts = np.diff([*starts, values.shape[1]])
        if block.weights is None:
            means = np.add.reduceat(values, starts, axis=1) / counts
        else:
            means = np.add.reduceat(values * block.weights, starts, axis=1) / np.add.reduceat(block.weights, starts)
        values -= np.repeat(means, counts, axis=1)
    elif len(block.inside) == 2:
        _alternate(values, block)
    return values if block.weights is None else values * np.sqrt(block.weights)


def _alternate(values: np.ndarray, block: Block, tolerance: float = 1e-13, rounds: int = 100_000) -> None:
    """Remove two nested effects by alternating projections, in place."""
    weights = np.ones(values.shape[1]) if block.weights is None else block.weights
    codes = [np.unique(code, return_inverse=True)[1] for code in block.inside]
    totals = [np.bincount(code, weights=weights) for code in codes]
    scale = np.abs(values).max(axis=1)
    for row, size in zip(values, np.where(scale, scale, 1)):
        for _ in range(rounds):
            change = 0.0
            for code, total in zip(codes, totals):
                means = np.bincount(code, weights=row * weights) / total
                row -= means[code]
                change = max(change, np.abs(means).max())
            if change <= tolerance * size:
                break
        else:
            raise NotEstimable(f"the two nested effects can not be removed in {rounds} rounds")


def _add_levels(cross: np.ndarray, values: np.ndarray, block: Block, c: int, offsets: np.ndarray, starts) -> None:
    """Products of the levels' columns with the numbers and with each other, for the pieces of the block."""
    pieces = block.piece[starts]
    local = np.repeat(np.arange(len(starts)), np.diff([*starts, values.shape[1]]))
    root = None if block.weights is None else np.sqrt(block.weights)
    for code, first, last in zip(block.levels, offsets, offsets[1:]):
        t = last - first
        where = local * t + code
        for i, row in enumerate(values):
            sums = np.bincount(where, weights=row if root is None else row * root, minlength=len(starts) * t)
            cross[pieces, c + first : c + last, i] += sums.reshape(-1, t)
    _add_level_pairs(cross[:, c:, c:], block, offsets, starts)


def _add_level_pairs(cross: np.ndarray, block: Block, offsets: np.ndarray, starts: np.ndarray) -> None:
    """Products of the levels' columns, less what the nested effect takes: D'WD - sum_u N_u N_u' / W_u."""
    n = len(block.piece)
    weights = np.ones(n) if block.weights is None else block.weights
    columns = [code + first for code, first in zip(block.levels, offsets)]
    if len(block.inside) == 2:
        return _add_residual_levels(cross, block, columns, weights, starts)
    sizes = np.diff(offsets)
    for start, end in zip(starts, [*starts[1:], n]):
        here, target = slice(start, end), cross[block.piece[start]]
        for i, one in enumerate(columns):
            diagonal = np.arange(offsets[i], offsets[i + 1])
            target[diagonal, diagonal] += _sums(one[here] - offsets[i], weights[here], sizes[i])
            for j in range(i):
                pair = (one[here] - offsets[i]) * sizes[j] + (columns[j][here] - offsets[j])
                both = _sums(pair, weights[here], sizes[i] * sizes[j]).reshape(sizes[i], sizes[j])
                target[offsets[i] : offsets[i + 1], offsets[j] : offsets[j + 1]] += both
                target[offsets[j] : offsets[j + 1], offsets[i] : offsets[i + 1]] += both.T
    if block.inside:
        _less_nested(cross, block, columns, weights)


def _sums(codes: np.ndarray, weights: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(codes, weights=weights, minlength=size)


def _less_nested(cross: np.ndarray, block: Block, columns: list, weights: np.ndarray) -> None:
    size = cross.shape[1]
    starts = _starts(block.inside[0])
    unit = np.repeat(np.arange(len(starts)), np.diff([*starts, len(weights)]))
    totals = np.add.reduceat(weights, starts)
    piece = block.piece[starts]
    step = max(DENSE // size, 1)
    edges = np.unique([*_starts(piece), *range(0, len(starts), step), len(starts)])
    rows = [*starts, len(weights)]
    for first, last in zip(edges, edges[1:]):
        here = slice(rows[first], rows[last])
        table = np.zeros((last - first) * size)
        for column in columns:
            table += np.bincount((unit[here] - first) * size + column[here], weights=weights[here], minlength=len(table))
        table = table.reshape(-1, size)
        cross[piece[first]] -= _square((table / np.sqrt(totals[first:last])[:, None]).T)


def _add_residual_levels(cross: np.ndarray, block: Block, columns: list, weights: np.ndarray, starts: np.ndarray) -> None:
    """The same where two nested effects are removed: the levels' columns are residualised themselves."""
    size = cross.shape[1]
    for start, end in zip(starts, [*starts[1:], len(weights)]):
        dummies = np.zeros((size, end - start))
        for column in columns:
            dummies[column[start:end], np.arange(end - start)] = 1.0
        inside = tuple(code[start:end] for code in block.inside)
        _alternate(dummies, Block(dummies, weights[start:end], block.piece[start:end], inside, ()))
        dummies *= np.sqrt(weights[start:end])
        cross[block.piece[start]] += dummies @ dummies.T
