"""Put on the path by `study verify --vary files`: folders list their files in another order.

What a folder's listing is sorted by differs between file systems; nothing may depend on it. The order here is that of a checksum of
the names, so that it is another one than the alphabet's and the same in every run.
"""

import hashlib
import os

_listdir, _scandir = os.listdir, os.scandir


def _key(name):
    return hashlib.sha256(os.fsencode(name)).digest()


def listdir(path="."):
    """os.listdir in another order."""
    return sorted(_listdir(path), key=_key)


class _Entries:
    """os.scandir in another order."""

    def __init__(self, path):
        with _scandir(path) as entries:
            self._entries = iter(sorted(entries, key=lambda entry: _key(entry.name)))

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def close(self):
        """Nothing is open."""


def scandir(path="."):
    """os.scandir in another order."""
    return _Entries(path)


os.listdir, os.scandir = listdir, scandir
