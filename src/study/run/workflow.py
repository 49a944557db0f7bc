"""Run the stages of the arms with Snakemake, then publish what they made."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from study.design import Design, ParameterError, load, parameter_names, relative, resolve, root
from study.errors import StudyError, nearest
from study.exhibits.engine.run import write_json

from . import changes, compare, inputs, manifests, publish, record
from .locks import held, is_there
from .progress import PROGRESS, Progress, say
from .publish import PublishError
from .stage import StageError


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
    """The plan of a run; one with changed parameters has the stages that take them and goes to a side folder under build/.

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
    if changed:
        parameters = {stage: values for stage, values in parameters.items() if values != reference[stage]}
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
        if name == "arm":
            raise ParameterError("parameter 'arm' is chosen with --arm")
        if not any(name in known for known in declared.values()):
            raise ParameterError(f"no arm has a parameter '{name}'" + nearest(name, sorted(set().union(*declared.values()))))
    arms = [arm for arm, known in declared.items() if known >= given.keys()]
    if not arms:
        raise ParameterError(f"no arm has all of {', '.join(given)}; change them one by one")
    return arms


@dataclass(frozen=True)
class Done:
    """What a run did to an arm: the files under its results that changed, and how its cells differ from before."""

    plan: Plan
    files: list[str]
    differences: list[compare.Difference]


def run(arms: Sequence[str], given: Mapping[str, str], cores: int, *, comparing: bool = False) -> list[Done]:
    """Execute the arms' stages where something changed, then publish each arm all or nothing.

    Parameters
    ----------
    comparing : also compare with what was published before, cell by cell

    Raises
    ------
    RunError, StageError, PublishError: an arm that fails keeps its published results; the others are published.
    """
    check_clock()
    planned = [plan(load(), arm, given) for arm in arms]
    with _locked(planned) as locks:
        failures = _stages(planned, cores, locks)
        done = []
        for one in planned:
            if one.arm in failures:
                continue
            try:
                _check_lock(one, locks[one.arm])
                done.append(_published(one, comparing))
            except PublishError as error:
                failures[one.arm] = str(error)
    if failures:
        raise StageError("\n".join(failures.values()))
    return done


def _published(one: Plan, comparing: bool) -> Done:
    new = publish.assemble(one)
    found = changes.of_stages(root() / "results" / one.arm, new) if comparing else []
    return Done(one, publish.replace(one, new), found)


def would_run(arms: Sequence[str], given: Mapping[str, str]) -> list[tuple[Plan, dict[str, list[str]]]]:
    """Per arm its plan, and of each stage what changed since it was run here; nothing is run."""
    planned = [plan(load(), arm, given) for arm in arms]
    return [(one, stale(one)) for one in planned]


def stale(one: Plan) -> dict[str, list[str]]:
    """Stage -> what changed since its results in the run's folder were made; empty where it is up to date."""
    found = {}
    for stage, parameters in one.parameters.items():
        folder = one.folder / "stages" / stage
        found[stage] = record.changes(_kept(folder), record.present(one.arm, stage, parameters))
    return found


def _kept(folder: Path) -> dict | None:
    """The record of a stage's results, if they are whole."""
    try:
        lines = manifests.of_this_version(folder / "manifest.json")
        whole = all((folder / name).is_file() for line in lines["exhibits"].values() for name in line["files"])
        return lines["record"] if whole else None
    except (StudyError, OSError, KeyError):
        return None


def rerun(arm: str, folder: Path, cores: int) -> Path:
    """Execute every stage of the arm anew in `folder`; the results as they would be published.

    Raises
    ------
    RunError, StageError, PublishError
    """
    reference = plan(load(), arm, {})
    planned = Plan(arm, reference.parameters, folder, reference.results)
    with _locked([planned]) as locks:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        failures = _stages([planned], cores, locks)
        if failures:
            raise StageError("\n".join(failures.values()))
        return publish.assemble(planned)


def check_clock() -> None:
    """Refuse a clock before 1980.

    Raises
    ------
    RunError: zip archives, so Word files, can not hold an earlier time, and no certificate is valid then.
    """
    if time.gmtime().tm_year < 1980:
        raise RunError(f"this machine's clock says {time.strftime('%Y-%m-%d', time.gmtime())}, which Word files can not hold; set it and run again")


def lock_file(one: Plan) -> Path:
    """The lock of a run: beside its folder, which may be removed while it is held."""
    return one.folder.with_name(f".{one.folder.name}.lock")


@contextmanager
def _locked(planned: Sequence[Plan]):
    """Hold the runs' folders: another run of an arm waits until this one and its children ended; arm -> lock."""
    with ExitStack() as stack:
        yield {one.arm: stack.enter_context(_lock(one)) for one in sorted(planned, key=lambda one: one.folder)}


