"""The words of the exhibits in two languages: `design/words/<question>.yaml`, and of a data set in `design/sources/<name>.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType

from pydantic import ValidationError

from study.errors import nearest

from . import yaml_file
from .entries import Text
from .paths import root
from .yaml_file import DesignError

LANGUAGES = {"en", "zh"}


class Words(Mapping):
    """Words by name: a Text, or names or a tuple of further ones; a name that is not there is refused with the nearest one.

    Parameters
    ----------
    entries : name -> Text, Words or tuple of them
    where : file, line and path, as an error says it
    """

    def __init__(self, entries: Mapping[str, "Text | Words | tuple"], where: str):
        self._entries, self._where = MappingProxyType(dict(entries)), where

    def __getitem__(self, name: str):
        if name not in self._entries:
            raise DesignError(f"{self._where} has no '{name}'{nearest(str(name), self._entries)}")
        return self._entries[name]

    def __contains__(self, name) -> bool:
        return name in self._entries

    def __iter__(self):
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def words(question: str) -> Words:
    """The words of a question's exhibits, of `design/words/<question>.yaml`.

    Raises
    ------
    DesignError with file and line for a text that lacks a language or has a blank, such as {n}, in one language only.
    """
    return _read(root() / "design" / "words" / f"{question}.yaml")


def source_words(source: str, question: str) -> Words:
    """What only one data set needs said by a question: `words: {<question>: ...}` of `design/sources/<source>.yaml`; none if it says nothing.

    Raises
    ------
    DesignError as for `words`.
    """
    path = root() / "design" / "sources" / f"{source}.yaml"
    said = _read_source(path)
    return said[question] if question in said else Words({}, f"{_place(('words',), {}, path)}.{question}")


@cache
def _read(path: Path) -> Words:
    content, lines = yaml_file.read(path)
    return _tree(content, (), lines, path)


@cache
def _read_source(path: Path) -> Words:
    content, lines = yaml_file.read(path)
    if "words" not in content:
        return Words({}, _place(("words",), lines, path))
    return _tree(content["words"], ("words",), lines, path)


def _place(where: tuple, lines: Mapping[tuple, int], path: Path) -> str:
    return f"{path.relative_to(root()).as_posix()}:{lines.get(where, 1)}: {'.'.join(map(str, where))}".removesuffix(": ")


def _tree(content, where: tuple, lines: Mapping[tuple, int], path: Path):
    """The words of a piece of the file: a leaf is a mapping of the two languages."""
    if isinstance(content, list):
        return tuple(_tree(item, (*where, i), lines, path) for i, item in enumerate(content))
    if not isinstance(content, dict) or not content:
        raise DesignError(f"{_place(where, lines, path)}: a text is written as {{en: ..., zh: ...}}, found {content!r}")
    if LANGUAGES & content.keys():
        return _text(content, where, lines, path)
    return Words({name: _tree(part, (*where, name), lines, path) for name, part in content.items()}, _place(where, lines, path))


def _text(content: dict, where: tuple, lines: Mapping[tuple, int], path: Path) -> Text:
    place = _place(where, lines, path)
    if content.keys() != LANGUAGES:
        wrong = sorted(content.keys() ^ LANGUAGES)
        raise DesignError(f"{place}: a text has en and zh and nothing else; see {', '.join(wrong)}")
    try:
        made = Text(**content)
        blanks = {language: _blanks(made[language]) for language in LANGUAGES}
    except ValidationError as error:
        raise DesignError(f"{place}: {error.errors()[0]['msg']}; put the text in quotes") from None
    except ValueError as error:  # a brace that no blank closes
        raise DesignError(f"{place}: {error}; a blank is written {{name}}, a brace itself twice") from None
    if bool(made.en) != bool(made.zh):
        raise DesignError(f"{place}: is empty in one of the languages")
    if blanks["en"] != blanks["zh"]:
        alone = ", ".join(f"{{{name}}}" for name in sorted(blanks["en"] ^ blanks["zh"]))
        raise DesignError(f"{place}: the blank {alone} stands in one language only")
    return made


def _blanks(text: str) -> set[str]:
    """The names of the blanks of a text, those within a format too."""
    found = set()
    for _, name, form, _ in Formatter().parse(text):
        if name is not None:
            found |= {name, *_blanks(form or "")}
    return found
