"""The words of a document, for comparing documents that were written by other versions of the same tools."""

import re
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

PLAIN = {".md", ".tex", ".typ", ".html", ".json"}
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def words(path: Path) -> str | None:
    """The text of a document: of Word its paragraphs, of LaTeX, Typst, Markdown, HTML and json the file; None of a picture; "" of no Word file."""
    if path.suffix in PLAIN:
        return path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".docx":
        return None
    try:
        with ZipFile(path) as parts:
            written = parts.read("word/document.xml").decode("utf-8")
    except (BadZipFile, KeyError, UnicodeDecodeError):
        return ""
    return re.sub(r"<[^>]+>", "", written.replace("</w:p>", "\n"))


def drawn(path: Path) -> list[bytes]:
    """What the pages of a PDF draw: its streams that set text, without their compression."""
    found = []
    for stream in STREAM.findall(path.read_bytes()):
        try:
            plain = zlib.decompress(stream)
        except zlib.error:
            plain = stream
        if b"BT" in plain and b"ET" in plain and (b"Tj" in plain or b"TJ" in plain):
            found.append(plain)
    return found
