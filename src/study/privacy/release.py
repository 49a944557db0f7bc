"""The check before publication: a folder of results holds nothing of a single customer, or is refused."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from study.design import Design, load, read_json
from study.design.protection import Protection

from .cell_rules import Fault, Printed, share_faults
from .errors import ReleaseRefused
from .file_rules import row_faults
from .suppression import small
from .units import Units

KINDS = {".csv", ".json", ".md", ".tex", ".typ", ".docx", ".png", ".pdf"}
SHOWN = 20
SILENT = "says nothing of units; say which columns count customers: units=Units(counts=...), or Units() if none does"


def of_persons(design: Design, arm: str) -> bool:
    """True if the arm's results come from customers' data, its own or those of the arms it reads."""
    return bool(_with_persons(design, arm))


def _with_persons(design: Design, arm: str) -> list[str]:
    return [name for name in (arm, *design.arms[arm].reads) if design.privacy[name].persons]


def check_release(folder: Path, arm: str, design: Design | None = None) -> None:
    """Refuse a folder of results that shows single customers.

    Per table and figure: counts from 1 to 9 and shares on such a base; cells that follow from others; samples
    that differ by so few; extremes of single customers; rows that are customers; identifiers and pseudonyms.
    Numbers must say how many customers are behind them. Cells that the section `privacy` lists as public from
    the provider pass.

    Parameters
    ----------
    folder : with tables/, figures/, numbers.json, manifest.json, as a run makes it

    Raises
    ------
    ReleaseRefused naming exhibit, cell and rule.
    """
    design = design or load()
    if not of_persons(design, arm):
        return
    lines: list[str] = []
    for file in sorted([*Path(folder).glob("tables/*"), *Path(folder).glob("figures/*")]):
        if file.suffix not in KINDS:
            lines.append(f"{file.name}: a file of kind '{file.suffix}' can not be checked; publish csv")
        elif file.suffix == ".csv":
            lines += _file_lines(file, arm, design)
    for name, number in _json(Path(folder) / "numbers.json").items():
        lines += number_lines(name, number, design.privacy[arm])
    manifest = _json(Path(folder) / "manifest.json")
    for id_, entry in manifest.get("exhibits", {}).items():
        lines += _manifest_lines(id_, entry)
    for entry in manifest.get("numbers", ()):
        lines += _manifest_lines(", ".join(entry["names"]), entry)
    refuse(arm, lines)


def refuse(arm: str, lines: Sequence[str]) -> None:
    """Raise ReleaseRefused if there are faults; each is listed once."""
    lines = list(dict.fromkeys(lines))
    if lines:
        listed = "\n".join(f"  {line}" for line in lines[:SHOWN])
        more = f"\n  ... and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
        raise ReleaseRefused(f"{arm} can not be published: it shows single customers\n{listed}{more}")


def check_cells(languages: Mapping[str, pd.DataFrame], units: Units | None, *, exhibit: str, arm: str, design: Design) -> None:
    """Refuse one table or figure before it is written: the same rules as `check_release`.

    Parameters
    ----------
    languages : the cells as texts, without the column of panels; the first is English
    units : what its builder says, columns and rows by position; None if nothing

    Raises
    ------
    ReleaseRefused naming exhibit, cell and rule.
    """
    if of_persons(design, arm):
        english = next(iter(languages.values()))
        lines = [_cells_lines(cells, english, units, exhibit, arm, design) for cells in languages.values()]
        refuse(arm, [line for found in lines for line in found])


def check_number(name: str, number: Mapping, *, arm: str, design: Design) -> None:
    """Refuse one number of the text before it is written (see `number_lines`)."""
    if of_persons(design, arm):
        refuse(arm, number_lines(name, number, design.privacy[arm]))


def number_lines(name: str, number: Mapping, protection: Protection) -> list[str]:
    """The faults of a number of the text.

    Parameters
    ----------
    number : value, text, unit, and `behind`: the customers it rests on (of a count: itself)
    """
    if any(entry.number == name for entry in protection.public):
        return []
    behind, least = number.get("behind"), protection.least
    if behind is None:
        return [f"number '{name}': says nothing of units; say behind=, the customers that it rests on"]
    if small([behind], least)[0]:
        return [f"number '{name}': rests on {behind}, fewer than {least} customers; leave it out"]
    faults = share_faults(number["text"], str(number["value"]), number["unit"], behind, least)
    return [f"number '{name}': {fault}" for fault in faults]


def source_units(design: Design, arm: str) -> dict[str, int]:
    """What the arm's sources have as units, and how many: by the keys that the section `privacy` names."""
    counts = {}
    for name in _with_persons(design, arm):
        sources = [source for source in design.sources.values() if source.arm == name]
        expected = {key: figure for source in sources for key, figure in source.expected.items()}
        counts |= {expected[key].what: int(expected[key].value) for key in design.privacy[name].units}
    return counts


def _file_lines(file: Path, arm: str, design: Design) -> list[str]:
    """The faults of a csv file of tables/ or figures/; the other formats hold the same cells."""
    exhibit = file.name.split(".")[0]
    said = _json(file.with_name(f"{exhibit}.json")).get("units")
    english = file.with_name(f"{exhibit}.csv")
    named = _cells(english if english.is_file() else file, said)
    return _cells_lines(_cells(file, said), named, said and Units.read(said), exhibit, arm, design)


def _cells(file: Path, said: Mapping | None) -> pd.DataFrame:
    """The cells of a file as texts, less the column of panels."""
    cells = pd.read_csv(file, dtype=str, keep_default_na=False)
    return cells.iloc[:, len(cells.columns) - said["columns"] :] if said else cells


def _cells_lines(cells: pd.DataFrame, english: pd.DataFrame, units: Units | None, exhibit: str, arm: str, design: Design) -> list[str]:
    """The faults of one table or figure in one language: of its rows, else of its cells."""
    protection = design.privacy[arm]
    declared = [] if units is None else [cells.columns[c] for c in units.counts | set(units.bases)]
    identifying = [column for name in _with_persons(design, arm) for column in design.privacy[name].identifiers]
    found = source_units(design, arm)
    faults = row_faults(cells, identifying=identifying, units=found, most=protection.most_rows, declared=declared)
    if not faults and units is None:
        faults = [Fault(SILENT)]
    if not faults:
        public = protection.cells_of(exhibit)
        faults = [f for f in Printed(cells, units, protection.least).faults() if not _public(f, english, public)]
    return [fault.line(exhibit) for fault in faults]


def _public(fault: Fault, english: pd.DataFrame, public: frozenset | None) -> bool:
    """True if the provider has published the cell; cells are listed by their English names."""
    if public is None or fault.cell is None:
        return public is None
    row, column = fault.cell
    return (english.iloc[row, 0], english.columns[column]) in public


def _manifest_lines(id_: str, entry: Mapping) -> list[str]:
    """The lines of a customers' file that an exhibit rests on are not listed: they say who is in a sample."""
    listed = [entry.get("rows", ""), *entry.get("models", ())]
    told = any("," in rows for rows in listed)
    return [f"{id_}: the manifest lists lines of the customers' file; save it without rows"] if told else []


def _json(file: Path) -> dict:
    return read_json(file) if file.is_file() else {}
