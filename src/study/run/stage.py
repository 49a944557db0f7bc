"""Execute one notebook for one arm into a folder of its own."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from study.design import checksum, read_json, relative, root
from study.errors import StudyError
from study.exhibits.run import STAGE_FOLDER, write_json

from . import code_files

# One thread, one kernel of the linear algebra library, and numpy's own loops (exp, log, sums) in the form for AVX2 on machines that
# have more: the same bytes on every run. OPENBLAS_CORETYPE alone does not do it: numpy chooses its loops by itself, and with AVX-512
# its exp and log differ in the last bit. A library that does not know a name, or a machine without the feature, passes over it.
PINNED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "PYTHONHASHSEED": "0",
    "JUPYTER_PREFER_ENV_PATH": "1",
}


PROGRESS = "STUDY_PROGRESS"
VARIED = "STUDY_VARIED"  # json: what `study verify --vary` sets against the pins; null takes a name out


class StageError(StudyError, RuntimeError):
    """A notebook stopped with an error: the message names the cell and the executed notebook."""


def execute(arm: str, stage: str, parameters: dict, folder: Path, executed: Path) -> None:
    """Run notebooks/<stage>.ipynb; its exhibits go to `folder`, the executed notebook to `executed`.

    Raises
    ------
    StageError if a cell raises: the executed notebook up to that cell is kept.
    """
    began = time.monotonic()
    say(f"{arm} {stage}: started")
    folder.mkdir(parents=True, exist_ok=True)
    executed.parent.mkdir(parents=True, exist_ok=True)
    notebook = root() / "notebooks" / f"{stage}.ipynb"
    _papermill(notebook, executed, parameters, folder)
    _strip(executed)
    _complete_manifest(folder / "manifest.json", notebook, executed)
    say(f"{arm} {stage}: done in {time.monotonic() - began:.0f} s")


def say(line: str) -> None:
    """Report progress: to the file that the workflow reads, else to the terminal."""
    file = os.environ.get(PROGRESS)
    if file:
        with open(file, "a", encoding="utf-8") as progress:
            progress.write(line + "\n")
    else:
        print(line, file=sys.stderr, flush=True)


def _papermill(notebook: Path, executed: Path, parameters: dict, folder: Path) -> None:
    """Call papermill with the parameters in a file, in an environment that is pinned."""
    given = folder.parent / f"{folder.name}.parameters.json"
    write_json(given, parameters)
    command = [sys.executable, "-m", "papermill", str(notebook), str(executed)]
    command += ["-k", "python3", "-f", str(given), "--cwd", str(notebook.parent)]
    command += ["--no-progress-bar", "--log-level", "ERROR"]
    varied = json.loads(os.environ.get(VARIED, "{}"))
    env = {**os.environ, **PINNED, **varied, STAGE_FOLDER: str(folder)}
    env = {name: value for name, value in env.items() if value is not None}
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    given.unlink()
    if done.returncode:
        raise StageError(_failure(notebook, executed, done.stderr))


def _failure(notebook: Path, executed: Path, stderr: str) -> str:
    """What failed and where: the cell, its error, the executed notebook."""
    last = [line for line in stderr.strip().splitlines() if line.strip()][-1:] or ["no message"]
    message = re.sub(r"\x1b\[[0-9;]*m", "", last[0])
    if executed.is_file():
        for i, cell in enumerate(read_json(executed)["cells"]):
            for output in cell.get("outputs", []):
                if output["output_type"] == "error":
                    where = f"cell {i + 1} (id {cell['id']})"
                    what = f"{output['ename']}: {output['evalue']}"
                    return f"notebooks/{notebook.name}, {where} raised {what}\nThe executed notebook is {relative(executed)}"
    return f"notebooks/{notebook.name} could not be executed: {message}"


def _strip(executed: Path) -> None:
    """Remove clocks and machine paths from the executed notebook; keep outputs and counts."""
    command = [sys.executable, "-m", "nbstripout", "--keep-output", "--keep-count", "--keep-id", "--extra-keys"]
    keys = "metadata.papermill cell.metadata.papermill cell.metadata.execution"
    subprocess.run([*command, keys, str(executed)], check=True, capture_output=True)


def _complete_manifest(path: Path, notebook: Path, executed: Path) -> None:
    """Add to each line of the manifest the id of its cell and the checksums of the code."""
    lines = read_json(path) if path.is_file() else {}
    cells = read_json(executed)["cells"]
    ids = {"".join(cell["source"]).strip(): cell["id"] for cell in cells if cell["cell_type"] == "code"}
    files = [notebook, *code_files.of_notebook(notebook)]
    code = {relative(file): checksum(file) for file in files}
    for line in lines.values():
        line["cell"] = ids[line["cell"].strip()]
    write_json(path, {"code": code, "exhibits": lines})
