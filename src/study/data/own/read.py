"""Read and check a user's tables: everything that is wrong is reported, nothing is guessed."""

from collections.abc import Mapping as Names
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pyarrow import ArrowException

from study import privacy
from study.design import load, relative, root
from study.design.contract import ModelTable
from study.errors import nearest
from study.privacy import identifiers

from .. import tables as files_of
from ..errors import DataError
from . import mapping as mappings
from . import parquet, rules
from .faults import CELL, Fault, listed, of_rows
from .mapping import TableMapping
from .values import typed

KINDS = ("csv", "csv.gz", "parquet")


@dataclass(frozen=True)
class Checked:
    """A folder of own data after the check.

    Parameters
    ----------
    tables : name of the contract -> DataFrame, its columns by the contract's names, index `line`; bad cells missing
    files : name -> the file as the user knows it
    faults : what is wrong; the tables may be used only where there is none
    mapping : the mapping file
    """

    tables: Names[str, pd.DataFrame]
    files: Names[str, str]
    faults: list[Fault]
    mapping: mappings.Mapping


def folder() -> Path:
    """Where own data are: data/own."""
    return root() / "data" / "own"


def check(place: Path | None = None) -> Checked:
    """Read every table of the contract that is in the folder, and find everything that is wrong.

    Raises
    ------
    DataError if the folder has no table at all, or the mapping file is wrong.
    """
    place = Path(place or folder())
    contract, mapping = load().own, mappings.read(place)
    paths = {name: path for name in contract if (path := _path(place, name, mapping))}
    if not paths:
        raise DataError(f"{relative(place)} has no table; `study own init` writes empty ones, `study own demo` an example")
    tables, faults = {}, _absent(place, contract, paths, mapping)
    for name, path in paths.items():
        texts, wrong = _texts(path, contract[name], mapping.of(name))
        faults += wrong
        if texts is not None:
            tables[name], wrong = _table(path.name, texts, contract[name], mapping.of(name))
            faults += wrong
    files = {name: path.name for name, path in paths.items()}
    whole = {name: frame for name, frame in tables.items() if not contract[name].lacking(frame.columns)}
    for name, frame in whole.items():
        faults += rules.keys(files[name], frame, contract[name])
        faults += rules.references(files[name], frame, contract[name], whole, contract)
        faults += rules.scales(files[name], frame) if name == "survey" else []
    return Checked(tables, files, faults + rules.histories(whole, files), mapping)


def read(place: Path | None = None) -> dict[str, pd.DataFrame]:
    """The tables of a folder without a fault, ready for use.

    Returns
    -------
    name of the contract -> DataFrame, rows from 0 in the file's order, and "about" (one row: as_of, currency,
    synthetic): identifiers as keyed pseudonyms, free text
    dropped, money as whole cents (Int64), days as datetime64, flags and numbers float, categories str

    Raises
    ------
    DataError listing the faults, the worst first; study.privacy.KeyMissing if there is no key for pseudonyms.
    """
    checked = check(place)
    if checked.faults:
        raise DataError("\n".join([f"{relative(Path(place or folder()))} can not be used; `study own check` shows all:", *listed(checked.faults)]))
    contract, key = load().own, privacy.key()
    about = {"as_of": [_last_day(checked)], "currency": [checked.mapping.currency], "synthetic": [checked.mapping.synthetic]}
    usable = {name: _usable(frame, contract[name], key) for name, frame in checked.tables.items()}
    return usable | {"about": pd.DataFrame(about)}


def _last_day(checked: Checked) -> pd.Timestamp:
    """The day at which the data end: as the mapping file says, else the last day (or month's end) in the tables."""
    if checked.mapping.as_of:
        return pd.Timestamp(checked.mapping.as_of)
    days = [
        checked.tables[name][column].max()
        for name, column in (("transactions", "date"), ("customers", "opened"))
        if column in checked.tables.get(name, ())
    ]
    months = checked.tables.get("customer_months")
    if months is not None:
        days.append(months["month"].max() + pd.offsets.MonthEnd(0))
    return max((day for day in days if pd.notna(day)), default=pd.NaT)


def _usable(frame: pd.DataFrame, table: ModelTable, key: bytes) -> pd.DataFrame:
    """A checked table without free text, identifiers as pseudonyms."""
    kinds = {column: table.columns[column].kind for column in frame.columns}
    kept = frame[[column for column, kind in kinds.items() if kind != "free"]].reset_index(drop=True)
    hidden = [column for column in kept if kinds[column] == "id" and column in ("customer_id", "transaction_id")]
    return kept.assign(**{column: privacy.pseudonyms(kept[column], key) for column in hidden})


def is_synthetic(place: Path | None = None) -> bool:
    """True if the mapping file says that the tables were generated."""
    return mappings.read(Path(place or folder())).synthetic


def paths(place: Path | None = None) -> list[Path]:
    """The files that a run on own data reads: mapping and tables."""
    place = Path(place or folder())
    if not place.is_dir():
        return []
    mapping = mappings.read(place)
    found = [path for name in load().own if (path := _path(place, name, mapping))]
    return found + [place / mappings.NAME] * bool(found and (place / mappings.NAME).is_file())


def _path(place: Path, name: str, mapping: mappings.Mapping) -> Path | None:
    """The file of a table: the mapped one, else <table>.csv, .csv.gz or .parquet."""
    named = mapping.of(name).file
    candidates = [place / named] if named else [place / f"{name}.{kind}" for kind in KINDS]
    return next((path for path in candidates if path.is_file()), None)


