"""An exhibit that several questions make, each for other data sets."""

import shutil

import pytest

from study.design import DesignError, load, root


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(root() / "design", tmp_path / "design")


def edited(folder, old, new):
    """The design with one more line in design/questions.yaml."""
    file = folder / "questions.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load(folder)


def test_an_exhibit_is_made_by_another_question_for_other_data_sets(folder):
    exhibit = edited(folder, "    T24:\n", "    T6: {only: [berka]}\n    T24:\n").exhibits["T6"]
    assert exhibit.made_by("07_recommendation") == {"berka": "built"} and exhibit.arms["berka"] == "built"
    assert exhibit.made_by("10_baseline") == {"cn_banks": "built", "benchmark": "planned", "own": "planned"}
    assert exhibit.title == load().exhibits["T6"].title


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("    T6: {only: [cn_banks]}\n", "'T6' names 'cn_banks', which is not defined"),  # it can not answer
        ("    T23: {only: [berka]}\n", "'04_segments' and '07_recommendation' both make 'T23' for 'berka'; name data sets under `only`"),
        ("    T99: {}\n", "no question says the title of 'T99'; give it title and section"),
        ("    T6: {title: {en: A, zh: B}, section: results}\n", r"'T6' is also in design/questions.yaml:\d+; one question says its title"),
        ("    T6: {olny: [berka]}\n", "unknown key 'olny'; did you mean 'only'"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(folder, new, message):
    with pytest.raises(DesignError, match=rf"^design/questions.yaml:\d+: .*{message}"):
        edited(folder, "    T24:\n", new + "    T24:\n")
