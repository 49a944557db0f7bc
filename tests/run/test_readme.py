"""README.md: its generated parts are fresh, and what it names exists."""

import re
import tomllib

import pytest

from study.design import root
from study.run import readme


def text():
    return (root() / "README.md").read_text(encoding="utf-8")


def test_the_generated_parts_are_fresh():
    assert readme.fill(text(), readme.parts(root())) == text(), "run: make readme"


def test_every_link_leads_to_a_file():
    for link in re.findall(r"\]\(([^)#]+)\)", text()):
        assert (root() / link).exists(), link


def test_every_make_target_that_is_named_exists():
    makefile = (root() / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)|^make ([a-z]+)", text(), flags=re.MULTILINE))
    for pair in re.findall(r"`make ([a-z]+)|^make ([a-z]+)", text(), flags=re.MULTILINE):
        assert "".join(pair) in targets, pair


def test_the_python_versions_are_those_of_the_project():
    project = tomllib.loads((root() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert "Python 3.11, 3.12 or 3.13" in text()


def test_a_part_without_a_place_is_named():
    with pytest.raises(ValueError, match="0 places for '<!-- generated: data -->'"):
        readme.fill("no marks", {"data": "x"})
