"""What every room has in common: its form, its errors, short files. Which may import which: pyproject.toml and tests/test_import_rules.py."""

import ast
import builtins

import pytest

from study.design import root

ROOMS = root() / "src" / "study"


def rooms():
    """Rooms that offer names; the readers in data/sources are found by the name of their data set."""
    return sorted(path.parent for path in ROOMS.rglob("__init__.py") if path.parent not in (ROOMS, ROOMS / "cli", ROOMS / "data" / "sources"))


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_a_room_names_what_it_offers_and_loads_nothing(room):
    """Its __init__.py: a text, imports for readers and type checkers only, the names, and the call that looks them up."""
    tree = ast.parse((room / "__init__.py").read_text(encoding="utf-8"))
    text, *imports, block, names, call = tree.body
    assert [ast.unparse(node) for node in imports] == ["from typing import TYPE_CHECKING", "from study.lazy import attach"]
    assert ast.unparse(block.test) == "TYPE_CHECKING" and all(isinstance(node, ast.ImportFrom) for node in block.body)
    assert names.targets[0].id == "__all__" and ast.unparse(call) == "attach(__name__)"
    listed = ast.literal_eval(names.value)
    assert sorted(listed) == sorted(alias.asname or alias.name for node in block.body for alias in node.names)


def test_every_error_derives_from_one():
    """What the study raises is a StudyError, which the command line prints; what pydantic calls hands it ValueErrors."""
    ours = {"AttributeError", "AssertionError", "NotImplementedError"}  # of Python's own ways, and faults of the program
    builtin = {name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)} - ours
    for file in sorted(ROOMS.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and "from pydantic import" not in text:
                assert ast.unparse(node.exc.func) not in builtin, f"{file.name}:{node.lineno} raises {ast.unparse(node.exc.func)}"
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name != "StudyError":
                bases = {ast.unparse(base) for base in node.bases if "Warning" not in ast.unparse(base)}
                assert not bases & builtin or bases - builtin, f"{file.name}: {node.name} is no StudyError"


def test_functions_and_files_are_short():
    for file in sorted(ROOMS.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        assert text.count("\n") < 400, file.name


def test_no_absolute_path_and_no_clock_in_the_code():
    for file in sorted(ROOMS.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for word in ('"/home', '"/root', '"/tmp', "datetime.now", "time.time()"):
            assert word not in text, f"{file.name} has {word}"
