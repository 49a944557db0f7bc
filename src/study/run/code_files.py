"""The files of src/study that a notebook imports, directly or through others, and no others."""

import ast
import json
from functools import lru_cache
from pathlib import Path

from study.design import root


def of_notebook(notebook: Path) -> list[Path]:
    """Files of src/study that the notebook's code cells import, sorted.

    Raises
    ------
    SyntaxError if a code cell is not Python.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    source = root() / "src"
    found: set[Path] = set()
    waiting = set(_imports(code, package="", source=source))
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            package = ".".join(file.parent.relative_to(source).parts)
            waiting |= _imports(file.read_text(encoding="utf-8"), package, source)
    return sorted(found)


@lru_cache(maxsize=None)
def _imports(code: str, package: str, source: Path) -> frozenset[Path]:
    """The files that a piece of code imports, packages' __init__.py included."""
    files: set[Path] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "study":
                files |= _files(name, source)
    return frozenset(files)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """The module named by a from-import, relative ones resolved against `package`."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def _files(module: str, source: Path) -> set[Path]:
    """The file of a module and the __init__.py of every package above it."""
    files, folder = set(), source
    for part in module.split("."):
        if (folder / f"{part}.py").is_file():
            files.add(folder / f"{part}.py")
            break
        folder = folder / part
        if (folder / "__init__.py").is_file():
            files.add(folder / "__init__.py")
    return files
