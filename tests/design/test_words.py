"""Words of exhibits: read from design/words, refused with file and line where a language or a blank is missing."""

from importlib import import_module
from pathlib import Path

import pytest

from study.design import DesignError, source_words, words


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes design/words/some.yaml of a project of its own, or another file of the design."""
    monkeypatch.setattr(import_module("study.design.words"), "root", lambda: tmp_path)

    def write(text, name="words/some.yaml"):
        file = tmp_path / "design" / Path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    return write


def test_a_tree_of_texts(written):
    written('notes:\n- {en: "A -1 %", zh: "甲,乙"}\npanels:\n  first: {en: one, zh: 一}\n  second: {en: two, zh: 二}\n')
    made = words("some")
    assert made["notes"][0].zh == "甲\uff0c乙" and made["notes"][0].en == "A \N{MINUS SIGN}1%"
    assert [*made["panels"]] == ["first", "second"] and made["panels"]["second"].en == "two"
    with pytest.raises(DesignError, match=r"design/words/some.yaml:3: panels has no 'secnd'; did you mean 'second'"):
        _ = made["panels"]["secnd"]
    assert "third" not in made["panels"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n  en: one\n", r"some.yaml:1: a: a text has en and zh and nothing else; see zh"),
        ("a:\n  en: one\n  zh: 一\n  fr: un\n", r"some.yaml:1: a: a text has en and zh and nothing else; see fr"),
        ("b: {en: x, zh: x}\na:\n  - {en: 'one {n}', zh: 一}\n", r"some.yaml:3: a.0: the blank \{n\} stands in one language only"),
        ("a: {en: '{n:.{digits}f}', zh: '{n}'}\n", r"some.yaml:1: a: the blank \{digits\} stands in one language only"),
        ("a: {en: 'one {n', zh: '{n}'}\n", r"some.yaml:1: a: .*a blank is written \{name\}"),
        ("a: {en: '', zh: 一}\n", r"some.yaml:1: a: is empty in one of the languages"),
        ("a: {en: 1, zh: 一}\n", r"some.yaml:1: a: .*valid string; put the text in quotes"),
        ("a: one\n", r"some.yaml:1: a: a text is written as \{en: ..., zh: ...\}, found 'one'"),
        ("a: {en: x, zh: x}\na: {en: x, zh: x}\n", r"design/words/some.yaml:2: 'a' is defined twice"),
    ],
)
def test_a_fault_is_named_with_file_and_line(written, text, said):
    written(text)
    with pytest.raises(DesignError, match=said):
        words("some")


def test_words_of_one_data_set(written):
    written("sample: []\nwords:\n  some:\n    note: {en: 'only here', zh: 仅此}\n", "sources/mine.yaml")
    assert source_words("mine", "some")["note"].en == "only here"
    assert "note" not in source_words("mine", "other")
    with pytest.raises(DesignError, match=r"design/sources/mine.yaml:1: words.other has no 'note'"):
        source_words("mine", "other")["note"]
    with pytest.raises(DesignError, match=r"design/sources/yours.yaml is missing"):
        source_words("yours", "some")
