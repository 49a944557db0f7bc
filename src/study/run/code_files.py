"""The files of src/study that a notebook's code uses, directly or through others, and no others.

A package's __init__.py only gathers names (see study/lazy.py) and is looked through: of `exhibits.save_table` the file
that defines `save_table` counts, not everything that `exhibits` gathers. Where a use can not be read off the code, such as a
package handed on as a value, the whole package counts.
"""

import ast
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from study.design import root

Target = tuple[str, ...]  # study, exhibits, save_table


def of_notebook(notebook: Path) -> list[Path]:
    """Files of src/study that the notebook's code cells use, sorted.

    Raises
    ------
    SyntaxError if a code cell is not Python.
    """
    code = code_of(notebook.read_bytes())
    source = root() / "src"
    found: set[Path] = set()
    waiting = _files(_used(code, ""), source)
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            package = ".".join(file.parent.relative_to(source).parts)
            waiting |= _files(_used(file.read_text(encoding="utf-8"), package), source)
    return sorted(found)


def code_of(notebook: bytes) -> str:
    """The code cells of a notebook, one after the other."""
    cells = json.loads(notebook)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def beside(code: Iterable[Path]) -> list[Path]:
    """The files that are not Python in the rooms that the code is in, such as fonts and templates: it may read them."""
    source = root() / "src" / "study"
    rooms = {source / file.relative_to(source).parts[0] for file in code if file.parent != source and file.is_relative_to(source)}
    files = (file for room in rooms for file in room.rglob("*") if file.is_file())
    return sorted(file for file in files if file.suffix not in (".py", ".pyc") and file.name != "README.md")


@cache
def _used(code: str, package: str) -> frozenset[Target]:
    """What a piece of code uses of the study: of each imported name the longest dotted path that it follows."""
    tree = ast.parse(code)
    bound = [(name, target) for name, target in _bindings(tree, package) if target[0] == "study"]
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    paths = {path for node in ast.walk(tree) if id(node) not in inner and (path := _path(node))}
    followed = {(*target, *path[1:]) for name, target in bound for path in paths if path[0] == name}
    return frozenset(followed | {target for name, target in bound if name not in named})


def _bindings(tree: ast.AST, package: str) -> Iterable[tuple[str, Target]]:
    """Every name that an import binds, with what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                parts = tuple(alias.name.split("."))
                yield (alias.asname, parts) if alias.asname else (alias.name, parts)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            for alias in node.names:
                yield alias.asname or alias.name, (*base, alias.name)


def _absolute(node: ast.ImportFrom, package: str) -> Target:
    """The module named by a from-import, relative ones resolved against `package`."""
    module = tuple(node.module.split(".")) if node.module else ()
    if not node.level:
        return module
    parts = tuple(package.split("."))
    return (*parts[: len(parts) - node.level + 1], *module)


def _path(node: ast.AST) -> Target | None:
    """The names of a.b.c; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else None


def _files(targets: Iterable[Target], source: Path) -> set[Path]:
    return {file for target in targets for file in _resolve(target, source)}


def _resolve(target: Target, source: Path) -> set[Path]:
    """The files behind a dotted path: the module it names, or that from which a gathering package takes the name."""
    package = source / target[0]
    for place, part in enumerate(target[1:], start=1):
        taken = _gathered(package, source).get(part)
        if taken:
            module = source.joinpath(*taken).with_suffix(".py")
            return {module} if module.is_file() else _resolve((*taken, *target[place:]), source)
        if (package / f"{part}.py").is_file():
            return {package / f"{part}.py"}
        package = package / part
        if not (package / "__init__.py").is_file():
            package = package.parent
            break
    return set(package.glob("*.py"))  # a package as a value, or a name that is not found: all of it


@cache
def _gathered(package: Path, source: Path) -> Mapping[str, Target]:
    """Name -> the module that a gathering package takes it from; its own modules, imported whole, are not among them."""
    parts = package.relative_to(source).parts
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    return {name: target[:-1] for name, target in _bindings(tree, ".".join(parts)) if target[:-1] != parts}
