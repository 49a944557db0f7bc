"""Files written for a test."""

import pytest


@pytest.fixture
def write(tmp_path):
    """Write a file from rows of texts: write("a.csv", "x,y", "1,2")."""

    def call(name, *rows, encoding="utf-8", end="\n"):
        path = tmp_path / name
        path.write_bytes(end.join([*rows, ""]).encode(encoding))
        return path

    return call
