"""Word's styles: pandoc's own reference document with serif type and three-line tables."""

import io
import re
import subprocess
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path

import pypandoc

from .errors import ExhibitError

FONTS = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun" w:cs="Times New Roman" />'
RULE = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="000000"/>'
THREE_LINES = f"<w:tblBorders>{RULE.format('top', 12)}{RULE.format('bottom', 12)}</w:tblBorders>"
NOTE = (
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="ExhibitNote"><w:name w:val="Exhibit Note"/>'
    '<w:basedOn w:val="BodyText"/><w:pPr><w:spacing w:before="40" w:after="240"/></w:pPr>'
    '<w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>'
)
HEADING_COLOUR = r'(w:styleId="(?:Heading\d|Title)(?:Char)?">(?:(?!</w:style>).)*?)<w:color [^>]*/>'
PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1250" w:right="1130" w:bottom="1250" w:left="1130" w:header="700" w:footer="700" w:gutter="0"/>'
)
# What is changed in pandoc's styles.xml, once each: what is found and what takes its place.
CHANGES = (
    (
        '<w:spacing w:before="36" w:after="36" />\n    </w:pPr>',
        '<w:spacing w:before="20" w:after="20" />\n    </w:pPr>\n    <w:rPr><w:sz w:val="14"/><w:szCs w:val="14"/></w:rPr>',
    ),
    ('<w:tblInd w:w="0" w:type="dxa" />\n      <w:tblCellMar>', f'<w:tblInd w:w="0" w:type="dxa" />{THREE_LINES}<w:tblCellMar>'),
    ('<w:left w:w="108" w:type="dxa" />', '<w:left w:w="40" w:type="dxa" />'),
    ('<w:right w:w="108" w:type="dxa" />', '<w:right w:w="40" w:type="dxa" />'),
    ('<w:bottom w:val="single"/>', RULE.format("bottom", 6)),
    ("</w:styles>", f"{NOTE}</w:styles>"),
)
CLOCK = (2020, 1, 1, 0, 0, 0)
_FOLDER = tempfile.TemporaryDirectory(prefix="study-")  # removed when the process ends


def arguments() -> list[str]:
    """Pandoc's arguments for Word."""
    return [f"--reference-doc={reference()}"]


@lru_cache(maxsize=1)
def reference() -> Path:
    """The reference document, made once per process."""
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    default = subprocess.run(command, capture_output=True, check=True).stdout
    folder = Path(_FOLDER.name)
    with zipfile.ZipFile(io.BytesIO(default)) as old, zipfile.ZipFile(folder / "reference.docx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/styles.xml":
                content = styles(content.decode("utf-8")).encode("utf-8")
            if name == "word/document.xml":
                content = _once(content.decode("utf-8"), "</w:sectPr>", f"{PAGE}</w:sectPr>", name).encode("utf-8")
            new.writestr(zipfile.ZipInfo(name, CLOCK), content)
    return folder / "reference.docx"


def styles(text: str) -> str:
    """Pandoc's styles.xml with one serif family, black headings, smaller type and three-line tables.

    Raises
    ------
    ExhibitError if a new pandoc no longer has what is to be changed.
    """
    text = re.sub(r"<w:rFonts[^>]*/>", FONTS, text)
    text = re.sub(HEADING_COLOUR, r"\1<w:b/>", text, flags=re.DOTALL)
    for before, after in ((24, 21), (56, 32), (40, 26), (32, 23), (28, 21)):
        text = re.sub(rf'(<w:szC?s? w:val="){before}"', rf'\g<1>{after}"', text)
    for old, new in CHANGES:
        text = _once(text, old, new, "styles.xml")
    return text


def _once(text: str, old: str, new: str, name: str) -> str:
    if old not in text:
        raise ExhibitError(f"pandoc's {name} no longer has {old!r}; adapt study.exhibits.engine.word")
    return text.replace(old, new, 1)
