"""Formulas: outcome ~ regressors | effects."""

from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd
from formulaic import Formula as Formulaic
from formulaic.errors import FormulaicError

from .errors import FormulaError, MissingColumn


@dataclass(frozen=True)
class Formula:
    """A formula in its parts.

    Parameters
    ----------
    outcome, regressors : texts that formulaic reads
    effects : names of columns whose levels are absorbed
    text : the formula as written
    """

    outcome: str
    regressors: str
    effects: tuple[str, ...]
    text: str

    @property
    def two_sided(self) -> str:
        """The formula for formulaic; absorbed effects take the place of the intercept."""
        return f"{self.outcome} ~ {self.regressors}" + (" - 1" if self.effects else "")

    def columns(self) -> list[str]:
        """The columns that the formula needs, in order of appearance."""
        try:
            sides = Formulaic(self.two_sided)
            needed = [str(v) for side in (sides.lhs, sides.rhs) for v in sorted(side.required_variables)]
        except (FormulaicError, AttributeError) as error:
            raise FormulaError(f"'{self.text}' is not understood: {error}") from None
        return list(dict.fromkeys([*needed, *self.effects]))


def parse(text: str) -> Formula:
    """Split "y ~ x1 + x2 | bank + year" into its parts.

    Raises
    ------
    FormulaError if there is no single ~, more than one |, or no outcome or regressor.
    """
    sides = text.split("~")
    parts = sides[-1].split("|")
    if len(sides) != 2 or len(parts) > 2 or not sides[0].strip() or not parts[0].strip():
        raise FormulaError(f"'{text}' is not 'outcome ~ regressors' or 'outcome ~ regressors | effects'")
    effects = tuple(name.strip() for name in parts[1].split("+")) if len(parts) == 2 else ()
    if "" in effects:
        raise FormulaError(f"'{text}' has an empty effect after |")
    if len(effects) > 2:
        raise FormulaError(f"'{text}' has {len(effects)} effects; one or two can be absorbed")
    return Formula(sides[0].strip(), parts[0].strip(), effects, text)


def require(data: pd.DataFrame, names) -> None:
    """Raise MissingColumn if the data lack one of the names."""
    for name in names:
        if name not in data.columns:
            close = get_close_matches(name, map(str, data.columns), n=1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            raise MissingColumn(
                f"the data have no column '{name}'{hint} They have {len(data.columns)} columns: "
                f"{', '.join(map(str, list(data.columns)[:12]))}{' ...' if len(data.columns) > 12 else ''}"
            )
