"""Mend what a killed publication left: every command does this first, so that none reads half of it.

Imports little, because every command pays for it.
"""

import shutil
from contextlib import contextmanager
from pathlib import Path

from study.design.paths import root
from study.errors import StudyError

from . import locks


class NotMended(StudyError, RuntimeError):
    """Published results lie aside after a kill and can not be put back."""


def aside(results: Path) -> Path:
    """Where the old results are for the instant between the two renames of a publication."""
    return results.with_name(f".{results.name}.old")


def staged(results: Path) -> Path:
    """Where the new results are until then."""
    return results.with_name(f".{results.name}.new")


@contextmanager
def publishing():
    """Hold the right to rename results: one process at a time, and none mends while another publishes."""
    with locks.held(root() / "build" / "publishing.lock"):
        yield


def recover() -> list[str]:
    """Put back the published results of every arm whose publication was killed; take away what it left.

    Returns
    -------
    the names of the arms whose results were put back

    Raises
    ------
    NotMended if the folder can not be written.
    """
    if not _left():  # the usual case, also of a project that can not be written
        return []
    try:
        with publishing():
            return [name for folder in _left() if (name := _mend(folder))]
    except OSError as error:
        names = ", ".join(folder.name for folder in _left())
        raise NotMended(
            f"a run was killed while it published and left {names} in results/, which can not be put right ({error.strerror}): "
            "make results/ and build/ writable and call any command"
        ) from None


def _left() -> list[Path]:
    folders = (root() / "results", root() / "build" / "results")
    return sorted(left for folder in folders for end in ("old", "new") for left in folder.glob(f".*.{end}"))


def _mend(left: Path) -> str | None:
    """Put back old results if the new ones did not come; remove what lies aside."""
    results = left.with_name(left.name[1:].rsplit(".", 1)[0])
    if left == aside(results) and left.is_dir() and not results.is_dir():
        left.rename(results)
        return results.name
    shutil.rmtree(left, ignore_errors=True)
    return None
