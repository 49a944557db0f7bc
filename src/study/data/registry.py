"""The sources: where they are, in which form, and whether they show what they must."""

import hashlib
import os
import warnings
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pandas as pd

from study.design import checksum, load, relative, root
from study.design.sources import Form, Source
from study.errors import nearest

from . import model, sources
from .errors import DataError


class SourceMissing(DataError):
    """A source is not on this machine: the message says where it was looked for and how to get it."""


class UnknownFile(UserWarning):
    """A file has a checksum that is not known; it was read because its figures are the expected ones."""


@dataclass(frozen=True)
class Found:
    """A file of a source on this machine; `form` is None where its checksum is not known."""

    path: Path
    form: Form | None


@dataclass(frozen=True)
class Figure:
    """An expected figure of a source and the one found (None where the files at hand can not show it)."""

    source: str
    name: str
    what: str
    printed: str
    expected: float
    found: float | None
    digits: int

    @property
    def differs(self) -> bool:
        return self.found is not None and self.found != self.expected


def source(name: str) -> Source:
    """The registry's entry.

    Raises
    ------
    DataError if there is none: the nearest name.
    """
    sources = load().sources
    if name not in sources:
        raise DataError(f"no source '{name}'" + nearest(name, sources))
    return sources[name]


def of_arm(arm: str) -> list[str]:
    """The sources that carry an arm."""
    return [name for name, entry in load().sources.items() if entry.arm == arm]


def embedded() -> list[str]:
    """The sources whose files are part of the project."""
    return [name for name, entry in load().sources.items() if entry.access == "embedded"]


def paths(arm: str) -> list[Path]:
    """The files of the arm's sources that are here."""
    return [found.path for name in of_arm(arm) for found in find(name).values()]


def places(name: str) -> list[Path]:
    """The folders in which a source is looked for, in this order."""
    if source(name).access == "embedded":
        return [root() / "data" / name]
    named = os.environ.get("STUDY_DATA")
    return [
        root() / "data" / "external" / name,
        *([Path(named).expanduser() / name] if named else []),
        root().parent / "shared" / "data" / name,
    ]


def find(name: str) -> dict[str, Found]:
    """The files of a source that are here: key of the registry -> file, from the first folder that has it."""
    found = {}
    for key, file in source(name).files.items():
        candidates = [folder / form.name for folder in places(name) for form in file.forms]
        path = next((path for path in candidates if path.is_file()), None)
        if path is not None:
            found[key] = Found(path, recognise(path, file.forms))
    return found


def recognise(path: Path, forms) -> Form | None:
    """The form whose checksum the file has, or None."""
    of_name = [form for form in forms if form.name == path.name]
    for form in of_name:
        if form.sha256 and checksum(path) == form.sha256 or form.git_blob and git_blob(path) == form.git_blob:
            return form
    return None


def git_blob(path: Path) -> str:
    """The id that git gives a file's content: SHA-1 of "blob <size>", a zero byte, the content."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size)
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def missing(name: str) -> list[str]:
    """The required files of a source that are not here."""
    here = find(name)
    return [key for key, file in source(name).files.items() if file.required and key not in here]


def read(name: str) -> dict[str, pd.DataFrame]:
    """The tables of a source in the customer model (design/tables.yaml, and `tables` of its file in design/sources/).

    Returns
    -------
    name of the model -> DataFrame, and "about" (one row: as_of, the day at which the data end, currency, synthetic)

    Raises
    ------
    As `provided`, and DataError if the reader's tables break the model.
    """
    module, filled = reader(name), load().filled[_module(name)]
    tables = module.model(provided(name))
    model.check(_module(name), tables)
    about = {"as_of": [pd.Timestamp(getattr(module, "AS_OF", None))], "currency": [filled.currency], "synthetic": [False]}
    return tables | {"about": pd.DataFrame(about)}


def provided(name: str) -> dict[str, pd.DataFrame]:
    """The tables of a source as its provider has them, typed and checked.

    Raises
    ------
    SourceMissing if a required file is not here; DataError if a file is not as described, or has an
    unknown checksum and does not show the expected figures.

    Warns
    -----
    UnknownFile if a file has an unknown checksum and shows them.
    """
    found = files(name)
    tables = reader(name).provided({key: file.path for key, file in found.items()})
    unknown = [relative(file.path) for file in found.values() if file.form is None]
    if unknown:
        wrong = [figure for figure in _figures(name, tables) if figure.differs]
        if wrong:
            listed = "; ".join(f"{f.what}: {f.found:g}, expected {f.expected:g}" for f in wrong[:5])
            raise DataError(f"{', '.join(unknown)} has an unknown checksum, and {len(wrong)} figures differ: {listed}")
        warnings.warn(f"{', '.join(unknown)} has an unknown checksum; its figures are the expected ones", UnknownFile, stacklevel=2)
    return tables


def files(name: str) -> dict[str, Found]:
    """The files of a source.

    Raises
    ------
    SourceMissing if a required one is not here.
    """
    gone = missing(name)
    if gone:
        entry = source(name)
        names = ", ".join(entry.files[key].forms[0].name for key in gone)
        looked = ", ".join(_named(folder) for folder in places(name))
        raise SourceMissing(f"{name}: {names} is not in {looked}; get it with `study data get {name}`")
    return find(name)


def check(name: str) -> list[Figure]:
    """The expected figures of a source beside those that its files show.

    Raises
    ------
    SourceMissing, DataError as for `read`; an unknown checksum alone is no error here.
    """
    found = files(name)
    return _figures(name, reader(name).provided({key: file.path for key, file in found.items()}))


def reader(name: str) -> ModuleType:
    """The module that reads a source: it has the name of the source's file in design/sources/."""
    place = f"{sources.__name__}.{_module(name)}"
    try:
        return import_module(place)
    except ModuleNotFoundError as error:
        if error.name != place:
            raise
    raise DataError(f"no module reads the source '{name}'; write src/study/data/sources/{_module(name)}.py")


def _module(name: str) -> str:
    return source(name).arm or name


def _figures(name: str, tables: dict[str, pd.DataFrame]) -> list[Figure]:
    shown = reader(name).figures(tables)
    result = []
    for key, expected in source(name).expected.items():
        found = round(float(shown[key]), expected.digits) if key in shown else None
        result.append(Figure(name, key, expected.what, expected.printed, expected.value, found, expected.digits))
    return result


def _named(folder: Path) -> str:
    """A folder as a user knows it: from the project's root, or by how it was given."""
    if folder.is_relative_to(root()):
        return relative(folder)
    return f"../shared/data/{folder.name}" if folder.parent == root().parent / "shared" / "data" else f"$STUDY_DATA/{folder.name}"
