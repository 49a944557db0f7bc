"""Words and numbers of exhibits: a text with its blanks filled in both languages, a number with a true minus sign."""

from collections.abc import Mapping

from study.design import words
from study.design.entries import Text

WORDS = words("shared")
WITHHELD = WORDS["withheld"]


def filled(text: Text, **values) -> Text:
    """A text with its blanks filled; a value that is a Text or a mapping of languages gives each language its own."""
    made = {}
    for language in ("en", "zh"):
        own = {name: value[language] if isinstance(value, (Text, Mapping)) else value for name, value in values.items()}
        made[language] = text[language].format(**own)
    return Text(**made)


def signed(value: float, decimals: int) -> str:
    """A number with a true minus sign, and no negative zero."""
    return f"{value:z.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def interval(value: float, low: float, high: float, decimals: int = 2) -> Text:
    """A value with its interval, as printed."""
    v, a, b = (signed(x, decimals) for x in (value, low, high))
    return filled(WORDS["wording"]["interval"], value=v, low=a, high=b)


def between(low: str, high: str) -> Text:
    """The ends of a range that are printed already."""
    return filled(WORDS["wording"]["between"], low=low, high=high)


def number(value: float) -> str:
    """A number as printed: none, one or two decimals by its size."""
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return f"{value:,.{decimals}f}"
