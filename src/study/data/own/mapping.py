"""The mapping file: how a user's files, columns, codes, dates and money become those of the contract."""

from datetime import date
from pathlib import Path

from pydantic import Field, ValidationError

from study.design import load, relative
from study.design.entries import Entry
from study.design.yaml_file import DesignError
from study.design.yaml_file import read as read_yaml
from study.errors import nearest

from ..errors import DataError

NAME = "mapping.yaml"


class TableMapping(Entry):
    """One table: its file, how its cells are written, its columns' and codes' names.

    columns: contract's name -> file's name; codes: contract's column -> {file's code: contract's code};
    ignore: columns of the file that are not used; dates, months, decimal, thousands: as in `Mapping`, for this file.
    """

    file: str | None = None
    separator: str = ","
    encoding: str = "utf-8"
    dates: str | None = None
    months: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    codes: dict[str, dict[str, str]] = Field(default_factory=dict)
    ignore: tuple[str, ...] = Field(default=(), strict=False)


class Mapping(Entry):
    """The whole file: how dates, months and money are written unless a table says otherwise.

    currency: three letters; as_of: the day at which the data end (default: the last day in them); synthetic: true
    only where the data were generated (`study own demo`), every output is then stamped.
    """

    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    as_of: date | None = None
    dates: str = "%Y-%m-%d"
    months: str = "%Y-%m"
    decimal: str = "."
    thousands: str = ""
    synthetic: bool = False
    tables: dict[str, TableMapping] = Field(default_factory=dict)

    def of(self, table: str) -> TableMapping:
        """The mapping of one table with the defaults filled in."""
        own = self.tables.get(table, TableMapping())
        common = {name: getattr(self, name) for name in ("dates", "months", "decimal", "thousands")}
        return own.model_copy(update={name: value for name, value in common.items() if getattr(own, name) is None})


def read(folder: Path) -> Mapping:
    """The mapping of a folder; the contract's own names where there is no file.

    Raises
    ------
    DataError naming the line, what was found and the nearest name that is allowed.
    """
    file = folder / NAME
    if not file.is_file():
        return Mapping()
    try:
        content, lines = read_yaml(file)
        mapping = Mapping.model_validate(content)
    except DesignError as error:
        raise DataError(str(error).replace(f"design/{NAME}", relative(file))) from None
    except ValidationError as error:
        fault = error.errors()[0]
        raise DataError(f"{relative(file)}:{_line(fault['loc'], lines)}: {_words(fault)}") from None
    for place, found, allowed in _names(mapping):
        if found not in allowed:
            raise DataError(f"{relative(file)}:{_line(place, lines)}: '{found}' is not in the contract{nearest(found, allowed)}")
    return mapping


def _names(mapping: Mapping):
    """Every name of the contract that the mapping uses: place, name, allowed names."""
    contract = load().own
    for table, own in mapping.tables.items():
        yield ("tables", table), table, contract
        columns = contract[table].columns if table in contract else {}
        for part in ("columns", "codes"):
            for name in getattr(own, part):
                yield ("tables", table, part, name), name, columns
        for column, codes in own.codes.items():
            choices = columns[column].choices if column in columns else ()
            for code, ours in codes.items():
                yield ("tables", table, "codes", column, code), ours, choices or (ours,)


def _words(fault: dict) -> str:
    where = ".".join(map(str, fault["loc"]))
    if fault["type"] == "extra_forbidden":
        fields = TableMapping.model_fields if fault["loc"][0] == "tables" else Mapping.model_fields
        return f"unknown key '{fault['loc'][-1]}'{nearest(fault['loc'][-1], fields)}"
    return f"{where}: {fault['msg']}, found {fault['input']!r}"


def _line(place, lines: dict) -> int | str:
    for end in range(len(place), 0, -1):
        if tuple(place[:end]) in lines:
            return lines[tuple(place[:end])]
    return "?"
