"""What an arm's run reads: its data files, whether they are here, and the stages that they allow."""

from hashlib import sha256
from pathlib import Path

from study import data
from study.design import Design, checksum, load, root
from study.errors import StudyError


class NotAllowed(StudyError, ValueError):
    """The user's tables carry no stage."""


def data_files(design: Design, arm: str) -> list[Path]:
    """The files of the arm's own data and of the arms that it reads."""
    return [file for name in (arm, *design.arms[arm].reads) for file in data.inputs(name)]


def missing(design: Design, arm: str) -> str | None:
    """How to get what the arm needs and is not here, or None."""
    return next((lacking for name in (arm, *design.arms[arm].reads) if (lacking := data.missing(name))), None)


def stages(design: Design, arm: str) -> tuple[str, ...]:
    """The stages of the arm; of the user's own data those that the tables carry.

    Raises
    ------
    DataError if the user's tables have a fault; NotAllowed if they carry no stage.
    """
    if design.arms[arm].access != "user":
        return design.arms[arm].stages
    allowed = data.own.allowed(data.own.read())
    able = tuple(question for question, answer in allowed.items() if answer.given)
    if not able:
        first = next(iter(allowed))
        raise NotAllowed(f"these tables carry no stage: {first} {allowed[first].why}; `study own check` says it of every stage")
    return able


def fault(arm: str) -> str | None:
    """What is wrong with the tables that the arm reads, so that no kernel starts for it; None if they are as described.

    The readers are asked again only after the files, the readers or the design changed.
    """
    design = load()
    names = (arm, *design.arms[arm].reads)
    state = sha256()
    for file in [*data_files(design, arm), *sorted((root() / "src/study/data").rglob("*.py")), *sorted((root() / "design").rglob("*.yaml"))]:
        state.update(f"{file.name} {checksum(file)}\n".encode())
    seen = root() / "build" / "data_checked" / arm
    if seen.is_file() and seen.read_text(encoding="ascii") == state.hexdigest():
        return None
    try:
        for name in names:
            if data.inputs(name):
                data.read(name)
    except data.DataError as error:
        return f"{arm}: {error}"
    seen.parent.mkdir(parents=True, exist_ok=True)
    seen.write_text(state.hexdigest(), encoding="ascii")
    return None
