"""The run that a notebook belongs to: where its exhibits go and what they depend on."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from study.design import Design, checksum, data_set, load, read_json, relative, root, yaml_file

STAGE_FOLDER = "STUDY_STAGE_FOLDER"
DIGITS = 16  # of a file's checksum in the manifest: enough to tell a change


@dataclass(frozen=True)
class Run:
    """One execution of a stage for an arm; every exhibit is saved through it."""

    stage: str
    arm: str
    parameters: Mapping
    inputs: Mapping[str, str]
    folder: Path
    design: Design
    synthetic: bool = False

    def record(self, key: str, files: list[Path], **details) -> None:
        """Add a line to the stage's manifest: the exhibit, its files and what it depends on."""
        path = self.folder / "manifest.json"
        lines = read_json(path) if path.is_file() else {}
        lines[key] = {
            "notebook": f"notebooks/{self.stage}.ipynb",
            "cell": _cell_source(),
            "parameters": dict(self.parameters),
            "inputs": dict(self.inputs),
            **({"synthetic": True} if self.synthetic else {}),
            "files": {f.relative_to(self.folder).as_posix(): checksum(f)[:DIGITS] for f in sorted(files)},
            **details,
        }
        write_json(path, lines)


def start(stage: str, *, arm: str, inputs=(), **parameters) -> Run:
    """Open the run of a stage; call it once, in the cell after the parameters.

    The runner names the folder that the stage writes to; without the runner (JupyterLab, plain
    papermill) it is build/scratch/<arm>/<stage>, never results/.

    Parameters
    ----------
    stage : id of design/questions.yaml, the notebook's name
    arm : id of design/sources/
    inputs : files that the stage reads; their checksums go into the manifest
    parameters : the notebook's other parameters, by name

    Raises
    ------
    ParameterError if stage or arm is not in the design, or the arm can not answer the question.
    """
    design = load()
    arm = data_set(stage, arm)
    named = os.environ.get(STAGE_FOLDER)
    folder = Path(named) if named else root() / "build" / "scratch" / arm / stage
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)
    (folder / "numbers.json").unlink(missing_ok=True)
    checksums = {relative(Path(f)): checksum(Path(f)) for f in inputs}
    return Run(stage, arm, {"arm": arm, **parameters}, checksums, folder, design, _synthetic(design, arm))


def _synthetic(design: Design, arm: str) -> bool:
    """True for generated data: by the arm's kind, or by the mapping file of the user's folder (`study own demo`)."""
    mapping = root() / "data" / "own" / "mapping.yaml"
    if design.arms[arm].kind == "own" and mapping.is_file():
        return yaml_file.read(mapping)[0].get("synthetic") is True
    return design.arms[arm].synthetic


def write_json(path: Path, content) -> None:
    """Write `content` with sorted keys, so that the same content gives the same bytes."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def ranges(lines) -> str:
    """Line numbers as text, neighbours joined: [2, 3, 4, 7] -> "2-4,7"."""
    spans: list[list[int]] = []
    for line in sorted(set(lines)):
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _cell_source() -> str | None:
    """The source of the running cell, by which the runner finds its id; None outside a notebook."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return shell.history_manager.input_hist_raw[-1] if shell else None
