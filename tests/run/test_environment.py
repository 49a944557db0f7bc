"""pyproject.toml, requirements.lock and environment.yml say the same."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from study.design import root
from study.run import environment


def test_environment_yml_is_the_lock_without_hashes():
    lock = (root() / "requirements.lock").read_text(encoding="utf-8")
    assert (root() / "environment.yml").read_text(encoding="utf-8") == environment.environment(lock)
    assert len(environment.pins(lock)) == len(re.findall(r"^\S.*==", lock, flags=re.MULTILINE))


def test_every_direct_dependency_is_locked_at_an_allowed_version():
    project = tomllib.loads((root() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (root() / "requirements.lock").read_text(encoding="utf-8")
    pinned: dict[str, list[Requirement]] = {}
    for pin in map(Requirement, environment.pins(lock)):
        pinned.setdefault(canonicalize_name(pin.name), []).append(pin)
    for wanted in map(Requirement, project["dependencies"]):
        found = pinned[canonicalize_name(wanted.name)]
        for pin in found:
            version = next(iter(pin.specifier)).version
            assert version in wanted.specifier, f"{pin} is not {wanted}"


def test_spark_is_locked_beside_the_same_pins():
    locks = {name: (root() / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-spark.lock")}
    pins = {name: set(environment.pins(lock)) for name, lock in locks.items()}
    own = {Requirement(pin).name for pin in pins["requirements-spark.lock"] - pins["requirements.lock"]}
    assert own == {"pyspark", "py4j"}
    assert {Requirement(wanted).name for wanted in environment.extra("spark")} == {"ibis-framework", "pyspark"}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-spark.lock"])
def test_every_pin_has_a_hash_and_no_address(name):
    lock = (root() / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock[lock.index("\n", lock.rindex("# ", 0, 120)) :].strip())
    assert all("--hash=sha256:" in block for block in blocks if "==" in block.splitlines()[0])
    assert not re.search(r"https?://|--index|--find-links", lock)
