"""What a stage's record holds of the design: the sections of its own data set and the words that its code names, no others."""

import shutil
from dataclasses import replace

import pytest

from study.design import load, root
from study.run import meaning, record, stage


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A copy of design/sources that a test may change, and that records are made from."""
    folder = shutil.copytree(root() / "design" / "sources", tmp_path / "sources")
    sections = meaning.sections
    monkeypatch.setattr(meaning, "sections", lambda file: sections(folder / file.name if file.parent.name == "sources" else file))
    return folder


def of_design(arm, stage="01_sample"):
    return {name: digest for name, digest in record.present(arm, stage, {})["files"].items() if name.startswith("design/")}


def test_an_edit_of_a_data_set_changes_the_records_of_its_own_stages_only(sources):
    before = {arm: of_design(arm) for arm in ("akiba", "berka", "own", "cn_banks")}
    file = sources / "akiba.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("311, what", "312, what", 1), encoding="utf-8")
    after = {arm: of_design(arm) for arm in before}
    changed = {arm: [name for name in before[arm] if before[arm][name] != after[arm][name]] for arm in before}
    assert changed == {"akiba": ["design/sources/akiba.yaml: source"], "berka": [], "own": [], "cn_banks": []}


def test_a_record_has_the_sections_that_the_code_reads():
    sections = {name for name in of_design("akiba") if name.startswith("design/sources/")}
    assert sections == {
        f"design/sources/akiba.yaml: {name}" for name in ("arm", "source", "sample", "settings.01_sample", "profile", "privacy", "tables")
    }  # and not `experiment`
    of_banks = of_design("study", "20_cases")
    assert {"design/sources/study.yaml: arm", "design/sources/cn_banks.yaml: source"} <= of_banks.keys()  # the arm says that it reads it


def test_what_one_question_says_of_a_data_set_is_part_of_the_record_where_it_is_asked_for(tmp_path, sources):
    file = sources / "akiba.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\nwords:\n  scoring: {a: {en: x, zh: x}}\n  other: {a: {en: x, zh: x}}\n", encoding="utf-8")
    code = tmp_path / "scoring.py"
    code.write_text('from study.design import source_words\n\nWORDS = source_words(arm, "scoring")\n', encoding="utf-8")
    assert set(record.of_data_sets("akiba", [code], ["arms"])) == {"design/sources/akiba.yaml: arm", "design/sources/akiba.yaml: words.scoring"}


def test_words_that_the_code_names_are_part_of_the_record(tmp_path, monkeypatch):
    (tmp_path / "design" / "words").mkdir(parents=True)
    for name in ("scoring", "other"):
        (tmp_path / "design" / "words" / f"{name}.yaml").write_text("a: {en: x, zh: x}\n", encoding="utf-8")
    code = tmp_path / "scoring.py"
    code.write_text('from study.design import words\n\nWORDS = words("scoring")\n', encoding="utf-8")
    monkeypatch.setattr(record, "root", lambda: tmp_path)
    assert [file.name for file in record.design_words([code])] == ["scoring.yaml"]


def test_an_exhibit_that_no_question_makes_is_refused_before_a_kernel_starts(tmp_path, monkeypatch):
    design = load()
    assert not [odd for stage in design.questions for odd in record.unmade(stage)]
    left = {id_: exhibit for id_, exhibit in design.exhibits.items() if id_ != "T20"}
    monkeypatch.setattr(record, "load", lambda: replace(design, exhibits=left))
    with pytest.raises(stage.StageError, match=r"20_cases.ipynb was not run, because it saves T20, .* in design/questions.yaml"):
        stage.execute("study", "20_cases", {}, tmp_path / "out", tmp_path / "executed.ipynb")
    assert not list(tmp_path.iterdir())
