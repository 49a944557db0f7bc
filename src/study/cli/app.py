"""The command `study`: thin commands over the rooms."""

import sys

import typer

from study import design as designs
from study import run as runs
from study.data import DataError
from study.exhibits import lookup
from study.paper import PaperError
from study.privacy import PrivacyError

from . import data, doctor, listing, own, results, run, verify

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
app.command("run")(run.run_command)
app.command("list")(listing.list_command)
app.command("show")(results.show_command)
app.command("verify")(verify.verify_command)
app.command("trace")(results.trace_command)
app.command("doctor")(doctor.doctor_command)
app.command("paper")(results.paper_command)
app.command("stage", hidden=True)(run.stage_command)
app.add_typer(data.app, name="data")
app.add_typer(own.app, name="own")


def main() -> None:
    """Run the command; an error that a user can mend ends with 2 and one message."""
    try:
        app()
    except ERRORS as error:
        print(f"study: {error}", file=sys.stderr)
        sys.exit(2)
