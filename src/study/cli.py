"""The command `study`: thin commands over the rooms."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from study import cli_list
from study import design as designs
from study import paper as papers
from study import run as runs
from study.cli_data import app as data_app
from study.cli_own import app as own_app
from study.data import DataError
from study.exhibits import lookup
from study.paper import PaperError
from study.privacy import PrivacyError

ERRORS = (
    designs.DesignError,
    designs.ParameterError,
    lookup.KeyUnknown,
    runs.RunError,
    runs.NotAllowed,
    runs.StageError,
    runs.PublishError,
    PaperError,
    DataError,
    PrivacyError,
    runs.TraceError,
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="FinTech and the value of commercial banks' customers: run the study and read its results.",
)
app.add_typer(data_app, name="data")
app.add_typer(own_app, name="own")
out = Console(highlight=False, soft_wrap=True)


@app.command("run")
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


@app.command("list")
def list_command(what: Annotated[str, typer.Argument(help="arms, exhibits, parameters, systems or all")] = "all") -> None:
    """List the arms, the exhibits, the parameters of the notebooks, the systems of the source report."""
    if what != "all" and what not in cli_list.LISTS:
        raise designs.ParameterError(f"nothing to list is called '{what}'" + designs.nearest(what, ["all", *cli_list.LISTS]))
    for name, show in cli_list.LISTS.items():
        if what in (name, "all"):
            show(designs.load(), out)


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


@app.command("verify")
def verify_command(
    arm: Annotated[str | None, typer.Option(help="Data set to verify. Default: all that are built.")] = None,
    twice: Annotated[bool, typer.Option("--twice", help="Re-run a second time and compare byte by byte.")] = False,
    cores: Annotated[int, typer.Option(min=1)] = 2,
) -> None:
    """Check the published files against the manifest, a re-run, the paper's text and HEAD."""
    findings = runs.verify.verify(runs.verify.built(arm), twice=twice, cores=cores)
    for finding in findings:
        out.print(f"{finding.part}: {finding.text}", markup=False)
    out.print(runs.verify.verdict(findings))
    if any(finding.fault for finding in findings):
        raise typer.Exit(1)


@app.command("trace")
def trace_command(
    key: Annotated[str, typer.Argument(help="Exhibit or number, such as cn_banks.T6 or investment_2019")],
    row: Annotated[str | None, typer.Option(help="Row of a table: its number or label")] = None,
    column: Annotated[str | None, typer.Option(help="Column of a table: its head")] = None,
) -> None:
    """Lead from a number back to notebook cell, functions, parameters, rows and checksums."""
    for step in runs.trace.trace(key, row, column):
        out.print(f"{step.what:<11}" + step.found.replace("\n", "\n" + " " * 11), markup=False)


@app.command("doctor")
def doctor_command() -> None:
    """Look at this machine: Python, packages, fonts, design, data, write access."""
    checks = runs.doctor.examine()
    for check in checks:
        mend = f"\n{'':<15}mend it: {check.mend}" if check.mend else ""
        out.print(f"{'ok' if check.fine else 'WRONG':<6}{check.name:<9}{check.found}{mend}", markup=False)
    if not all(check.fine for check in checks):
        raise typer.Exit(1)


@app.command("paper")
def paper_command() -> None:
    """Build the paper from the published results: PDF, Word, LaTeX and HTML."""
    for file in papers.build(designs.root()):
        out.print(designs.relative(file))


@app.command("stage", hidden=True)
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


def main() -> None:
    """Run the command; an error that a user can mend ends with 2 and one message."""
    try:
        app()
    except ERRORS as error:
        print(f"study: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
