"""Texts of a user's file as the contract's types: strict, a column at a time, every bad cell marked."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.design.contract import ModelColumn

from ..columns import whole_cents
from .mapping import TableMapping

TRUE, FALSE = {"1", "true", "yes", "y"}, {"0", "false", "no", "n"}
WHOLE = r"-?[0-9]{1,15}"
REWRITTEN = r"[0-9]+[.,]0+|[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+"  # an identifier that a spreadsheet or a float has gone over
NUMBER = r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?"


@dataclass(frozen=True)
class Typed:
    """A column as its type, which cells are none, and what a cell may be, in words."""

    values: pd.Series
    bad: pd.Series
    allowed: str


def typed(texts: pd.Series, column: ModelColumn, how: TableMapping) -> Typed:
    """The column's values; an empty cell is missing and never bad here.

    Parameters
    ----------
    texts : str, as in the file
    """
    there = texts.where(texts != "")
    made = KINDS[column.kind](there, column, how)
    return Typed(made.values, made.bad & there.notna(), made.allowed)


def _id(texts, column, how) -> Typed:
    """An identifier; 17.0 and 1.2E+15 are what programs make of 17 and of 1200000000000345."""
    rewritten = texts.str.fullmatch(REWRITTEN).fillna(False).astype(bool)
    spaces = (texts != texts.str.strip()) & texts.notna()
    words = "has spaces at its ends" if spaces.any() else "is an identifier that was written as a decimal number; write identifiers as texts"
    return Typed(texts, spaces if spaces.any() else rewritten, words)


def _text(texts, column, how) -> Typed:
    if not column.choices:
        return Typed(texts, _none(texts), "")
    return Typed(texts.where(texts.isin(column.choices)), ~texts.isin(column.choices), f"is not one of {', '.join(column.choices)}")


def _date(texts, column, how, form: str | None = None) -> Typed:
    form = form or how.dates
    found = pd.to_datetime(texts, format=form, errors="coerce", exact=True).astype("datetime64[s]")
    # a padded form only: strptime would also take 1.2.1998 for %d.%m.%Y
    exact = found.dt.strftime(form) == texts
    bad = found.isna() | ~exact.fillna(False) | (found.dt.year < 1900)
    return Typed(found.where(~bad), bad, f"is not a day like {pd.Timestamp('2024-03-31'):{form}}")


def _month(texts, column, how) -> Typed:
    made = _date(texts, column, how, how.months)
    return Typed(made.values, made.bad, f"is not a month like {pd.Timestamp('2024-03-31'):{how.months}}")


def _plain(texts: pd.Series, how: TableMapping) -> pd.Series:
    """Numbers with a decimal point and no other mark; a text that mixes its marks stays, and is no number."""
    if how.thousands:
        mark, point = re.escape(how.thousands), re.escape(how.decimal or ".")
        grouped = texts.str.fullmatch(rf"-?[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+(?:{point}[0-9]*)?").fillna(False)
        texts = texts.where(~grouped, texts.str.replace(how.thousands, "", regex=False))
        texts = texts.where(grouped | ~texts.str.contains(how.thousands, regex=False).fillna(False), "?")
    if how.decimal == ".":
        return texts
    return texts.where(~texts.str.contains(".", regex=False).fillna(False), "?").str.replace(how.decimal, ".", regex=False)


def _number(texts, column, how, form: str = NUMBER, what: str = "a number") -> Typed:
    plain = _plain(texts, how)
    good = plain.str.fullmatch(form).fillna(False).astype(bool)
    values = pd.to_numeric(plain.where(good), errors="coerce").astype(float)
    values = values.where(np.isfinite(values))
    low, high = column.minimum, column.maximum
    bad = values.isna() | (values < (-np.inf if low is None else low)) | (values > (np.inf if high is None else high))
    return Typed(values.where(~bad), bad, f"is not {what}{_range(low, high)}")


def _whole(texts, column, how) -> Typed:
    return _number(texts, column, how, WHOLE, "a whole number")


def _money(texts, column, how) -> Typed:
    """Whole cents; as exact integers, so that no sum depends on the order."""
    plain = _plain(texts, how)
    good = plain.str.fullmatch(r"-?[0-9]{1,13}(?:\.[0-9]{1,2})?").fillna(False).astype(bool)
    value = whole_cents(plain.where(good, "0"))
    low = -np.inf if column.minimum is None else 100 * column.minimum
    bad = ~good | (value < low)
    marks = f"'{how.decimal}' before at most two decimals" + (f", '{how.thousands}' between thousands" if how.thousands else "")
    return Typed(value.astype("Int64").where(~bad), bad, f"is not an amount{_range(column.minimum, None)} ({marks})")


def _flag(texts, column, how) -> Typed:
    lower = texts.str.lower()
    values = lower.isin(TRUE).astype(float).where(lower.isin(TRUE | FALSE))
    return Typed(values, values.isna(), "is not 1 or 0 (true or false, yes or no)")


def _free(texts, column, how) -> Typed:
    return Typed(texts, _none(texts), "")


def _none(texts: pd.Series) -> pd.Series:
    return pd.Series(False, index=texts.index)


def _range(low, high) -> str:
    if low is None and high is None:
        return ""
    return f" of at least {low:g}" if high is None else f" from {low:g} to {high:g}"


KINDS = {
    "id": _id, "text": _text, "free": _free, "date": _date, "month": _month,
    "money": _money, "number": _number, "whole": _whole, "flag": _flag,
}  # fmt: skip
