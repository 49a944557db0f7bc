"""The parts of the design as they are written: files of design/ with one part each, and files of design/sources/ with a section of several."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from study.errors import nearest

from . import yaml_file
from .yaml_file import DesignError

# section of a file in design/sources/ -> part of the design; README.md there says what each holds
SECTIONS = {
    "arm": "arms",
    "source": "sources",
    "sample": "steps",
    "profile": "profiles",
    "experiment": "experiments",
    "inference": "inference",
    "privacy": "privacy",
    "declines": "declines",
    "tables": "filled",
    "settings": "given_settings",
}
ASIDE = ("place", "words")  # that are no entries: the order, and what `source_words` reads


@dataclass(frozen=True)
class Part:
    """The entries of one part of the design, by id, and where each key stands.

    places : a key's path, such as ("berka", "title", "en") -> file in design/, line
    home : the file for what has no place
    """

    home: str
    content: dict = field(default_factory=dict)
    places: dict[tuple, tuple[str, int]] = field(default_factory=dict)

    def at(self, where: tuple) -> str:
        """File and line of the longest piece of a path that the design has: design/exhibits.yaml:7."""
        for end in range(len(where), 0, -1):
            if where[:end] in self.places:
                return "design/{}:{}".format(*self.places[where[:end]])
        return f"design/{self.home}:1"

    def of(self, file: str) -> set[str]:
        """The entries that stand in a file."""
        return {id_ for id_ in self.content if self.places[id_,][0] == file}


def read(folder: Path, names: list[str]) -> dict[str, Part]:
    """The parts of these names, those of the data sets in the order of their `place`.

    Raises
    ------
    DesignError naming file and line for what `yaml_file.read` refuses, an unknown section, or two data sets in one place.
    """
    shared = set(SECTIONS.values())
    parts = {name: Part("sources") if name in shared else _whole(folder, f"{name}.yaml") for name in names}
    _made(parts["questions"], parts["exhibits"])
    for name, (content, lines) in _data_sets(folder).items():
        for section, body in content.items():
            if section not in ASIDE:
                _add(parts[SECTIONS[section]], name, section, body, content, lines)
    return parts


def _whole(folder: Path, name: str) -> Part:
    content, lines = yaml_file.read(folder / name)
    return Part(name, content, {where: (name, line) for where, line in lines.items()})


def _made(questions: Part, exhibits: Part) -> None:
    """The exhibits that stand with their question go to those that no question makes yet.

    One question says an exhibit's title; others that make it for other data sets have it without.
    """
    stand = [(name, body.pop("exhibits")) for name, body in questions.content.items() if isinstance(body, dict) and _has(body, "exhibits")]
    shared = [(id_, name, entry) for name, made in stand for id_, entry in made.items() if isinstance(entry, dict) and "title" not in entry]
    for name, made in stand:
        for id_, entry in made.items():
            if (id_, name, entry) not in shared:
                _makes(questions, exhibits, name, id_, entry)
    for id_, name, entry in shared:
        if not isinstance(exhibits.content.get(id_), dict):
            raise DesignError(f"{questions.at((name, 'exhibits', id_))}: no question says the title of '{id_}'; give it title and section")
        exhibits.content[id_].setdefault("others", {})[name] = entry
        exhibits.places.setdefault((id_, "others"), questions.places[name, "exhibits", id_])
        inside = {(id_, "others", name, *where[3:]): place for where, place in questions.places.items() if where[:3] == (name, "exhibits", id_)}
        exhibits.places.update(inside)


def _has(body: dict, key: str) -> bool:
    return isinstance(body.get(key), dict)  # else it is refused below, as an entry


def _makes(questions: Part, exhibits: Part, name: str, id_: str, entry) -> None:
    if id_ in exhibits.content:
        raise DesignError(
            f"{questions.at((name, 'exhibits', id_))}: '{id_}' is also in {exhibits.at((id_,))}; one question says its title, and others that "
            "make it for other data sets have it without"
        )
    exhibits.content[id_] = {**entry, "notebook": name} if isinstance(entry, dict) else entry
    inside = {where[2:]: place for where, place in questions.places.items() if where[:3] == (name, "exhibits", id_)}
    exhibits.places.update(inside)


def _data_sets(folder: Path) -> dict[str, tuple[dict, dict]]:
    """Content and lines of each file of design/sources, by name, in the order of their places."""
    found, first = {}, {}
    for path in sorted((folder / "sources").glob("*.yaml")):
        content, lines = found[path.stem] = yaml_file.read(path)
        for key in content:
            if key not in {*ASIDE, *SECTIONS}:
                known = nearest(key, [*ASIDE, *SECTIONS])
                raise DesignError(f"design/sources/{path.name}:{lines[key,]}: unknown section '{key}'{known}")
        place = content.get("place")
        if isinstance(place, bool) or not isinstance(place, int):
            line = lines.get(("place",), 1)
            raise DesignError(f"design/sources/{path.name}:{line}: needs a whole number as `place`, which orders the data sets, found {place!r}")
        if place in first:
            line = lines["place",]
            raise DesignError(f"design/sources/{path.name}:{line}: the place {place} is that of {first[place]}.yaml; give each data set its own")
        first[place] = path.stem
    _refuse_others(found)
    if not found:
        raise DesignError("design/sources holds no data set; bring it back with `git checkout design/sources`")
    return {first[place]: found[first[place]] for place in sorted(first)}


def _refuse_others(found: dict[str, tuple[dict, dict]]) -> None:
    """Refuse a data set whose file names another one, outside of what its arm reads."""
    arms = {name: content["arm"] for name, (content, _) in found.items() if isinstance(content.get("arm"), dict)}
    outside = [name for name in found if arms.get(name, {}).get("access") in (None, "embedded", "downloaded")]  # not `own`, `study`, `benchmark`
    for name, (content, lines) in found.items():
        named = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, (other for other in outside if other != name)))})(?![\w-])")
        for where, text in _texts(content):
            if where[:2] != ("arm", "reads") and (other := named.search(text)):
                raise DesignError(
                    f"design/sources/{name}.yaml:{lines[where]}: names '{other[1]}'; what is said of it stands in design/sources/{other[1]}.yaml"
                )


def _texts(value, where: tuple = ()):
    """Every key and text of a nested value, with its place."""
    if isinstance(value, str):
        yield where, value
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(key, str):
            yield (*where, key), key
        yield from _texts(part, (*where, key))


def _add(part: Part, name: str, section: str, body, content: dict, lines: dict) -> None:
    """An entry of a data set goes to its part. The source is known by its `name`, if it has one, and knows its arm."""
    id_ = name
    if section == "source" and isinstance(body, dict):
        id_ = body.get("name", name)
        body = {key: value for key, value in body.items() if key != "name"} | ({"arm": name} if "arm" in content else {})
    part.content[id_] = body
    part.places.update({(id_, *where[1:]): (f"sources/{name}.yaml", line) for where, line in lines.items() if where[0] == section})
