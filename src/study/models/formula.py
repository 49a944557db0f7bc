"""Formulas: outcome ~ regressors | effects | endogenous ~ instruments."""

from dataclasses import dataclass

import pandas as pd
from formulaic import Formula as Formulaic
from formulaic.errors import FormulaicError

from study.errors import nearest

from .errors import FormulaError, MissingColumn


@dataclass(frozen=True)
class Formula:
    """A formula in its parts.

    Parameters
    ----------
    outcome, regressors : texts that formulaic reads
    effects : what is absorbed: names of columns, or "a^b" for the levels of a and b together
    text : the formula as written
    endogenous, instruments : texts that formulaic reads, empty without instruments
    """

    outcome: str
    regressors: str
    effects: tuple[str, ...]
    text: str
    endogenous: str = ""
    instruments: str = ""

    @property
    def two_sided(self) -> str:
        """The formula for formulaic."""
        return f"{self.outcome} ~ {self.regressors}"

    def columns(self) -> list[str]:
        """The columns that the formula needs, in order of appearance."""
        try:
            sides = Formulaic(self.two_sided)
            needed = [str(v) for side in (sides.lhs, sides.rhs) for v in sorted(side.required_variables)]
        except (FormulaicError, AttributeError) as error:
            raise FormulaError(f"'{self.text}' is not understood: {error}") from None
        return list(dict.fromkeys([*needed, *(part for effect in self.effects for part in parts_of(effect))]))


def parse(text: str) -> Formula:
    """Split "y ~ x1 + x2 | bank + type^year" into its parts; "a^b" absorbs the levels of a and b together.

    Raises
    ------
    FormulaError if there is no single ~, more than one |, no outcome or regressor, or an empty or repeated effect.
    """
    sides = text.split("~")
    parts = sides[-1].split("|")
    if len(sides) != 2 or len(parts) > 2 or not sides[0].strip() or not parts[0].strip():
        raise FormulaError(f"'{text}' is not 'outcome ~ regressors' or 'outcome ~ regressors | effects'")
    return Formula(sides[0].strip(), parts[0].strip(), _effects(parts[1], text) if len(parts) == 2 else (), text)


def parse_instruments(text: str) -> Formula:
    """Split "y ~ x1 | bank + year | d ~ z1 + z2", or "y ~ x1 | d ~ z1", into its parts.

    Raises
    ------
    FormulaError if it has not two or three parts of which the last is 'endogenous ~ instruments'.
    """
    parts = text.split("|")
    first, last = parts[0].split("~"), parts[-1].split("~")
    if len(parts) not in (2, 3) or len(first) != 2 or len(last) != 2 or not all(s.strip() for s in [*first, *last]):
        raise FormulaError(f"'{text}' is not 'outcome ~ controls | effects | endogenous ~ instruments' (effects may be left out)")
    effects = _effects(parts[1], text) if len(parts) == 3 else ()
    return Formula(first[0].strip(), first[1].strip(), effects, text, last[0].strip(), last[1].strip())


def parts_of(effect: str) -> list[str]:
    """The columns of an effect: "type^year" has two."""
    return [name.strip() for name in effect.split("^")]


def _effects(part: str, text: str) -> tuple[str, ...]:
    effects = tuple("^".join(parts_of(effect)) for effect in part.split("+"))
    if any("" in parts_of(effect) for effect in effects):
        raise FormulaError(f"'{text}' has an empty effect after |")
    if len(set(effects)) < len(effects):
        raise FormulaError(f"'{text}' names an effect twice")
    return effects


def require(data: pd.DataFrame, names) -> None:
    """Raise MissingColumn if the data lack one of the names."""
    for name in names:
        if name not in data.columns:
            raise MissingColumn(f"the data have no column '{name}'{nearest(name, data.columns)}")