def _absent(place: Path, contract: Names[str, ModelTable], there, mapping) -> list[Fault]:
    """Required or mapped tables whose file is not in the folder."""
    found = []
    for name, table in contract.items():
        named = mapping.of(name).file
        if name not in there and named:
            others = sorted(path.name for path in place.iterdir() if path.is_file())
            found.append(Fault(named, "", f"is named by {mappings.NAME} for {name} and is not there{nearest(named, others)}"))
        elif name not in there and table.required:
            found.append(Fault(f"{name}.csv", "", "is not there and every stage needs it"))
    return found


def _texts(path: Path, table: ModelTable, how: TableMapping) -> tuple[pd.DataFrame | None, list[Fault]]:
    """The cells of a file as texts, indexed by line; no table where the file can not be read."""
    try:
        if path.suffix == ".parquet":
            return parquet.texts(path, how, {how.columns.get(ours, ours): column.kind for ours, column in table.columns.items()})
        text = files_of.content(path).decode(how.encoding)
        header, rows, lines = files_of.cells(text, how.separator)
    except UnicodeError as error:
        at = f" (byte {error.start} is 0x{error.object[error.start]:02x})" if isinstance(error, UnicodeDecodeError) else ""
        return None, [Fault(path.name, "", f"is not {how.encoding}{at}; save it so, or name its `encoding` in {mappings.NAME}")]
    except files_of.BrokenRow as error:
        return None, [Fault(path.name, "", error.rule, (error.line,))]
    except (ArrowException, DataError, OSError, ValueError, OverflowError) as error:
        return None, [Fault(path.name, "", f"can not be read: {(str(error).splitlines() or [type(error).__name__])[0]}")]
    wrong = _of_the_shape(path.name, header, rows, lines, how)
    if any(not fault.lines for fault in wrong):
        return None, wrong
    kept = [i for i, row in enumerate(rows) if len(row) == len(header)]
    index = pd.Index([lines[i] for i in kept], name="line")
    return pd.DataFrame([rows[i] for i in kept], columns=header, index=index, dtype="str"), wrong


def _of_the_shape(file: str, header, rows, lines, how: TableMapping) -> list[Fault]:
    """No header, no rows, another separator, a column twice, rows of another length."""
    if not header:
        return [Fault(file, "", "has an empty first line; it must be the header" if rows else "is empty")]
    if not rows:
        return [Fault(file, "", "has a header and no rows")]
    if len(header) == 1:
        other = next((mark for mark in ";,\t|" if mark != how.separator and mark in header[0]), None)
        if other:
            return [Fault(file, "", f"has one column; it seems to be separated by {other!r}: say so as `separator` in {mappings.NAME}")]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        return [Fault(file, twice[0], f"is the name of {header.count(twice[0])} columns")]
    odd = pd.Series([len(row) != len(header) for row in rows], index=pd.Index(lines))
    counts = pd.Series([str(len(row)) for row in rows], index=odd.index)
    return of_rows(file, "", f"cells where the file has {len(header)} columns", odd, counts, severity=0)


def _table(file: str, texts: pd.DataFrame, table: ModelTable, how: TableMapping) -> tuple[pd.DataFrame, list[Fault]]:
    """One table with the contract's names and types, and what is wrong with its columns and cells."""
    theirs = {ours: how.columns.get(ours, ours) for ours in table.columns}
    faults = _columns(file, texts, table, how, theirs)
    made = {}
    for ours, column in table.columns.items():
        if theirs[ours] not in texts:
            continue
        cells = texts[theirs[ours]].replace(how.codes.get(ours, {}))
        found = typed(cells, column, how)
        made[ours] = found.values
        faults += of_rows(file, theirs[ours], found.allowed, found.bad, texts[theirs[ours]])
        if not column.missing:
            faults += of_rows(file, theirs[ours], "must not be empty", cells == "", None)
        if column.kind == "free":
            faults += _identifiers(file, theirs[ours], cells)
    return pd.DataFrame(made, index=texts.index), faults


def _columns(file: str, texts: pd.DataFrame, table: ModelTable, how: TableMapping, theirs) -> list[Fault]:
    """Columns that are missing, and those that nothing knows."""
    found, lacking = [], table.lacking([ours for ours, name in theirs.items() if name in texts])
    for ours, name in theirs.items():
        if name not in texts and (ours in lacking or ours in how.columns):
            extra = [column for column in texts if column not in theirs.values()]
            found.append(
                Fault(file, name, f"is no column of the file{nearest(name, extra) if extra else ''}; rename it or map it in {mappings.NAME}")
            )
    known = {*theirs.values(), *how.ignore}
    for name in texts:
        if name not in known:
            free = [ours for ours in table.columns if theirs[ours] not in texts]
            found.append(Fault(file, name, f"is not in the contract{nearest(name, free)}; map it, or list it under `ignore` in {mappings.NAME}"))
    taken = [theirs[ours] for ours in table.columns if theirs[ours] in texts]
    for name in sorted({name for name in taken if taken.count(name) > 1}):
        ours = ", ".join(ours for ours in table.columns if theirs[ours] == name)
        found.append(Fault(file, name, f"is the column of {ours}; map each to a column of its own in {mappings.NAME}"))
    return found


def _identifiers(file: str, name: str, cells: pd.Series) -> list[Fault]:
    """Identifiers in a free text; what they are is never shown."""
    found = identifiers.find(cells[cells != ""])
    words = {one.kind: f"holds {identifiers.KINDS[one.kind].what}; remove it" for one in found}
    return [Fault(file, name, words[one.kind], (int(one.first),), one.rows, "", CELL) for one in found]
