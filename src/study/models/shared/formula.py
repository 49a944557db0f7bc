"""Formulas: outcome ~ regressors | effects | endogenous ~ instruments."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from formulaic import Formula as Formulaic
from formulaic import SimpleFormula
from formulaic.errors import FormulaicError
from formulaic.parser.types import Factor, Term
from formulaic.transforms import TRANSFORMS
from formulaic.utils.variables import Variable, get_required_variables

from ..errors import FormulaError
from .columns import categories

FUNCTIONS = {"np": np, "C": categories}  # before formulaic's own
CONSTANT = Term([Factor("1", eval_method="literal")])
LEVELS = re.compile(r"C\(\s*(`[^`]+`|[^\W\d]\w*)\s*[,)]")


@dataclass(frozen=True)
class Formula:
    """A formula in its parts.

    Parameters
    ----------
    outcome, regressors : texts that formulaic reads
    effects : what is absorbed: names of columns, or "a^b" for the levels of a and b together
    text : the formula as written
    endogenous, instruments : texts that formulaic reads, empty without instruments
    baseline : True if the model has a baseline or thresholds in the place of the intercept
    """

    outcome: str
    regressors: str
    effects: tuple[str, ...]
    text: str
    endogenous: str = ""
    instruments: str = ""
    baseline: bool = False

    @property
    def constant_absorbed(self) -> bool:
        """True if effects, a baseline or thresholds take the place of the intercept."""
        return bool(self.effects) or self.baseline

    @property
    def outcome_column(self) -> str:
        """The outcome as the name of a column, without backticks."""
        return _unquoted(self.outcome)

    def left(self) -> SimpleFormula:
        """The outcome for formulaic."""
        return SimpleFormula([term for term in _terms(self.outcome, self.text) if term != CONSTANT])

    def right(self) -> SimpleFormula:
        """The regressors for formulaic. Where the constant is absorbed it is among them, whether or not the text has "0 +":
        categories are then coded against a base level, and the constant's column is left out afterwards."""
        terms = list(_terms(self.regressors, self.text))
        if self.constant_absorbed and CONSTANT not in terms:
            terms = [CONSTANT, *terms]
        return SimpleFormula(terms)

    def uses(self) -> dict[str, bool]:
        """The columns of outcome and regressors, and whether each is taken as levels only, in C(...)."""
        return {**(right := uses_of(self.right())), **{n: only and right.get(n, True) for n, only in uses_of(self.left()).items()}}

    def columns(self) -> list[str]:
        """The columns that the formula needs: the outcome's, the regressors', the effects'."""
        needed = [*sorted(uses_of(self.left())), *sorted(uses_of(self.right()))]
        return list(dict.fromkeys([*needed, *(part for effect in self.effects for part in parts_of(effect))]))


def parse(text: str, baseline: bool = False) -> Formula:
    """Split "y ~ x1 + x2 | bank + type^year" into its parts; "a^b" absorbs the levels of a and b together.

    Names that are not plain words stand in backticks: `account balance`. What stands within brackets is left alone.

    Raises
    ------
    FormulaError if there is no single ~, more than one |, no outcome or regressor, or an empty or repeated effect.
    """
    sides = split(text, "~")
    parts = split(sides[-1], "|")
    if len(sides) != 2 or len(parts) > 2 or not sides[0].strip() or not parts[0].strip():
        raise FormulaError(f"'{text}' is not 'outcome ~ regressors' or 'outcome ~ regressors | effects'")
    return Formula(sides[0].strip(), parts[0].strip(), _effects(parts[1], text) if len(parts) == 2 else (), text, baseline=baseline)


def parse_instruments(text: str) -> Formula:
    """Split "y ~ x1 | bank + year | d ~ z1 + z2", or "y ~ x1 | d ~ z1", into its parts.

    Raises
    ------
    FormulaError if it has not two or three parts of which the last is 'endogenous ~ instruments'.
    """
    parts = split(text, "|")
    first, last = split(parts[0], "~"), split(parts[-1], "~")
    if len(parts) not in (2, 3) or len(first) != 2 or len(last) != 2 or not all(s.strip() for s in [*first, *last]):
        raise FormulaError(f"'{text}' is not 'outcome ~ controls | effects | endogenous ~ instruments' (effects may be left out)")
    effects = _effects(parts[1], text) if len(parts) == 3 else ()
    return Formula(first[0].strip(), first[1].strip(), effects, text, last[0].strip(), last[1].strip())


def split(text: str, mark: str) -> list[str]:
    """The parts of a text between a mark, where it stands outside brackets, backticks and quotes."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "`'\"":
            quote = letter
        else:
            depth += (letter in "([{") - (letter in ")]}")
            if letter == mark and depth == 0:
                parts.append("")
                continue
        parts[-1] += letter
    return parts


def quoted(name: str) -> str:
    """A column's name as a formula takes it: in backticks unless it is a plain word."""
    return name if name.isidentifier() else f"`{name}`"


def written(effects) -> str:
    """Effects as a formula takes them after |."""
    return " + ".join("^".join(quoted(name) for name in parts_of(effect)) for effect in effects)


def parts_of(effect: str) -> list[str]:
    """The columns of an effect: "type^year" has two."""
    return [name.strip() for name in effect.split("^")]


