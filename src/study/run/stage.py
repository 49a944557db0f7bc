"""Execute one notebook for one arm into a folder of its own."""

import json
import os
import re
import time
from pathlib import Path

from study.design import read_json, relative, root
from study.errors import StudyError
from study.exhibits.engine.run import STAGE_FOLDER, write_json

from . import given, manifests, record
from .pins import PINNED
from .progress import say

VARIED = "STUDY_VARIED"  # json: what `study verify --vary` sets against the pins; null takes a name out
KERNEL = "python3"
STRIPPED = ("metadata.papermill", "cell.metadata.papermill", "cell.metadata.execution")  # clocks and paths of this machine


class StageError(StudyError, RuntimeError):
    """A notebook stopped with an error: the message names the cell and the executed notebook."""


def execute(arm: str, stage: str, parameters: dict, folder: Path, executed: Path) -> None:
    """Run notebooks/<stage>.ipynb; its exhibits go to `folder`, the executed notebook to `executed`.

    Raises
    ------
    StageError if the notebook can not take the parameters or saves what its question does not make, if a cell raises (the executed notebook up to that cell is
    kept), or if what ran had other parameters than were asked for.
    """
    if odd := record.unmade(stage):
        raise StageError(
            f"notebooks/{stage}.ipynb was not run, because it saves {', '.join(odd)}, which its question does not make; "
            "add it to the exhibits of the question in design/questions.yaml"
        )
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    executed.parent.mkdir(parents=True, exist_ok=True)
    notebook = root() / "notebooks" / f"{stage}.ipynb"
    rests_on = record.present(arm, stage, parameters)  # before the kernel reads the code: what changes later is seen
    say(f"{arm} {stage}: started")
    _papermill(notebook, executed, parameters, folder)
    _strip(executed)
    _complete_manifest(folder / "manifest.json", executed, parameters, rests_on)
    say(f"{arm} {stage}: done in {time.monotonic() - began:.0f} s")


def _papermill(notebook: Path, executed: Path, parameters: dict, folder: Path) -> None:
    """Execute the notebook with the parameters, in an environment that is pinned, by nbclient in this process."""
    faults = given.faults(read_json(notebook), parameters)
    if faults:
        raise StageError(f"notebooks/{notebook.name} was not run, because {'; '.join(faults)}")
    import nbformat  # here, so that nobody else pays for them
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    book = parameterize_notebook(load_notebook_node(str(notebook)), parameters, kernel_name=KERNEL, language="python")
    where = {"metadata": {"path": str(notebook.parent)}}
    client = NotebookClient(book, timeout=None, kernel_name=KERNEL, resources=where, record_timing=False)
    try:
        client.execute(env=_environment(folder))
    except NoSuchKernel:
        raise StageError(
            f"notebooks/{notebook.name} could not be executed: this environment has no Jupyter kernel '{KERNEL}'; "
            "add it with `.venv/bin/python -m ipykernel install --sys-prefix`, or make the environment anew (`make clean`, then `make env`)"
        ) from None
    except Exception as error:
        nbformat.write(book, executed)
        raise StageError(_failure(notebook, executed, error)) from None
    nbformat.write(book, executed)
    odd = given.differences(book, parameters)
    if odd:
        raise StageError(f"notebooks/{notebook.name} ran with other parameters than were asked for: {'; '.join(odd)}")


def _environment(folder: Path) -> dict[str, str]:
    """The pinned environment of the kernel; this process keeps its own, as several stages may run in it at once."""
    varied = json.loads(os.environ.get(VARIED, "{}"))
    wanted = {**os.environ, **PINNED, **varied, STAGE_FOLDER: str(folder)}
    return {name: value for name, value in wanted.items() if value is not None}


def _failure(notebook: Path, executed: Path, error: Exception) -> str:
    """What failed and where: the cell, its error, the executed notebook."""
    if executed.is_file():
        for i, cell in enumerate(read_json(executed)["cells"]):
            for output in cell.get("outputs", []):
                if output["output_type"] == "error":
                    where = f"cell {i + 1} (id {cell['id']})"
                    what = f"{output['ename']}: {output['evalue']}"
                    return f"notebooks/{notebook.name}, {where} raised {what}\nThe executed notebook is {relative(executed)}"
    if type(error).__name__ == "DeadKernelError":
        return f"notebooks/{notebook.name} could not be executed: its kernel died, most often for want of memory; try again with --cores 1"
    last = [line for line in str(error).strip().splitlines() if line.strip()][-1:] or ["no message"]
    message = re.sub(r"\x1b\[[0-9;]*m", "", last[0])
    return f"notebooks/{notebook.name} could not be executed: {type(error).__name__}: {message}"


def _strip(executed: Path) -> None:
    """Remove clocks and machine paths from the executed notebook; keep outputs and counts."""
    import nbformat
    from nbstripout import strip_output

    book = nbformat.read(executed, as_version=nbformat.NO_CONVERT)
    nbformat.write(strip_output(book, keep_output=True, keep_count=True, keep_id=True, extra_keys=STRIPPED), executed)


def _complete_manifest(path: Path, executed: Path, parameters: dict, rests_on: dict) -> None:
    """Add to each line of the manifest the id of its cell, and to the whole what the stage rests on."""
    lines = read_json(path) if path.is_file() else {}
    cells = read_json(executed)["cells"]
    ids = {"".join(cell["source"]).strip(): cell["id"] for cell in cells if cell["cell_type"] == "code"}
    for key, line in lines.items():
        line["cell"] = ids[line["cell"].strip()]
        odd = {name: line["parameters"][name] for name, value in parameters.items() if line["parameters"].get(name, value) != value}
        if odd:
            found = ", ".join(f"{name}={value!r} instead of {parameters[name]!r}" for name, value in odd.items())
            raise StageError(f"{line['notebook']}, cell {line['cell']} saved {key} with {found}; a parameter must not be changed")
    write_json(path, {"version": manifests.VERSION, "record": rests_on, "exhibits": lines})
