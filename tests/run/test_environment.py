"""pyproject.toml, the locks and environment.yml say the same, and src needs no package of the tests."""

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from study.design import root
from study.run import environment


def test_environment_yml_is_the_lock_without_hashes():
    lock = (root() / "requirements.lock").read_text(encoding="utf-8")
    assert (root() / "environment.yml").read_text(encoding="utf-8") == environment.environment(lock)
    assert len(environment.pins(lock)) == len(re.findall(r"^\S.*==", lock, flags=re.MULTILINE))


LOCKS = ["requirements.lock", "requirements-spark.lock", "requirements-test.lock"]
PROJECT = tomllib.loads((root() / "pyproject.toml").read_text(encoding="utf-8"))


def pinned(lock: str) -> dict[str, list[Requirement]]:
    """Name -> its pins (several where a version has a marker)."""
    pins: dict[str, list[Requirement]] = {}
    for pin in map(Requirement, environment.pins((root() / lock).read_text(encoding="utf-8"))):
        pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["project"]["dependencies"]),
        ("requirements-spark.lock", PROJECT["dependency-groups"]["spark"]),
        ("requirements-test.lock", PROJECT["dependency-groups"]["test"]),
    ],
    ids=LOCKS,
)
def test_every_direct_dependency_is_locked_at_an_allowed_version(lock, wanted):
    pins = pinned(lock)
    for requirement in map(Requirement, wanted):
        for pin in pins[canonicalize_name(requirement.name)]:
            version = next(iter(pin.specifier)).version
            assert version in requirement.specifier, f"{pin} is not {requirement}"


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_a_further_lock_has_the_pins_of_the_first(lock):
    first, further = pinned(LOCKS[0]), pinned(lock)
    shared = first.keys() & further.keys()
    assert shared
    for name in shared:
        assert {pin.specifier for pin in further[name]} <= {pin.specifier for pin in first[name]}


def test_spark_adds_two_packages():
    assert pinned("requirements-spark.lock").keys() - pinned("requirements.lock").keys() == {"pyspark", "py4j"}


def imported(folder: str) -> set[str]:
    """The top-level modules that the Python files and the notebooks of a folder import."""
    texts = [file.read_text(encoding="utf-8") for file in (root() / folder).rglob("*.py")]
    for file in (root() / folder).rglob("*.ipynb"):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        texts += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("folder", ["src", "notebooks"])
def test_what_a_reader_runs_needs_no_package_of_the_tests(folder):
    """Every import is of the standard library, of the study or of a direct dependency; pyspark is asked for by name."""
    packages = packages_distributions()
    direct = {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]}
    for module in imported(folder) - set(sys.stdlib_module_names) - {"study", "pyspark", "IPython"}:
        owners = {canonicalize_name(name) for name in packages.get(module, ())}
        assert owners & direct, f"{folder} imports {module}, which pyproject.toml does not name among the dependencies"


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash_and_no_address(name):
    lock = (root() / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock[lock.index("\n", lock.rindex("# ", 0, 120)) :].strip())
    assert all("--hash=sha256:" in block for block in blocks if "==" in block.splitlines()[0])
    assert not re.search(r"https?://|--index|--find-links", lock)
