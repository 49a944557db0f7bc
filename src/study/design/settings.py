"""What a question does differently by data set: declared with the question, given in the data set's file, section `settings`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, RootModel

from study.errors import nearest

from .entries import Entry, Setting

PRINTED = "printed"  # beside the settings of a question: figures that others have printed


class Printed(Entry):
    """A figure that somebody else has printed, and to how many digits; what is found must round to it."""

    value: float = Field(strict=False)
    digits: int = Field(ge=0, le=10)
    source: str

    def holds(self, found: float) -> bool:
        """Whether a figure that was found is the printed one, to its digits."""
        return round(float(found), self.digits) == self.value


Named = dict[str, object]


class Given(RootModel[Annotated[dict[str, Named], Field(min_length=1)]]):
    """What a data set says of the settings of each question."""

    model_config = {"frozen": True}


class Settings(Mapping):
    """The settings of a question for one data set, by name or as attributes; `printed`: name -> Printed."""

    def __init__(self, values: Mapping[str, object], printed: Mapping[str, Printed]):
        self._values, self.printed = MappingProxyType(dict(values)), MappingProxyType(dict(printed))

    def __getitem__(self, name: str):
        return self._values[name]

    def __getattr__(self, name: str):
        if name.startswith("_") or name not in self._values:
            raise AttributeError(f"no setting '{name}'{nearest(name, self._values)}")
        return self._values[name]

    def __iter__(self):
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def of(declared: Mapping[str, Setting], given: Mapping[str, object]) -> Settings:
    """What a data set says, and the defaults for the rest."""
    printed = {name: Printed.model_validate(figure) for name, figure in given.get(PRINTED, {}).items()}
    return Settings({name: given.get(name, setting.default) for name, setting in declared.items()}, printed)


def faults(design):
    """What data sets say that their questions do not declare, or not so: part, place, message."""
    for arm, given in design.given_settings.items():
        for question, values in given.root.items():
            if question not in design.questions:
                yield "given_settings", (arm, question), f"there is no question '{question}'{nearest(question, design.questions)}"
                continue
            declared = design.questions[question].settings
            for name, value in values.items():
                if wrong := _wrong(declared, name, value):
                    yield "given_settings", (arm, question, name), wrong
    for question, entry in design.questions.items():
        for arm in entry.parameters["arm"].choices if "arm" in entry.parameters else ():
            given = design.given_settings[arm].root.get(question, {}) if arm in design.given_settings else {}
            for name, setting in entry.settings.items():
                if setting.default is None and name not in given:
                    yield "questions", (question, "settings", name), f"'{arm}' answers the question and does not give '{name}', which has no default"


def _wrong(declared: Mapping[str, Setting], name: str, value) -> str | None:
    if name == PRINTED:
        try:
            of({}, {PRINTED: value})
        except (ValueError, AttributeError):
            return f"a printed figure is written {{value, digits, source}}, found {value!r}"
        return None
    if name not in declared:
        return f"the question has no setting '{name}'{nearest(name, declared)}"
    wrong = declared[name].fault(value)
    return f"'{name}' {wrong}" if wrong else None
