"""Check the parameters of a run before a kernel starts."""

from collections.abc import Mapping

from study.errors import StudyError, nearest

from .answers import refusal
from .entries import Parameter
from .load import Design, load

WORDS = {"true": True, "yes": True, "false": False, "no": False}


class ParameterError(StudyError, ValueError):
    """A parameter is unknown, ill-typed or out of range."""


def resolve(design: Design, arm: str, given: Mapping[str, str]) -> dict[str, dict]:
    """The parameters of every stage of `arm`: the defaults, changed by `given`.

    Parameters
    ----------
    given : name -> value as typed by the user; it goes to every stage that declares the name

    Returns
    -------
    stage -> {parameter: value}, `arm` included

    Raises
    ------
    ParameterError naming the parameter, what was found and what is allowed.
    """
    stages = {stage: _declared(design, arm, stage) for stage in design.arms[arm].stages}
    known = parameter_names(design, arm)
    for name in given:
        if name == "arm":
            raise ParameterError("parameter 'arm' is chosen with --arm")
        if name not in known:
            raise ParameterError(f"arm '{arm}' has no parameter '{name}'" + nearest(name, sorted(known)))
    resolved = {}
    for stage, declared in stages.items():
        values = {name: parameter.default for name, parameter in declared.items()}
        values |= {n: convert(n, declared[n], text) for n, text in given.items() if n in declared}
        resolved[stage] = values | {"arm": arm}
    return resolved


def data_set(question: str, named: str = "") -> str:
    """The data set that a notebook is run on: the one that is named, else the question's own default.

    Raises
    ------
    ParameterError if there is no such question or data set, or the data set can not answer the question: says what it lacks.
    """
    design = load()
    for name, known in ((question, design.questions), (named, design.arms)):
        if name and name not in known:
            raise ParameterError(f"'{name}' is not in the design{nearest(name, known)}")
    if named and (refused := refusal(design, question, named)):
        raise ParameterError(refused)
    return named or str(design.questions[question].parameters["arm"].default)


def parameter_names(design: Design, arm: str) -> set[str]:
    """The parameters that the arm's stages declare, besides `arm`."""
    return {name for stage in design.arms[arm].stages for name in _declared(design, arm, stage)} - {"arm"}


def _declared(design: Design, arm: str, stage: str) -> dict[str, Parameter]:
    """The parameters of a stage that mean something for the arm."""
    return {name: p for name, p in design.questions[stage].parameters.items() if not p.arms or arm in p.arms}


def convert(name: str, parameter: Parameter, text: str):
    """`text` as the parameter's type, within its range."""
    value = _typed(name, parameter, str(text).strip())
    if parameter.choices and value not in parameter.choices:
        raise ParameterError(f"parameter '{name}' is '{value}'" + nearest(value, parameter.choices))
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise ParameterError(f"parameter '{name}' is {value} {parameter.unit}; allowed is {parameter.allowed}")
    return value


def _typed(name: str, parameter: Parameter, text: str):
    try:
        if parameter.type == "bool":
            return WORDS[text.lower()]
        value = {"int": int, "float": float, "str": str}[parameter.type](text)
    except (ValueError, KeyError):
        allowed = "true or false" if parameter.type == "bool" else f"type {parameter.type}"
        raise ParameterError(f"parameter '{name}' is '{text}'; it must be {allowed}") from None
    if isinstance(value, float) and value != value:
        raise ParameterError(f"parameter '{name}' is nan; it must be a number")
    return value
