"""The typed entries of the design files: frozen, with unknown keys refused."""

import math
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, field_validator, model_validator

from .punctuation import full_width, signs


class Entry(BaseModel):
    """Base of every entry: frozen, strict about types, refuses unknown keys, empty texts, infinite numbers.

    A key that may be left out may also be null, which says the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, str_min_length=1, allow_inf_nan=False)


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if twice:
        raise ValueError(f"'{twice[0]}' is listed twice")
    return names


Names = Annotated[tuple[str, ...], Field(strict=False, min_length=1), AfterValidator(_once)]  # an empty list is left out, not written


def ascending(low: float | None, high: float | None) -> None:
    """Refuse a lower bound above the upper one."""
    if low is not None and high is not None and low > high:
        raise ValueError(f"the minimum {low:g} is above the maximum {high:g}")


class Text(Entry):
    """A text in the two languages of the study, with one minus and per cent sign, the Chinese one with full-width punctuation; empty only in a table's head."""

    model_config = ConfigDict(str_min_length=0)

    en: str
    zh: str

    @field_validator("en", "zh")
    @classmethod
    def _signs(cls, text: str) -> str:
        return signs(text)

    @field_validator("zh")
    @classmethod
    def _as_printed(cls, text: str) -> str:
        return full_width(text)

    def __getitem__(self, language: str) -> str:
        return getattr(self, language)


def _said(text: Text) -> Text:
    if not (text.en and text.zh):
        raise ValueError("is empty in one of the languages")
    return text


Words = Annotated[Text, AfterValidator(_said)]  # the text of a design file


class Arm(Entry):
    """A data set that the design is run on."""

    kind: Literal["real", "experiment", "teaching", "synthetic", "own", "published"]
    access: Literal["embedded", "downloaded", "generated", "user", "results"]
    title: Words
    carries: Words
    must_not_be_called: Words
    unit: Words | None = None  # what a row of its sample is
    cluster: Words | None = None  # what errors are clustered by, if anything
    stages: Annotated[tuple[str, ...], Field(strict=False)] = ()  # the questions that it answers, worked out when the design is loaded
    reads: Names = ()  # arms whose data its stages read besides its own

    @field_validator("stages")
    @classmethod
    def _stages_are_worked_out(cls, stages: tuple) -> tuple:
        raise ValueError("the questions that a data set answers follow from its tables; leave them out, or say under `declines` which make no sense")

    @property
    def built(self) -> bool:
        return bool(self.stages)

    @property
    def synthetic(self) -> bool:
        return self.kind == "synthetic"


class Parameter(Entry):
    """A typed parameter of a notebook."""

    type: Literal["str", "int", "float", "bool"]
    default: str | int | float | bool
    choices: Names = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str
    meaning: Words
    arms: Names = ()  # the arms that it means something for; none: all

    @model_validator(mode="after")
    def _is_of_its_type(self):
        right = {"str": str, "int": int, "float": (int, float), "bool": bool}[self.type]
        if not isinstance(self.default, right) or isinstance(self.default, bool) != (self.type == "bool"):
            raise ValueError(f"the default {self.default!r} is not of type {self.type}")
        bounds = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        if bounds and self.type not in ("int", "float"):
            raise ValueError(f"only a number has a minimum or maximum, and this is of type {self.type}")
        if self.type == "int" and any(bound != int(bound) for bound in bounds):
            raise ValueError("the bounds of a whole number are whole")
        if self.choices and self.type != "str":
            raise ValueError(f"only a text has choices, and this is of type {self.type}")
        return self

    @model_validator(mode="after")
    def _default_is_allowed(self):
        ascending(self.minimum, self.maximum)
        if self.choices and self.default not in self.choices:
            raise ValueError(f"the default {self.default!r} is not among the choices {', '.join(self.choices)}")
        low, high = self.minimum, self.maximum
        if (low is not None and self.default < low) or (high is not None and self.default > high):
            raise ValueError(f"the default {self.default!r} is outside its own range, {low} to {high}")
        return self

    @property
    def allowed(self) -> str:
        """What the parameter may be, in words: its choices, its range, or true and false."""
        if self.type == "bool":
            return "true or false"
        if self.choices:
            return ", ".join(self.choices)
        low, high = self.minimum, self.maximum
        if low is None or high is None:
            return f"at least {low:.10g}" if low is not None else f"at most {high:.10g}" if high is not None else "any"
        return f"{low:.10g} to {high:.10g}"


