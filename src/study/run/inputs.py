"""The data files that an arm's stages read, and whether they are here."""

from pathlib import Path

from study.data import registry
from study.design import Design, root


def data_files(design: Design, arm: str) -> list[Path]:
    """The files of the arm's own data and of the arms that it reads, sorted."""
    found: list[Path] = []
    for name in (arm, *design.arms[arm].reads):
        found += sorted((root() / "data" / name).glob("*.csv"))
        for source in registry.of_arm(name):
            found += [file.path for file in registry.find(source).values()]
    return found


def missing(design: Design, arm: str) -> str | None:
    """The source that the arm needs and that is not here, or None."""
    sources = [source for name in (arm, *design.arms[arm].reads) for source in registry.of_arm(name)]
    return next((source for source in sources if registry.missing(source)), None)
