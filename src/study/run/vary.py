"""Run an arm's stages again under other conditions and compare every file with a plain run's."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from study.design import load, root

from . import compare, manifests, publish
from .compare import Difference
from .conditions import Condition, environment
from .stage import execute, say
from .workflow import Plan, RunError, plan

ABROAD = "a 研究 folder"


@dataclass(frozen=True)
class Outcome:
    """What came of one condition: how many files, which differ where, or why there is no result."""

    condition: Condition
    files: int = 0
    differences: tuple[Difference, ...] = ()
    failure: str = ""
    first: str = ""

    @property
    def verdict(self) -> str:
        """Identical (also where it could not be tried), within tolerance or differs; a condition under which the stages stop differs."""
        if self.failure:
            return compare.DIFFERS
        worst = compare.SAME
        for difference in self.differences:
            worst = compare.worse(worst, difference.verdict)
        return worst

    def __str__(self) -> str:
        name = f"{self.condition.group}, {self.condition.name}"
        if self.condition.lacks:
            return f"{name}: not tried here; {self.condition.lacks}"
        if self.failure:
            return f"{name}: the stages stopped ({self.condition.settings}): {self.failure}"
        if not self.differences:
            return f"{name}: all {self.files} files keep their bytes"
        changed = len({difference.file for difference in self.differences})
        return f"{name}: {changed} of {self.files} files change. {self.first}"


def vary(
    arm: str, plain: Path, conditions: Sequence[Condition], folder: Path, cores: int, runner: Callable[..., Path] | None = None
) -> Iterator[Outcome]:
    """The outcome of each condition, one after the other.

    Parameters
    ----------
    plain : results of a plain run; manifest.json is not compared, it names inputs by where they are
    folder : for the runs; what they made is left there when files changed
    runner : function (arm, condition, folder, cores) -> results, for tests; by default `again`

    Yields
    ------
    Outcome, which is also said as soon as it is there
    """
    for condition in conditions:
        target = folder / re.sub(r"[ /]", "_", f"{condition.group} {condition.name}")
        shutil.rmtree(target, ignore_errors=True)
        outcome = Outcome(condition) if condition.lacks else _tried(arm, plain, condition, target, cores, runner or again)
        say(f"{arm}: {outcome}")
        if outcome.verdict == compare.SAME:
            shutil.rmtree(target, ignore_errors=True)
        yield outcome


def _tried(arm: str, plain: Path, condition: Condition, target: Path, cores: int, runner: Callable[..., Path]) -> Outcome:
    say(f"{arm}: {condition.group}, {condition.name} ({condition.settings})")
    try:
        made = runner(arm, condition, target, cores)
    except RunError as error:
        return Outcome(condition, failure=str(error))
    differences = compare.folders(plain, made)
    files = sum(file.is_file() and file.name != "manifest.json" for file in made.rglob("*"))
    return Outcome(condition, files, tuple(differences), first=explain(differences, made, condition) if differences else "")


def explain(differences: Sequence[Difference], made: Path, condition: Condition) -> str:
    """The first cell that differs: where, by how much, what makes it and how to see it again."""
    first = next((one for one in differences if one.place), differences[0])
    told = f"The first: {first}"
    size = compare.relative_change(first.before, first.now)
    told += f", by {size:.1e} of its size" if size is not None else ""
    return f"{told}; made by {_origin(first, made)}; seen again with {condition.settings}"


def _origin(difference: Difference, made: Path) -> str:
    """Notebook and cell of an exhibit or number, from the manifest of the run."""
    manifest = manifests.read(made / "manifest.json")
    numbers = difference.file == "numbers.json"
    key = f"number {difference.place}" if numbers else Path(difference.file).name.split(".")[0]
    line = manifest["exhibits"].get(key)
    return f"{line['notebook']}, cell {line['cell']}" if line else "no line of the manifest"


def again(arm: str, condition: Condition, folder: Path, cores: int) -> Path:
    """The results of the arm's stages under a condition.

    Raises
    ------
    RunError with what the stages said if one stops.
    """
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        env = environment(condition, scratch)
        project = _abroad(scratch) if condition.folder else root()
        parts = [str(project / "src"), env.get("PYTHONPATH", "")]
        env |= {"STUDY_ROOT": str(project), "PYTHONPATH": os.pathsep.join(part for part in parts if part)}
        inside = project / "build" / "varied" if condition.folder else folder
        command = [sys.executable, "-m", "study.run.vary", arm, str(inside), str(condition.cores or cores)]
        done = subprocess.run(
            command, cwd=project, env=env, umask=condition.umask, capture_output=True, text=True, errors="replace",
            preexec_fn=(lambda: os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: condition.cores])) if condition.cores else None,
        )  # fmt: skip
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.strip()]
            raise RunError(" ".join(said[-3:]) or f"exit code {done.returncode}")
        if condition.folder:
            shutil.copytree(inside, folder)
    return folder / "results"


def _abroad(scratch: Path) -> Path:
    """A copy of the project in a folder with spaces and Chinese, with the outside data at the same place beside it."""
    project = scratch / ABROAD / root().name
    here = root()
    for path in sorted(here.iterdir()):
        if path.name.startswith(".") or path.name == "build":
            continue
        if path.is_dir():
            shutil.copytree(
                path, project / path.name, symlinks=True, ignore=lambda folder, _: {"external"} if Path(folder) == here / "data" else set()
            )
        else:
            project.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, project / path.name)
    for name, source in (("data/external", here / "data" / "external"), ("../shared", here.parent / "shared")):
        if source.is_dir():
            (project / name).symlink_to(source.resolve())
    return project


def stages(arm: str, folder: Path, cores: int) -> None:
    """Execute every stage of the arm in `folder`, without the workflow, and put the results together."""
    reference = plan(load(), arm, {})
    planned = Plan(arm, reference.parameters, folder, reference.results)

    def one(stage: str) -> None:
        execute(arm, stage, planned.parameters[stage], folder / "stages" / stage, folder / "notebooks" / f"{stage}.ipynb")

    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(one, planned.parameters))
    publish.assemble(planned)


if __name__ == "__main__":
    stages(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
