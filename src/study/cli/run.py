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
    compare: Annotated[bool, typer.Option("--compare", help="Report how the results differ from the published ones.")] = False,
    cores: Annotated[int, typer.Option(min=1, help="Stages run at the same time.")] = 2,
) -> None:
    """Run the notebooks and publish their tables, figures and numbers.

    With --set the results go to build/results/, never to results/.
    """
    given = dict(_assignment(text) for text in set_)
    design = designs.load()
    arms = []
    for name in arm or runs.accepting(design, given):
        lacking = runs.inputs.missing(design, name) if name in design.arms else None
        if lacking and arm:
            raise runs.RunError(f"{name}: data missing; {lacking}")
        if lacking and design.arms[name].access != "user":
            out.print(f"{name}: not re-run here, data missing; {lacking}; what is published stays", markup=False)
        elif not lacking:
            arms.append(name)
    for planned, changed in runs.run(arms, given, cores):
        state = f"{len(changed)} files changed" if changed else "nothing changed"
        out.print(f"{designs.relative(planned.results)}: {state}")
        if compare:
            _compare(designs.root() / "results" / planned.arm, planned.results)


def stage_command(arm: str, stage: str, parameters: str, folder: Path, executed: Path, run_folder: Path) -> None:
    """Run one stage (called by the Snakefile)."""
    root = designs.root()
    failed = root / run_folder / f"{stage}.failed"
    failed.unlink(missing_ok=True)
    try:
        runs.execute(arm, stage, json.loads(parameters), root / folder, root / executed)
    except runs.StageError as error:
        failed.parent.mkdir(parents=True, exist_ok=True)
        failed.write_text(str(error), encoding="utf-8")
        raise


def _compare(published: Path, results: Path) -> None:
    """Print how a run's cells and numbers differ from the published ones, and keep the report beside it."""
    found = runs.compare.folders(published, results)
    places = [str(difference) for difference in found if difference.place]
    report = results.parent / f"{results.name}.differences.txt"
    if results != published:
        report.write_text("\n".join(places) + "\n", encoding="utf-8")
    for place in places:
        out.print(place, markup=False)
    out.print(f"{len(places)} cells and numbers differ from {designs.relative(published)}")


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise designs.ParameterError(f"--set takes NAME=VALUE, found '{text}'")
    return name.strip(), value
