"""Interrupted, killed or without the runner: the published results stay, and the next run is complete."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from study.design import root
from study.run.publish import differences

pytestmark = pytest.mark.end_to_end


def start(clone, environment):
    """Begin a run and wait until a stage has started."""
    command = [sys.executable, "-m", "study.cli", "run", "--arm", "cn_banks"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    # a shell that starts tests in the background ignores the interrupt, and its children would too
    heard = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    running = subprocess.Popen(command, env=environment, preexec_fn=heard, **pipes)
    progress = clone / "build" / "run" / "cn_banks" / "progress.log"
    deadline = time.monotonic() + 60
    while not (progress.is_file() and "started" in progress.read_text()):
        assert running.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)
    return running


def test_interrupted_and_killed_runs_change_nothing_and_the_next_gives_the_committed_results_byte_by_byte(clone, environment, study):
    """In a clone that has no source beside it: what can be run is, the rest is named and left as it was."""
    running = start(clone, environment)
    os.killpg(running.pid, signal.SIGINT)
    _, message = running.communicate(timeout=60)
    assert running.returncode == 2
    assert "interrupted; results/cn_banks is as it was" in message and "Traceback" not in message
    assert differences(root() / "results", clone / "results") == []

    running = start(clone, environment)
    running.kill()
    running.wait()
    assert differences(root() / "results", clone / "results") == []

    for arm in ("cn_banks", "study"):
        shutil.rmtree(clone / "results" / arm)
    run = study("run")
    assert run.returncode == 0, run.stderr
    assert differences(root() / "results", clone / "results") == []
    assert "kz_lender: not re-run here, data missing; get it with `study data get kz_lender`" in run.stdout
    assert "10_baseline: done" in run.stderr
    again = study("run")
    assert again.returncode == 0 and "nothing changed" in again.stdout
    assert "started" not in again.stderr  # nothing is run twice


def test_a_notebook_runs_without_the_runner_and_writes_to_scratch(clone, environment):
    command = [sys.executable, "-m", "papermill", "01_sample.ipynb", str(clone / "out.ipynb"), "-k", "python3"]
    subprocess.run(command, cwd=clone / "notebooks", env=environment, check=True, capture_output=True)
    assert (clone / "build" / "scratch" / "cn_banks" / "01_sample" / "tables" / "T1.md").is_file()
    assert differences(root() / "results", clone / "results") == []
