"""Find a published exhibit or number by its key."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from study.design import UnreadableFile, load, read_json, relative, root
from study.errors import StudyError, nearest


class KeyUnknown(StudyError, LookupError):
    """No published exhibit or number has this key, or several have."""


@dataclass(frozen=True)
class Found:
    """A published exhibit or number.

    Parameters
    ----------
    title : what it is, with its key
    lines : the number with its meaning; notes; the figure's file
    cells : the printed cells of a table, else None
    """

    title: str
    lines: tuple[str, ...]
    cells: pd.DataFrame | None = None


def keys(results: Path | None = None) -> dict[str, Path]:
    """Key -> file of everything published: tables and figures (their json), numbers."""
    found: dict[str, Path] = {}
    for folder in sorted((results or root() / "results").glob("[!.]*")):
        for file in sorted([*folder.glob("tables/*.json"), *folder.glob("figures/*.json")]):
            found[f"{folder.name}.{file.stem}"] = file
        numbers = folder / "numbers.json"
        if numbers.is_file():
            names = read_json(numbers)
            found |= {f"{folder.name}.{name}": numbers for name in names}
    return found


def resolve(key: str, published: dict[str, Path]) -> str:
    """The full key of `key`; a bare id counts where only one arm has it.

    Raises
    ------
    KeyUnknown with the candidates or the nearest key.
    """
    matches = [full for full in published if key in (full, full.split(".", 1)[1])]
    if len(matches) > 1:
        raise KeyUnknown(f"'{key}' is in several arms; say one of {', '.join(matches)}")
    if matches:
        return matches[0]
    exhibit = load().exhibits.get(key.split(".")[-1])
    if exhibit is not None and "planned" in exhibit.arms.values():
        raise KeyUnknown(f"'{key}' is planned and not built yet")
    if not published:
        raise KeyUnknown(f"'{key}' is not published: results/ is empty; run `study run`")
    raise KeyUnknown(f"nothing published has the key '{key}'" + nearest(key, published))


def find(key: str, language: str = "en") -> Found:
    """The published exhibit or number of `key`.

    Raises
    ------
    KeyUnknown if there is none, several, or no such language.
    """
    if language not in ("en", "zh"):
        raise KeyUnknown(f"no language '{language}'; there is en and zh")
    published = keys()
    full = resolve(key, published)
    file = published[full]
    content = read_json(file)
    if file.name == "numbers.json":
        number = content[full.split(".", 1)[1]]
        return Found(full, (f"{number['text']} {number['unit']}: {number['meaning']}".replace(" :", ":"),))
    text, suffix = content[language], "" if language == "en" else f".{language}"
    title = f"{full}: {text['title']}"
    if file.parent.name == "tables":
        cells = read_cells(file.with_name(f"{file.stem}{suffix}.csv"))
        return Found(title, tuple(text["notes"]), cells)
    picture = file.with_name(f"{file.stem}{suffix}.png")
    return Found(title, (*text["notes"], picture.relative_to(root()).as_posix()))


def read_cells(file: Path) -> pd.DataFrame:
    """The printed cells of a table's csv file, as text."""
    try:
        return pd.read_csv(file, dtype=str)
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{relative(file)} is no table: {error}; bring it back with `git checkout`") from None
