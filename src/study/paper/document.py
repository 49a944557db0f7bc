"""The paper as a pandoc document: exhibits set in place of their blocks."""

import json
from pathlib import Path

from study.design import read_json
from study.exhibits.engine import pandoc

from .text import PaperError

LONG = 20  # rows above which a table may break across pages
# A table that breaks begins only where its caption, head and first rows have room: a block as high as they, taken back.
ROOM = "#block(height: 9em, spacing: 0pt, breakable: false)[]\n#v(-9em)"


def parse(markdown: str, folder: Path) -> dict:
    """Pandoc's document of the text, citations resolved over folder/references.bib."""
    bibliography = f"--bibliography={folder / 'references.bib'}"
    try:
        document = json.loads(pandoc.run(markdown, "markdown", "json", "--citeproc", bibliography))
    except pandoc.PandocError as error:
        raise PaperError(f"pandoc does not accept the text: {error}") from None
    document["meta"].pop("bibliography")  # a path of this machine, which Word's properties would show
    return document


def with_exhibits(document: dict, labels: dict[str, str], exhibits: dict[str, Path], language: str, to: str) -> dict:
    """The document with every exhibit block replaced by its table or figure for the format `to`."""
    blocks = []
    for block in document["blocks"]:
        key = _key(block)
        blocks.append(exhibit(key, labels[key], exhibits[key], language, to) if key else block)
    return {**document, "blocks": blocks}


def exhibit(key: str, label: str, file: Path, language: str, to: str) -> dict:
    """Caption, table or picture, and notes as one block that does not break across pages."""
    content = read_json(file)
    text = content[language]
    heading = [_strong(f"{label}."), {"t": "Space"}, *pandoc.inlines(text["title"])]
    stays = [["typst:sticky", "true"]] if to == "typst" and "block" in text else []  # on the page of the first rows
    caption = pandoc.styled(heading, "Table Caption", "caption", *stays)
    notes = pandoc.note(" ".join(text["notes"])) if text["notes"] else None
    breakable = "block" in text and len(text["block"]["c"][4][0][3]) > LONG
    if "block" in text:
        room = _raw("typst", ROOM) if breakable and to == "typst" else None
        parts = [room, caption, *_sized(text["block"], content["wide"], to), notes]
    else:
        parts = [_picture(file, language, to), caption, notes]
    attributes = [["typst:breakable", "true" if breakable else "false"]] if to == "typst" else []
    kind = "wide" if content.get("wide") else "plain"
    return {"t": "Div", "c": [[key, ["exhibit", kind], attributes], [part for part in parts if part]]}


def _key(block: dict) -> str | None:
    if block["t"] != "Div":
        return None
    _, classes, attributes = block["c"][0]
    return dict(attributes).get("key") if "exhibit" in classes else None


def _strong(text: str) -> dict:
    return {"t": "Strong", "c": pandoc.inlines(text)}


def _sized(table: dict, wide: bool, to: str) -> list[dict]:
    """The table in the type size that lets it fit."""
    if to == "latex":
        size = r"\scriptsize" if wide else r"\footnotesize"
        return [_raw("latex", "{" + size + r"\setlength{\tabcolsep}{3pt}"), table, _raw("latex", "}")]
    if to == "typst":
        attributes = [["typst:text:size", "6.8pt" if wide else "8pt"]]
        return [{"t": "Div", "c": [["", [], attributes], [table]]}]
    return [pandoc.with_natural_widths(table) if to == "docx" else table]


def _raw(kind: str, text: str) -> dict:
    return {"t": "RawBlock", "c": [kind, text]}


def _picture(file: Path, language: str, to: str) -> dict:
    """The figure's file: vectors for PDF, a bitmap elsewhere; the path as each format needs it."""
    suffix = "" if language == "en" else f".{language}"
    kind = "pdf" if to in ("latex", "typst") else "png"
    picture = file.with_name(f"{file.stem}{suffix}.{kind}")
    inside = Path(*picture.parts[-4:]).as_posix()  # results/<arm>/figures/<file>
    path = {"latex": f"../{inside}", "typst": f"/{inside}"}.get(to, inside)
    return {"t": "Para", "c": [{"t": "Image", "c": [["", [], [["width", "100%"]]], [], [path, ""]]}]}
