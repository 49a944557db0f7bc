"""The typed entries of design/own.yaml: the tables of a user's own bank."""

from typing import Literal

from pydantic import Field

from .entries import Entry, Text


class OwnColumn(Entry):
    """A column of the contract.

    `refers` names the table in whose key the value must be; `required`: the table must have the column; `missing`:
    cells may be empty.
    """

    kind: Literal["id", "text", "free", "date", "month", "money", "number", "whole", "flag"]
    required: bool = False
    missing: bool = False
    choices: tuple[str, ...] = Field(default=(), strict=False)
    minimum: float | None = Field(default=None, strict=False)
    maximum: float | None = Field(default=None, strict=False)
    refers: str | None = None
    meaning: Text


class OwnTable(Entry):
    """A table of the contract; `key`: the columns whose values are there once."""

    required: bool
    key: tuple[str, ...] = Field(strict=False)
    meaning: Text
    columns: dict[str, OwnColumn]
