"""The generated parts of README.md: main table, data files, the map from exhibits to programs."""

import re
from functools import partial
from pathlib import Path

import pandas as pd

from study.design import load, root
from study.errors import StudyError
from study.paper import mentions

from . import manifests, readme_sources

MARK = "<!-- generated: {name} -->"
END = "<!-- end -->"
HEADLINE = ["Outcome", "Estimate", "95% interval, CV3", "p, bootstrap (least)", "q", "N", "Banks G"]


def parts(folder: Path) -> dict[str, str]:
    """Name -> Markdown of every generated part."""
    return {
        "headline": headline(folder),
        "sources": readme_sources.sources(),
        "data": readme_sources.data_files(folder),
        "exhibits": exhibit_map(folder),
        "numbers": number_map(folder),
    }


def fill(text: str, generated: dict[str, str]) -> str:
    """README's text with its generated parts written anew.

    Raises
    ------
    StudyError if a part has no place in the text.
    """
    for name, content in generated.items():
        start = re.escape(MARK.format(name=name))
        pattern = re.compile(f"({start}\n).*?({re.escape(END)})", flags=re.DOTALL)
        text, found = pattern.subn(partial(_between, content), text)
        if found != 1:
            raise StudyError(f"the page has {found} places for '{MARK.format(name=name)}'; it needs one")
    return text


def _between(content: str, marks: re.Match) -> str:
    return f"{marks[1]}{content}\n{marks[2]}"


def headline(folder: Path) -> str:
    """The same-year panel of the baseline table, in the columns that a first look needs."""
    table = pd.read_csv(folder / "results" / "cn_banks" / "tables" / "T6.csv", dtype=str)
    rows = table[table["panel"].str.startswith("B.")]
    lines = ["| " + " | ".join(HEADLINE) + " |", "| --- " + "| --: " * (len(HEADLINE) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows[HEADLINE].to_numpy()])


def exhibit_map(folder: Path) -> str:
    """One line per published exhibit: number in the paper, notebook, cell, files."""
    source = (folder / "paper" / "paper.en.md").read_text(encoding="utf-8")
    lines_of = {m.key: m.line for m in mentions(source) if m.kind == "exhibit"}
    lines = ["| exhibit | title | notebook, cell | output | line of paper.en.md |", "| --- | --- | --- | --- | --: |"]
    for arm, manifest in _manifests(folder):
        for id_, line in manifest["exhibits"].items():
            if line["files"]:
                key = f"{arm}.{id_}"
                shown = next(f for f in line["files"] if f.endswith((f"{id_}.md", f"{id_}.png")))
                path = f"results/{arm}/{shown}"
                program = f"[`{line['notebook']}`]({line['notebook']}), `{line['cell']}`"
                title = load().exhibits[id_].title.en
                lines.append(f"| {key} | {title} | {program} | [`{path}`]({path}) | {lines_of.get(key, '-')} |")
    return "\n".join(lines)


def number_map(folder: Path) -> str:
    """One line per notebook cell that saves numbers of the text."""
    cells: dict[tuple[str, str, str], int] = {}
    for arm, manifest in _manifests(folder):
        for id_, line in manifest["exhibits"].items():
            if id_.startswith("number "):
                place = (line["notebook"], line["cell"], arm)
                cells[place] = cells.get(place, 0) + 1
    lines = ["| notebook, cell | in-text numbers | output |", "| --- | --: | --- |"]
    for (notebook, cell, arm), count in cells.items():
        path = f"results/{arm}/numbers.json"
        lines.append(f"| [`{notebook}`]({notebook}), `{cell}` | {count} | [`{path}`]({path}) |")
    return "\n".join(lines)


def write() -> None:
    """Write the generated parts of README.md."""
    file = root() / "README.md"
    file.write_text(fill(file.read_text(encoding="utf-8"), parts(root())), encoding="utf-8")


def _manifests(folder: Path):
    """The published manifests by arm; not those of the user's own data, which are never committed."""
    arms = load().arms
    for path in sorted(folder.glob("results/*/manifest.json")):
        if arms[path.parent.name].access != "user":
            yield path.parent.name, manifests.read(path)
