"""Which arm the project itself carries for a table of the model."""

import pytest

from study import data
from study.data import DataError, registry


def test_the_facts_on_banks_are_part_of_the_project():
    arm = data.embedded("bank_periods")
    assert registry.of_arm(arm) == registry.embedded()
    assert len(data.read(arm)["bank_periods"]) == 1355  # SOURCE.md, Size


def test_a_table_that_no_embedded_source_fills_is_refused():
    with pytest.raises(DataError, match=r"0 of the embedded sources fill the table 'customers' \(none\)"):
        data.embedded("customers")
