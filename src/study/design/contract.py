"""The typed entries of the customer model (design/tables.yaml), and of what a data set fills of it (section `tables` of its file)."""

from typing import Literal

from pydantic import Field, model_validator

from .entries import Entry, Names, Words, ascending

Kind = Literal["id", "text", "free", "date", "month", "money", "number", "whole", "flag"]


class ModelColumn(Entry):
    """A column of the model.

    `refers` names the table in whose key the value must be; `required`: the table must have the column; `missing`:
    cells may be empty; `instead`: the column that may stand for a required one.
    """

    kind: Kind
    required: bool = False
    missing: bool = False
    choices: Names = ()
    minimum: float | None = None
    maximum: float | None = None
    refers: str | None = None
    instead: str | None = None
    meaning: Words

    @model_validator(mode="after")
    def _fits_its_kind(self):
        ascending(self.minimum, self.maximum)
        if (self.minimum is not None or self.maximum is not None) and self.kind not in ("money", "number", "whole"):
            raise ValueError(f"only numbers have a minimum or maximum, and this is of kind {self.kind}")
        if self.choices and self.kind != "text":
            raise ValueError(f"only a category (kind text) has choices, and this is of kind {self.kind}")
        if self.refers and self.kind != "id":
            raise ValueError(f"only an id refers to a table, and this is of kind {self.kind}")
        return self


class ModelTable(Entry):
    """A table of the model; `key`: the columns whose values are there once; `own`: a user's bank may have it."""

    required: bool
    own: bool = True
    key: Names
    meaning: Words
    columns: dict[str, ModelColumn] = Field(min_length=1)

    def lacking(self, columns) -> list[str]:
        """The required columns that a table with these columns lacks."""
        needed = [(name, column.instead) for name, column in self.columns.items() if column.required]
        return [name for name, instead in needed if name not in columns and instead not in columns]


class ExtraColumn(Entry):
    """A column that a data set has beside those of the model, in the provider's name (a dot becomes _) or, with `provider`, in one of its own."""

    kind: Kind
    meaning: str
    provider: str | None = None
    missing: bool = False


class FilledTable(Entry):
    """What a data set fills of a table.

    `rows`: how many, one number per form of its files; `columns`: of the model; `extra`: beside them; `may_miss`: columns
    that the model wants filled and that some rows do not have, with how many.
    """

    rows: tuple[int, ...] = Field(strict=False, min_length=1)
    columns: Names
    extra: dict[str, ExtraColumn] = Field(default_factory=dict, min_length=1)
    may_miss: dict[str, int] = Field(default_factory=dict, min_length=1)


class Filled(Entry):
    """The tables of the model that a data set fills.

    `unit`: the table whose rows a sample is of; `cluster`: the column (table.column) by which errors are clustered; `currency`: of its
    money; `note`: what a reader must know of the tables. A user's own bank fills what it has: no `filled`.
    """

    unit: str
    cluster: str | None = None
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    note: str | None = None
    filled: dict[str, FilledTable] = Field(default_factory=dict, min_length=1)
