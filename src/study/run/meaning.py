"""Digests of files by what they mean: a comment, a docstring, a blank line or a quote changes nothing, an operator does.

Python's own `ast.dump` is not the same text in 3.11, 3.12 and 3.13 (fields came, empty ones are left out), so the tree is
written down here: the kind of each node and its fields that hold something, constants as ASCII.
"""

import ast
import json
from functools import cache
from hashlib import sha256
from pathlib import Path

import yaml

from study.design import checksum
from study.design.yaml_file import LOADER

SILENT = {"ctx", "kind", "type_comment", "type_ignores"}  # of position, u"", comments: no meaning at run time
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def digest(file: Path) -> str:
    """SHA-256 of a file's meaning: Python by its tree, notebooks by that of their code cells, YAML by its content, others by bytes.

    A Python file or notebook that can not be read as one counts by its bytes: the stage itself will say what is wrong.
    """
    readers = {".py": _python, ".ipynb": _notebook, ".yaml": _yaml}
    if file.suffix not in readers:
        return checksum(file)
    try:
        return readers[file.suffix](file.read_bytes())
    except (SyntaxError, ValueError, KeyError, yaml.YAMLError):
        return checksum(file)


@cache
def _python(content: bytes) -> str:
    return _sha(written(ast.parse(content)))


@cache
def _notebook(content: bytes) -> str:
    """The code cells one by one, each with its id and tags: what a manifest names and what the runner goes by."""
    cells = [cell for cell in json.loads(content)["cells"] if cell["cell_type"] == "code"]
    parts = [(cell.get("id"), cell["metadata"].get("tags", []), written(ast.parse("".join(cell["source"])))) for cell in cells]
    return _sha(json.dumps(parts))


@cache
def _yaml(content: bytes) -> str:
    return _sha(json.dumps(yaml.load(content, Loader=LOADER), default=str))  # noqa: S506, a safe loader


def sections(file: Path) -> dict[str, str]:
    """The digest of what each section of a YAML file says, by its name, and of each part of a section: `words.scoring`."""
    return _sections(file.read_bytes())


@cache
def _sections(content: bytes) -> dict[str, str]:
    said = yaml.load(content, Loader=LOADER)  # noqa: S506, a safe loader
    inner = {f"{name}.{part}": body[part] for name, body in said.items() if isinstance(body, dict) for part in body}
    return {name: _sha(json.dumps(body, default=str)) for name, body in (said | inner).items()}


def _sha(text: str) -> str:
    return sha256(text.encode("ascii")).hexdigest()


def written(node) -> str:
    """A syntax tree as text, the same in every version of Python that the study runs on."""
    if isinstance(node, ast.Constant):
        return f"{type(node.value).__name__} {ascii(node.value)}"
    if isinstance(node, ast.JoinedStr):
        return f"JoinedStr({_pieces(node.values)})"
    if isinstance(node, ast.AST):
        fields = {name: value for name, value in ast.iter_fields(node) if name not in SILENT}
        if isinstance(node, DOCUMENTED):
            fields["body"] = _undocumented(node)
        shown = [f"{name}={written(value)}" for name, value in fields.items() if value not in (None, [])]
        return f"{type(node).__name__}({', '.join(shown)})"
    if isinstance(node, list):
        return f"[{', '.join(map(written, node))}]"
    return ascii(node)


def _undocumented(node) -> list[ast.stmt]:
    first = node.body[0] if node.body else None
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return node.body[documented:]


def _pieces(values: list[ast.expr]) -> str:
    """An f-string's parts: its fixed texts joined, which versions of Python cut at different places."""
    pieces: list[str] = []
    text = ""
    for value in values:
        if isinstance(value, ast.Constant):
            text += value.value
        else:
            pieces += [f"str {ascii(text)}"] if text else []
            pieces.append(written(value))
            text = ""
    return ", ".join(pieces + ([f"str {ascii(text)}"] if text else []))
