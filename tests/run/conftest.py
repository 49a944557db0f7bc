"""A small project: the real design, code and embedded data, and notebooks that save their exhibits without computing anything."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from study import design
from study.design import load, root

HOLD = "while (run.folder.parents[3] / 'hold').exists():\n    time.sleep(0.05)"
SAVE = """for key in run.design.built_exhibits(arm):
    id_ = key.split(".")[1]
    if run.design.exhibits[id_].makers[arm] == run.stage:
        file = run.folder / "tables" / f"{id_}.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f'label,value\\n"{run.parameters}",1.5\\n')
        run.record(id_, [file])"""


def notebook(stage, parameters, save=SAVE):
    """A notebook of four cells: parameters, start, wait while build/hold is there, save."""
    start = f"import time\n\nfrom study import exhibits\n\nrun = exhibits.start('{stage}', {', '.join(f'{name}={name}' for name in parameters)})"
    sources = {"parameters": "\n".join(f"{k} = {v!r}" for k, v in parameters.items()), "start": start, "hold": HOLD, "save": save}
    cells = [
        {
            "cell_type": "code",
            "id": id_,
            "metadata": {"tags": [id_]} if id_ == "parameters" else {},
            "source": text,
            "outputs": [],
            "execution_count": None,
        }
        for id_, text in sources.items()
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The folder of the small project, which is also this process's project for the time of the test."""
    place = tmp_path / "a 研究 clone"
    for name in ("design", "src", "profiles", "data/cn_banks"):
        shutil.copytree(root() / name, place / name, ignore=shutil.ignore_patterns("__pycache__", "*.otf"))
    for name in ("Snakefile", "requirements.lock"):
        shutil.copyfile(root() / name, place / name)
    (place / "notebooks").mkdir()
    for stage, entry in load().questions.items():
        text = json.dumps(notebook(stage, {name: one.default for name, one in entry.parameters.items()}))
        (place / "notebooks" / f"{stage}.ipynb").write_text(text, encoding="utf-8")
    monkeypatch.setenv("STUDY_ROOT", str(place))
    _forget()
    yield place
    monkeypatch.undo()
    _forget()


def _forget():
    design.root.cache_clear()
    design.load.cache_clear()


@pytest.fixture
def begin(small):
    """Start a command in the small project: begin("run", "--arm", "study"), or Python code with begin("-c", code)."""
    started = []

    def call(*arguments):
        command = [sys.executable, *(arguments if arguments[0] == "-c" else ("-m", "study.cli", *arguments))]
        env = os.environ | {"PYTHONPATH": str(small / "src")}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
        started.append(subprocess.Popen(command, env=env, **pipes))
        return started[-1]

    yield call
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def study(begin):
    """Call a command in the small project and wait: exit code, output, messages."""

    def call(*arguments):
        running = begin(*arguments)
        out, err = running.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, running.returncode, out, err)

    return call


def until(true, seconds=120):
    """Wait until `true()` holds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
