"""The command `study`: the commands in one list, and the one place that prints errors."""

import errno
import sys
from typing import Annotated, NoReturn

import typer

from study import __version__
from study.errors import StudyError
from study.run import recovery

from . import data, doctor, listing, own, results, run, verify

FAULT = 70  # exit code of a fault of the program itself (EX_SOFTWARE of sysexits.h)
HELP = """FinTech and the value of commercial banks' customers: run the study and read its results.

Begin with `study doctor`, `study list` and `study show T6`; `study run` makes the results anew.
"""
EXITS = (
    "Exit codes: 0 done; 1 done, and something differs or is wrong; 2 not done, the message says what to mend; "
    "3 verified within the stated tolerance; 70 a fault of the program; 130 stopped by Ctrl-C; 141 the reader of the output went away."
)
MEND = {
    errno.EACCES: "change its permissions, or work in a copy of your own",
    errno.EPERM: "change its permissions, or work in a copy of your own",
    errno.EROFS: "work in a copy on a disk that can be written",
    errno.ENOSPC: "free some space and start again",
    errno.EDQUOT: "free some space and start again",
    errno.ENOENT: "if it is a file of the project, `git checkout` brings it back",
    errno.EEXIST: "a file is where a folder is needed; move it away",
    errno.ENOTDIR: "a file is where a folder is needed; move it away",
    errno.EISDIR: "a folder is where a file is needed; move it away",
}

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=HELP, epilog=EXITS)
READ, RUN, DATA = "Read what is published", "Make it anew and check it", "Data"
app.command("list", rich_help_panel=READ)(listing.list_command)
app.command("show", rich_help_panel=READ)(results.show_command)
app.command("trace", rich_help_panel=READ)(results.trace_command)
app.command("doctor", rich_help_panel=RUN)(doctor.doctor_command)
app.command("run", rich_help_panel=RUN)(run.run_command)
app.command("verify", rich_help_panel=RUN)(verify.verify_command)
app.command("paper", rich_help_panel=RUN)(results.paper_command)
app.command("stage", hidden=True)(run.stage_command)
app.add_typer(data.app, name="data", rich_help_panel=DATA)
app.add_typer(own.app, name="own", rich_help_panel=DATA)


def _version(asked: bool) -> None:
    if asked:
        print(f"study {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_version, help="Show the version and exit.")] = False,
) -> None:
    for arm in recovery.recover():
        print(f"study: a run was killed while it published {arm}; the results published before are back", file=sys.stderr)


def main() -> None:
    """Run the command; what a user can mend ends with 2 and one message, a fault of the program with its traceback and 70."""
    try:
        app()
    except (StudyError, OSError) as error:
        print(f"study: {said(error)}", file=sys.stderr)
        sys.exit(2)
    except ModuleNotFoundError as error:
        if (error.name or "study").partition(".")[0] == "study":
            _fault(error)
        print(
            f"study: the package {error.name} is not installed; `study doctor` shows what is missing, `make clean; make env` mends it",
            file=sys.stderr,
        )
        sys.exit(2)
    except Exception as error:
        _fault(error)


def _fault(error: Exception) -> NoReturn:
    """Print the traceback and whom to tell."""
    sys.excepthook(type(error), error, error.__traceback__)
    print(
        f"study: this {type(error).__name__} is a fault of the program, not of what you asked for; "
        "please report the lines above, with what `study doctor` prints, to the study's maintainers (see CITATION.cff)",
        file=sys.stderr,
    )
    sys.exit(FAULT)


def said(error: StudyError | OSError) -> str:
    """The message of an error; of one of the operating system its reason, its file and what to do."""
    if isinstance(error, StudyError) or not error.strerror:
        return str(error)
    place = f"{error.filename}: " if error.filename is not None else ""
    mend = f"; {MEND[error.errno]}" if error.errno in MEND else ""
    return f"{place}{error.strerror}{mend}"
