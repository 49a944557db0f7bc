"""What one design file says of another: every name is defined, and what belongs together fits."""

import re

from . import filled, protection, settings


def formula_names(formula: str) -> list[str]:
    """The variables that a formula names, in order of appearance."""
    return list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*", formula)))


def unanswered(design):
    """Questions that no data set answers, or not the one that they name: file, place, message."""
    for id_, question in design.questions.items():
        if "arm" not in question.parameters and all(found in allowed for *_, found, allowed in _needed(design, id_, question)):
            near, answer = min(design.answers[id_].items(), key=lambda row: (row[1].declines is not None, len(row[1].lacks)))
            yield "questions", (id_,), f"no data set answers the question '{id_}'; the nearest, '{near}', {answer.why}"
        elif "arm" in question.parameters and question.default in design.arms and question.default not in question.parameters["arm"].choices:
            able = ", ".join(question.parameters["arm"].choices)
            yield "questions", (id_, "default"), f"'{question.default}' can not answer the question '{id_}'; these can: {able}"


def faults(design):
    """What does not fit together although every name is defined: file, place, message."""
    for id_, arm in design.arms.items():
        if arm.built and arm.kind != "published" and id_ not in design.steps:
            yield "arms", (id_, "stages"), f"'{id_}' has stages and no section `sample`: describe its steps"
    for id_, exhibit in design.exhibits.items():
        if not exhibit.arms:
            yield (
                "exhibits",
                (id_,),
                f"'{id_}' is made by no question and planned for no arm; put it under its question in questions.yaml, or name arms under `planned`",
            )
        yield from _made_twice(design, id_, exhibit)
    yield from filled.faults(design)
    yield from settings.faults(design)
    yield from protection.faults(design.privacy, design.arms, design.profiles)


def _able(design, question):
    """The arms that answer a question; none of one whose notebook is not there."""
    found = design.questions.get(question)
    return found.parameters["arm"].choices if found and "arm" in found.parameters else ()


def _made_twice(design, id_, exhibit):
    """Two questions that make an exhibit for one data set."""
    makers = {}
    for question, share in exhibit.shares.items():
        for arm in share.only or _able(design, question):
            if (first := makers.setdefault(arm, question)) != question:
                yield "exhibits", (id_, "others", question), f"'{first}' and '{question}' both make '{id_}' for '{arm}'; name data sets under `only`"


def named(design):
    """Every name in one file that must be defined in another: file, place, name, allowed."""
    for id_, arm in design.arms.items():
        for i, other in enumerate(arm.reads):
            yield "arms", (id_, "reads", i), other, design.arms
    for id_, entry in design.declines.items():
        for question in entry.root:
            yield "declines", (id_, question), question, design.questions
    for id_, question in design.questions.items():
        yield from _of_question(design, id_, question)
    for id_, exhibit in design.exhibits.items():
        for question, share in exhibit.shares.items():
            place = (id_, "others", question) if question in exhibit.others else (id_,)
            for i, arm in enumerate(share.only):
                yield "exhibits", (*place, "only", i), arm, _able(design, question)
            for i, arm in enumerate(share.planned):
                yield "exhibits", (*place, "planned", i), arm, design.arms
    for id_, variable in design.variables.items():
        for source in variable.derive.sources if variable.derive else ():
            yield "variables", (id_, "derive"), source, design.variables
    for id_, hypothesis in design.hypotheses.items():
        for arm in hypothesis.bears_on:
            yield "hypotheses", (id_, "bears_on", arm), arm, design.arms
    for id_, tolerance in design.tolerances.items():
        for i, arm in enumerate(tolerance.arms):
            yield "tolerances", (id_, "arms", i), arm, design.arms
    for id_, sample in design.samples.items():
        yield "samples", (id_, "arm"), sample.arm, design.arms
    yield from _model_references(design)
    for name in ("steps", "profiles", "experiments", "inference", "declines", "given_settings"):
        for id_ in getattr(design, name):
            yield name, (id_,), id_, design.arms
    yield from filled.named(design.tables, design.filled, design.steps)
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
    for id_, reading in design.inference.items():
        for i, panel in enumerate(reading.family):
            yield "inference", (id_, "family", i), panel, {model.panel for model in design.models.values() if model.arm == id_}
    for id_, system in design.systems.items():
        for key in system.exhibits:
            yield "systems", (id_, "exhibits"), key, design.built_exhibits()
    for id_, figure in design.report_figures.items():
        yield "report_figures", (id_, "bank"), figure.bank, design.banks
        for variable in figure.beside:
            yield "report_figures", (id_, "beside"), variable, design.variables


def _needed(design, id_, question):
    for i, needs in enumerate(question.needs):
        for table, need in needs.items():
            yield "questions", (id_, "needs", i, table), table, design.tables
            for j, column in enumerate(need.columns if table in design.tables else ()):
                yield "questions", (id_, "needs", i, table, "columns", j), column, design.tables[table].columns


def _of_question(design, id_, question):
    if question.default:
        yield "questions", (id_, "default"), question.default, design.arms
    yield from _needed(design, id_, question)
    for name, parameter in question.parameters.items():
        for i, arm in enumerate(parameter.arms):
            yield "questions", (id_, "parameters", name, "arms", i), arm, design.arms
        for i, choice in enumerate(parameter.choices if name == "rule" else ()):
            yield "questions", (id_, "parameters", name, "choices", i), choice, design.samples


def _model_references(design):
    for id_, model in design.models.items():
        yield "models", (id_, "arm"), model.arm, design.arms
        yield "models", (id_, "exhibit"), model.exhibit, design.exhibits
        for variable in formula_names(model.formula):
            yield "models", (id_, "formula"), variable, design.variables
        yield "models", (id_, "cluster"), model.cluster, design.variables
        if model.hypothesis:
            yield "models", (id_, "hypothesis"), model.hypothesis, design.hypotheses
