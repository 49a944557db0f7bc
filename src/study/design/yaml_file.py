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
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    except FileNotFoundError:
        raise DesignError(f"design/{path.name} is missing") from None
    except UnicodeDecodeError as error:
        raise DesignError(f"design/{path.name} is not UTF-8: byte {error.start}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise DesignError(f"design/{path.name}:{line}: {error.problem}") from None
    if not isinstance(node, yaml.MappingNode):
        raise DesignError(f"design/{path.name} must be a mapping from ids to entries")
    lines: dict[tuple, int] = {}
    return _value(node, (), lines, path.name), lines


def _value(node: yaml.Node, where: tuple, lines: dict, name: str):
    """The Python value of a node; the lines of its keys are added to `lines`."""
    if isinstance(node, yaml.MappingNode):
        result = {}
        for key_node, value_node in node.value:
            key, line = key_node.value, key_node.start_mark.line + 1
            if key in result:
                first = lines[(*where, key)]
                raise DesignError(f"design/{name}:{line}: '{key}' is defined twice (first in line {first}); remove or rename one")
            lines[(*where, key)] = line
            result[key] = _value(value_node, (*where, key), lines, name)
        return result
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            lines[(*where, i)] = item.start_mark.line + 1
        return [_value(item, (*where, i), lines, name) for i, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.ScalarNode):
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    finally:
        loader.dispose()
