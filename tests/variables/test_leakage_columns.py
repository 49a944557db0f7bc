"""Every column of a data set that teaches leakage is in one group: measured while customers leave, or fixed before."""

import pytest

from study import design


@pytest.mark.needs_data("bankchurners_kaggle")
def test_every_column_of_the_teaching_data_is_in_one_group(tables):
    columns = design.load().settings("bankchurners", "06_leakage")
    listed = [column for group in columns.window.values() for column in group] + columns.fixed
    assert sorted(listed) == sorted(set(tables["customers"].columns) - {"customer_id", "left"})
    assert set(columns.single.values()) <= set(listed)