KINDS = {"text": str, "whole": int, "number": (int, float), "flag": bool, "texts": list, "numbers": list}
KINDS |= {"names": dict, "groups": dict, "values": dict}
INSIDE = {"texts": str, "numbers": (int, float), "names": str, "groups": list, "values": (int, float)}


class Setting(Entry):
    """A setting of a question.

    type : text, whole, number, flag; texts, numbers (lists), names (name -> text), groups (name -> texts), values (name -> number)
    default : what holds where a data set says nothing, "" or an empty list or mapping where it may be left out; none: a data set that
        answers the question must say it
    """

    type: Literal["text", "whole", "number", "flag", "texts", "numbers", "names", "groups", "values"]
    default: object = None
    meaning: Words

    def fault(self, value) -> str | None:
        """What is wrong with a value, or None."""
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        right = isinstance(value, KINDS[self.type]) and value not in ("", [], {}) and (self.type == "flag") == isinstance(value, bool)
        texts = [text for one in inside if isinstance(one, list) for text in one]
        if (
            right
            and all(isinstance(one, INSIDE[self.type]) and not isinstance(one, bool) for one in inside)
            and all(isinstance(t, str) for t in texts)
            and "" not in [*inside, *texts]
            and all(math.isfinite(one) for one in (value, *inside) if isinstance(one, float))
        ):
            return None
        return f"must be of type {self.type}, found {value!r}"

    @model_validator(mode="after")
    def _default_is_of_its_type(self):
        none = isinstance(self.default, str | list | dict) and not self.default and isinstance(self.default, KINDS[self.type])
        if self.default is not None and not none and (wrong := self.fault(self.default)):
            raise ValueError(f"the default {wrong}")
        return self


class Need(Entry):
    """What a question needs of a table of the customer model: columns that are filled, and at least how many there are."""

    columns: Names
    rows: int = Field(default=1, ge=1)
    customers: int = Field(default=1, ge=1)
    periods: int = Field(default=1, ge=1)


Needs = Annotated[dict[str, Need], Field(min_length=1)]  # table -> what is needed of it; all of them together


class Question(Entry):
    """A question: the notebook that asks it, what it needs, its parameters.

    needs : sets of needs, any one of which is enough; across : it is asked of the exhibits of several data sets
    default : the data set that the notebook takes when nobody names one
    parameters : `arm`, whose choices are worked out, is among them once the design is loaded; settings : what differs by data set
    """

    title: Words
    needs: Annotated[tuple[Needs, ...], Field(strict=False, min_length=1)] = ()  # none: of a question across data sets
    across: bool = False
    default: str | None = None
    parameters: dict[str, Parameter] = Field(default={}, min_length=1)
    settings: dict[str, Setting] = Field(default={}, min_length=1)

    @field_validator("parameters")
    @classmethod
    def _arm_is_worked_out(cls, parameters: dict) -> dict:
        if "arm" in parameters:
            raise ValueError("the data sets of a question follow from its needs; leave 'arm' out, or name one as `default`")
        return parameters


class Declines(RootModel):
    """The questions that make no sense for a data set although it has what they need, and why."""

    model_config = ConfigDict(frozen=True)

    root: Annotated[dict[str, Words], Field(min_length=1)]


class Derivation(Entry):
    """How a variable follows from others: exactly one of log, lag, ratio."""

    log: str | None = None
    lag: str | None = None
    periods: int = Field(default=1, ge=1)
    ratio: tuple[str, str] | None = Field(default=None, strict=False)
    factor: float = Field(default=1.0, gt=0)

    @model_validator(mode="after")
    def _one_form(self):
        if sum(form is not None for form in (self.log, self.lag, self.ratio)) != 1:
            raise ValueError("give exactly one of log, lag, ratio")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        return self.ratio or tuple(name for name in (self.log, self.lag) if name)


class Variable(Entry):
    """A line of the codebook."""

    label: Words
    unit: Words
    role: Literal["key", "outcome", "treatment", "control", "indicator"]
    definition: Words
    source: str
    minimum: float | None = None
    maximum: float | None = None
    derive: Derivation | None = None

    @model_validator(mode="after")
    def _bounds(self):
        ascending(self.minimum, self.maximum)
        return self


