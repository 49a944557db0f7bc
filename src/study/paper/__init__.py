"""The paper: text with numbers and exhibits by key, built to PDF, Word, LaTeX and HTML.

`build(root)` writes the four files; `check` lists the faults of the text; `mentions` its keys.
"""

from .build import build
from .checks import check
from .text import PaperError, mentions

__all__ = ["PaperError", "build", "check", "mentions"]
