"""The typed entries of design/sources/: samples, 360-degree tables, experiments of the arms (sections `sample`, `profile`, `experiment`, `inference`)."""

from typing import Annotated, Literal

from pydantic import Field, RootModel, model_validator

from .entries import Entry, Names, Text, Words


class Keep(Entry):
    """Which rows a step keeps, in one of six ways; a column is written table.column and read at the customer's first row of the table.

    column, equals or differs : has, or has not, a value; a missing one differs
    column, known : is not missing
    column, same_as : has the value of another column
    column, within, each : of the rows with the same `within`, every value of `column` has `each` or more
    column, within, values : of the rows with the same `within`, there are `values` or more different ones of `column`
    rows_of, where, least : the customer has `least` or more rows in a table, of those where columns have these values
    """

    column: str | None = None
    equals: str | int | None = None
    differs: str | int | None = None
    known: Literal[True] | None = None
    same_as: str | None = None
    within: str | None = None
    each: int | None = Field(default=None, ge=1)
    values: int | None = Field(default=None, ge=1)
    rows_of: str | None = None
    where: dict[str, str | int] = Field(default_factory=dict, min_length=1)
    least: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _one_way(self):
        ways = [name for name in ("equals", "differs", "known", "same_as", "each", "values") if getattr(self, name) is not None]
        if (self.column is None) == (self.rows_of is None) or len(ways) != (self.column is not None):
            raise ValueError("give either `rows_of`, or `column` with one of equals, differs, known, same_as, each, values")
        if (self.within is None) != (self.each is None and self.values is None):
            raise ValueError("`within` goes with `each` or `values`, and these with it")
        if self.column is not None and (self.where or self.least != 1):
            raise ValueError("`where` and `least` go with `rows_of`")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads, as table.column."""
        return tuple(name for name in (self.column, self.same_as, self.within, *(f"{self.rows_of}.{name}" for name in self.where)) if name)


class Step(Entry):
    """A step of a sample, or (kind sample) a part of it that a later analysis uses.

    `keep` says which rows it keeps: all of these; of the first step, which keeps everything, and of published facts there is none.
    """

    kind: Literal["step", "sample"]
    keep: tuple[Keep, ...] = Field(default=(), strict=False, min_length=1)
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
    """An experiment with arms: contrasts (treated, against), families of outcomes, what was measured before and whether an outcome was seen.

    pooled : arms that are also taken together against the rest, on the first outcome of each family
    """

    arm: str
    control: str
    contrasts: list[Pair] = Field(min_length=1)
    families: dict[str, list[str]] = Field(min_length=1)
    baseline: list[str] = Field(min_length=1)
    observed: str | None = None
    strata: str | None = None
    pooled: Names = ()

    @model_validator(mode="after")
    def _declared(self):
        empty = [name for name, outcomes in self.families.items() if not outcomes]
        if empty:
            raise ValueError(f"the family {', '.join(empty)} has no outcome; a family-wise p needs at least one")
        arms = {name for pair in self.contrasts for name in pair}
        if unknown := sorted(set(self.pooled) - arms):
            raise ValueError(f"pooled names {', '.join(unknown)}, of which there is no contrast; the contrasts are of {', '.join(sorted(arms))}")
        return self
