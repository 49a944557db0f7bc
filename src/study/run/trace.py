"""The way back from a number: paper, file, notebook cell, functions, model, parameters, rows, checksum."""

import ast
import importlib
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from study.design import checksum, load, read_json, read_text, relative, root
from study.errors import StudyError, nearest
from study.exhibits.engine import lookup
from study.exhibits.engine.run import ranges
from study.paper import mentions
from study.paper.text import numbering

from . import manifests, record


class TraceError(StudyError, ValueError):
    """The place that was asked for is not there: the message lists what there is."""


@dataclass(frozen=True)
class Step:
    """One step of the way back."""

    what: str
    found: str


def trace(key: str, row: str | None = None, column: str | None = None) -> list[Step]:
    """The steps from a published number or table cell back to the rows that it rests on.

    Parameters
    ----------
    key : exhibit or number, such as cn_banks.T6 or cn_banks.investment_2019
    row, column : a cell of a table: the row's key, number or label, the column's key or head

    Raises
    ------
    KeyUnknown, TraceError
    """
    published = lookup.keys()
    full = lookup.resolve(key, published)
    arm, id_ = full.split(".", 1)
    results = root() / "results" / arm
    manifest = manifests.read(results / "manifest.json")
    number = published[full].name == "numbers.json"
    entry = manifest["exhibits"][f"number {id_}" if number else id_]
    file = results / "numbers.json" if number else _data_file(results, id_)
    recorded = manifest["numbers"] if number else entry["files"][file.relative_to(results).as_posix()]
    state = "as published" if checksum(file).startswith(recorded) else "CHANGED since it was published"
    steps = [_in_paper(full), Step("file", f"{relative(file)}, sha256 {checksum(file)}, {state}")]
    model = None
    if number:
        value = read_json(file)[id_]
        steps.append(Step("value", f"{value['text']} {value['unit']} = {value['value']!r}: {value['meaning']}"))
    elif row is not None or column is not None:
        row, column = _heads(file, row, column)
        cell, position = _cell(file, row, column)
        steps.append(Step("value", cell))
        shown = entry.get("models", [])
        if column in entry.get("pooled", ()):
            steps.append(Step("models", f"all {len(shown)} of the exhibit: {', '.join(one['model'] for one in shown)}"))
        elif len(shown) == len(pd.read_csv(file)):
            model = shown[position]
    return steps + _program(entry) + _origin(entry, manifest, model)


def _in_paper(key: str) -> Step:
    """Where the paper names the key."""
    source = root() / "paper" / "paper.en.md"
    named = mentions(read_text(source))
    lines = sorted({m.line for m in named if m.key == key})
    label = numbering(named, "en").get(key)
    where = f"{relative(source)}, lines {', '.join(map(str, lines))}" if lines else "not in the paper"
    return Step("paper", f"{label}: {where}" if label else where)


def _data_file(results: Path, id_: str) -> Path:
    return next(f for f in (results / "tables" / f"{id_}.csv", results / "figures" / f"{id_}.csv") if f.is_file())


def _heads(file: Path, row: str | None, column: str | None) -> tuple[str | None, str | None]:
    """Number and head in place of the keys by which the paper names a row and a column."""
    keys = read_json(file.with_suffix(".json")).get("keys") or {"rows": [], "columns": []}
    heads = dict(zip(keys["columns"], pd.read_csv(file, nrows=0).columns[-len(keys["columns"]) :]))
    return str(keys["rows"].index(row) + 1) if row in keys["rows"] else row, heads.get(column or "", column)


def _cell(file: Path, row: str | None, column: str | None) -> tuple[str, int]:
    """A table's cell as text, and its row's position."""
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    label = table.columns[1] if table.columns[0] == "panel" else table.columns[0]
    shown = [name for name in ("panel", label) if name in table.columns]
    rows = [f"{i} {' / '.join(parts)}" for i, parts in enumerate(table[shown].to_numpy(), start=1)]
    if row is None:
        raise TraceError("say which row with --row; there are:\n  " + "\n  ".join(rows))
    hits = [i for i in range(len(table)) if row in (str(i + 1), table.loc[i, label])]
    if len(hits) != 1:
        raise TraceError(f"{len(hits)} rows are '{row}'; say its number:\n  " + "\n  ".join(rows))
    if column not in table.columns:
        close = nearest(column or "", table.columns) or "."
        raise TraceError(f"no column '{column}'{close} There are: {' | '.join(table.columns)}")
    return f"{table.loc[hits[0], column]} (row {rows[hits[0]]}, column {column})", hits[0]


