"""Run the stages of the arms with Snakemake, then publish what they made."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from study.design import Design, ParameterError, load, parameter_names, relative, resolve, root
from study.errors import StudyError, nearest
from study.exhibits.run import write_json

from . import inputs, publish
from .stage import PROGRESS, StageError, say


class RunError(StudyError, RuntimeError):
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
    able = inputs.stages(design, arm)
    parameters, reference = (_of_stages(able, resolve(design, arm, values)) for values in (given, {}))
    changed = parameters != reference
    name = arm + "".join(f"@{k}={v}" for k, v in sorted(given.items())) if changed else arm
    folder = root() / "build" / "run" / name
    results = root() / "build" / "results" / name if changed else root() / "results" / arm
    return Plan(arm, parameters, folder, results)


def _of_stages(able: Sequence[str], parameters: dict[str, dict]) -> dict[str, dict]:
    """The parameters of the stages that the arm's data allow."""
    return {stage: values for stage, values in parameters.items() if stage in able}


def built_arms(design: Design) -> list[str]:
    """The arms that have stages."""
    return [name for name, arm in design.arms.items() if arm.built]


def accepting(design: Design, given: Mapping[str, str]) -> list[str]:
    """The built arms whose stages declare every parameter of `given`.

    Raises
    ------
    ParameterError if there is none: the nearest name.
    """
    declared = {arm: parameter_names(design, arm) for arm in built_arms(design)}
    for name in given:
        if not any(name in known for known in declared.values()):
            raise ParameterError(f"no arm has a parameter '{name}'" + nearest(name, sorted(set().union(*declared.values()))))
    arms = [arm for arm, known in declared.items() if known >= given.keys()]
    if not arms:
        raise ParameterError(f"no arm has all of {', '.join(given)}; change them one by one")
    return arms


def run(arms: Sequence[str], given: Mapping[str, str], cores: int) -> list[tuple[Plan, list[str]]]:
    """Execute the arms' stages where something changed, then publish each arm all or nothing.

    Returns
    -------
    per arm its plan and the files under its results that changed

    Raises
    ------
    RunError, StageError: an arm with a failed stage keeps its published results; the others are published.
    """
    planned = [plan(load(), arm, given) for arm in arms]
    with _locked(planned) as locks:
        for one in planned:
            publish.recover(one.results)
        failures = _stages(planned, cores, locks)
        done = [(one, publish.publish(one)) for one in planned if one.arm not in failures]
    if failures:
        raise StageError("\n".join(failures.values()))
    return done


def rerun(arm: str, folder: Path, cores: int) -> Path:
    """Execute every stage of the arm anew in `folder`; the results as they would be published.

    Raises
    ------
    RunError, StageError, PublishError
    """
    reference = plan(load(), arm, {})
    shutil.rmtree(folder, ignore_errors=True)
    planned = Plan(arm, reference.parameters, folder, reference.results)
    with _locked([planned]) as locks:
        failures = _stages([planned], cores, locks)
        if failures:
            raise StageError("\n".join(failures.values()))
        return publish.assemble(planned)


@contextmanager
def _locked(planned: Sequence[Plan]):
    """Hold the runs' folders: another run of an arm waits until this one and its children ended."""
    with ExitStack() as stack:
        yield [stack.enter_context(_lock(one)) for one in sorted(planned, key=lambda one: one.folder)]


@contextmanager
def _lock(planned: Plan):
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


def _stages(planned: Sequence[Plan], cores: int, locks: list) -> dict[str, str]:
    """Bring the stages up to date with Snakemake; nothing is published.

    Returns
    -------
    arm -> what failed in it
    """
    for one in planned:
        for left in one.folder.glob("*.failed"):
            left.unlink()
    try:
        code = _snakemake(planned, cores, locks)
    except KeyboardInterrupt:
        names = ", ".join(relative(one.results) for one in planned)
        are = "are as they were" if len(planned) > 1 else "is as it was"
        raise RunError(f"interrupted; {names} {are}, and the next run goes on from here") from None
    failures = {one.arm: sorted(one.folder.glob("*.failed")) for one in planned}
    failed = {arm: _told(paths) for arm, paths in failures.items() if paths}
    if code and not failed:
        raise RunError(f"snakemake stopped; its messages are in {relative(_beside(planned) / 'snakemake.log')}")
    return failed


def _told(paths: Sequence[Path]) -> str:
    """What the stages say that failed; a fault that several met is told once, with the others' names."""
    told: dict[str, tuple[str, list[str]]] = {}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        fault = text.partition(" raised ")[2].partition("\nThe executed notebook")[0] or text
        told.setdefault(fault, (text, []))[1].append(path.stem)
    return "\n".join(text + (f"\nThe same in {', '.join(stages[1:])}" if stages[1:] else "") for text, stages in told.values())


def plans(planned: Sequence[Plan]) -> dict[str, dict]:
    """What the Snakefile needs to know: folder -> arm, parameters of its stages, data files."""
    design = load()
    return {
        relative(one.folder): {
            "arm": one.arm,
            "parameters": one.parameters,
            "data": [os.path.relpath(file, root()) for file in inputs.data_files(design, one.arm)],
        }
        for one in planned
    }


def default_plans() -> dict[str, dict]:
    """The plans of all built arms whose data are here, for a Snakemake that the runner did not start."""
    design = load()
    return plans([plan(design, arm, {}) for arm in built_arms(design) if inputs.missing(design, arm) is None])


def _beside(planned: Sequence[Plan]) -> Path:
    """The folder of the runs' folders: for Snakemake's plans, log and progress."""
    return planned[0].folder.parent


def _snakemake(planned: Sequence[Plan], cores: int, locks: list) -> int:
    """Run Snakemake, its own messages to a file and the stages' progress to the terminal; its exit code."""
    folder = _beside(planned)
    write_json(folder / "plans.json", plans(planned))
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--nolock"]
    command += ["--snakefile", "Snakefile", "--config", f"plans={relative(folder / 'plans.json')}"]
    progress = folder / "progress.log"
    progress.write_text("", encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    env = {**os.environ, "PATH": path, PROGRESS: str(progress)}
    # The child holds the locks too: a next run waits if this process is killed and the child lives on.
    kept = [lock.fileno() for lock in locks]
    log = (folder / "snakemake.log").open("w", encoding="utf-8")
    with log, progress.open(encoding="utf-8") as lines:
        with subprocess.Popen(command, cwd=root(), stdout=log, stderr=log, env=env, pass_fds=kept) as running:
            while running.poll() is None:
                time.sleep(0.1)
                print(lines.read(), end="", file=sys.stderr, flush=True)
        print(lines.read(), end="", file=sys.stderr, flush=True)
    return running.returncode
