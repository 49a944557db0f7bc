"""The command `study verify`."""

from typing import Annotated

import typer

from study import run as runs

from .console import out


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
