"""The code that a notebook depends on: what it imports, and no other file."""

import json

from study.design import relative, root
from study.run import code_files


def notebook(tmp_path, code):
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": [code]}]}))
    return path


def test_only_what_is_imported_counts(tmp_path):
    files = [relative(f) for f in code_files.of_notebook(notebook(tmp_path, "from study import design"))]
    assert "src/study/design/load.py" in files and "src/study/__init__.py" in files
    assert not [f for f in files if not f.startswith(("src/study/design/", "src/study/__init__"))]


def test_imports_of_imports_count(tmp_path):
    files = {relative(f) for f in code_files.of_notebook(notebook(tmp_path, "import study.exhibits.save"))}
    assert {"src/study/exhibits/pandoc.py", "src/study/design/entries.py"} <= files
    assert "src/study/cli.py" not in files


def test_other_packages_do_not_count(tmp_path):
    assert code_files.of_notebook(notebook(tmp_path, "import pandas\nfrom numpy import linalg")) == []


def test_every_notebook_imports_some_code_of_the_study():
    for path in sorted((root() / "notebooks").glob("*.ipynb")):
        assert code_files.of_notebook(path), path.name
