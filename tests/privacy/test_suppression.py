"""Suppressed cells: small ones are gone, and what is published does not give them back."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from study import privacy


def relations(rows, columns):
    """The sums of a table with totals: one row per sum over all cells."""
    cell = np.arange(rows * columns).reshape(rows, columns)
    made = []
    for line in [*cell, *cell.T]:
        row = np.zeros(rows * columns)
        row[line[:-1]], row[line[-1]] = 1, -1
        made.append(row)
    return np.array(made)


def determined(hidden):
    """The withheld cells that the published ones fix: those along which no null direction of the sums moves."""
    unknown = relations(*hidden.shape)[:, hidden.ravel()]
    rank = np.linalg.matrix_rank(unknown)
    without = [np.linalg.matrix_rank(np.delete(unknown, i, axis=1)) for i in range(unknown.shape[1])]
    return [i for i, r in enumerate(without) if r == rank - 1]


def highest(whole, hidden, cell):
    """The largest count that a cell can have, given the published ones and that no count is negative."""
    system = relations(*whole.shape)
    bounds = [(0, None) if h else (c, c) for c, h in zip(whole.ravel(), hidden.ravel())]
    target = np.zeros(whole.size)
    target[cell] = -1
    solved = linprog(target, A_eq=system, b_eq=np.zeros(len(system)), bounds=bounds)
    return np.inf if solved.status == 3 else -solved.fun


@pytest.mark.parametrize("seed", range(25))
def test_no_withheld_cell_follows_from_the_published_ones(seed):
    rng = np.random.default_rng(seed)
    counts = pd.DataFrame(rng.negative_binomial(0.8, 0.02, size=(rng.integers(3, 8), rng.integers(3, 6))))
    hidden = privacy.suppress(counts).to_numpy()
    whole = np.vstack([np.c_[counts, counts.sum(axis=1)], np.r_[counts.sum(), counts.to_numpy().sum()]])
    small = (whole > 0) & (whole < 10)
    assert small.any() and hidden[small].all() and not hidden[-1, -1]
    assert determined(hidden) == []
    for cell in np.flatnonzero(small):
        assert highest(whole, hidden, cell) >= whole.ravel()[cell] + 10 - 1e-6


def test_one_small_cell_takes_the_three_smallest_that_close_the_rectangle():
    counts = pd.DataFrame([[3, 40, 50], [20, 30, 60], [70, 80, 90]], index=list("abc"), columns=list("xyz"))
    printed = privacy.cells(counts)
    assert printed.to_numpy().tolist() == [
        ["[c]", "[c]", "50", "93"],
        ["[c]", "[c]", "60", "110"],
        ["70", "80", "90", "240"],
        ["93", "150", "200", "443"],
    ]


def test_two_small_cells_of_a_row_do_not_hide_each_other():
    # 3 + 4 would be known from the row's total: seven customers.
    counts = pd.DataFrame([[3, 4, 50, 60], [20, 30, 60, 70]])
    hidden = privacy.suppress(counts).to_numpy()
    first = np.array([3, 4, 50, 60])
    assert hidden[0, :2].all() and first[hidden[0, :4]].sum() >= 10


def test_a_table_without_small_cells_is_published_whole():
    counts = pd.DataFrame([[10, 0], [1000, 12]])
    assert not privacy.suppress(counts).to_numpy().any()
    assert privacy.cells(counts).loc[1].tolist() == ["1,000", "12", "1,012"]


def test_a_cell_that_nothing_can_hide_is_named():
    counts = pd.DataFrame([[3, 9]], index=["gold"], columns=["left", "stayed"])  # 12 published: neither can be 10 more
    with pytest.raises(privacy.CannotProtect, match="row 'gold', column 'left': cell 0 \\(3\\) can not be hidden.*join rows"):
        privacy.suppress(counts)


def test_a_small_grand_total_is_not_published():
    with pytest.raises(privacy.CannotProtect, match="row 'total', column 'total': cell 3 is 6 and was to be published"):
        privacy.suppress(pd.DataFrame([[6]]))


def test_a_chain_of_samples_withholds_the_step_and_a_sample():
    # 500 = 4 dropped + 496 left, 496 = 96 dropped + 400 left: hiding the 4 alone would leave 500 - 496.
    counts, sums = [500, 4, 496, 96, 400], [(0, [1, 2]), (2, [3, 4])]
    hidden = privacy.withheld(counts, sums, keep=[0, 4])
    assert hidden.tolist() == [False, True, True, True, False]


def test_sums_and_counts_are_checked():
    with pytest.raises(privacy.BadTable, match="cell 0 is 7, its 2 parts add up to 8"):
        privacy.withheld([7, 4, 4], [(0, [1, 2])])
    with pytest.raises(privacy.BadTable, match="whole numbers from 0"):
        privacy.withheld([1.5], [])


def test_the_trimmed_range_has_ten_customers_at_each_end():
    values = pd.Series(range(100)).sample(frac=1, random_state=1)
    assert privacy.trimmed_range(values) == (9.0, 90.0)
    assert np.isnan(privacy.trimmed_range(pd.Series(range(19)))).all()
