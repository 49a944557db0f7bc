"""Rooms that load nothing: what a room's __init__.py names is imported when it is first used.

A room states its names as imports under `if TYPE_CHECKING:`, where type checkers, editors and run/code_files.py read
them, and calls `attach(__name__)`. The study's own few lines and no library, because many functions here have the
name of the file that defines them: importing the file must not put the module in the function's place.
"""

import ast
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from .errors import nearest


class Room(ModuleType):
    """A package whose public names are looked up when they are asked for (PEP 562, as a class)."""

    def __getattr__(self, name: str):
        if name.startswith("__") or name not in _origins(self.__name__):
            hint = "" if name.startswith("_") else nearest(name, self.__all__)
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'{hint}", name=name, obj=self)
        module, attribute = _origins(self.__name__)[name]
        found = import_module(module)
        if attribute and not hasattr(found, attribute):  # a module of a package that names nothing, such as data.sources
            module, attribute = f"{module}.{attribute}", None
            found = import_module(module)
        self.__dict__[name] = getattr(found, attribute) if attribute else found
        return self.__dict__[name]

    def __setattr__(self, name: str, value) -> None:
        """As of any module, but the file `rfm.py`, once imported, does not take the place of the function `rfm`."""
        if not (isinstance(value, ModuleType) and _origins(self.__name__).get(name, ("", None))[1]):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*self.__all__, *super().__dir__()})


def attach(package: str) -> None:
    """Make the package, which is being imported, a `Room`."""
    sys.modules[package].__class__ = Room


@cache
def _origins(package: str) -> dict[str, tuple[str, str | None]]:
    """Name -> the module that defines it and its name there; None where the name is the module itself."""
    tree = ast.parse(Path(sys.modules[package].__file__).read_text(encoding="utf-8"))
    found: dict[str, tuple[str, str | None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module not in ("typing", __name__):
            base = ".".join(filter(None, [package if node.level else "", node.module]))
            for alias in node.names:
                own = (f"{base}.{alias.name}", None) if base == package else (base, alias.name)
                found[alias.asname or alias.name] = own
    return found
