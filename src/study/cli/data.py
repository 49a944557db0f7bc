"""The command `study data`: sources that are not shipped."""

from typing import Annotated

import typer
from rich.table import Table

from study import data as sources
from study import design as designs

from .console import out, wide

app = typer.Typer(no_args_is_help=True, help="Sources that are not shipped: list them, get them, check them.")


@app.command("list")
def list_command() -> None:
    """List the sources: here or not, in which form, under which terms."""
    table = Table("source", "arm", "here", "licence", "get it", box=None)
    for name, source in designs.load().sources.items():
        how = "study data get" if source.access == "open" else source.access
        table.add_row(name, source.arm or "-", _state(name), source.licence, how)
    wide(table, 160)


@app.command("get")
def get_command(source: Annotated[str, typer.Argument(help="A source of `study data list`")]) -> None:
    """Fetch a source into data/external/, or say how to obtain it."""
    if not sources.registry.missing(source):
        out.print(f"{source} is here: {_state(source)}")
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=out, transient=True) as shown:
        tasks: dict = {}

        def progress(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = shown.add_task(name, total=total)
            shown.update(tasks[name], completed=done, total=total)

        written = sources.download.get(source, progress)
    out.print(f"{source}: {len(written)} files in data/external/{source}, checksums as expected")


@app.command("check")
def check_command(source: Annotated[str | None, typer.Argument(help="A source; default: all that are here")] = None) -> None:
    """Check schema, counts and published figures of the sources."""
    wrong = 0
    for name in [source] if source else designs.load().sources:
        if source is None and sources.registry.missing(name):
            out.print(f"{name}: not here; get it with `study data get {name}`", markup=False)
            continue
        figures = sources.registry.check(name)
        shown = [figure for figure in figures if figure.found is not None]
        differing = [figure for figure in shown if figure.differs]
        wrong += len(differing)
        changed = [file.path.name for file in sources.registry.find(name).values() if file.form is None]
        if changed:
            embedded = designs.load().sources[name].access == "embedded"
            wrong += embedded
            what = "not the file that this version passes on: CHANGED" if embedded else "not a form that we know; accepted on its figures"
            out.print(f"{name}: {', '.join(changed)}: {what}", markup=False)
        out.print(f"{name}: {_state(name)}; {len(shown) - len(differing)} of {len(figures)} figures as printed", markup=False)
        for figure in figures if source else differing:
            verdict = "not in these files" if figure.found is None else "DIFFERS" if figure.differs else "ok"
            found = "" if figure.found is None else f"{figure.found:,.{figure.digits}f} "
            printed = f"{figure.expected:,.{figure.digits}f}"
            out.print(f"  {verdict:<9} {figure.what}: {found}(printed {printed}; {figure.printed})", markup=False)
    if wrong:
        raise typer.Exit(1)


def _state(name: str) -> str:
    """Which files are here and in which form."""
    found, files = sources.registry.find(name), designs.load().sources[name].files
    if not found:
        return "no"
    forms = sorted({file.form.what if file.form else "unknown checksum" for file in found.values()})
    count = "" if len(found) == len(files) else f"{len(found)} of {len(files)} files, "
    return count + ", ".join(forms)
