"""The command `study verify`."""

from typing import Annotated

import typer

from study import run as runs

from .console import out


def verify_command(
    arm: Annotated[str | None, typer.Option(help="Data set to verify. Default: all that are built.")] = None,
    twice: Annotated[bool, typer.Option("--twice", help="Re-run a second time and compare byte by byte.")] = False,
    vary: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="Re-run under other conditions too and say which files keep their bytes: all, or a list of timezone, locale, umask, hashseed, "
            "home, folder, threads, files, clock, kernels, or of single ones such as 'OpenBLAS Nehalem'.",
        ),
    ] = None,
    cores: Annotated[int, typer.Option(min=1)] = 2,
) -> None:
    """Check the published files against the manifest, a re-run, the paper's text and HEAD.

    Ends in one word: identical (exit code 0), same within the stated tolerance (3) or different (1); 2 if it could not be tried.
    """
    conditions = () if vary is None else runs.conditions.chosen(vary)
    report = runs.verify.verify(runs.verify.built(arm), twice=twice, varied=conditions, cores=cores)
    for finding in report.findings:
        out.print(f"{finding.part}: {finding.text}", markup=False)
    for line in report.lines():
        out.print(line, markup=False)
    if report.exit_code:
        raise typer.Exit(report.exit_code)
