"""Words and numbers of exhibits: a text with its blanks filled in both languages, a number with a true minus sign."""

from collections.abc import Mapping

from study.design.entries import Text

WITHHELD = Text(
    en="[c]: withheld, because it shows fewer than ten customers or would give such a number back.",
    zh="[c]:涉及不足十名客户,或可由此推算出此类数字,故不予公布。",
)


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
    return Text(en=f"{v} ({a} to {b})", zh=f"{v}({a}至{b})")


def number(value: float) -> str:
    """A number as printed: none, one or two decimals by its size."""
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return f"{value:,.{decimals}f}"
