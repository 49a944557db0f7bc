"""Keyed pseudonyms: the same customer gets the same name everywhere, and nobody without the key can tell whose it is."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import pandas as pd

from study.design import root

from .errors import BadTable, KeyMissing, KeyUnsafe

VARIABLE = "STUDY_KEY"
SHORTEST = 32  # characters of a key
LENGTH = 32  # hexadecimal digits of a pseudonym, 128 bits: no two of a billion customers meet by chance


def key_file() -> Path:
    """Where the key is kept: the user's configuration folder, never the project."""
    named = os.environ.get("XDG_CONFIG_HOME")
    return (Path(named) if named else Path.home() / ".config") / "study" / "key"


def key(create: bool = False) -> bytes:
    """The key of the pseudonyms: $STUDY_KEY, else the key file.

    Parameters
    ----------
    create : make a random key file, readable by its owner only, if there is no key

    Raises
    ------
    KeyMissing if there is none; KeyUnsafe if it is short, in the project, or readable by others.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return _long_enough(named, f"${VARIABLE}")
    file = key_file()
    if file.resolve().is_relative_to(root()):
        raise KeyUnsafe("the key file is inside the project, where it would be passed on; set XDG_CONFIG_HOME to another folder")
    if not file.is_file():
        if not create:
            raise KeyMissing(
                f"no key for pseudonyms: ${VARIABLE} is not set and the configuration folder has no study/key; "
                "set the variable, or make the file with `study.privacy.key(create=True)`; keep a copy: "
                "without it no later delivery can be joined to this one"
            )
        _make(file)
    if file.stat().st_mode & 0o077:
        raise KeyUnsafe("the key file study/key can be read by others; run chmod 600 on it")
    return _long_enough(file.read_text(encoding="utf-8").strip(), "the key file study/key")


def _make(file: Path) -> None:
    """A new random key; the file is never there with wider rights, not even for an instant."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(secrets.token_hex(32) + "\n")


def _long_enough(text: str, name: str) -> bytes:
    if len(text) < SHORTEST:
        raise KeyUnsafe(f"{name} has {len(text)} characters; a key needs {SHORTEST} or more, drawn at random")
    return text.encode("utf-8")


def pseudonym(value: str, key: bytes) -> str:
    """HMAC-SHA256 of a text (RFC 2104), its first 128 bits as hexadecimal digits."""
    return hmac.new(key, value.encode("utf-8"), hashlib.sha256).hexdigest()[:LENGTH]


def pseudonyms(values: pd.Series, key: bytes) -> pd.Series:
    """Each identifier's pseudonym; a missing one stays missing.

    Parameters
    ----------
    values : texts or whole numbers; 7 and "7" get the same pseudonym, "07" another
    key : of `key()`

    Raises
    ------
    BadTable if a value is neither: 7.0 is not known to be 7.
    """
    if not (pd.api.types.is_integer_dtype(values) or pd.api.types.is_string_dtype(values.dropna())):
        raise BadTable(f"identifiers of column '{values.name}' are {values.dtype}; read them as texts or whole numbers")
    texts = values.map(str, na_action="ignore")
    names = {text: pseudonym(text, key) for text in texts.dropna().unique()}
    return texts.map(names)
