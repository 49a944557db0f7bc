"""What a notebook runs with is what it was given, or it is not run."""

import json

import pytest

from study.run import StageError, given, stage

ASKED = {"rule": "strict_scopes", "reps": 99}
PARAMETERS = ("rule = 'strict'\nreps = 999", ["parameters"])


def book(*cells):
    """A notebook of code cells: (source, tags) or source."""
    pairs = [cell if isinstance(cell, tuple) else (cell, []) for cell in cells]
    code = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {"tags": tags} if tags else {}, "source": text, "outputs": [], "execution_count": None}
        for i, (text, tags) in enumerate(pairs)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "language_info": {"name": "python"}}
    return {"cells": code, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize(
    ("notebook", "said"),
    [
        (
            book("rule = 'strict'\nreps = 1", "rule"),
            "0 of its cells have the tag 'parameters'; exactly the cell that assigns rule, reps must have it",
        ),
        (book(PARAMETERS, PARAMETERS), "2 of its cells have the tag 'parameters'"),
        (book(("rule = 'strict'", ["parameters"])), "the cell with the tag 'parameters' does not assign reps"),
        (book(PARAMETERS, "reps = 5"), "cell c1 assigns the parameter reps anew"),
        (book(PARAMETERS, "for reps in range(3):\n    pass"), "cell c1 assigns the parameter reps anew"),
        (book(PARAMETERS, "reps += 1"), "cell c1 assigns the parameter reps anew"),
        (book(PARAMETERS, "from study import rule"), "cell c1 assigns the parameter rule anew"),
        (book(PARAMETERS, "def rule():\n    pass"), "cell c1 assigns the parameter rule anew"),
        (book("rule = 'a'", PARAMETERS), "cell c0 assigns rule before the cell with the tag 'parameters'"),
        (book(PARAMETERS, ("rule = 'b'", ["injected-parameters"])), "as an executed notebook has it"),
    ],
)
def test_a_notebook_that_would_not_take_the_parameters_is_not_run(notebook, said, tmp_path, monkeypatch):
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(StageError, match=r"notebooks/book\.ipynb was not run, because ") as refused:
        stage._papermill(path, tmp_path / "done.ipynb", ASKED, tmp_path)
    assert said in str(refused.value)
    assert not (tmp_path / "done.ipynb").exists()


@pytest.mark.parametrize("inner", ["def f(reps):\n    reps = 1", "[reps for reps in (1, 2)]", "class A:\n    rule = 1", "f(reps=reps)", "%time f(1)"])
def test_names_inside_functions_and_comprehensions_are_others(inner):
    assert given.faults(book(PARAMETERS, inner), ASKED) == []


def test_an_executed_notebook_is_read_back():
    injected = ("# Parameters\nrule = 'strict_scopes'\nreps = 99\n", ["injected-parameters"])
    assert given.differences(book(PARAMETERS, injected), ASKED) == []
    assert given.differences(book(PARAMETERS), ASKED) == ["0 cells with the tag 'injected-parameters' were executed instead of one"]
    other = ("rule = 'strict'", ["injected-parameters"])
    assert given.differences(book(PARAMETERS, other), ASKED) == ["rule was 'strict' instead of 'strict_scopes'", "reps was not passed"]


def test_what_ran_is_what_was_asked_for(tmp_path):
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps(book(PARAMETERS, "print(rule, reps + 1)")), encoding="utf-8")
    stage._papermill(path, tmp_path / "done.ipynb", ASKED, tmp_path)
    cells = json.loads((tmp_path / "done.ipynb").read_text(encoding="utf-8"))["cells"]
    assert "".join(cells[-1]["outputs"][0]["text"]) == "strict_scopes 100\n"


def test_an_exhibit_saved_with_another_parameter_is_refused(tmp_path):
    """The last line of defence: whatever way a cell changed it (here as exec would), the exhibit says with what it was saved."""
    lines = {"T1": {"cell": "exec('reps = 1')", "notebook": "notebooks/n.ipynb", "parameters": {"rule": "strict_scopes", "reps": 1}}}
    (tmp_path / "manifest.json").write_text(json.dumps(lines), encoding="utf-8")
    (tmp_path / "done.ipynb").write_text(json.dumps(book("exec('reps = 1')")), encoding="utf-8")
    with pytest.raises(StageError, match=r"notebooks/n\.ipynb, cell c0 saved T1 with reps=1 instead of 99"):
        stage._complete_manifest(tmp_path / "manifest.json", tmp_path / "done.ipynb", ASKED, {})


def test_a_kernel_that_is_not_there_is_said_with_the_way_out(tmp_path, monkeypatch):
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps(book(PARAMETERS)), encoding="utf-8")
    monkeypatch.setattr(stage, "KERNEL", "no_such_kernel")
    with pytest.raises(StageError, match="this environment has no Jupyter kernel 'no_such_kernel'; add it with .*ipykernel install"):
        stage._papermill(path, tmp_path / "done.ipynb", ASKED, tmp_path)


def test_a_kernel_that_dies_is_said_with_the_way_out(tmp_path):
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps(book(PARAMETERS, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")), encoding="utf-8")
    with pytest.raises(StageError, match="could not be executed: its kernel died, .* memory.* --cores 1"):
        stage._papermill(path, tmp_path / "done.ipynb", ASKED, tmp_path)
