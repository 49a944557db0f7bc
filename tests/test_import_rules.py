"""The import rules of pyproject.toml hold, and an arrow against each of them is refused."""

import os
import shutil
import subprocess
import sys

import pytest

from study.design import root

LINT = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as run; run()"


@pytest.fixture
def copy(tmp_path):
    """Source and rules in a folder of their own."""
    shutil.copytree(root() / "src" / "study", tmp_path / "src" / "study", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root() / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder):
    done = subprocess.run(
        [sys.executable, "-P", "-c", LINT, "--no-cache", "--no-logo"], cwd=folder, env=os.environ | {"COLUMNS": "300"}, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_the_rules_hold(copy):
    code, said = lint(copy)
    assert code == 0 and " 0 broken" in said, said


ARROWS = [
    ("models/fit.py", "from study import design", "Methods know neither the data side nor the design"),
    ("inference/wild.py", "from study.data import registry", "Methods know neither the data side nor the design"),
    ("value/cltv.py", "from study.models import panel", "The formulas of value use no other method"),
    ("privacy/units.py", "from study.value import cltv", "Data and their protection know no method"),
    ("variables/panels.py", "from study.models import panel", "Samples and variables call no estimator and protect nothing themselves"),
    ("exhibits/engine/save.py", "from study.sample import customers", "Exhibits take fits and results as they are given"),
    ("paper/build.py", "from study.models import panel", "The paper uses the design and the exhibits alone"),
    ("models/shared/columns.py", "from study.models.panel import panel", "Sub-rooms of models"),
    ("analytics/scoring/calibration.py", "from study.analytics.policy import aipw", "Sub-rooms of analytics"),
    ("run/stage.py", "from study.cli import app", "Rooms stand in layers, and a new room has its place among them"),
    ("variables/indicators.py", "from study.data.sources import river_bank", "A data set's module is imported by the registry alone"),
]


def test_every_arrow_against_a_rule_is_refused_with_its_line(copy):
    """All at once, in one run; each is named with the rule that it breaks and the line where it stands."""
    sources = copy / "src" / "study" / "data" / "sources"
    sources.mkdir(exist_ok=True)
    (sources / "__init__.py").touch()
    (sources / "river_bank.py").touch()
    expected = []
    for file, line, rule in ARROWS:
        path = copy / "src" / "study" / file
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{text}\n{line}\n", encoding="utf-8")
        expected.append((rule, f"study.{file.removesuffix('.py').replace('/', '.')} ->", f"(l.{text.count(chr(10)) + 2})"))
    code, said = lint(copy)
    summary, _, details = said.partition("Broken contracts")
    assert code == 1
    for rule, module, place in expected:
        assert any(line.startswith(f"{rule} BROKEN") for line in summary.splitlines()), said
        assert any(module in line and place in line for line in details.splitlines()), (module, place, said)


def test_a_room_without_a_place_in_the_layers_is_refused(copy):
    (copy / "src" / "study" / "hall").mkdir()
    (copy / "src" / "study" / "hall" / "__init__.py").touch()
    code, said = lint(copy)
    assert code == 1 and "hall" in said
