"""Notebooks as files: stripped, short cells, parameters as the design declares them."""

import ast
import json
import re

import pytest

from study.design import load, root

NOTEBOOKS = sorted((root() / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return request.param.stem, json.loads(request.param.read_text(encoding="utf-8"))["cells"]


def code(cells):
    return [(cell, "".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]


def test_there_is_a_notebook_for_every_stage_and_a_stage_for_every_notebook():
    assert [path.stem for path in NOTEBOOKS] == sorted(load().questions)


def test_no_output_is_committed(notebook):
    for cell, _ in code(notebook[1]):
        assert cell["outputs"] == [] and cell["execution_count"] is None


def test_cells_are_short_and_have_names(notebook):
    for cell, source in code(notebook[1]):
        assert len(source.splitlines()) <= 15, cell["id"]
    ids = [cell["id"] for cell in notebook[1]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]+", id_) for id_ in ids)


def test_the_first_code_cell_declares_the_parameters_of_the_design(notebook):
    stage, cells = notebook
    first, source = code(cells)[0]
    assert first["metadata"]["tags"] == ["parameters"]
    found = {node.targets[0].id: ast.literal_eval(node.value) for node in ast.parse(source).body}
    declared = {name: p.default for name, p in load().questions[stage].parameters.items()}
    assert found in (declared, declared | {"arm": ""})  # no data set named: `design.data_set` takes the question's own


def test_a_lesson_has_its_parts_in_order(notebook):
    text = "\n".join("".join(cell["source"]) for cell in notebook[1] if cell["cell_type"] == "markdown")
    heads = ["## Question", "## What the literature does", "## Exhibit", "## Check yourself", "## Limits", "## Exercises"]
    places = [text.index(head) for head in heads]
    assert places == sorted(places)
    assert "中文摘要" in text


def test_every_notebook_checks_a_known_answer(notebook):
    checks = [source for cell, source in code(notebook[1]) if cell["id"].startswith("check-")]
    assert checks and all("assert" in source for source in checks)
