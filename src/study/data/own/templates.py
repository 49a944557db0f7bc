"""Empty tables with the contract's columns, and a draft of the mapping file."""

import csv
import io
from difflib import get_close_matches
from pathlib import Path

import yaml

from study.design import load

from .. import tables as files_of
from ..errors import DataError
from . import mapping as mappings
from .read import KINDS

SEPARATORS = ",;\t|"
LIKENESS = 0.6  # of two names, below which nothing is proposed


def init(place: Path) -> list[Path]:
    """Write an empty csv file per table of the contract and a commented mapping file; nothing is overwritten."""
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in load().own.items():
        if not any((place / f"{name}.{kind}").exists() for kind in KINDS):
            written.append(place / f"{name}.csv")
            written[-1].write_text(",".join(table.columns) + "\n", encoding="utf-8")
    if not (place / mappings.NAME).exists():
        written.append(place / mappings.NAME)
        written[-1].write_text(_commented(), encoding="utf-8")
    return written


def _commented() -> str:
    return (
        "# How your files are written; see data/own/README.md. Without this file the contract's own names and forms hold.\n"
        'currency: CNY\ndates: "%Y-%m-%d"\nmonths: "%Y-%m"\ndecimal: "."\nthousands: ""\n'
        '# tables:\n#   customers:\n#     file: clients.csv\n#     separator: ";"\n#     columns: {customer_id: client_no}\n'
        "#     codes: {sex: {F: woman, M: man}}\n#     ignore: [column_that_is_not_used]\n"
    )


def draft(place: Path) -> tuple[str, list[str]]:
    """A mapping file proposed from the headers of the files in a folder, and what could not be matched.

    A file goes to the table whose columns its header resembles most; a column to the contract's name that it
    resembles, once each. Names only: no cell is looked at, so every line must be read before it is used. What a
    mapping file in the folder says of all tables (currency, dates, that the data are synthetic) is kept.

    Raises
    ------
    DataError if the folder has no csv file.
    """
    files = sorted(path for path in place.glob("*.csv*") if path.is_file()) if place.is_dir() else []
    if not files:
        raise DataError(f"{place.name} has no csv file to propose a mapping for")
    contract, proposed, open_ = load().own, {}, []
    for path in files:
        separator, header = _header(path)
        pairs = {name: _pairs(header, list(table.columns)) for name, table in contract.items() if name not in proposed}
        best = max(pairs, key=lambda name: (path.name.startswith(name), len(pairs[name])), default=None)
        if best is None or not pairs[best]:
            open_.append(f"{path.name}: no table of the contract resembles its columns {', '.join(header)}")
            continue
        left = [name for name in header if name not in pairs[best].values()]
        proposed[best] = {"file": path.name, "separator": separator, "columns": pairs[best], "ignore": left}
        open_ += [f"{path.name}, {name}: no name of {best} resembles it; it is under `ignore` until you map it" for name in left]
    kept = mappings.read(place).model_dump(mode="json", exclude={"tables"}, exclude_defaults=True)
    return yaml.safe_dump(kept | {"tables": proposed}, allow_unicode=True, sort_keys=False), open_


def save(place: Path, text: str) -> Path:
    """Write a proposed mapping file.

    Raises
    ------
    DataError if there is one already.
    """
    file = place / mappings.NAME
    if file.exists():
        raise DataError(f"{place.name} has a {mappings.NAME} already; compare it with the proposal by hand")
    file.write_text(text, encoding="utf-8")
    return file


def _header(path: Path) -> tuple[str, list[str]]:
    first = files_of.content(path).decode("utf-8", errors="replace").removeprefix("\ufeff").splitlines()[:1]
    line = first[0] if first else ""
    separator = max(SEPARATORS, key=line.count)
    return separator, next(csv.reader(io.StringIO(line), delimiter=separator), [])


def _pairs(header: list[str], columns: list[str]) -> dict[str, str]:
    """Contract's name -> the file's column that resembles it most; equal names first, each once."""
    pairs = {name: name for name in columns if name in header}
    for theirs in (name for name in header if name not in pairs):
        free = [name for name in columns if name not in pairs]
        close = get_close_matches(theirs.lower(), free, n=1, cutoff=LIKENESS)
        if close:
            pairs[close[0]] = theirs
    return {name: pairs[name] for name in columns if name in pairs}
