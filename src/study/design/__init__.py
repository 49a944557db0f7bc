"""The empirical design as data: typed, checked, read by every other part of the study.

`load()` gives the design; `resolve()` the parameters of a run; `root()` the project's folder.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from .answers import Answer, refusal
    from .load import Design, load
    from .parameters import ParameterError, data_set, parameter_names, resolve
    from .paths import NoProject, UnreadableFile, checksum, read_json, read_text, relative, root
    from .references import formula_names
    from .settings import Settings
    from .words import Words, source_words, words
    from .yaml_file import DesignError

__all__ = [
    "Answer",
    "Design",
    "DesignError",
    "NoProject",
    "ParameterError",
    "Settings",
    "UnreadableFile",
    "Words",
    "checksum",
    "data_set",
    "formula_names",
    "load",
    "parameter_names",
    "read_json",
    "read_text",
    "refusal",
    "relative",
    "resolve",
    "root",
    "source_words",
    "words",
]

attach(__name__)
