"""Fixtures shared by the tests: the embedded facts and what the strict rule makes of them."""

import os
import sys
from pathlib import Path

import pytest

from study import design, sample, variables
from study.data import registry

sys.path.insert(0, str(Path(__file__).parent / "known_answers"))


@pytest.fixture(scope="session", autouse=True)
def sources_read_once():
    """Each process reads a source's files once; a test gets frames that share their columns until it writes (copy on write)."""
    with pytest.MonkeyPatch.context() as patch:
        for name in design.load().sources:
            patch.setattr(registry.reader(name), "provided", once(registry.reader(name).provided))
        yield


def once(read):
    kept = {}

    def call(paths):
        key = tuple((file, str(path), path.stat().st_mtime_ns, path.stat().st_size) for file, path in sorted(paths.items()))
        if key not in kept:
            kept[key] = read(paths)
        return {table: frame.copy(deep=False) for table, frame in kept[key].items()}

    return call


@pytest.fixture(scope="session")
def facts():
    """As the model has them."""
    return registry.read("cn_banks")["bank_periods"]


@pytest.fixture(scope="session")
def strict(facts):
    plan = design.load()
    return sample.bank_facts.cells(facts, plan.samples["strict"], plan.definitions)


@pytest.fixture(scope="session")
def panel(strict):
    return variables.panels.bank_year(strict)


@pytest.fixture(scope="session")
def require():
    """Skip a test by name where a source is absent; where STUDY_REQUIRE_DATA=1 that is a failure."""

    def call(name):
        if registry.missing(name):
            if os.environ.get("STUDY_REQUIRE_DATA") == "1":
                pytest.fail(f"{name} is not on this machine")
            pytest.skip(f"needs {name}: study data get {name}")

    return call


@pytest.fixture
def source(request, require):
    """The provider's tables of the source that the test is marked with (needs_data)."""
    return registry.provided(marked(request, require))


@pytest.fixture
def tables(request, require):
    """The same in the customer model."""
    return registry.read(marked(request, require))


def marked(request, require):
    name = request.node.get_closest_marker("needs_data").args[0]
    require(name)
    return name
