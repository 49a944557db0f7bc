"""The command `study run`, and `study stage`, by which the workflow runs one stage."""

import json
from pathlib import Path
from typing import Annotated

import typer

from study import design as designs
from study import run as runs

from .console import out


def run_command(
    arm: Annotated[list[str], typer.Option(help="Data set to run; may be repeated. Default: all that are built.")] = [],
    set_: Annotated[list[str], typer.Option("--set", metavar="NAME=VALUE", help="Change a notebook parameter.")] = [],
    compare: Annotated[bool, typer.Option("--compare", help="Report how the results differ from those published before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run and why; run nothing.")] = False,
    cores: Annotated[int, typer.Option(min=1, help="Stages run at the same time.")] = 2,
) -> None:
    """Run the notebooks and publish their tables, figures and numbers.

    With --set only the stages run that have the parameter, and their results go to build/results/, never to results/.
    """
    given = dict(_assignment(text) for text in set_)
    arms = _with_data(arm, given)
    if dry_run:
        _would_run(arms, given)
        return
    for done in runs.run(arms, given, cores, comparing=compare):
        state = f"{len(done.files)} files changed" if done.files else "nothing changed"
        out.print(f"{designs.relative(done.plan.results)}: {state}", markup=False)
        if compare:
            _compared(done)


def _with_data(named: list[str], given: dict[str, str]) -> list[str]:
    """The arms to run: those named, or all that take the parameters and have their data here; the others are said."""
    design, arms = designs.load(), []
    for name in named or runs.accepting(design, given):
        lacking = runs.inputs.missing(design, name) if name in design.arms else None
        if lacking and named:
            raise runs.RunError(f"{name}: data missing; {lacking}")
        if lacking and design.arms[name].access != "user":
            out.print(f"{name}: not re-run here, data missing; {lacking}; what is published stays", markup=False)
        elif not lacking:
            arms.append(name)
    return list(dict.fromkeys(arms))


def _would_run(arms: list[str], given: dict[str, str]) -> None:
    """Print per stage whether it would run and what changed."""
    count = 0
    for plan, stages in runs.workflow.would_run(arms, given):
        for stage, why in stages.items():
            count += bool(why)
            out.print(f"{plan.arm} {stage}: " + (f"would run: {runs.record.told(why)}" if why else "up to date"), markup=False)
    out.print(f"{count} {'stage' if count == 1 else 'stages'} would run; nothing was run")


def _compared(done) -> None:
    """Print how a run's cells and numbers differ from those published before, and keep the report under build/."""
    lines = [*map(str, done.differences), runs.changes.summary(done.differences)]
    report = designs.root() / "build" / "results" / f"{done.plan.results.name}.differences.txt"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for line in lines:
        out.print(line, markup=False)
    out.print(f"this report is in {designs.relative(report)}", markup=False)


def stage_command(arm: str, stage: str, parameters: str, folder: Path, executed: Path, run_folder: Path) -> None:
    """Run one stage (called by the Snakefile)."""
    root = designs.root()
    designs.data_set(stage, arm)  # refuses what the notebook can not take
    failed = root / run_folder / f"{stage}.failed"
    failed.unlink(missing_ok=True)
    try:
        runs.execute(arm, stage, json.loads(parameters), root / folder, root / executed)
    except runs.StageError as error:
        failed.parent.mkdir(parents=True, exist_ok=True)
        failed.write_text(str(error), encoding="utf-8")
        raise


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise designs.ParameterError(f"--set takes NAME=VALUE, found '{text}'")
    return name.strip(), value
