"""Sources that are not shipped: a test that needs one is skipped by name where it is absent."""

import os

import pytest

from study.data import registry


@pytest.fixture
def source(request):
    """The tables of the source that the test is marked with."""
    name = request.node.get_closest_marker("needs_data").args[0]
    if registry.missing(name):
        if os.environ.get("STUDY_REQUIRE_DATA"):
            pytest.fail(f"{name} is not on this machine")
        pytest.skip(f"needs {name}: study data get {name}")
    return registry.read(name)


@pytest.fixture
def write(tmp_path):
    """Write a file from rows of texts: write("a.csv", "x,y", "1,2")."""

    def call(name, *rows, encoding="utf-8", end="\n"):
        path = tmp_path / name
        path.write_bytes(end.join([*rows, ""]).encode(encoding))
        return path

    return call
