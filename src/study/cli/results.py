"""The commands that read what is published: `study show`, `study trace`, `study paper`."""

from typing import Annotated

import typer
from rich.table import Table

from study import design as designs
from study import exhibits
from study import paper as papers
from study import run as runs

from .console import out, wide


def show_command(
    key: Annotated[str, typer.Argument(help="Exhibit or number, such as cn_banks.T6 or T6")],
    language: Annotated[str, typer.Option(help="en or zh")] = "en",
) -> None:
    """Show a published table, figure or number."""
    found = exhibits.lookup.find(key, language)
    out.print(found.title, style="bold")
    if found.cells is not None:
        columns = [str(name) for name in found.cells.columns]
        rows = found.cells.fillna("").astype(str).to_numpy().tolist()
        table = Table(*columns, box=None)
        for row in rows:
            table.add_row(*row)
        wide(table, 240)
    for line in found.lines:
        out.print(line)


def trace_command(
    key: Annotated[str, typer.Argument(help="Exhibit or number, such as cn_banks.T6 or investment_2019")],
    row: Annotated[str | None, typer.Option(help="Row of a table: its number or label")] = None,
    column: Annotated[str | None, typer.Option(help="Column of a table: its head")] = None,
) -> None:
    """Lead from a number back to notebook cell, functions, parameters, rows and checksums."""
    for step in runs.trace.trace(key, row, column):
        out.print(f"{step.what:<11}" + step.found.replace("\n", "\n" + " " * 11), markup=False)


def paper_command() -> None:
    """Build the paper from the published results: PDF, Word, LaTeX and HTML."""
    for file in papers.build(designs.root()):
        out.print(designs.relative(file))
