"""Every test that docs/methods/panel.md and iv.md name is there."""

import re

import pytest

from study.design import root


@pytest.mark.parametrize("name", ["panel.md", "iv.md"])
def test_every_named_test_exists(name):
    text = (root() / "docs" / "methods" / name).read_text(encoding="utf-8")
    named = re.findall(r"\b(test_\w+\.py)::(test_\w+)", text)
    assert len(named) > 10
    for file, test in named:
        assert f"def {test}(" in (root() / "tests" / "models" / file).read_text(encoding="utf-8"), f"{file}::{test}"


@pytest.mark.parametrize("name", ["panel.md", "iv.md"])
def test_every_link_leads_to_a_file(name):
    page = root() / "docs" / "methods" / name
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).is_file(), link
