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
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=root(), capture_output=True, check=True
    )
    for name in listed.stdout.decode("utf-8").split("\0"):
        source = root() / name
        if name and source.is_file():
            target = tmp_path / "clone" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return tmp_path / "clone"


@pytest.fixture
def study(clone):
    """Call the command in the clone: study("run", "--set", "reps=99")."""

    def call(*arguments):
        command = [sys.executable, "-m", "study.cli", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "STUDY_ROOT": str(clone)})

    return call
