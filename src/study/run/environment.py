"""environment.yml for conda users: the same pins as requirements.lock, without hashes."""

import re
from pathlib import Path

from study.design import root

PYTHON = "3.12"
HEAD = f"""\
# The pins of requirements.lock for conda: `conda env create -f environment.yml`.
# Written by `make lock`; a test holds the two equal.
name: study
channels: [conda-forge]
dependencies:
  - python={PYTHON}
  - pip
  - pip:
"""


def pins(lock: str) -> list[str]:
    """The pinned requirements of a lock file, markers kept, hashes dropped."""
    found = re.findall(r"^([A-Za-z0-9][^\s=]*==\S+(?: ; [^\\\n]+?)?) *\\?$", lock, flags=re.MULTILINE)
    return [pin.strip() for pin in found]


def environment(lock: str) -> str:
    """The text of environment.yml for a lock file."""
    lines = [f'      - "{pin}"' for pin in pins(lock)]
    return HEAD + "\n".join(lines) + '\n      - "-e ."\n'


def write(folder: Path | None = None) -> None:
    """Write environment.yml beside requirements.lock."""
    folder = folder or root()
    lock = (folder / "requirements.lock").read_text(encoding="utf-8")
    (folder / "environment.yml").write_text(environment(lock), encoding="utf-8")
