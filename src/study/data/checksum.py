"""The checksum by which a data file is recognised."""

from hashlib import file_digest
from pathlib import Path


def checksum(path: Path) -> str:
    """The sha256 of a file in hexadecimal, read in pieces so that large files fit."""
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()