def uses_of(formula: SimpleFormula) -> dict[str, bool]:
    """The columns that terms need, and whether each is taken as levels only, in C(...)."""
    uses: dict[str, bool] = {}
    for term in formula:
        for factor in term.factors:
            only = LEVELS.match(factor.expr) is not None and len(variables_of(factor)) == 1
            for name in variables_of(factor):
                uses[name] = uses.get(name, True) and only
    return uses


def variables_of(factor: Factor) -> list[str]:
    """The columns of one factor: x of I(x ** 2), of scale(x), of x.clip(0)."""
    if factor.eval_method is Factor.EvalMethod.LITERAL:
        return []
    if factor.eval_method is Factor.EvalMethod.LOOKUP:
        return [factor.expr]
    names = set()
    for variable in get_required_variables(factor.expr, {}):
        whole = f"`{variable}`" in factor.expr
        if whole or "." in variable or Variable.Role.VALUE in variable.roles:
            names.add(str(variable) if whole else str(variable).split(".")[0])
    return sorted(names - {"np", "contr"})


def check_functions(formula: SimpleFormula, text: str) -> None:
    """Raise FormulaError if terms call what is not a function that formulas know, or a column has the name of one called."""
    known, columns = {**TRANSFORMS, **FUNCTIONS}, uses_of(formula)
    for factor in {factor for term in formula for factor in term.factors}:
        if factor.eval_method is not Factor.EvalMethod.PYTHON:
            continue
        called = {str(v) for v in get_required_variables(factor.expr, {}) if Variable.Role.CALLABLE in v.roles}
        if "Q" in called:
            raise FormulaError(f"'{text}': write a name that is not a plain word in backticks, as in `account balance`, not in Q(...)")
        strange = sorted(name for name in called if "." not in name and name not in known)
        if strange:
            plain = ", ".join(sorted(name for name in known if callable(known[name]) and name not in ("Q", "lag", "hashed")))
            raise FormulaError(f"'{text}': {strange[0]}(...) is not a function that formulas know; there are {plain} and those of np.")
        both = sorted(name for name in called if name in columns)
        if both:
            raise FormulaError(f"'{text}' takes '{both[0]}' as a function and as a column; give the column another name")


def _effects(part: str, text: str) -> tuple[str, ...]:
    names = [[_unquoted(name) for name in split(effect, "^")] for effect in split(part, "+")]
    if any(not name for effect in names for name in effect):
        raise FormulaError(f"'{text}' has an empty effect after |")
    strange = [name for effect in names for name in effect if "^" in name]
    if strange:
        raise FormulaError(f"'{text}': give the column '{strange[0]}' a name without ^, which stands for levels of two columns together")
    effects = tuple("^".join(effect) for effect in names)
    if len(set(effects)) < len(effects):
        raise FormulaError(f"'{text}' names an effect twice")
    return effects


def _unquoted(name: str) -> str:
    name = name.strip()
    return name[1:-1] if len(name) > 2 and name[0] == name[-1] == "`" and "`" not in name[1:-1] else name


@lru_cache(maxsize=256)
def _terms(side: str, text: str) -> SimpleFormula:
    """The terms of one side.

    Raises
    ------
    FormulaError if formulaic does not understand it, or the power of a name would be dropped.
    """
    dropped = _power_of_name(side)
    if dropped:
        raise FormulaError(
            f"'{text}': in a formula {dropped} is {dropped.split('*')[0].split('^')[0].strip()} alone; write I(...) around it for its power"
        )
    try:
        terms = Formulaic(side)
    except (FormulaicError, AttributeError, SyntaxError) as error:
        raise FormulaError(f"'{text}' is not understood: {first_line(error)}") from None
    if not isinstance(terms, SimpleFormula):
        raise FormulaError(f"'{text}' is not understood: '{side}' must be terms joined by +, -, : and *")
    try:
        for term in terms:
            for factor in term.factors:
                variables_of(factor)
    except SyntaxError as error:
        raise FormulaError(f"'{text}' is not understood: {first_line(error)}") from None
    check_functions(terms, text)
    if "Intercept" in uses_of(terms):
        raise FormulaError(f"'{text}': 'Intercept' is the constant's name; give the column another one")
    return terms


def _power_of_name(side: str) -> str:
    """The first power of a plain name, as in x**2 or x^2, that stands outside a function: formulas read it as x."""
    calls, outside = [], []
    for place, letter in enumerate(side):
        if letter in "({[":
            calls.append(letter != "(" or re.search(r"[\w.`]$", side[:place]) is not None)
        elif letter in ")}]" and calls:
            calls.pop()
        outside.append(" " if any(calls) else letter)
    found = re.search(r"(?:[^\W\d]\w*|`[^`]+`)\s*(?:\*\*|\^)\s*\d+", "".join(outside))
    return found.group() if found else ""


def first_line(error: Exception) -> str:
    """The first line of another library's message, without its colours."""
    lines = re.sub(r"\x1b\[[0-9;]*m|[⧛⧚]", "", str(error)).strip().splitlines()
    said = lines[0] if lines else type(error).__name__
    return re.sub(r"^Unable to evaluate factor `.*`\. \[(?:\w+: )?(.*)\]$", r"\1", said)
