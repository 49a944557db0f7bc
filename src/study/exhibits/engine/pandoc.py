"""Pandoc as the writer of every document format: tables as pandoc's own Table block."""

import json
import os
import re
import subprocess

import pypandoc

from study.errors import StudyError

from .table import Table

API = [1, 23, 1]
NO_ATTRIBUTES = ["", [], []]
# Word and HTML writers stamp this instead of the clock: 1 January 2020.
CLOCK = "1577836800"


class PandocError(StudyError, RuntimeError):
    """Pandoc refused a document."""


def table_block(table: Table, language: str, title: str = "") -> dict:
    """The table as a pandoc Table block (pandoc-types 1.23), with `title` as caption."""
    width = len(table.columns)
    aligns = ["AlignLeft" if i in table.text_columns else "AlignRight" for i in range(width)]
    widths = [{"t": "ColWidth", "c": w} for w in table.widths] or [{"t": "ColWidthDefault"}] * width
    head = [_cell(column[language]) for column in table.columns]
    rows = [_row(row, language, width) for row in table.rows]
    caption = [{"t": "Plain", "c": inlines(title)}] if title else []
    return {
        "t": "Table",
        "c": [
            NO_ATTRIBUTES,
            [None, caption],
            [[{"t": align}, w] for align, w in zip(aligns, widths)],
            [NO_ATTRIBUTES, [[NO_ATTRIBUTES, head]]],
            [[NO_ATTRIBUTES, 0, [], rows]],
            [NO_ATTRIBUTES, []],
        ],
    }


def with_natural_widths(block: dict) -> dict:
    """A Table block whose columns without a width get one by their longest cell: Word needs them."""
    content = list(block["c"])
    if any(width["t"] == "ColWidth" for _, width in content[2]):
        return block
    rows = [*content[3][1], *(row for body in content[4] for row in body[3])]
    whole = [row[1] for row in rows if len(row[1]) == len(content[2])]
    longest = [max(4, *(_length(cells[i]) for cells in whole)) for i in range(len(content[2]))]
    widths = [{"t": "ColWidth", "c": round(length / sum(longest), 4)} for length in longest]
    content[2] = [[align, width] for (align, _), width in zip(content[2], widths)]
    return {**block, "c": content}


def _length(cell: list) -> int:
    """Characters of a cell's text, Chinese ones counted twice, and two more for the gap."""
    words = [part.get("c", " ") for block in cell[4] for part in block["c"]]
    return 2 + sum(2 if ord(letter) >= 0x2E80 else 1 for word in words for letter in word)


def inlines(text: str) -> list[dict]:
    """A text as pandoc inlines: words parted by spaces, a minus before a digit set as a minus."""
    parts: list[dict] = []
    for word in re.sub(r"(?<![\w)])-(?=[\d.])", "\N{MINUS SIGN}", text).split(" "):
        if parts:
            parts.append({"t": "Space"})
        if word:
            parts.append({"t": "Str", "c": word})
    return parts


def styled(content: list[dict], style: str, css: str, *attributes: list[str]) -> dict:
    """A paragraph with a style for Word, a class for the browser and further attributes."""
    named = ["", [css], [["custom-style", style], *attributes]]
    return {"t": "Div", "c": [named, [{"t": "Para", "c": content}]]}


def note(text: str) -> dict:
    """The note under a table or figure, in small type."""
    return styled(inlines(text), "Exhibit Note", "note", ["typst:text:size", "8pt"])


def convert(blocks: list[dict], to: str, *arguments: str) -> bytes:
    """Pandoc's output for `blocks` in the format `to`; the same bytes at every call.

    Raises
    ------
    PandocError with pandoc's own message.
    """
    document = {"pandoc-api-version": API, "meta": {}, "blocks": blocks}
    return run(json.dumps(document), "json", to, *arguments)


def run(text: str, source: str, to: str, *arguments: str, cwd=None) -> bytes:
    """Call pandoc with `text` as its input; warnings are errors."""
    output = ["-o", "-"] if to == "docx" else []
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", source, "-t", to, *output, *arguments],
        input=text.encode("utf-8"),
        capture_output=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": CLOCK},
        cwd=cwd,
    )
    if done.returncode or done.stderr:
        raise PandocError(f"pandoc, {source} to {to}: {done.stderr.decode('utf-8').strip()}")
    return done.stdout


def _row(row, language: str, width: int) -> list:
    if row.panel:
        emphasised = [{"t": "Emph", "c": inlines(row.cells[0][language])}]
        return [NO_ATTRIBUTES, [_cell_of(emphasised, span=width, align="AlignLeft")]]
    return [NO_ATTRIBUTES, [_cell(cell[language]) for cell in row.cells]]


def _cell(text: str) -> list:
    return _cell_of(inlines(text))


def _cell_of(content: list[dict], span: int = 1, align: str = "AlignDefault") -> list:
    blocks = [{"t": "Plain", "c": content}] if content else []
    return [NO_ATTRIBUTES, {"t": align}, 1, span, blocks]
