"""Word's styles: pandoc's own reference document with serif type and three-line tables."""

import io
import re
import subprocess
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path

import pypandoc

FONTS = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun" w:cs="Times New Roman" />'
LINES = (
    '<w:tblBorders><w:top w:val="single" w:sz="12" w:space="0" w:color="000000"/>'
    '<w:bottom w:val="single" w:sz="12" w:space="0" w:color="000000"/></w:tblBorders>'
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
            new.writestr(zipfile.ZipInfo(name, CLOCK), content)
    return folder / "reference.docx"


def styles(text: str) -> str:
    """Pandoc's styles.xml with one serif family, black headings, smaller type and three-line tables."""
    text = re.sub(r"<w:rFonts[^>]*/>", FONTS, text)
    text = re.sub(r"<w:color [^>]*/>", "", text)
    for before, after in ((24, 21), (56, 32), (40, 26), (32, 23), (28, 21)):
        text = re.sub(rf'(<w:szC?s? w:val="){before}"', rf'\g<1>{after}"', text)
    compact = '<w:spacing w:before="36" w:after="36" />\n    </w:pPr>'
    small = '<w:spacing w:before="20" w:after="20" />\n    </w:pPr>\n    <w:rPr><w:sz w:val="15"/><w:szCs w:val="15"/></w:rPr>'
    for old, new in (
        (compact, small),
        ('<w:tblInd w:w="0" w:type="dxa" />\n      <w:tblCellMar>', f'<w:tblInd w:w="0" w:type="dxa" />{LINES}<w:tblCellMar>'),
        ('<w:bottom w:val="single"/>', '<w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/>'),
    ):
        if old not in text:
            raise ValueError(f"pandoc's styles.xml no longer has {old!r}; adapt study.exhibits.word")
        text = text.replace(old, new, 1)
    return text
