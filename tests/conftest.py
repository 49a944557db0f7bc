"""Fixtures shared by the tests: the embedded facts and what the strict rule makes of them."""

import sys
from pathlib import Path

import pytest

from study import data, design, sample, variables

sys.path.insert(0, str(Path(__file__).parent / "known_answers"))


@pytest.fixture(scope="session")
def facts():
    return data.cn_banks.read()


@pytest.fixture(scope="session")
def strict(facts):
    plan = design.load()
    return sample.cn_banks.cells(facts, plan.samples["strict"], plan.definitions)


@pytest.fixture(scope="session")
def panel(strict):
    return variables.panels.bank_year(strict)
