"""Where the commands write: one console, which follows the width of the terminal and colours nothing by itself."""

from rich.console import Console

out = Console(highlight=False, soft_wrap=True)
