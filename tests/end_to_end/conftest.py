"""A clone of the project in which tests may damage what they like."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from clones import clone_into  # noqa: E402


@pytest.fixture
def clone(tmp_path):
    return clone_into(tmp_path)


@pytest.fixture
def environment(clone):
    """The environment of a command that runs the clone's own code on the clone's files, without any source beside it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STUDY_")}
    return kept | {"STUDY_ROOT": str(clone), "PYTHONPATH": str(clone / "src")}


@pytest.fixture
def study(environment):
    """Call the command in the clone: study("run", "--set", "reps=99")."""

    def call(*arguments, **variables):
        command = [sys.executable, "-m", "study.cli", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environment | variables)

    return call
