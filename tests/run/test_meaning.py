"""The digest of code by meaning: what changes it, what does not, and the same in every version of Python."""

import json
import shutil
import subprocess

import pytest

from study.design import root
from study.run import meaning

CODE = '''"""A module."""
import numpy as np  # numbers

class Fit:
    """A result."""
    terms: int = 1

def clv(margin, churn=.1, *, name="a" "b"):
    """Value."""
    x = [m * (1 - churn) ** t for t, m in enumerate(margin)]
    return f"{sum(x):.2f} of {name!r}" if x else np.nan
'''
SAME = {
    "comments": ("# numbers", "# other words\n# and more"),
    "docstring of the module": ('"""A module."""', '"""Another text."""'),
    "docstring of a class": ('"""A result."""', "'''A Fit.\n\n    Equation'''"),
    "docstring taken out": ('    """Value."""\n', ""),
    "blank lines": ("class Fit", "\n\n\nclass Fit"),
    "line breaks": ("(margin, churn=.1,", "(\n    margin,\n    churn=0.10,\n   "),
    "quotes": ('"a" "b"', "'ab'"),
    "brackets": ("[m * (1 - churn) ** t for", "[(m * ((1 - churn) ** t)) for"),
    "quotes of an f-string": ('f"{sum(x):.2f} of {name!r}"', "f'{sum(x):.2f}' ' of ' f'{name!r}'"),
}
OTHER = {
    "operator": ("1 - churn", "1 + churn"),
    "constant": ("churn=.1", "churn=.11"),
    "type of a constant": ("(1 - churn)", "(1.0 - churn)"),
    "name": ("Fit:", "Fits:"),
    "format": (":.2f", ":.3f"),
    "conversion": ("!r", "!s"),
    "order": ("margin, churn=.1", "churn, margin=.1"),
    "text": ('"a" "b"', '"ba"'),
    "a default that is None": ('name="a" "b"', "name"),
    "import": ("import numpy as np", "import numpy"),
    "one line less": ("    terms: int = 1\n", ""),
}


def of(folder, text, name="n.py"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return meaning.digest(file)


@pytest.mark.parametrize("what", SAME)
def test_form_and_explanations_do_not_count(tmp_path, what):
    old, new = SAME[what]
    assert old in CODE
    assert of(tmp_path, CODE.replace(old, new)) == of(tmp_path, CODE)


@pytest.mark.parametrize("what", OTHER)
def test_what_runs_counts(tmp_path, what):
    old, new = OTHER[what]
    assert old in CODE
    assert of(tmp_path, CODE.replace(old, new)) != of(tmp_path, CODE)


def test_a_text_that_is_no_docstring_counts(tmp_path):
    """A text alone on a later line is no documentation, and `x = "text"` is a value."""
    assert of(tmp_path, 'x = "a"') != of(tmp_path, 'x = "b"')
    assert of(tmp_path, 'x = 1\n"a"') != of(tmp_path, 'x = 1\n"b"')


def cells(*sources, prose="text"):
    made = [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": [source]} for i, source in enumerate(sources)]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": [prose]}, *made], "metadata": {}})


def test_a_notebook_is_its_code_cells_with_their_ids_and_tags(tmp_path):
    digest = of(tmp_path, cells("x = 1", "y = 2"), "n.ipynb")
    assert of(tmp_path, cells("x = 1  # one", "y=2", prose="other words"), "n.ipynb") == digest
    tagged = json.loads(cells("x = 1", "y = 2"))
    tagged["cells"][1]["metadata"]["tags"] = ["parameters"]
    for other in (cells("x = 2", "y = 2"), cells("y = 2", "x = 1"), cells("x = 1\ny = 2"), json.dumps(tagged)):
        assert of(tmp_path, other, "n.ipynb") != digest


def test_a_design_file_is_its_content(tmp_path):
    digest = of(tmp_path, "a: {b: 1, c: [x, y]}  # why\n", "n.yaml")
    assert of(tmp_path, "# head\na:\n  b: 1\n  c:\n  - x\n  - 'y'\n", "n.yaml") == digest
    assert of(tmp_path, "a: {b: 1, c: [y, x]}", "n.yaml") != digest and of(tmp_path, "a: {b: '1', c: [x, y]}", "n.yaml") != digest


def test_what_can_not_be_read_counts_by_its_bytes(tmp_path):
    assert of(tmp_path, "def (") != of(tmp_path, "def  (")
    assert of(tmp_path, "{", "n.ipynb") != of(tmp_path, "{ ", "n.ipynb")


ALONE = """
import sys, types
for name, values in {"yaml": {"YAMLError": ValueError}, "study": {}, "study.design": {"checksum": None}, "study.design.yaml_file": {"LOADER": None}}.items():
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__dict__.update(values)
scope = {}
exec(open(sys.argv[1], encoding="utf-8").read(), scope)
from pathlib import Path
for file in sys.stdin.read().splitlines():
    print(scope["digest"](Path(file)))
"""


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_version_of_python_gives_the_same_digests(version, tmp_path):
    """Of all code and notebooks of the study, and of a file with the syntax in which the versions' trees differ."""
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"needs python{version}")
    odd = tmp_path / "odd.py"
    odd.write_text(
        "x, w = 1.5, 8\na = f'{x:>{w}} and {x!r:}' 'b' f'{{{x=}}}'\nb = f''\nc = f'a' 'b'\nd = u'ü\U0001f600'\n"
        "def f(a, /, b: int = 1, *c, d=None, **e) -> None:\n    'text'\n"
        "class A: pass\nasync def g(): return [i async for i in f()]\nmatch x:\n    case [1, *rest] if rest: pass\n    case A(y=2) | None: pass\n"
        "try: pass\nexcept* ValueError: pass\nwith (open('a') as p, open('b')): pass\nlambda *, k=1: (yield)\nz = 1j, 10**400, b'\\xff', ..., -0.0, 1e400\n",
        encoding="utf-8",
    )
    files = [odd, *sorted((root() / "src").rglob("*.py")), *sorted((root() / "notebooks").glob("*.ipynb"))]
    command = [python, "-c", ALONE, meaning.__file__]
    done = subprocess.run(command, input="\n".join(map(str, files)), capture_output=True, text=True, check=True)
    assert done.stdout.split() == [meaning.digest(file) for file in files] and len(files) > 200
