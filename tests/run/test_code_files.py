"""The code that a notebook depends on: what it uses, and no other file."""

import cProfile
import json
import pstats
from pathlib import Path

import pytest

from study import analytics, data, design, exhibits, inference, models, privacy, sample, value, variables
from study.design import relative, root
from study.run import code_files


@pytest.fixture
def used(tmp_path):
    """The files of src/study that a notebook of one cell uses."""

    def call(code):
        path = tmp_path / "n.ipynb"
        path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": [code]}]}))
        return {relative(file).removeprefix("src/study/") for file in code_files.of_notebook(path)}

    return call


def test_a_gathering_package_is_looked_through(used):
    """`analytics/__init__.py` takes `rfm` from the sub-room groups, which takes it from rfm.py, which uses checks, errors and inputs of its room."""
    files = used("from study import analytics\nanalytics.rfm(1)")
    assert "analytics/groups/rfm.py" in files and "analytics/errors.py" in files
    assert not files & {"analytics/__init__.py", "analytics/recommendation/recommend.py", "analytics/policy/policy.py"}


@pytest.mark.parametrize(
    "code",
    [
        "from study.exhibits import save_table\nsave_table",
        "from study import exhibits\nexhibits.save_table",
        "from study import exhibits as shown\nshown.save_table('T1')",
        "import study.exhibits.engine.save",
        "from study.exhibits.engine import save as saved\nsaved.save_table",
    ],
)
def test_every_way_to_import_leads_to_the_same_code(used, code):
    files = used(code)
    assert {"exhibits/engine/save.py", "exhibits/engine/pandoc.py", "design/entries.py"} <= files
    assert not files & {"cli/app.py", "exhibits/scoring/tables.py"}


def test_a_module_of_a_package_is_that_module(used):
    files = used("from study import exhibits\nexhibits.scoring.points(1)")
    assert "exhibits/scoring/tables.py" in files and "exhibits/price_offers.py" not in files


def test_a_room_that_gathers_from_another_is_looked_through(used):
    """`exhibits.Units` is taken from `study.privacy`, which takes it from units.py."""
    files = used("from study import exhibits\nexhibits.Units")
    assert "privacy/units.py" in files and not files & {"privacy/release.py", "exhibits/engine/save.py"}


@pytest.mark.parametrize(
    "code", ["from study import design", "from study import design\nprint(design)", "from study import design\ndesign.no_such_name"]
)
def test_a_use_that_can_not_be_followed_counts_the_whole_package(used, code):
    here = {f"design/{path.name}" for path in (root() / "src" / "study" / "design").glob("*.py")}
    assert here <= used(code)


def test_two_bindings_of_one_name_both_count(used):
    files = used("from study.value import sbg as fit\ndef f():\n    from study.models import panel as fit\n    return fit.fit")
    assert {"value/sbg.py", "models/panel/panel.py"} <= files


def test_other_packages_do_not_count(used):
    assert used("import pandas\nfrom numpy import linalg\nlinalg.norm(1)") == set()


def test_every_notebook_uses_some_code_of_the_study():
    for path in sorted((root() / "notebooks").glob("*.ipynb")):
        assert code_files.of_notebook(path), path.name


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["02_indicators", "20_cases"])
def test_no_function_runs_that_is_not_among_them(stage):
    """The notebook's cells are run under a profiler, which lists every function called."""
    notebook = root() / "notebooks" / f"{stage}.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for room in (analytics, data, design, exhibits, inference, models, privacy, sample, value, variables):
        for name in room.__all__:
            getattr(room, name)  # loaded before the trace
    profile = cProfile.Profile()
    profile.runcall(exec, compile(source, str(notebook), "exec"), {})
    called = {Path(file) for file, _, name in pstats.Stats(profile).stats if "/src/study/" in file and name != "<module>"}
    assert called and called <= set(code_files.of_notebook(notebook))
