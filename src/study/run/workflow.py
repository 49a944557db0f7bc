"""Run the stages of an arm with Snakemake, then publish what they made."""

import fcntl
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping

from study.design import Design, load, nearest, relative, resolve, root
from study.exhibits.run import write_json

from . import publish
from .stage import PROGRESS, StageError


class RunError(RuntimeError):
    """A run can not start or did not finish."""


@dataclass(frozen=True)
class Plan:
    """What a run does: the arm, its stages' parameters and the folders it uses."""

    arm: str
    parameters: Mapping[str, dict]
    folder: Path
    results: Path

    @property
    def reference(self) -> bool:
        """True if the run has the design's own parameters, so that it may be published."""
        return self.results.parent == root() / "results"


def plan(design: Design, arm: str, given: Mapping[str, str]) -> Plan:
    """The plan of a run; a run with changed parameters goes to a side folder under build/.

    Raises
    ------
    RunError if the arm is unknown or not built; ParameterError if a parameter is refused.
    """
    if arm not in design.arms:
        raise RunError(f"no arm '{arm}'" + nearest(arm, built_arms(design)))
    if not design.arms[arm].built:
        raise RunError(f"arm '{arm}' is not built yet; built: {', '.join(built_arms(design))}")
    parameters = resolve(design, arm, given)
    changed = parameters != resolve(design, arm, {})
    name = arm + "".join(f"@{k}={v}" for k, v in sorted(given.items())) if changed else arm
    folder = root() / "build" / "run" / name
    results = root() / "build" / "results" / name if changed else root() / "results" / arm
    return Plan(arm, parameters, folder, results)


def built_arms(design: Design) -> list[str]:
    """The arms that have stages."""
    return [name for name, arm in design.arms.items() if arm.built]


def run(arm: str, given: Mapping[str, str], cores: int) -> tuple[Plan, list[str]]:
    """Execute the arm's stages where something changed, then publish all or nothing.

    Returns
    -------
    the plan and the files under its results that changed

    Raises
    ------
    RunError, StageError: the published results are as they were.
    """
    planned = plan(load(), arm, given)
    publish.recover(planned.results)
    with _locked(planned):
        write_json(planned.folder / "plan.json", {"parameters": planned.parameters})
        _snakemake(planned, cores)
        return planned, publish.publish(planned)


@contextmanager
def _locked(planned: Plan):
    """Hold the run's folder: a second run of the same arm is refused, a killed one frees it."""
    try:
        planned.folder.mkdir(parents=True, exist_ok=True)
        lock = (planned.folder / ".lock").open("w")
    except OSError as error:
        raise RunError(f"{relative(planned.folder)} can not be written: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(f"another run of '{planned.arm}' is going on; wait for it") from None
        yield


def _snakemake(planned: Plan, cores: int) -> None:
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--nolock"]
    command += ["--snakefile", "Snakefile", "--quiet", "all"]
    command += ["--config", f"arm={planned.arm}", f"folder={relative(planned.folder)}"]
    messages = planned.folder / "snakemake.log"
    progress = planned.folder / "progress.log"
    progress.write_text("", encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    env = {**os.environ, "PATH": path, PROGRESS: str(progress)}
    with messages.open("w", encoding="utf-8") as log, progress.open(encoding="utf-8") as lines:
        with subprocess.Popen(command, cwd=root(), stdout=log, stderr=log, env=env) as running:
            while running.poll() is None:
                time.sleep(0.1)
                print(lines.read(), end="", file=sys.stderr, flush=True)
        print(lines.read(), end="", file=sys.stderr, flush=True)
    failures = sorted(planned.folder.glob("*.failed"))
    if failures:
        raise StageError("\n".join(path.read_text(encoding="utf-8") for path in failures))
    if running.returncode:
        raise RunError(f"snakemake stopped; its messages are in {relative(messages)}")
