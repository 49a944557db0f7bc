"""The paper's text: exhibits and numbers by key, looked up in the published results."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from study.design import read_json, read_text
from study.errors import StudyError, nearest
from study.exhibits.engine import cells
from study.exhibits.engine.lookup import KeyUnknown

CALL = re.compile(r"\{\{\s*(number|ref|exhibit)\(\s*\"([^\"]+)\"\s*\)\s*\}\}")
APPENDIX = re.compile(r"# (?:Appendix|附录)")
CELL = re.compile(r"\{\{\s*cell\(\s*\"([^\"]+)\"\s*,\s*\"([^\"]+)\"\s*,\s*\"([^\"]+)\"\s*(?:,\s*(\d+)\s*)?\)\s*\}\}")
WORDS = {"en": {"T": "Table", "F": "Figure"}, "zh": {"T": "表", "F": "图"}}


class PaperError(StudyError, ValueError):
    """The paper can not be built: the message names the line and what is wrong."""


@dataclass(frozen=True)
class Mention:
    """A key that the text names: by which function, in which line, whether in an appendix; of a cell its row, column and perhaps part."""

    key: str
    kind: str
    line: int
    appendix: bool = False
    cell: tuple[str, str, int | None] = ("", "", None)


def mentions(source: str) -> list[Mention]:
    """Every key that the text names, in order."""
    found, appendix = [], False
    for number, line in enumerate(source.splitlines(), start=1):
        appendix = appendix or bool(APPENDIX.match(line))
        found += [Mention(key, kind, number, appendix) for kind, key in CALL.findall(line)]
        found += [Mention(key, "cell", number, appendix, (row, column, int(part) if part else None)) for key, row, column, part in CELL.findall(line)]
    return found


def lines_of(root: Path) -> dict[str, list[int]]:
    """Exhibit key -> the lines of paper/paper.en.md that name it."""
    found: dict[str, list[int]] = {}
    for mention in mentions(read_text(root / "paper" / "paper.en.md")):
        if mention.kind in ("ref", "exhibit"):
            found.setdefault(mention.key, []).append(mention.line)
    return found


def numbers_named(root: Path) -> set[str]:
    """The keys of the numbers that the text names, in any of its languages."""
    sources = sorted((root / "paper").glob("paper.*.md"))
    return {mention.key for source in sources for mention in mentions(read_text(source)) if mention.kind == "number"}


def numbering(named: list[Mention], language: str) -> dict[str, str]:
    """Exhibit key -> "Table 3", or "Table A3" in an appendix: numbered in the order in which they are shown.

    The appendix begins at the first heading of the highest level that is called so. What is named and never shown
    comes after what is.
    """
    labels: dict[str, str] = {}
    counts: dict[str, int] = {}
    space = " " if language == "en" else ""
    shown = [mention for mention in named if mention.kind == "exhibit"]
    for mention in [*shown, *(mention for mention in named if mention.kind == "ref")]:
        if mention.key not in labels:
            letter = "F" if mention.key.split(".")[-1].startswith("F") else "T"
            series = f"{WORDS[language][letter]}{space}{'A' * mention.appendix}"
            counts[series] = counts.get(series, 0) + 1
            labels[mention.key] = f"{series}{counts[series]}"
    return labels


def published(results: Path) -> tuple[dict[str, str], dict[str, Path]]:
    """The printed text of every number and the json file of every exhibit, by key."""
    numbers: dict[str, str] = {}
    exhibits: dict[str, Path] = {}
    for folder in sorted(results.glob("[!.]*")):
        if (folder / "numbers.json").is_file():
            content = read_json(folder / "numbers.json")
            numbers |= {f"{folder.name}.{name}": entry["text"] for name, entry in content.items()}
        for file in sorted([*folder.glob("tables/*.json"), *folder.glob("figures/*.json")]):
            exhibits[f"{folder.name}.{file.stem}"] = file
    return numbers, exhibits


def unknown(named: list[Mention], numbers, exhibits) -> list[str]:
    """Faults of keys that are not published, each with its line and the nearest key."""
    faults = []
    for mention in named:
        known = numbers if mention.kind == "number" else exhibits
        if mention.key not in known:
            hint = nearest(mention.key, known) if known else "; nothing is published, run `study run`"
            faults.append(f"line {mention.line}: no {'table' if mention.kind == 'cell' else mention.kind} '{mention.key}'{hint}")
        elif mention.kind == "cell":
            try:
                cells.printed(exhibits[mention.key], *mention.cell)
            except KeyUnknown as error:
                faults.append(f"line {mention.line}: {error}")
    return faults


def render(source: str, numbers: Mapping[str, str], labels: Mapping[str, str], exhibits: Mapping[str, Path], language: str = "en") -> str:
    """The text with numbers, cells of tables and references filled in; exhibits become fenced blocks to be replaced."""
    # {# would open a comment, and pandoc writes {#refs}
    comments = {"comment_start_string": "<#", "comment_end_string": "#>"}
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, **comments)
    try:
        return environment.from_string(source).render(
            number=numbers.__getitem__,
            cell=lambda key, row, column, part=None: cells.printed(exhibits[key], row, column, part, language),
            ref=lambda key: f"[{labels[key]}](#{key})",
            exhibit=lambda key: f'::: {{.exhibit key="{key}"}}\n:::',
        )
    except jinja2.TemplateError as error:
        raise PaperError(f"line {getattr(error, 'lineno', '?')}: {error}") from None
