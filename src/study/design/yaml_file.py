"""Read a YAML file and remember the line of every key, so that an error can name it."""

from pathlib import Path

import yaml

from study.errors import StudyError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where it was built, ten times as fast


class DesignError(StudyError, ValueError):
    """A design file is wrong: the message names file, line, what was found and what is allowed."""


def read(path: Path) -> tuple[dict, dict[tuple, int]]:
    """The file's content and the line of each key.

    Returns
    -------
    (content, lines) where lines maps a key's path, such as ("T6", "title", "en"), to its line.

    Raises
    ------
    DesignError if the file is missing, empty, not YAML, not a mapping or names a key twice.
    """
    node = _composed(path)
    if not isinstance(node, yaml.MappingNode):
        raise DesignError(f"{_named(path)}:1: must be a mapping from ids to entries")
    lines: dict[tuple, int] = {}
    try:
        return _value(node, (), lines, _named(path)), lines
    except RecursionError:
        raise DesignError(f"{_named(path)}:1: an anchor stands inside what it names, or entries lie too deep in each other") from None


def _named(path: Path) -> str:
    """The file as an error says it: from the folder of the design on."""
    return "/".join(["design", *path.parts[path.parts.index("design") + 1 :]]) if "design" in path.parts else f"design/{path.name}"


def _composed(path: Path) -> yaml.Node | None:
    """The file's nodes, which know their lines."""
    try:
        content = path.read_bytes()
        return yaml.compose(content.decode("utf-8"), Loader=LOADER)
    except FileNotFoundError:
        raise DesignError(f"{_named(path)} is missing") from None
    except OSError as error:
        raise DesignError(f"{_named(path)} can not be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DesignError(f"{_named(path)}:{line}: is not UTF-8: byte {error.start}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DesignError(f"{_named(path)}:{mark.line + 1 if mark else 1}: {error.problem}") from None
    except yaml.YAMLError as error:  # a control character: its place is a position in the text
        line = content.decode("utf-8")[: getattr(error, "position", 0)].count("\n") + 1
        raise DesignError(f"{_named(path)}:{line}: is no text file: {' '.join(str(error).split())}") from None


def _value(node: yaml.Node, where: tuple, lines: dict, name: str):
    """The Python value of a node; the lines of its keys are added to `lines`."""
    if isinstance(node, yaml.MappingNode):
        result = {}
        for key_node, value_node in node.value:
            key, line = key_node.value, key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise DesignError(f"{name}:{line}: a key must be a name, not a list or a mapping")
            if key in result:
                first = lines[(*where, key)]
                raise DesignError(f"{name}:{line}: '{key}' is defined twice (first in line {first}); remove or rename one")
            lines[(*where, key)] = line
            result[key] = _value(value_node, (*where, key), lines, name)
        return result
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            lines[(*where, i)] = item.start_mark.line + 1
        return [_value(item, (*where, i), lines, name) for i, item in enumerate(node.value)]
    return _scalar(node, name)


def _scalar(node: yaml.ScalarNode, name: str):
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        said = getattr(error, "problem", None) or error
        raise DesignError(f"{name}:{node.start_mark.line + 1}: '{node.value}' can not be read: {said}") from None
    finally:
        loader.dispose()
