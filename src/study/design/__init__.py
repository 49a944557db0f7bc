"""The empirical design as data: typed, checked, read by every other part of the study.

`load()` gives the design; `resolve()` the parameters of a run; `root()` the project's folder.
"""

from .load import Design, formula_names, load, nearest
from .parameters import ParameterError, parameter_names, resolve
from .paths import checksum, relative, root
from .yaml_file import DesignError

__all__ = [
    "Design",
    "DesignError",
    "ParameterError",
    "checksum",
    "formula_names",
    "load",
    "nearest",
    "parameter_names",
    "relative",
    "resolve",
    "root",
]
