"""Rooms load nothing until something of them is used, and behave as packages otherwise."""

import importlib
import subprocess
import sys
import types

import pytest

from study import inference, models, value
from study.analytics import groups
from study.errors import nearest

HEAVY = {
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "sklearn",
    "matplotlib",
    "pandera",
    "polars",
    "duckdb",
    "ibis",
    "linearmodels",
    "snakemake",
    "pypandoc",
}


def loaded(code: str) -> set[str]:
    """The heavy packages that a fresh Python has loaded after the code."""
    code += f"\nimport sys\nprint('loaded', *sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("loaded")[2].split())


@pytest.mark.parametrize(
    "code",
    [
        "from study import analytics, data, design, exhibits, inference, models, paper, privacy, run, sample, value, variables",
        "import study.cli",
        "from study.cli import app\nfrom typer.testing import CliRunner\nassert 'Usage' in CliRunner().invoke(app, ['--help']).output",
        "from study.cli import app\nfrom typer.testing import CliRunner\nassert 'cn_banks' in CliRunner().invoke(app, ['list', 'arms']).output",
        "from study.cli import app\nfrom typer.testing import CliRunner\nassert CliRunner().invoke(app, ['list', 'parameters']).exit_code == 0",
    ],
    ids=["rooms", "command line", "study --help", "study list arms", "study list parameters"],
)
def test_nothing_heavy_is_loaded_for(code):
    assert loaded(code) == set()


def test_a_used_name_loads_its_file_and_no_more():
    assert "sklearn" not in loaded("from study import models\nmodels.panel.fit") and "pandas" in loaded("from study import models\nmodels.panel.fit")
    assert loaded("from study import value\nvalue.clv_discounted([100.0], 0.1, 0.05)") <= {"numpy", "pandas", "scipy"}


@pytest.mark.parametrize(("room", "name"), [(groups, "rfm"), (inference, "oster"), (value, "bgnbd")])
def test_a_function_is_not_hidden_by_the_file_of_its_name(room, name):
    """Python's import sets the file `rfm` on the package; the room's function keeps its place, before and after its first use."""
    module = importlib.import_module(f"{room.__name__}.{name}")
    assert isinstance(module, types.ModuleType) and callable(getattr(room, name))
    assert callable(getattr(room, name)) and not isinstance(getattr(room, name), types.ModuleType)


def test_a_room_lists_its_names_for_completion_and_refuses_others():
    assert set(models.__all__) <= set(dir(models))
    with pytest.raises(AttributeError, match="'study.models' has no attribute 'pannel'; did you mean 'panel'"):
        _ = models.pannel
    with pytest.raises(ImportError):
        exec("from study.models import no_such_thing")


@pytest.mark.parametrize(
    ("found", "allowed", "said"),
    [
        ("pannel", ["panel", "iv"], "; did you mean 'panel'? (allowed: iv, panel)"),
        ("T6", ["t6", "t7"], "; did you mean 't6'? (allowed: t6, t7)"),
        ("berka", ["berka_pkdd99", "akiba"], "; did you mean 'berka_pkdd99'? (allowed: akiba, berka_pkdd99)"),
        ("zebra", ["panel", "iv"], "; allowed: iv, panel"),
        ("zebra", ["berka"], "; allowed: berka"),
        ("roo", ["roe", "roa"], "; did you mean 'roe'? (allowed: roa, roe)"),
        ("zebra", [], "; nothing is defined"),
        ("column_33", [f"column_{i}" for i in range(40)], "; did you mean 'column_33'?"),
        ("zebra", [f"column_{i}" for i in range(40)], "; there are 40: " + ", ".join(f"column_{i}" for i in range(12)) + ", ..."),
    ],
)
def test_a_name_is_proposed_only_where_one_is_near(found, allowed, said):
    assert nearest(found, allowed) == said
