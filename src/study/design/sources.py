"""The typed entries of design/sources/ (section `source`): where data come from, how their files are recognised, what they must show."""

from typing import Literal

from pydantic import Field, model_validator

from .entries import Entry, Names, Words


class Form(Entry):
    """One form in which a file is recognised: its name and a checksum."""

    name: str
    what: str
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    git_blob: str | None = Field(default=None, pattern=r"^[0-9a-f]{40}$")

    @model_validator(mode="after")
    def _one_checksum(self):
        if (self.sha256 is None) == (self.git_blob is None):
            raise ValueError("give one of sha256, git_blob")
        return self


class Download(Entry):
    """Where a file can be had without a form: its address, and inside which archives it lies."""

    address: str = Field(pattern=r"^https?://")
    form: str
    inside: Names = ()


class SourceFile(Entry):
    """A file of a source: the forms it is known in, the best first."""

    required: bool = True
    forms: tuple[Form, ...] = Field(strict=False, min_length=1)
    download: Download | None = None


class Expected(Entry):
    """A figure that the source's files must show, to the printed digits."""

    value: int | float
    digits: int = Field(default=0, ge=0, le=12)
    what: str
    printed: str = "SOURCE.md"


class Source(Entry):
    """A source of data: provider, terms, files, and the figures by which they are checked."""

    arm: str | None = None
    title: Words
    provider: str
    address: str = Field(pattern=r"^https?://")
    licence: str
    citation: str
    access: Literal["embedded", "open", "page", "login", "request"]
    steps: Words
    files: dict[str, SourceFile] = Field(min_length=1)
    expected: dict[str, Expected] = Field(min_length=1)
