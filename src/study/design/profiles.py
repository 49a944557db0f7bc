"""The typed entries of design/sources/: samples, 360-degree tables, experiments of the arms (sections `sample`, `profile`, `experiment`, `inference`)."""

from typing import Annotated, Literal

from pydantic import Field, RootModel, model_validator

from .entries import Entry, Text, Words


class Step(Entry):
    """A step of a sample, or (kind sample) a part of it that a later analysis uses."""

    kind: Literal["step", "sample"]
    label: Words
    reason: Words


class Steps(RootModel[Annotated[dict[str, Step], Field(min_length=1)]]):
    """The steps of one arm, by id, in their order."""

    model_config = {"frozen": True}


class Column(Entry):
    """A column of a 360-degree table; `levels` name the codes of a category, all of them or none."""

    block: Literal["static", "behavioural", "external", "treatment", "outcome"]
    kind: Literal["number", "flag", "category"]
    label: Words
    unit: Words
    definition: Words
    levels: dict[str, Words] = Field(default_factory=dict, min_length=1)

    @model_validator(mode="after")
    def _of_a_category(self):
        if self.levels and self.kind != "category":
            raise ValueError(f"levels name the codes of a category, and this is a {self.kind}")
        return self

    def level(self, code: str) -> Text:
        """What a code of a category is called; the code itself where the design names none (a bank's own)."""
        return self.levels[code] if self.levels else Text(en=code, zh=code)


class Profile(RootModel[Annotated[dict[str, Column], Field(min_length=1)]]):
    """The columns of one arm's table, by name, in their order."""

    model_config = {"frozen": True}


class Reading(Entry):
    """Which error, p-value and family the paper reads of a source's regressions."""

    error: Literal["CV1", "CV3"]
    p: Literal["bootstrap", "cv1", "cv3", "permutation"]
    p_few_banks: Literal["webb", "bootstrap"]
    family: list[str] = Field(min_length=1)
    method: Literal["benjamini_hochberg"]


Pair = Annotated[list[str], Field(min_length=2, max_length=2)]


class Experiment(Entry):
    """An experiment with arms: contrasts (treated, against), families of outcomes, what was measured before and whether an outcome was seen."""

    arm: str
    control: str
    contrasts: list[Pair] = Field(min_length=1)
    families: dict[str, list[str]] = Field(min_length=1)
    baseline: list[str] = Field(min_length=1)
    observed: str | None = None
    strata: str | None = None

    @model_validator(mode="after")
    def _declared(self):
        empty = [name for name, outcomes in self.families.items() if not outcomes]
        if empty:
            raise ValueError(f"the family {', '.join(empty)} has no outcome; a family-wise p needs at least one")
        return self
