"""A clone of the project in which tests may damage what they like."""

import os
import shutil
import subprocess
import sys

import pytest

from study.design import root


@pytest.fixture
def clone(tmp_path):
    """The project's files as git would give them, with uncommitted changes, without results' siblings."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=root(), capture_output=True, check=True)
    for name in listed.stdout.decode("utf-8").split("\0"):
        source = root() / name
        if name and source.is_file():
            target = tmp_path / "clone" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return tmp_path / "clone"


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
