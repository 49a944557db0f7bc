"""How texts are printed: one minus sign, no space before a per cent sign, and in Chinese a comma, colon, semicolon, bracket beside Chinese characters is as wide as they are."""

import re

WIDE = str.maketrans({",": "\uff0c", ":": "\uff1a", ";": "\uff1b", "?": "\uff1f", "!": "\uff01"})
CHINESE = r"\u3001\u3002\u201c\u201d\u3400-\u9fff\uff01-\uff1f"  # characters and the punctuation between them
MARK = re.compile(rf"(?<=[{CHINESE}])([,:;?!]) ?|([,:;?!]) ?(?=[{CHINESE}])")
BRACKETS = re.compile(r"\(([^()]*)\)")
PERCENT = re.compile(r"(?<=[\d}]) %(?!\w)", re.ASCII)  # "95 %", "{share:.1f} %" and "83 %至88 %"
HYPHEN = re.compile(r"(?<![\w)\]}\u2212-])-(?=\.?\d)")  # of "-0.5" and "[-1, 2]", not of 2008-05, x-1 or 5-10


def signs(text: str) -> str:
    """The text with a true minus sign before numbers, and per cent signs that follow the number at once."""
    return HYPHEN.sub("\N{MINUS SIGN}", PERCENT.sub("%", text))


def full_width(text: str) -> str:
    """The text with full-width punctuation beside Chinese characters; all else, formulas too, as it was.

    Both brackets of a pair are wide if there is Chinese in them or before them: "f(A, P)" and "(95 %)" stay.
    """
    if not re.search(rf"[{CHINESE}]", text):
        return text
    before = None
    while before != text:  # a mark may stand beside one that has just become wide; brackets may stand in brackets
        before, text = text, BRACKETS.sub(_pair, text)
        text = MARK.sub(lambda mark: (mark[1] or mark[2]).translate(WIDE), text)
    return text


def _pair(found: re.Match) -> str:
    ahead = found.string[: found.start()][-1:]
    chinese = re.compile(rf"[{CHINESE}]")
    wide = chinese.search(found[1]) or chinese.match(ahead)
    return f"\uff08{found[1]}\uff09" if wide else found[0]
