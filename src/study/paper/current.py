"""Whether the built paper is what its inputs would make again: then it need not be built."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from study import design
from study.design import checksum, read_json

CODE = Path(__file__).resolve().parents[1]  # the code that runs, wherever the paper is


def is_current(root: Path, stem: str, outputs: Sequence[Path]) -> bool:
    """True if `outputs` are what was built last, and from the inputs that are there now."""
    record = _record(root, stem)
    if not record.is_file() or not all(file.is_file() for file in outputs):
        return False
    return read_json(record) == _state(root, outputs)


def remember(root: Path, stem: str, outputs: Sequence[Path]) -> None:
    """Keep what the outputs were built from."""
    _record(root, stem).write_text(json.dumps(_state(root, outputs)), encoding="utf-8")


def _record(root: Path, stem: str) -> Path:
    return root / "build" / "paper" / f"{stem}.json"


def _state(root: Path, outputs: Sequence[Path]) -> dict:
    return {"inputs": _digest(_inputs(root, outputs)), "outputs": {file.name: checksum(file) for file in outputs}}


def _inputs(root: Path, outputs: Sequence[Path]) -> list[Path]:
    """The text and what it is set with, the results, the design, the code and the lock of the tools."""
    paper = [file for file in (root / "paper").iterdir() if file.suffix in (".md", ".bib", ".css") or file.name.startswith("template.")]
    code = [file for room in ("paper", "exhibits", "design") for file in (CODE / room).rglob("*") if file.suffix in (".py", ".otf")]
    results = [file for file in (root / "results").rglob("*") if file.is_file()]
    project = design.root()  # of the design that is read, also where the paper is a copy elsewhere
    return [*paper, *code, *results, *(project / "design").rglob("*.yaml"), project / "requirements.lock"]


def _digest(files: Sequence[Path]) -> str:
    whole = sha256()
    for file in sorted(files):
        whole.update(f"{file}\0{checksum(file)}\0".encode())
    return whole.hexdigest()
