"""Where the project is: one base directory, found once, never typed."""

import os
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path


@lru_cache(maxsize=1)
def root() -> Path:
    """The project's folder: $STUDY_ROOT if set, else the checkout that holds this file.

    Raises
    ------
    FileNotFoundError if the folder has no design/arms.yaml: says which folder was looked at.
    """
    named = os.environ.get("STUDY_ROOT")
    folder = Path(named).expanduser().resolve() if named else Path(__file__).resolve().parents[3]
    if not (folder / "design" / "arms.yaml").is_file():
        raise FileNotFoundError(
            f"{folder} holds no design/arms.yaml, so it is not the study's folder. "
            "Set STUDY_ROOT to the folder that holds design/, notebooks/ and data/."
        )
    return folder


def relative(path: Path) -> str:
    """`path` as the project names it: from the root, with forward slashes."""
    path = Path(path).resolve()
    return path.relative_to(root()).as_posix() if path.is_relative_to(root()) else path.name


def checksum(path: Path) -> str:
    """SHA-256 of a file as hexadecimal digits, read in pieces so that large files fit."""
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()
