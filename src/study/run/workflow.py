"""Run the stages of an arm with Snakemake, then publish what they made."""

import fcntl
import os
import shutil
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
from .stage import PROGRESS, StageError, say


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
    with _locked(planned) as lock:
        publish.recover(planned.results)
        _stages(planned, cores, lock)
        return planned, publish.publish(planned)


def rerun(arm: str, folder: Path, cores: int) -> Path:
    """Execute every stage of the arm anew in `folder`; the results as they would be published.

    Raises
    ------
    RunError, StageError, PublishError
    """
    reference = plan(load(), arm, {})
    shutil.rmtree(folder, ignore_errors=True)
    planned = Plan(arm, reference.parameters, folder, reference.results)
    with _locked(planned) as lock:
        _stages(planned, cores, lock)
        return publish.assemble(planned)


@contextmanager
def _locked(planned: Plan):
    """Hold the run's folder: a second run of the same arm waits until the first one and its children ended."""
    try:
        planned.folder.mkdir(parents=True, exist_ok=True)
        lock = (planned.folder / ".lock").open("w")
    except OSError as error:
        raise RunError(f"{relative(planned.folder)} can not be written: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"{planned.arm}: waiting for another run, or for what a killed run left behind, to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def _stages(planned: Plan, cores: int, lock) -> None:
    """Bring the stages up to date with Snakemake; nothing is published."""
    for left in planned.folder.glob("*.failed"):
        left.unlink()
    write_json(planned.folder / "plan.json", {"parameters": planned.parameters})
    try:
        code = _snakemake(planned, cores, lock)
    except KeyboardInterrupt:
        raise RunError(
            f"interrupted; {relative(planned.results)} is as it was, and the next run goes on from here"
        ) from None
    failures = sorted(planned.folder.glob("*.failed"))
    if failures:
        raise StageError("\n".join(path.read_text(encoding="utf-8") for path in failures))
    if code:
        raise RunError(f"snakemake stopped; its messages are in {relative(planned.folder / 'snakemake.log')}")


def _snakemake(planned: Plan, cores: int, lock) -> int:
    """Run Snakemake, its own messages to a file and the stages' progress to the terminal; its exit code."""
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--nolock"]
    command += ["--snakefile", "Snakefile", "--quiet", "all"]
    command += ["--config", f"arm={planned.arm}", f"folder={relative(planned.folder)}"]
    progress = planned.folder / "progress.log"
    progress.write_text("", encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    env = {**os.environ, "PATH": path, PROGRESS: str(progress)}
    # The child holds the lock too: a next run waits if this process is killed and the child lives on.
    kept = [lock.fileno()]
    log = (planned.folder / "snakemake.log").open("w", encoding="utf-8")
    with log, progress.open(encoding="utf-8") as lines:
        with subprocess.Popen(command, cwd=root(), stdout=log, stderr=log, env=env, pass_fds=kept) as running:
            while running.poll() is None:
                time.sleep(0.1)
                print(lines.read(), end="", file=sys.stderr, flush=True)
        print(lines.read(), end="", file=sys.stderr, flush=True)
    return running.returncode
