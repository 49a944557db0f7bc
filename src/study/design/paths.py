"""Where the project is: one base directory, found once, never typed."""

import json
import os
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

from study.errors import StudyError


class NoProject(StudyError, FileNotFoundError):
    """The folder named as the project's holds none."""


class UnreadableFile(StudyError, ValueError):
    """A file that the study wrote can not be read any more."""


@lru_cache(maxsize=1)
def root() -> Path:
    """The project's folder: $STUDY_ROOT if set, else the checkout that holds this file.

    Raises
    ------
    NoProject if the folder has no design/sources: says which folder was looked at.
    """
    named = os.environ.get("STUDY_ROOT")
    folder = Path(named).expanduser().resolve() if named else Path(__file__).resolve().parents[3]
    if not (folder / "design" / "sources").is_dir():
        raise NoProject(
            f"{folder} holds no design/sources, so it is not the study's folder. "
            "Set STUDY_ROOT to the folder that holds design/, notebooks/ and data/."
        )
    return folder


MEND = "bring it back with `git checkout`, or make it again"


def read_text(path: Path) -> str:
    """The text of a file.

    Raises
    ------
    UnreadableFile if it is not UTF-8; OSError if it is not there.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{relative(path)} is not UTF-8: byte {error.start}; {MEND}") from None


def read_json(path: Path) -> dict:
    """The content of a file that the study wrote: results' numbers.json and manifest.json, records of a run.

    Raises
    ------
    UnreadableFile if it is not UTF-8, not JSON or not an object, or numbers.json has an entry that is no number
    with its text; OSError if it is not there.
    """
    try:
        content = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise UnreadableFile(f"{relative(path)}:{error.lineno}: is not JSON: {error.msg}; {MEND}") from None
    if not isinstance(content, dict):
        raise UnreadableFile(f"{relative(path)} is no JSON object but a {type(content).__name__}; {MEND}")
    if path.name == "numbers.json":
        for name, number in content.items():
            if not isinstance(number, dict) or not {"text", "value"} <= number.keys():
                raise UnreadableFile(f"{relative(path)}: '{name}' is no number with its text and value; {MEND}")
    return content


def relative(path: Path) -> str:
    """`path` as the project names it: from the root, with forward slashes."""
    path = Path(path).resolve()
    return path.relative_to(root()).as_posix() if path.is_relative_to(root()) else path.name


def checksum(path: Path) -> str:
    """SHA-256 of a file as hexadecimal digits, read in pieces so that large files fit."""
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()