def _program(entry: dict) -> list[Step]:
    """The notebook cell that saved the exhibit, and the functions of the study behind it."""
    notebook = root() / entry["notebook"]
    cells = [c for c in read_json(notebook)["cells"] if c["cell_type"] == "code"]
    ids = [cell["id"] for cell in cells]
    if entry["cell"] not in ids:
        return [Step("notebook", f"{entry['notebook']} no longer has the cell '{entry['cell']}'; run `study run`")]
    sources = ["".join(cell["source"]) for cell in cells[: ids.index(entry["cell"]) + 1]]
    steps = [Step("notebook", f"{entry['notebook']}, cell '{entry['cell']}':\n{sources[-1]}")]
    needed = behind(sources)
    rooms = {a.asname or a.name for s in sources for n in ast.walk(ast.parse(s)) for a in _from_study(n)}
    calls = dict.fromkeys(name for i in needed for name in _calls(sources[i], rooms))
    found = [(name, place) for name in calls if (place := _place(name))]
    return steps + [Step("function", f"{name} in {place}") for name, place in found]


def behind(sources: list[str]) -> list[int]:
    """Which cells the last cell depends on, itself included, by the names that they define and use."""
    used = _names(sources[-1], ast.Load)
    needed = [len(sources) - 1]
    for i in range(len(sources) - 2, -1, -1):
        if _names(sources[i], ast.Store) & used:
            needed.append(i)
            used |= _names(sources[i], ast.Load)
    return sorted(needed)


def _names(source: str, context: type) -> set[str]:
    """Names that a cell loads, or names that it assigns or defines (imports aside)."""
    tree = ast.parse(source)
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}
    if context is ast.Store:
        names |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    return names


def _from_study(node: ast.AST) -> list[ast.alias]:
    return node.names if isinstance(node, ast.ImportFrom) and node.module == "study" else []


def _calls(source: str, rooms: set[str]) -> list[str]:
    """Dotted names of what a cell takes from the rooms, such as models.panel.fit."""
    names = []
    for node in ast.walk(ast.parse(source)):
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if parts and isinstance(node, ast.Name) and node.id in rooms:
            names.append(".".join([node.id, *parts]))
    return names


def _place(name: str) -> str | None:
    """File and line of a function or class of the study; None for anything else."""
    room, *rest = name.split(".")
    thing: Any = importlib.import_module(f"study.{room}")
    for part in rest:
        thing = getattr(thing, part, None)
    thing = inspect.unwrap(thing) if callable(thing) else thing
    if not (inspect.isfunction(thing) or inspect.isclass(thing)):
        return None
    return f"{relative(Path(str(inspect.getsourcefile(thing))))}:{inspect.getsourcelines(thing)[1]}"


def _origin(entry: dict, manifest: dict, model: dict | None) -> list[Step]:
    """Model, parameters, rows and checksums, and whether code and data are still those of the run."""
    steps = []
    if model:
        name = model["model"]
        steps.append(Step("model", f"{name} in design/models.yaml: {load().models[name].formula}"))
    parameters = ", ".join(f"{name}={value}" for name, value in entry["parameters"].items())
    steps.append(Step("parameters", parameters))
    rows = model["rows"] if model else entry.get("rows") or _together(one["rows"] for one in entry.get("models", ()))
    for file, digest in entry["inputs"].items():
        state = "as in the run" if checksum(root() / file) == digest else "CHANGED since the run"
        where = f", lines {rows}" if rows else ""
        steps.append(Step("rows", f"{file}{where}\nsha256 {digest}, {state}"))
    stage = Path(entry["notebook"]).stem
    changed = record.since(manifest, stage)
    state = f"since the run: {record.told(changed)}" if changed else "as in the run"
    return [*steps, Step("code", f"{len(manifest['stages'][stage]['files'])} files, {state}")]


def _together(texts: Iterable[str]) -> str:
    """Line numbers of several texts such as "2-4,7", each once."""
    spans = [span.split("-") for text in texts for span in text.split(",") if span]
    return ranges(line for first, *last in spans for line in range(int(first), int((last or [first])[0]) + 1))
