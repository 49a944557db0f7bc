"""Find a published exhibit or number by its key."""

import json
from dataclasses import dataclass
from pathlib import Path

from study.design import load, nearest, root


class KeyUnknown(LookupError):
    """No published exhibit or number has this key, or several have."""


@dataclass(frozen=True)
class Found:
    """A published exhibit or number, as text."""

    key: str
    kind: str
    text: str


def keys(results: Path | None = None) -> dict[str, Path]:
    """Key -> file of everything published: tables, figures (their json) and numbers."""
    found: dict[str, Path] = {}
    for folder in sorted((results or root() / "results").glob("[!.]*")):
        for part in ("tables", "figures"):
            for file in sorted((folder / part).glob("*.json")):
                found[f"{folder.name}.{file.stem}"] = file
        numbers = folder / "numbers.json"
        if numbers.is_file():
            names = json.loads(numbers.read_text(encoding="utf-8"))
            found |= {f"{folder.name}.{name}": numbers for name in names}
    return found


def find(key: str, language: str = "en") -> Found:
    """The exhibit or number of `key`; a bare id counts where only one arm has it.

    Raises
    ------
    KeyUnknown with the candidates or the nearest key.
    """
    published = keys()
    if language not in ("en", "zh"):
        raise KeyUnknown(f"no language '{language}'; there is en and zh")
    matches = [k for k in published if key in (k, k.split(".", 1)[1])]
    if len(matches) > 1:
        raise KeyUnknown(f"'{key}' is in several arms; say one of {', '.join(matches)}")
    if not matches:
        raise KeyUnknown(_unknown(key, published))
    full, file = matches[0], published[matches[0]]
    if file.name == "numbers.json":
        number = json.loads(file.read_text(encoding="utf-8"))[full.split(".", 1)[1]]
        return Found(full, "number", f"{number['text']} {number['unit']}: {number['meaning']}")
    suffix = "" if language == "en" else f".{language}"
    if file.parent.name == "tables":
        text = file.with_name(f"{file.stem}{suffix}.md").read_text(encoding="utf-8")
        return Found(full, "table", text)
    content = json.loads(file.read_text(encoding="utf-8"))[language]
    picture = file.with_name(f"{file.stem}{suffix}.png")
    lines = [content["title"], *content["notes"], _from_root(picture)]
    return Found(full, "figure", "\n".join(lines))


def _unknown(key: str, published) -> str:
    exhibit = load().exhibits.get(key.split(".")[-1])
    if exhibit is not None and "planned" in exhibit.arms.values():
        return f"'{key}' is planned and not built yet"
    if not published:
        return f"'{key}' is not published: results/ is empty; run `study run`"
    return f"nothing published has the key '{key}'" + nearest(key, published)


def _from_root(path: Path) -> str:
    return path.relative_to(root()).as_posix()
