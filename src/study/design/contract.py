"""The typed entries of design/own.yaml: the tables of a user's own bank."""

from typing import Literal

from pydantic import Field, model_validator

from .entries import Entry, Names, Words, ascending


class OwnColumn(Entry):
    """A column of the contract.

    `refers` names the table in whose key the value must be; `required`: the table must have the column; `missing`:
    cells may be empty.
    """

    kind: Literal["id", "text", "free", "date", "month", "money", "number", "whole", "flag"]
    required: bool = False
    missing: bool = False
    choices: Names = ()
    minimum: float | None = None
    maximum: float | None = None
    refers: str | None = None
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


class OwnTable(Entry):
    """A table of the contract; `key`: the columns whose values are there once."""

    required: bool
    key: Names
    meaning: Words
    columns: dict[str, OwnColumn] = Field(min_length=1)
