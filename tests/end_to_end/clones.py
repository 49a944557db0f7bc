"""A clone of the project in a folder whose name a shell splits and an old locale can not write."""

import shutil
import subprocess
from pathlib import Path

from study.design import root

NAME = "a 研究 clone"


def clone_into(folder: Path) -> Path:
    """The project's files as git would give them, with uncommitted changes, without results' siblings."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=root(), capture_output=True, check=True)
    clone = folder / NAME
    for name in listed.stdout.decode("utf-8").split("\0"):
        source = root() / name
        if name and source.is_file():
            target = clone / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return clone
