"""The characters of the font: GB2312, ASCII and the punctuation that pages need.

`python characters.py > characters.txt`, then, with the package fonts-noto-cjk of Debian 12 installed
and its folder in $FONTS,

    pyftsubset $FONTS/NotoSansCJK-Regular.ttc --font-number=2 --unicodes-file=characters.txt \
      --layout-features= --no-hinting --name-IDs=0,1,2,3,4,5,6,7,13,14 \
      --output-file=NotoSansCJKsc-GB2312.otf
"""

PUNCTUATION = "\u2212\u2013\u2014\u2018\u2019\u201c\u201d\u00b7\u00d7\u2026\u00b0\u00b1\u2264\u2265"


def characters() -> set[int]:
    """Code points of GB2312, printable ASCII and PUNCTUATION."""
    found = set(range(0x20, 0x7F)) | set(map(ord, PUNCTUATION))
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            found |= set(map(ord, bytes([high, low]).decode("gb2312", errors="ignore")))
    return found


if __name__ == "__main__":
    print("\n".join(f"U+{code:04X}" for code in sorted(characters())))
