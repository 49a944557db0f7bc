"""Look at the machine: what is wrong, and the command that mends it."""

import importlib.metadata
import os
import subprocess
import sys
from dataclasses import dataclass

from packaging.requirements import Requirement

from study.data import registry
from study.design import load, relative, root
from study.errors import StudyError
from study.exhibits.engine import style

from .environment import pins


@dataclass(frozen=True)
class Check:
    """One line of the report: what was looked at, what was found, and how to mend it if it is wrong."""

    name: str
    found: str
    mend: str = ""

    @property
    def fine(self) -> bool:
        return not self.mend


def examine() -> list[Check]:
    """Look at Python, packages, programs, fonts, design, data and write access."""
    return [_python(), _packages(), _pandoc(), _fonts(), _design(), *_data(), *_writable(), _git()]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Check("Python", version, "" if fine else "make clean; make env PYTHON=python3.12")


def _packages() -> Check:
    """The installed packages against requirements.lock."""
    lock = root() / "requirements.lock"
    if not lock.is_file():
        return Check("packages", "requirements.lock is missing", "git checkout requirements.lock")
    wanted = [r for r in map(Requirement, pins(lock.read_text(encoding="utf-8"))) if not r.marker or r.marker.evaluate()]
    wrong = []
    for pin in wanted:
        try:
            version = importlib.metadata.version(pin.name)
        except importlib.metadata.PackageNotFoundError:
            version = "nothing"
        if version == "nothing" or not pin.specifier.contains(version, prereleases=True):
            wrong.append(f"{pin.name} {version} (locked: {pin.specifier})")
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        return Check("packages", f"{len(wrong)} of {len(wanted)} differ: {', '.join(wrong[:5])}{more}", "make clean; make env")
    return Check("packages", f"all {len(wanted)} as locked")


def _pandoc() -> Check:
    try:
        import pypandoc  # here, so that its absence is reported too

        version = pypandoc.get_pandoc_version()
    except (ImportError, OSError) as error:
        return Check("pandoc", f"not found: {error}", "make clean; make env")
    return Check("pandoc", str(version))


def _fonts() -> Check:
    fonts = sorted(style.FONTS.glob("*.otf"))
    if not fonts:
        return Check("font", f"none in {relative(style.FONTS)}", f"git checkout {relative(style.FONTS)}")
    return Check("font", fonts[0].name)


def _design() -> Check:
    try:
        plan = load()
    except StudyError as error:
        return Check("design", str(error), "mend the file and line that it names")
    return Check("design", f"{len(plan.models)} models, {len(plan.built_exhibits())} exhibits built")


def _data() -> list[Check]:
    """The sources that are part of the project."""
    try:
        return [_embedded(name) for name in registry.embedded()]
    except StudyError:  # of the design, which has a line of its own
        return []


def _embedded(name: str) -> Check:
    folder = relative(registry.places(name)[0])
    try:
        rows = [len(table) for table in registry.provided(name).values()]
    except (StudyError, OSError) as error:
        return Check("data", str(error).splitlines()[0], f"git checkout {folder}")
    return Check("data", f"{folder}: {sum(rows):,} rows")


def _writable() -> list[Check]:
    checks = []
    for name in ("results", "paper", "build"):
        folder = root() / name
        place = folder if folder.exists() else folder.parent
        fine = place.is_dir() and os.access(place, os.W_OK)
        found = "can be written" if fine else "can not be written"
        checks.append(Check(f"{name}/", found, "" if fine else f"chmod u+w {name}, or clone to a folder of your own"))
    return checks


def _git() -> Check:
    try:
        done = subprocess.run(["git", "-C", str(root()), "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    except FileNotFoundError:
        return Check("git", "not installed (only needed to compare with HEAD)")
    found = done.stdout.strip() if done.returncode == 0 else "not a git checkout"
    return Check("git", found)
