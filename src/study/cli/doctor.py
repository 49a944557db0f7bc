"""The command `study doctor`."""

import typer

from study import run as runs

from .console import out


def doctor_command() -> None:
    """Look at this machine: Python, packages, fonts, design, data, write access."""
    checks = runs.doctor.examine()
    for check in checks:
        mend = f"\n{'':<15}mend it: {check.mend}" if check.mend else ""
        out.print(f"{'ok' if check.fine else 'WRONG':<6}{check.name:<9}{check.found}{mend}", markup=False)
    if not all(check.fine for check in checks):
        raise typer.Exit(1)
