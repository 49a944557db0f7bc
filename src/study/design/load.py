"""Load the design files into one frozen, cross-checked object."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ValidationError

from study.errors import nearest

from . import contract, entries, profiles, protection, sources, yaml_file
from .paths import root
from .yaml_file import DesignError

FILES: dict[str, type[BaseModel]] = {
    "arms": entries.Arm,
    "runs": entries.Stage,
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
    "own": contract.OwnTable,
    "privacy": protection.Protection,
    "systems": entries.System,
    "report_figures": entries.ReportFigure,
    "report_tables": entries.ReportTable,
    "tolerances": entries.Tolerance,
}


@dataclass(frozen=True)
class Design:
    """The empirical design: one mapping from id to typed entry per file of design/."""

    arms: Mapping[str, entries.Arm]
    runs: Mapping[str, entries.Stage]
    variables: Mapping[str, entries.Variable]
    hypotheses: Mapping[str, entries.Hypothesis]
    banks: Mapping[str, entries.Bank]
    definitions: Mapping[str, entries.Definition]
    samples: Mapping[str, entries.Sample]
    models: Mapping[str, entries.Model]
    exhibits: Mapping[str, entries.Exhibit]
    sources: Mapping[str, sources.Source]
    steps: Mapping[str, profiles.Steps]
    profiles: Mapping[str, profiles.Profile]
    own: Mapping[str, contract.OwnTable]
    privacy: Mapping[str, protection.Protection]
    systems: Mapping[str, entries.System]
    report_figures: Mapping[str, entries.ReportFigure]
    report_tables: Mapping[str, entries.ReportTable]
    tolerances: Mapping[str, entries.Tolerance]

    def built_exhibits(self, arm: str | None = None) -> list[str]:
        """Keys `arm.id` of the exhibits that are built, in the order of exhibits.yaml.

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
    parts, lines = {}, {}
    for name, kind in FILES.items():
        content, lines[name] = yaml_file.read(folder / f"{name}.yaml")
        parts[name] = MappingProxyType({id_: _entry(kind, id_, body, name, lines[name]) for id_, body in content.items()})
    design = Design(**parts)
    for name, where, found, allowed in _references(design):
        if found not in allowed:
            line = _line(where, lines[name])
            raise DesignError(f"design/{name}.yaml:{line}: '{where[0]}' names '{found}', which is not defined{nearest(found, allowed)}")
    for where, message in protection.faults(design.privacy, design.arms, design.profiles):
        raise DesignError(f"design/privacy.yaml:{_line(where, lines['privacy'])}: {message}")
    return design


def formula_names(formula: str) -> list[str]:
    """The variables that a formula names, in order of appearance."""
    return list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*", formula)))


def _entry(kind, id_: str, body, name: str, lines: dict) -> entries.Entry:
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        fault = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    where = (id_, *fault["loc"])
    message = fault["msg"]
    if fault["type"] == "extra_forbidden":
        message = f"unknown key '{fault['loc'][-1]}'" + nearest(fault["loc"][-1], kind.model_fields)
    elif fault["type"] == "missing":
        message = f"the key '{fault['loc'][-1]}' is missing"
    else:
        message = f"{'.'.join(map(str, fault['loc']))}: {message}, found {fault['input']!r}"
    raise DesignError(f"design/{name}.yaml:{_line(where, lines)}: '{id_}': {message}")


def _line(where: tuple, lines: dict) -> int | str:
    """The line of the longest part of `where` that the file has."""
    for end in range(len(where), 0, -1):
        if where[:end] in lines:
            return lines[where[:end]]
    return "?"


def _references(design: Design):
    """Every name in one file that must be defined in another: file, place, name, allowed."""
    for id_, arm in design.arms.items():
        for i, stage in enumerate(arm.stages):
            yield "arms", (id_, "stages", i), stage, design.runs
        for i, other in enumerate(arm.reads):
            yield "arms", (id_, "reads", i), other, design.arms
    for id_, stage in design.runs.items():
        for name in stage.own:
            table, _, column = name.partition(".")
            yield "runs", (id_, "own"), column, design.own[table].columns if table in design.own else ()
    for id_, variable in design.variables.items():
        for source in variable.derive.sources if variable.derive else ():
            yield "variables", (id_, "derive"), source, design.variables
    for id_, hypothesis in design.hypotheses.items():
        for arm in hypothesis.bears_on:
            yield "hypotheses", (id_, "bears_on", arm), arm, design.arms
    for id_, sample in design.samples.items():
        yield "samples", (id_, "arm"), sample.arm, design.arms
    yield from _model_references(design)
    for name in ("steps", "profiles"):
        for id_ in getattr(design, name):
            yield name, (id_,), id_, design.arms
    for id_, table in design.own.items():
        for name in table.key:
            yield "own", (id_, "key"), name, table.columns
        for name, column in table.columns.items():
            if column.refers:
                yield "own", (id_, "columns", name, "refers"), column.refers, design.own
    for id_, source in design.sources.items():
        if source.arm is not None:
            yield "sources", (id_, "arm"), source.arm, design.arms
    for id_, entry in design.privacy.items():
        yield "privacy", (id_,), id_, design.arms
        for unit in entry.units:
            yield "privacy", (id_, "units"), unit, [key for s in design.sources.values() if s.arm == id_ for key in s.expected]
        for key, name, columns in protection.columns(entry, design.profiles.get(id_)):
            yield "privacy", (id_, "anonymity", key), name, columns
        for public in entry.public:
            if public.exhibit:
                yield "privacy", (id_, "public"), public.exhibit, design.exhibits
    for id_, system in design.systems.items():
        for key in system.exhibits:
            yield "systems", (id_, "exhibits"), key, design.built_exhibits()
    for id_, figure in design.report_figures.items():
        yield "report_figures", (id_, "bank"), figure.bank, design.banks
        for variable in figure.beside:
            yield "report_figures", (id_, "beside"), variable, design.variables
    for id_, exhibit in design.exhibits.items():
        for arm, status in exhibit.arms.items():
            yield "exhibits", (id_, "arms", arm), arm, design.arms
            if status == "built":
                yield "exhibits", (id_, "notebook"), exhibit.notebook, design.arms[arm].stages


def _model_references(design: Design):
    for id_, model in design.models.items():
        yield "models", (id_, "arm"), model.arm, design.arms
        yield "models", (id_, "exhibit"), model.exhibit, design.exhibits
        for variable in formula_names(model.formula):
            yield "models", (id_, "formula"), variable, design.variables
        yield "models", (id_, "cluster"), model.cluster, design.variables
        if model.hypothesis:
            yield "models", (id_, "hypothesis"), model.hypothesis, design.hypotheses
