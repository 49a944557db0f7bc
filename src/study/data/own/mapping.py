"""The mapping file: how a user's files, columns, codes, dates and money become those of the contract."""

import codecs
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from study.design import load, relative
from study.design.entries import Entry
from study.design.yaml_file import DesignError
from study.design.yaml_file import read as read_yaml
from study.errors import nearest

from ..errors import DataError

NAME = "mapping.yaml"


DAY = datetime(2024, 3, 31)


def _mark(value: str) -> str:
    if len(value) != 1 or value.isalnum() or value in '"-\r\n\0':
        raise ValueError("must be one character that is no letter, digit, quote or minus")
    return value


def _days(form: str) -> str:
    return _read_back(form, DAY, "%Y-%m-%d")


def _months(form: str) -> str:
    return _read_back(form, DAY.replace(day=1), "%Y-%m")


def _read_back(form: str, day: datetime, usual: str) -> str:
    """Refuse a form in which a day, once written, is not read again."""
    try:
        found = datetime.strptime(day.strftime(form), form)
    except ValueError:
        found = None
    if found != day:
        raise ValueError(f"must be a form of Python's strftime that holds a whole day or month, such as {usual}")
    return form


def _encoding(name: str) -> str:
    try:
        known = codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        known = False
    if not known:
        raise ValueError("must be an encoding of texts that Python knows, such as utf-8 or gb18030")
    return name


Mark = Annotated[str, AfterValidator(_mark)]
Days = Annotated[str, AfterValidator(_days)]
Months = Annotated[str, AfterValidator(_months)]


class TableMapping(Entry):
    """One table: its file, how its cells are written, its columns' and codes' names.

    columns: contract's name -> file's name; codes: contract's column -> {file's code: contract's code};
    ignore: columns of the file that are not used; dates, months, decimal, thousands: as in `Mapping`, for this file.
    """

    file: str | None = None
    separator: Mark = ","
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    dates: Days | None = None
    months: Months | None = None
    decimal: Mark | None = None
    thousands: Mark | Literal[""] | None = None
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
    dates: Days = "%Y-%m-%d"
    months: Months = "%Y-%m"
    decimal: Mark = "."
    thousands: Mark | Literal[""] = ""
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
    for place, how in (((), mapping), *((("tables", name), mapping.of(name)) for name in mapping.tables)):
        if how.decimal == how.thousands:
            said = next((key for key in ("thousands", "decimal") if (*place, key) in lines), None)
            raise DataError(f"{relative(file)}:{_line((*place, said), lines)}: decimal and thousands are both '{how.decimal}'; a number could be two")
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
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}, found {fault['input']!r}"


def _line(place, lines: dict) -> int | str:
    for end in range(len(place), 0, -1):
        if tuple(place[:end]) in lines:
            return lines[tuple(place[:end])]
    return "?"
