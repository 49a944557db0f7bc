"""Build the paper: PDF through Typst, Word, HTML and LaTeX, all or nothing."""

import json
import tempfile
from pathlib import Path

import typst

from study.design import load, read_text
from study.exhibits.engine import pandoc, style, word

from . import current, document
from .checks import check
from .text import PaperError, mentions, numbering, published, render

KINDS = ("pdf", "docx", "html", "tex")
SHOWN = 20  # faults that are listed


def build(root: Path, language: str = "en") -> list[Path]:
    """Build the paper of a language from paper/paper.<language>.md and results/, unless it is current.

    Returns
    -------
    the files: paper.pdf, paper.docx, paper.html, paper.tex (with .zh before the suffix in
    Chinese)

    Raises
    ------
    PaperError listing the faults of the text; nothing is replaced then.
    """
    folder, stem = root / "paper", f"paper{'' if language == 'en' else '.' + language}"
    files = [folder / f"{stem}.{kind}" for kind in KINDS]
    if not current.is_current(root, stem, files):
        _replace(files, _made(root, language))
        current.remember(root, stem, files)
    return files


def _made(root: Path, language: str) -> dict[str, bytes]:
    """The content of every file of the paper."""
    folder = root / "paper"
    source = read_text(folder / f"paper.{language}.md")
    numbers, exhibits = published(root / "results")
    faults = check(source, numbers, exhibits, load().built_exhibits())
    if faults:
        more = f"\n  ... and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        listed = "\n  ".join(faults[:SHOWN])
        raise PaperError(f"paper/paper.{language}.md has {len(faults)} faults:\n  {listed}{more}")
    labels = numbering(mentions(source), language)
    parsed = document.parse(render(source, numbers, labels, exhibits, language), folder)
    parsed["meta"]["lang"] = {"t": "MetaInlines", "c": pandoc.inlines({"en": "en", "zh": "zh-CN"}[language])}
    made = {
        kind: _write(document.with_exhibits(parsed, labels, exhibits, language, to), to, root)
        for kind, to in (("docx", "docx"), ("html", "html5"), ("tex", "latex"), ("typ", "typst"))
    }
    made["pdf"] = pdf(made.pop("typ").decode("utf-8"), root)
    return made


def _write(content: dict, to: str, root: Path) -> bytes:
    """Pandoc's output of a document in one format."""
    folder = root / "paper"
    arguments = {
        "docx": ["--number-sections", *word.arguments()],
        "html5": ["--standalone", "--number-sections", "--embed-resources", "--mathml", f"--css={folder / 'paper.css'}"],
        "latex": ["--standalone", f"--template={folder / 'template.tex'}"],
        "typst": ["--standalone", f"--template={folder / 'template.typ'}"],
    }[to]
    target = "typst-citations" if to == "typst" else to
    try:
        return pandoc.run(json.dumps(content), "json", target, *arguments, cwd=root)
    except pandoc.PandocError as error:
        raise PaperError(f"the paper could not be written as {to}: {error}") from None


def pdf(text: str, root: Path) -> bytes:
    """The PDF of a Typst document; only the study's own fonts are used.

    Raises
    ------
    PaperError for every error and every warning, such as a font that is missing.
    """
    with tempfile.TemporaryDirectory(dir=_scratch(root)) as folder:
        file = Path(folder) / "paper.typ"
        file.write_text(text, encoding="utf-8")
        try:
            made, warnings = typst.compile_with_warnings(
                str(file), root=str(root), font_paths=[str(style.FONTS)], ignore_system_fonts=True, format="pdf"
            )
        except typst.TypstError as error:
            raise PaperError(f"Typst: {error}") from None
    if warnings:
        raise PaperError("Typst warns: " + "; ".join(str(warning) for warning in warnings))
    return made


def _scratch(root: Path) -> Path:
    """A folder inside the project: Typst reads only below its root."""
    folder = root / "build" / "paper"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _replace(files: list[Path], made: dict[str, bytes]) -> None:
    """Write the files, those that changed, after all were made."""
    for file in files:
        content = made[file.suffix[1:]]
        if not file.is_file() or file.read_bytes() != content:
            new = file.with_name(f".{file.name}.new")
            new.write_bytes(content)
            new.replace(file)
