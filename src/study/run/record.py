"""What a stage's results rest on: its parameters, the meaning of its code and design, other files, packages, data.

A stage writes its record down when it starts. The record, and nothing else, decides whether a stage is up to date, whether
it may be published, and what is said to have changed.
"""

import ast
import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from study.design import load, relative, resolve, root
from study.design.parts import SECTIONS
from study.design.paths import checksum

from . import code_files, environment, inputs, meaning
from .pins import PINNED

DIGITS = 16  # of a digest of meaning: enough to tell a change
ASKED = ("questions", "exhibits", "answers")  # parts of the design of which a stage rests on what is said of its own question
Record = Mapping[str, Mapping[str, object]]


def present(arm: str, stage: str, parameters: Mapping) -> dict[str, dict]:
    """The record that the stage would have now: parameters, files (code, notebook, design, others), packages, data."""
    notebook = root() / "notebooks" / f"{stage}.ipynb"
    code = [notebook, *code_files.of_notebook(notebook)]
    parts = design_parts(code)
    design = [root() / "design" / f"{name}.yaml" for name in parts if name not in {*SECTIONS.values(), *ASKED}]
    files = [*code, *code_files.beside(code), *design, *design_words(code)]
    return {
        "parameters": dict(parameters),
        "files": {relative(file): meaning.digest(file)[:DIGITS] for file in files} | of_question(stage) | of_data_sets(arm, code, parts),
        "packages": {"requirements.lock": packages(), "pins": dict(PINNED)},
        "data": {relative(file): _data(file) for file in inputs.data_files(load(), arm)},
    }


def packages() -> str:
    """One digest of the pins of requirements.lock; its comments and hashes do not count."""
    lock = (root() / "requirements.lock").read_text(encoding="utf-8")
    return sha256("\n".join(sorted(environment.pins(lock))).encode()).hexdigest()


def _data(file: Path) -> str:
    state = file.stat()
    return _checksum(file, state.st_mtime_ns, state.st_size, state.st_ino)


@cache
def _checksum(file: Path, *state: int) -> str:
    """Of a large file once per state, not once per stage."""
    return checksum(file)


def design_parts(code: Iterable[Path]) -> list[str]:
    """The parts of the design that the code reads: those whose entry of `Design`, or a method over it, some line outside the room names."""
    source = root() / "src" / "study" / "design" / "load.py"
    tree = ast.parse(source.read_bytes())
    design = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Design")
    entries = {node.target.id: {node.target.id} for node in design.body if isinstance(node, ast.AnnAssign)}
    methods = {node.name: _attributes(node) for node in design.body if isinstance(node, ast.FunctionDef)}
    named = set().union(*(_named(file.read_bytes(), file.suffix) for file in code if file.parent != source.parent))
    while (more := named.union(*(methods[name] for name in named & methods.keys()))) != named:
        named = more
    return sorted(entries.keys() & named)


def of_question(stage: str) -> dict[str, str]:
    """The digest of what the design says of the question that a stage asks: parameters, exhibits."""
    file = root() / "design" / "questions.yaml"
    return {f"{relative(file)}: {name}": digest[:DIGITS] for name, digest in meaning.sections(file).items() if name == stage}


def of_data_sets(arm: str, code: Iterable[Path], parts: Iterable[str]) -> dict[str, str]:
    """The digest of each section of design/sources/ that a stage of the arm rests on: its own and those of the arms that it reads."""
    sections = {section for section, part in SECTIONS.items() if part in parts and section != "settings"}
    sections |= {f"settings.{question}" for question in _asked(code, "settings", 1)}
    sections |= {f"words.{question}" for question in _asked(code, "source_words", 1)}
    files = [root() / "design" / "sources" / f"{name}.yaml" for name in (arm, *load().arms[arm].reads)]
    return {f"{relative(file)}: {name}": digest[:DIGITS] for file in files for name, digest in meaning.sections(file).items() if name in sections}


def design_words(code: Iterable[Path]) -> list[Path]:
    """The files of design/words that the code reads: those that some line names in `words("...")`."""
    return [file for name in sorted(_asked(code, "words", 0)) if (file := root() / "design" / "words" / f"{name}.yaml").is_file()]


def unmade(stage: str) -> list[str]:
    """The exhibits that a stage's notebook saves and that its question does not have."""
    notebook = [root() / "notebooks" / f"{stage}.ipynb"]
    saved = _asked(notebook, "save_table", 0) | _asked(notebook, "save_figure", 0)
    exhibits = load().exhibits
    return sorted(id_ for id_ in saved if id_ not in exhibits or stage not in exhibits[id_].shares)


def _asked(code: Iterable[Path], function: str, place: int) -> set[str]:
    """The texts that the code gives to a function, as argument number `place`."""
    return {name for file in code for called, at, name in _texts_given(file.read_bytes(), file.suffix) if (called, at) == (function, place)}


def _attributes(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@cache
def _named(content: bytes, suffix: str) -> frozenset[str]:
    """The attributes that a file's code names."""
    return frozenset(_attributes(_tree(content, suffix)))


@cache
def _texts_given(content: bytes, suffix: str) -> frozenset[tuple[str, int, str]]:
    """Function, place and text of every text that a file's code gives to a function."""
    calls = [node for node in ast.walk(_tree(content, suffix)) if isinstance(node, ast.Call)]
    given = [(getattr(call.func, "attr", getattr(call.func, "id", "")), at, value) for call in calls for at, value in enumerate(call.args)]
    return frozenset((name, at, value.value) for name, at, value in given if isinstance(value, ast.Constant) and isinstance(value.value, str))


def _tree(content: bytes, suffix: str) -> ast.Module:
    return ast.parse(code_files.code_of(content) if suffix == ".ipynb" else content)


def changes(before: Record | None, now: Record) -> list[str]:
    """What changed between two records, in words; empty if they are the same."""
    if before is None:
        return ["it has not been run here yet"]
    found = []
    for part, words in (("parameters", "parameter "), ("files", ""), ("packages", ""), ("data", "data file ")):
        old, new = before.get(part, {}), now.get(part, {})
        for name in sorted(old.keys() | new.keys()):
            if name not in new:
                found.append(f"{words}{name} is no longer used")
            elif name not in old:
                found.append(f"{words}{name} is new")
            elif old[name] != new[name]:
                values = f": {old[name]!r} -> {new[name]!r}" if part == "parameters" else ""
                found.append(f"{words}{name} changed{values}")
    return found


def since(manifest: Mapping, stage: str) -> list[str]:
    """What changed of a published stage since its run; data only where they are here."""
    ran, arm = manifest["stages"][stage], manifest["arm"]
    design = load()
    now = present(arm, stage, resolve(design, arm, {}).get(stage, {}))
    then = {
        "parameters": ran["parameters"],
        "files": {name: manifest["files"][name] for name in ran["files"]},
        "packages": manifest["packages"],
        "data": manifest["data"],
    }
    if inputs.missing(design, arm):
        del then["data"], now["data"]
    return changes(then, now)


def digest(now: Record) -> str:
    """One digest of a whole record."""
    return sha256(json.dumps(now, sort_keys=True, default=str).encode()).hexdigest()


def told(found: list[str], most: int = 3) -> str:
    """The first few changes, and how many more there are."""
    return "; ".join(found[:most]) + (f"; and {len(found) - most} more" if len(found) > most else "")
