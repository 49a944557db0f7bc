"""README.md: its generated parts are fresh, and what it names exists."""

import re
import tomllib

import pytest

from study.design import load, root
from study.errors import StudyError
from study.run import readme, readme_sources


def text():
    return (root() / "README.md").read_text(encoding="utf-8")


def test_the_generated_parts_are_fresh():
    assert readme.fill(text(), readme.parts(root())) == text(), "run: make readme"


def test_every_link_leads_to_a_file():
    for link in re.findall(r"\]\(([^)#]+)\)", text()):
        assert (root() / link).exists(), link


def test_every_make_target_that_is_named_exists():
    makefile = (root() / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)|^make ([a-z-]+)", text(), flags=re.MULTILINE))
    for pair in re.findall(r"`make ([a-z-]+)|^make ([a-z-]+)", text(), flags=re.MULTILINE):
        assert "".join(pair) in targets, pair


def test_the_python_versions_are_those_of_the_project():
    project = tomllib.loads((root() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert "Python 3.11, 3.12 or 3.13" in text()


def test_a_part_without_a_place_is_named():
    with pytest.raises(StudyError, match="0 places for '<!-- generated: data -->'"):
        readme.fill("no marks", {"data": "x"})


def test_every_source_has_an_entry_with_address_licence_and_citation():
    entries = readme_sources.sources().splitlines()
    assert [entry.split("**")[1] for entry in entries] == list(load().sources)
    for entry, source in zip(entries, load().sources.values()):
        for said in (source.provider, source.address, source.licence, source.citation, source.steps.en):
            assert said in entry


def test_only_the_facts_on_chinese_banks_are_passed_on():
    assert [e.split("**")[1] for e in readme_sources.sources().splitlines() if "not passed on" not in e] == ["cn_banks"]


def test_every_file_of_a_source_is_listed_as_provided_or_not():
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in readme_sources.data_files(root()).splitlines()[2:]]
    wanted = [(name, form.forms[0].name) for name, s in load().sources.items() for form in s.files.values()]
    assert len(lines) == len(wanted)
    for source, file in wanted:
        line = next(line for line in lines if line[1] == source and file in line[0])
        assert line[2] == ("yes" if source == "cn_banks" else "no")
    lender = next(line for line in lines if line[1] == "kz_lender")
    assert lender[-1] == "`d26aef94acf5e0e9...`", "first digits of sha256sum kz_demandelasts_aer08.dta"
