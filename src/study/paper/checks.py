"""What the text may not contain: results typed by hand, unknown keys, forgotten exhibits."""

import re

from .text import mentions, unknown

# Removed before the search for digits, in this order.
NOT_PROSE = (
    r"<!--.*?-->",
    r"\{\{.*?\}\}",
    r"```.*?```",
    r"`[^`\n]*`",
    r"\$\$.*?\$\$",
    r"\$[^$\n]+\$",
    r"\[[^\]\n]*@[^\]\n]*\]",
    r"@[\w:.-]+",
    r"https?://\S+",
)
# Digits that are no results: years, the level of tests and intervals.
ALLOWED = (r"\b(?:19|20)\d\d(?:\s?[-\u2013]\s?(?:19|20)\d\d)?\b", r"\b(?:95|5)\s?(?:%|per cent)")
DIGITS = re.compile(r"(?<![\w.])[-\u2212]?\d+(?:[.,]\d+)*%?")


def check(source: str, numbers, exhibits, built: list[str]) -> list[str]:
    """The faults of the paper's text; none if it may be built.

    Parameters
    ----------
    source : the text with its calls
    numbers, exhibits : what is published, by key
    built : keys of the exhibits that the paper has to show
    """
    named = mentions(source)
    shown = {mention.key for mention in named if mention.kind == "exhibit"}
    faults = unknown(named, numbers, exhibits) + typed_digits(source)
    faults += [f"exhibit '{key}' is built and the paper does not show it" for key in built if key not in shown]
    twice = [key for key in shown if sum(m.kind == "exhibit" and m.key == key for m in named) > 1]
    return faults + [f"exhibit '{key}' is shown twice" for key in sorted(twice)]


def typed_digits(source: str) -> list[str]:
    """Numbers in the prose that were typed by hand, with their lines."""
    text = source
    for pattern in (*NOT_PROSE, *ALLOWED):
        text = re.sub(pattern, _blank, text, flags=re.DOTALL)
    return [
        f"line {number}: '{found}' is typed by hand; save it in a notebook and name it by key"
        for number, line in enumerate(text.splitlines(), start=1)
        for found in DIGITS.findall(line)
    ]


def _blank(match: re.Match) -> str:
    """As many line ends as were removed, so that line numbers stay."""
    return " " + "\n" * match.group(0).count("\n")
