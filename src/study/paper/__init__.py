"""The paper: text with numbers and exhibits by key, built to PDF, Word, LaTeX and HTML.

`build(root)` writes the four files; `check` lists the faults of the text; `mentions` its keys, `lines_of` where each is named.
"""

from typing import TYPE_CHECKING

from study.lazy import attach

if TYPE_CHECKING:
    from .build import build
    from .checks import check
    from .text import PaperError, lines_of, mentions, numbers_named

__all__ = ["PaperError", "build", "check", "lines_of", "mentions", "numbers_named"]

attach(__name__)
