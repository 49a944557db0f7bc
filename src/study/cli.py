"""The command `study`: thin commands over the rooms."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from study import design as designs
from study import paper as papers
from study import run as runs
from study.exhibits import lookup
from study.paper import PaperError

ERRORS = (
    designs.DesignError,
    designs.ParameterError,
    lookup.KeyUnknown,
    runs.RunError,
    runs.StageError,
    runs.PublishError,
    PaperError,
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="FinTech and the value of commercial banks' customers: run the study and read its results.",
)
out = Console(highlight=False, soft_wrap=True)


@app.command("run")
def run_command(
    arm: Annotated[list[str], typer.Option(help="Data set to run; may be repeated. Default: all that are built.")] = [],
    set_: Annotated[list[str], typer.Option("--set", metavar="NAME=VALUE", help="Change a notebook parameter.")] = [],
    cores: Annotated[int, typer.Option(min=1, help="Stages run at the same time.")] = 2,
) -> None:
    """Run the notebooks and publish their tables, figures and numbers.

    With --set the results go to build/results/, never to results/.
    """
    given = dict(_assignment(text) for text in set_)
    for name in arm or runs.built_arms(designs.load()):
        planned, changed = runs.run(name, given, cores)
        state = f"{len(changed)} files changed" if changed else "nothing changed"
        out.print(f"{designs.relative(planned.results)}: {state}")


@app.command("list")
def list_command() -> None:
    """List the arms, the exhibits and the parameters of the notebooks."""
    plan = designs.load()
    _print("Arms", ["arm", "data", "stages"], [
        [name, arm.title.en, ", ".join(arm.stages) or "not built yet"] for name, arm in plan.arms.items()
    ])
    _print("Exhibits", ["key", "title", "notebook"], [
        [key, plan.exhibits[key.split(".")[1]].title.en, plan.exhibits[key.split(".")[1]].notebook]
        for key in plan.built_exhibits()
    ])
    _print("Parameters (study run --set NAME=VALUE)", ["notebook", "name", "default", "meaning"], [
        [stage, name, str(p.default), f"{p.meaning.en} ({p.unit})"]
        for stage, entry in plan.runs.items()
        for name, p in entry.parameters.items()
    ])


@app.command("show")
def show_command(
    key: Annotated[str, typer.Argument(help="Exhibit or number, such as cn_banks.T6 or T6")],
    language: Annotated[str, typer.Option(help="en or zh")] = "en",
) -> None:
    """Show a published table, figure or number."""
    found = lookup.find(key, language)
    out.print(found.title, style="bold")
    if found.cells is not None:
        columns = [str(name) for name in found.cells.columns]
        rows = found.cells.fillna("").astype(str).to_numpy().tolist()
        table = Table(*columns, box=None)
        for row in rows:
            table.add_row(*row)
        Console(width=max(out.width, 240), highlight=False).print(table)
    for line in found.lines:
        out.print(line)


@app.command("paper")
def paper_command() -> None:
    """Build the paper from the published results: PDF, Word, LaTeX and HTML."""
    for file in papers.build(designs.root()):
        out.print(designs.relative(file))


@app.command("stage", hidden=True)
def stage_command(arm: str, stage: str, parameters: str, folder: Path, executed: Path, run_folder: Path) -> None:
    """Run one stage (called by the Snakefile)."""
    failed = run_folder / f"{stage}.failed"
    failed.unlink(missing_ok=True)
    root = designs.root()
    try:
        runs.execute(arm, stage, json.loads(parameters), root / folder, root / executed)
    except runs.StageError as error:
        failed.write_text(str(error), encoding="utf-8")
        raise


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise designs.ParameterError(f"--set takes NAME=VALUE, found '{text}'")
    return name.strip(), value


def _print(title: str, columns: list[str], rows: list[list[str]]) -> None:
    table = Table(*columns, title=title, title_justify="left", box=None)
    for row in rows:
        table.add_row(*row)
    out.print(table)


def main() -> None:
    """Run the command; an error that a user can mend ends with 2 and one message."""
    try:
        app()
    except ERRORS as error:
        print(f"study: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
