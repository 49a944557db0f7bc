"""Words and numbers of exhibits: a text with its blanks filled in both languages, a number with a true minus sign."""

from collections.abc import Mapping

from study.design.entries import Text


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