@contextmanager
def _lock(one: Plan):
    waiting = f"{one.arm}: waiting for another run, or for what a killed run left behind, to end"
    with ExitStack() as stack:
        try:
            lock = stack.enter_context(held(lock_file(one), lambda: say(waiting)))
            one.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"{relative(one.folder)} can not be written: {error.strerror}") from None
        yield lock


def _check_lock(one: Plan, lock: IO) -> None:
    if not is_there(lock, lock_file(one)):
        raise PublishError(
            f"{relative(lock_file(one))} was taken away while {one.arm} ran, so that another run may have written to its folder; "
            f"{relative(one.results)} is as it was; run again, and remove build/ only while nothing runs"
        )


def _stages(planned: Sequence[Plan], cores: int, locks: Mapping[str, IO]) -> dict[str, str]:
    """Bring the stages up to date with Snakemake; nothing is published.

    Returns
    -------
    arm -> what failed in it
    """
    old = {one.arm: [stage for stage, why in stale(one).items() if why] for one in planned}
    failed = {one.arm: fault for one in planned if old[one.arm] and (fault := inputs.fault(one.arm))}
    todo = [one for one in planned if old[one.arm] and one.arm not in failed]
    if not todo:
        return failed
    for one in todo:
        for left in one.folder.glob("*.failed"):
            left.unlink()
        for stage in old[one.arm]:
            shutil.rmtree(one.folder / "stages" / stage, ignore_errors=True)
    progress = Progress([f"{one.arm} {stage}" for one in todo for stage in old[one.arm]], cores)
    try:
        code = _snakemake(todo, cores, locks, progress)
    except KeyboardInterrupt:
        names = ", ".join(relative(one.results) for one in planned)
        are = "are as they were" if len(planned) > 1 else "is as it was"
        raise RunError(f"interrupted; {names} {are}, and the next run goes on from here") from None
    failures = {one.arm: sorted(one.folder.glob("*.failed")) for one in todo}
    told = {arm: _told(paths) for arm, paths in failures.items() if paths}
    if code and not told:
        raise RunError(f"snakemake stopped; its messages are in {relative(todo[0].folder / 'snakemake.log')}")
    return failed | told


def _told(paths: Sequence[Path]) -> str:
    """What the stages say that failed; a fault that several met is told once, with the others' names."""
    told: dict[str, tuple[str, list[str]]] = {}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        fault = text.partition(" raised ")[2].partition("\nThe executed notebook")[0] or text
        told.setdefault(fault, (text, []))[1].append(path.stem)
    return "\n".join(text + (f"\nThe same in {', '.join(stages[1:])}" if stages[1:] else "") for text, stages in told.values())


def plans(planned: Sequence[Plan]) -> dict[str, dict]:
    """What the Snakefile needs to know: folder -> arm, parameters of its stages, digest of what each rests on."""
    return {
        relative(one.folder): {
            "arm": one.arm,
            "parameters": one.parameters,
            "rests_on": {stage: record.digest(record.present(one.arm, stage, values)) for stage, values in one.parameters.items()},
        }
        for one in planned
    }


def default_plans() -> dict[str, dict]:
    """The plans of all built arms whose data are here, for a Snakemake that the runner did not start."""
    design = load()
    return plans([plan(design, arm, {}) for arm in built_arms(design) if inputs.missing(design, arm) is None])


def _snakemake(planned: Sequence[Plan], cores: int, locks: Mapping[str, IO], progress: Progress) -> int:
    """Run Snakemake, its own messages to a file and the stages' progress to the terminal; its exit code.

    Its plan, log and progress are in the first arm's folder, which this run holds and no other can write.
    """
    folder = planned[0].folder
    write_json(folder / "plans.json", plans(planned))
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--nolock"]
    command += ["--snakefile", "Snakefile", "--config", f"plans={relative(folder / 'plans.json')}"]
    file = folder / "progress.log"
    file.write_text("", encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    env = {**os.environ, "PATH": path, PROGRESS: str(file)}
    # The child holds the locks too: a next run waits if this process is killed and the child lives on.
    kept = [lock.fileno() for lock in locks.values()]
    log = (folder / "snakemake.log").open("w", encoding="utf-8")
    with log, file.open(encoding="utf-8") as lines:
        with subprocess.Popen(command, cwd=root(), stdout=log, stderr=log, env=env, pass_fds=kept) as running:
            while running.poll() is None:
                time.sleep(0.1)
                _show(lines, progress)
        _show(lines, progress)
    return running.returncode


def _show(lines: IO, progress: Progress) -> None:
    for line in lines.read().splitlines():
        print(progress.line(line), file=sys.stderr, flush=True)
