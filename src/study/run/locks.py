"""Locks between processes: one file each, held by whoever has it open, let go when the last of them ends, however it ends."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def held(file: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[IO]:
    """Hold the lock `file` alone; `waiting` is called once if another process has it.

    A file that was taken away while we waited is no lock any more: the one that is there now is taken.

    Raises
    ------
    OSError if the file can not be made.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    told = False
    while True:
        lock = file.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                waiting()
            told = True
            fcntl.flock(lock, fcntl.LOCK_EX)
        if is_there(lock, file):
            break
        lock.close()
    with lock:
        yield lock


def is_there(lock: IO, file: Path) -> bool:
    """True if the lock that is held is still the file that others would take."""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), file.stat())
    except FileNotFoundError:
        return False
