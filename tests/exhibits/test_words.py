"""The words of exhibits stand in the design: none in the code, none that nobody reads, each in two languages with the same blanks."""

import ast
import json
import re

import pytest
import yaml

from study.design import Words, root, source_words, words
from study.run import code_files

PROSE = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
SOURCE = root() / "src" / "study"
CODE = {
    file: file.read_text(encoding="utf-8") if file.suffix == ".py" else code_files.code_of(file.read_bytes())
    for file in [*sorted(SOURCE.rglob("*.py")), *sorted((root() / "notebooks").glob("*.ipynb"))]
}
QUESTIONS = sorted(file.stem for file in (root() / "design" / "words").glob("*.yaml"))
BY_SOURCE = {
    (file.stem, question): part
    for file in sorted((root() / "design" / "sources").glob("*.yaml"))
    for question, part in (yaml.safe_load(file.read_text(encoding="utf-8")).get("words") or {}).items()
}


def prose(code):
    """The literal texts in two languages of a piece of code that hold words."""
    for node in ast.walk(ast.parse(code)):
        called = node.func if isinstance(node, ast.Call) else None
        if getattr(called, "id", getattr(called, "attr", "")) == "Text":
            values = [keyword.value for keyword in node.keywords]
        elif isinstance(node, ast.Dict) and {"en", "zh"} == {getattr(key, "value", None) for key in node.keys}:
            values = node.values
        else:
            continue
        pieces = [piece for value in values for piece in (value.values if isinstance(value, ast.JoinedStr) else [value])]
        yield from (f"line {node.lineno}: {p.value!r}" for p in pieces if isinstance(p, ast.Constant) and PROSE.search(str(p.value)))


def test_the_code_holds_no_words_of_exhibits():
    assert [*prose('Text(en=f"{a} to {b}", zh=f"{a}至{b}")')] == ["line 1: ' to '", "line 1: '至'"]
    assert [*prose('both = {"en": "none", "zh": "-"}')] and not [*prose('Text(en=f"({i}) {x.en}", zh=f"({i}) {x.zh}")')]
    apart = {SOURCE / "paper" / "text.py", SOURCE / "paper" / "build.py"}  # what the paper calls a table, and pandoc's names of languages
    found = [f"{file.name}, {said}" for file, code in CODE.items() if file.suffix == ".py" and file not in apart for said in prose(code)]
    assert found == []


def paths(code):
    """(words or source_words, question) -> the keys by which the code reads them, as far as they are written out."""
    tree = ast.parse(code)
    bound = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (of := _asked(node.value)) and isinstance(node.targets[0], ast.Name):
            bound[node.targets[0].id] = of
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)}
    for node in ast.walk(tree):
        path, at = [], node
        while isinstance(at, ast.Subscript) and isinstance(at.slice, ast.Constant):
            path.insert(0, at.slice.value)
            at = at.value
        of = bound.get(at.id) if isinstance(at, ast.Name) else _asked(at)
        if isinstance(at, ast.Attribute) and at.attr == "WORDS" and isinstance(at.value, ast.Attribute):
            of = ("words", at.value.attr)  # exhibits.baseline.WORDS, in a notebook
        if of and path and id(node) not in inner:
            yield of, tuple(map(str, path))


def _asked(node):
    name = getattr(getattr(node, "func", None), "id", "") if isinstance(node, ast.Call) else ""
    return (name, node.args[-1].value) if name in ("words", "source_words") and isinstance(node.args[-1], ast.Constant) else None


def leaves(tree, path=()):
    """The paths of all texts of plain or typed words."""
    if isinstance(tree, Words) or (isinstance(tree, dict) and tree.keys() != {"en", "zh"}):
        for name, part in tree.items():
            yield from leaves(part, (*path, str(name)))
    elif isinstance(tree, (list, tuple)):
        for i, part in enumerate(tree):
            yield from leaves(part, (*path, str(i)))
    else:
        yield path


USED = {}
for _code in CODE.values():
    for _of, _path in paths(_code):
        USED.setdefault(_of, set()).add(_path)


def unread(tree, used):
    return [".".join(leaf) for leaf in leaves(tree) if not any(leaf[: len(path)] == path for path in used)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_word_of_a_question_is_read(question):
    used = USED.get(("words", question), set())
    assert unread(words(question), used) == []  # reading also checks both languages and their blanks
    missing = [path for path in used if not any(leaf[: len(path)] == path for leaf in leaves(words(question)))]
    assert missing == []


@pytest.mark.parametrize(("source", "question"), sorted(BY_SOURCE))
def test_every_word_of_a_data_set_is_read(source, question):
    assert unread(source_words(source, question), USED.get(("source_words", question), set())) == []


def test_a_word_that_nobody_reads_is_found():
    used = {path for of, path in paths('W = words("some")\nprint(W["a"]["b"], W["c"])') if of == ("words", "some")}
    tree = json.loads('{"a": {"b": {"en": "x", "zh": "x"}, "d": {"en": "y", "zh": "y"}}, "c": [{"en": "z", "zh": "z"}]}')
    assert unread(tree, used) == ["a.d"]
