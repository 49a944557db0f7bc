"""Where the commands write: one console, which follows the width of the terminal and colours nothing by itself."""

import os
import sys

from rich.console import Console
from rich.table import Table

CLOSED = 141  # exit code where the reader of the output goes away, as in `study list | head -1` (128 + SIGPIPE)


class Output(Console):
    """A console that ends quietly where nobody reads any more."""

    def on_broken_pipe(self) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left in the buffer has somewhere to go
        sys.exit(CLOSED)


out = Output(highlight=False, soft_wrap=True)


def wide(table: Table, width: int) -> None:
    """Print a table at least `width` columns wide: on a narrow terminal its lines fold, its columns keep their words."""
    Output(width=max(out.width, width), highlight=False).print(table)
