"""Cut the font of figures and paper from Noto Sans CJK SC and give it a name of its own.

    python cut.py $FONTS/NotoSansCJK-Regular.ttc

where $FONTS is the folder that Debian's package fonts-noto-cjk fills. A name of its own, so that no
font of the machine can take its place: figures would differ from machine to machine.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

FAMILY = "Study Sans CJK"
FILE = Path(__file__).with_name("StudySansCJK.otf")
SIMPLIFIED_CHINESE = 2  # face of the collection
PUNCTUATION = "\u2010\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u2212\u2260\u2264\u2265\u00b2"


def characters() -> set[int]:
    """Code points of GB2312, ASCII, Latin-1 and PUNCTUATION."""
    found = {*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, PUNCTUATION)}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            found |= set(map(ord, bytes([high, low]).decode("gb2312", errors="ignore")))
    return found


def cut(collection: Path) -> None:
    """Write FILE; the same bytes at every call."""
    font = TTCollection(collection).fonts[SIMPLIFIED_CHINESE]
    font.recalcTimestamp = False
    options = subset.Options(layout_features=[], hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    names = {1: FAMILY, 3: f"{FAMILY} 1", 4: FAMILY, 6: FAMILY.replace(" ", "")}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    font["CFF "].cff.fontNames = [names[6]]
    font.save(FILE)


if __name__ == "__main__":
    cut(Path(sys.argv[1]))