class Hypothesis(Entry):
    """A hypothesis with its smallest effect of interest and the arms that bear on it."""

    statement: Words
    treatment: str
    outcome: str
    population: str
    sign: Literal["+", "-", "two-sided", "upper bound"]
    margin: str
    family: Literal["primary", "secondary", "exploratory"]
    bears_on: dict[str, Literal["tests", "neighbour", "method"]] = Field(min_length=1)


class Bank(Entry):
    """A bank of the embedded facts."""

    name: Words
    type: Literal["state", "joint_stock", "city", "rural", "internet"]


class Definition(Entry):
    """What a `definition` note of the facts file means: the series it belongs to."""

    series: str
    restated: bool = False


class Sample(Entry):
    """A rule that turns rows of facts into one value per bank, year and variable."""

    arm: str
    title: Words
    bounds: Annotated[tuple[Literal["point", "lower", "upper"], ...], AfterValidator(_once)] = Field(strict=False, min_length=1)
    doubt: Literal["drop", "keep"]
    definition: Literal["main", "any"]
    kinds: Names = ()
    set_aside_kinds: Annotated[tuple[str, ...], AfterValidator(_once)] = Field(strict=False)  # none: []
    restated: Literal["set_aside", "keep"]
    series_break: Literal["ignore", "drop", "scope"]


class Model(Entry):
    """A regression: formula, clusters, and the exhibit column that shows it."""

    arm: str
    formula: str = Field(pattern="^[^~]+~[^~]+$")
    cluster: str
    exhibit: str
    panel: str
    hypothesis: str | None = None


class Share(Entry):
    """The data sets for which one of several questions makes an exhibit; `only`, `planned` as of an Exhibit."""

    only: Names = ()
    planned: Names = ()


class Exhibit(Share):
    """A table or figure of the paper and the question (notebook) that makes it or will.

    only : the arms for which it is made, where that is not all that answer the question; planned : those for which it is still to be built
    others : further questions that make it, for other arms; arms, makers : arm -> status and question, worked out when the design is loaded
    """

    title: Words
    notebook: str
    section: str
    others: dict[str, Share] = Field(default={}, min_length=1)
    arms: dict[str, Literal["built", "planned"]] = {}
    makers: dict[str, str] = {}

    @field_validator("arms", "makers")
    @classmethod
    def _arms_are_worked_out(cls, arms: dict) -> dict:
        raise ValueError("the arms of an exhibit follow from its questions; name those that are still to be built under `planned`")

    @property
    def shares(self) -> dict[str, Share]:
        """The questions that make it, with the arms for which they do."""
        return {self.notebook: self, **self.others}

    def made_by(self, question: str) -> dict[str, str]:
        """Arm -> status, of the arms for which this question makes it."""
        return {arm: status for arm, status in self.arms.items() if self.makers[arm] == question}


class ReportFigure(Entry):
    """A figure that the source report prints, and what can be said of it."""

    bank: str
    year: int | None = Field(default=None, ge=1900, le=2100)
    indicator: Words
    printed: Words
    share: float | None = Field(default=None, ge=0, le=1)
    status: Literal["arithmetic", "checkable", "claimed"]
    beside: Names = ()
    remark: Words | None = None


class ReportTable(Entry):
    """A case or a table of the source report, in words; `place`: chapter, and section or unlisted part."""

    kind: Literal["case", "table"]
    place: Annotated[str, Field(pattern=r"^[1-7](\([一二三四]\)| (intro|key|core))$")]
    title: Words
    says: Words
    status: Literal["checkable", "claimed", "terms", "not_comparable"]


class System(Entry):
    """A system of the source report: the code that builds it, the tests that check it, the exhibits that show it."""

    title: Words
    code: Names
    tests: Names
    exhibits: Names


class Tolerance(Entry):
    """What may differ between machines and still is the same result.

    covers, reason : in words; relative : of the size of a value; units : in the last printed digit
    arms, files : of an exception: patterns of the files under results/ that can not keep their bytes
    """

    covers: Words
    reason: Words
    relative: float = Field(default=0.0, ge=0, lt=0.01)
    units: int = Field(default=0, ge=0, le=1)
    arms: Names = ()
    files: Names = ()
