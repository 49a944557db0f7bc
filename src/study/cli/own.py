"""The command `study own`: tables of your own bank."""

from pathlib import Path
from typing import Annotated

import typer

from study import data, privacy
from study import design as designs

from .console import out

app = typer.Typer(no_args_is_help=True, help="Your own bank's tables: write empty ones, map names, check, try a demo.")
Folder = Annotated[Path | None, typer.Option(help="Folder of the tables. Default: data/own.")]


@app.command("init")
def init_command(folder: Folder = None) -> None:
    """Write an empty table per part of the contract, and a mapping file; nothing is overwritten."""
    _written(data.own.templates.init(folder or data.own.folder()))
    _key()


@app.command("check")
def check_command(folder: Folder = None) -> None:
    """Report everything that is wrong, then which stages can run and what would unlock the others."""
    checked = data.own.check(folder)
    for name, frame in checked.tables.items():
        out.print(f"{checked.files[name]}: {len(frame):,} rows of {name}, {frame.shape[1]} columns", markup=False)
    if checked.faults:
        out.print("\n".join(data.own.listed(checked.faults)), markup=False)
    else:
        out.print("no fault")
    for question, answer in data.own.allowed(checked.tables).items():
        out.print(f"{question}: {answer.why or 'can run'}", markup=False)
    if checked.faults:
        raise typer.Exit(2)
    out.print("next: study run --arm own")


@app.command("map")
def map_command(
    folder: Folder = None, write: Annotated[bool, typer.Option("--write", help="Write it as mapping.yaml if there is none.")] = False
) -> None:
    """Propose a mapping file from the headers of the files; read every line before you use it."""
    place = folder or data.own.folder()
    text, unmatched = data.own.templates.draft(place)
    out.print(text, markup=False, end="")
    for line in unmatched:
        out.print(f"# {line}", markup=False)
    if write:
        _written([data.own.templates.save(place, text)])


@app.command("demo")
def demo_command(folder: Folder = None) -> None:
    """Generate a few hundred SYNTHETIC customers in the contract's form into an empty folder."""
    _written(data.own.demo.write(folder or data.own.folder()))
    out.print("every output of these tables is stamped SYNTHETIC; remove them before you put your own there")
    _key()


def _written(files: list[Path]) -> None:
    for file in files:
        out.print(f"written: {designs.relative(file)}", markup=False)


def _key() -> None:
    """Make the key of the pseudonyms if there is none, outside the project."""
    try:
        privacy.key()
    except privacy.KeyMissing:
        privacy.key(create=True)
        out.print("made a key for pseudonyms in your configuration folder (study/key); keep a copy, never pass it on")
