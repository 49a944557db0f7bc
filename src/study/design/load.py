"""Load the design files into one frozen, cross-checked object."""

import re
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from pydantic import BaseModel, RootModel, ValidationError

from study.errors import nearest

from . import answers, contract, entries, parts, profiles, protection, references, settings, sources
from .paths import root
from .yaml_file import DesignError

FILES: dict[str, type[BaseModel]] = {
    "arms": entries.Arm,
    "questions": entries.Question,
    "variables": entries.Variable,
    "hypotheses": entries.Hypothesis,
    "banks": entries.Bank,
    "definitions": entries.Definition,
    "samples": entries.Sample,
    "models": entries.Model,
    "exhibits": entries.Exhibit,
    "sources": sources.Source,
    "steps": profiles.Steps,
    "profiles": profiles.Profile,
    "experiments": profiles.Experiment,
    "inference": profiles.Reading,
    "tables": contract.ModelTable,
    "filled": contract.Filled,
    "privacy": protection.Protection,
    "systems": entries.System,
    "report_figures": entries.ReportFigure,
    "report_tables": entries.ReportTable,
    "tolerances": entries.Tolerance,
    "declines": entries.Declines,
    "given_settings": settings.Given,
}


@dataclass(frozen=True)
class Design:
    """The empirical design: one mapping from id to typed entry per file of design/ or section of design/sources/."""

    arms: Mapping[str, entries.Arm]
    questions: Mapping[str, entries.Question]
    variables: Mapping[str, entries.Variable]
    hypotheses: Mapping[str, entries.Hypothesis]
    banks: Mapping[str, entries.Bank]
    definitions: Mapping[str, entries.Definition]
    samples: Mapping[str, entries.Sample]
    models: Mapping[str, entries.Model]
    exhibits: Mapping[str, entries.Exhibit]
    sources: Mapping[str, sources.Source]
    steps: Mapping[str, profiles.Steps]
    experiments: Mapping[str, profiles.Experiment]
    inference: Mapping[str, profiles.Reading]
    profiles: Mapping[str, profiles.Profile]
    tables: Mapping[str, contract.ModelTable]
    filled: Mapping[str, contract.Filled]
    privacy: Mapping[str, protection.Protection]
    systems: Mapping[str, entries.System]
    report_figures: Mapping[str, entries.ReportFigure]
    report_tables: Mapping[str, entries.ReportTable]
    tolerances: Mapping[str, entries.Tolerance]
    declines: Mapping[str, entries.Declines]
    given_settings: Mapping[str, settings.Given]
    answers: Mapping[str, Mapping[str, answers.Answer]]  # question -> arm, worked out

    @property
    def own(self) -> dict[str, contract.ModelTable]:
        """The tables of the customer model that a user's own bank may have."""
        return {name: table for name, table in self.tables.items() if table.own}

    def settings(self, arm: str, question: str) -> settings.Settings:
        """What a question does for a data set: what its file says, and the question's defaults for the rest."""
        given = self.given_settings[arm].root if arm in self.given_settings else {}
        return settings.of(self.questions[question].settings, given.get(question, {}))

    def built_exhibits(self, arm: str | None = None) -> list[str]:
        """Keys `arm.id` of the exhibits that are built: tables, figures, further ones (A), each by number.

        Those of the user's own data, which are never committed, only if that arm is named.
        """
        return [
            f"{name}.{id_}"
            for id_, exhibit in self.exhibits.items()
            for name, status in exhibit.arms.items()
            if status == "built" and (name == arm or arm is None and self.arms[name].access != "user")
        ]


@lru_cache(maxsize=4)
def load(folder: Path | None = None) -> Design:
    """The design of `folder` (default: design/ of the project), checked.

    Raises
    ------
    DesignError naming file, line and the nearest valid name.
    """
    folder = Path(folder) if folder else root() / "design"
    written = parts.read(folder, list(FILES))
    read = {name: {id_: _entry(kind, id_, written[name]) for id_ in written[name].content} for name, kind in FILES.items()}
    found = answers.matrix(read["arms"], read["questions"], answers.held(read["arms"], read["filled"], read["tables"]), read["declines"])
    able = answers.answering(found)
    worked_out = {
        "answers": found,
        "arms": answers.with_stages(read["arms"], able),
        "questions": answers.with_arms(read["questions"], able),
        "exhibits": answers.with_status(read["exhibits"], able, written["exhibits"].of("questions.yaml"), read["arms"]),
    }
    design = Design(**{name: MappingProxyType(part) for name, part in (read | worked_out).items()})
    _refuse(written, references.unanswered(design))
    for name, where, found, allowed in references.named(design):
        if found not in allowed:
            raise DesignError(f"{written[name].at(where)}: '{where[0]}' names '{found}', which is not defined{nearest(found, allowed)}")
    _refuse(written, references.faults(design))
    return design


def _refuse(written: Mapping[str, parts.Part], faults) -> None:
    """The first fault, if there is one, with its file and line."""
    for name, where, message in faults:
        raise DesignError(f"{written[name].at(where)}: {message}")


def _entry(kind, id_: str, part: parts.Part) -> entries.Entry:
    try:
        return kind.model_validate(part.content[id_])
    except ValidationError as error:
        fault = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    raise DesignError(f"{part.at((id_, *fault['loc']))}: '{id_}': {_message(kind, fault)}")


def _message(kind: type[BaseModel], fault) -> str:
    """What pydantic found, in the words of a design file."""
    *above, key = fault["loc"] or ("",)
    place = ".".join(map(str, fault["loc"]))
    found = reprlib.repr(fault["input"])
    if fault["type"] == "extra_forbidden":
        return f"unknown key '{key}'" + nearest(key, _fields(kind, above))
    if fault["type"] == "missing":
        return f"the key '{place}' is missing"
    if fault["type"] == "literal_error":
        return f"{place}: {found} is not allowed" + nearest(fault["input"], re.findall("'([^']*)'", fault["ctx"]["expected"]))
    said = fault["msg"].removeprefix("Value error, ")
    return f"{place}: {said}" if fault["type"] == "value_error" else f"{place}: {said}, found {found}"


def _fields(kind: type[BaseModel], above: list) -> list[str]:
    """The keys that an entry has at a place inside it; ids and positions lead no deeper."""
    for key in above:
        field = kind.model_fields.get("root" if issubclass(kind, RootModel) else key)
        kind = _entry_in(field.annotation) or kind if field else kind
    return list(kind.model_fields)


def _entry_in(annotation) -> type[BaseModel] | None:
    """The kind of entry in an annotation such as dict[str, Column]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _entry_in(part))), None)
