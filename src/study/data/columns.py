"""Columns of the readers' schemas, and the texts that pandas' own parsers take too freely: dates and money."""

import pandas as pd
import pandera.pandas as pa

from .errors import printed


def whole(low: int, high: int) -> pa.Column:
    """A whole number from `low` to `high`."""
    return pa.Column(int, pa.Check.in_range(low, high), coerce=True)


def number(low: float, high: float, missing: bool = False) -> pa.Column:
    """A number from `low` to `high`; `missing`: may be empty."""
    return pa.Column(float, pa.Check.in_range(low, high), nullable=missing, coerce=True)


def one_of(*allowed, missing: bool = False) -> pa.Column:
    """One of some texts."""
    return pa.Column(str, pa.Check.isin(list(allowed)), nullable=missing)


def schema(columns: dict, strict: bool = True) -> pa.DataFrameSchema:
    """The schema of a table whose index is the line of the file."""
    return pa.DataFrameSchema(columns, index=pa.Index(int, name="line"), strict=strict)


def empty_is_missing(frame: pd.DataFrame, names, token: str = "") -> pd.DataFrame:
    """The frame with `token` as missing in some columns."""
    return frame.assign(**{name: frame[name].where(frame[name] != token) for name in names})


def dates(frame: pd.DataFrame, name: str, form: str, low: str, high: str) -> tuple[pd.Series, list[str]]:
    """A column as dates, and its faults: 31.02.1998 is none, nor is a day outside `low` to `high`."""
    found = pd.to_datetime(frame[name], format=form, errors="coerce", exact=True)
    bad = found.isna() | (found < low) | (found > high)
    allowed = f"a date like {pd.Timestamp(low).strftime(form)}, from {low} to {high}"
    faults = [f"line {line}, {name}: {printed(name, text)} is not {allowed}" for line, text in frame.loc[bad, name].items()]
    return found, faults


def cents(frame: pd.DataFrame, name: str, low: float, high: float) -> tuple[pd.Series, list[str]]:
    """A column of money as whole cents, and its faults: no thousands separators, at most two decimals."""
    texts = frame[name]
    good = texts.str.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
    value = whole_cents(texts.where(good, "0"))
    bad = ~good | (value < 100 * low) | (value > 100 * high)
    allowed = f"an amount from {low:g} to {high:g} with a point and at most two decimals"
    return value, [f"line {line}, {name}: {printed(name, text)} is not {allowed}" for line, text in texts[bad].items()]


def whole_cents(texts: pd.Series) -> pd.Series:
    """Amounts with at most two decimals as exact whole cents: the point is moved, nothing is multiplied."""
    point = texts.str.find(".")
    decimals = (texts.str.len() - point - 1).where(point >= 0, 0)
    zeros = decimals.map({0: "00", 1: "0", 2: ""})
    return (texts.str.replace(".", "", regex=False) + zeros).astype("int64")


def row_numbers(frame: pd.DataFrame) -> pd.Series:
    """1, 2, ...: identifiers for rows that the provider has given none."""
    return pd.Series(range(1, len(frame) + 1), index=frame.index)


def sex(woman: pd.Series) -> pd.Series:
    """ "woman" or "man" of a column that is 1 for women, missing where it is."""
    return woman.map({1: "woman", 0: "man"})


def units(money: pd.Series) -> pd.Series:
    """Amounts in units of the currency, float: of whole cents a hundredth, other numbers as they are (see design/tables.yaml, money)."""
    return money.astype(float) / 100 if pd.api.types.is_integer_dtype(money) else money
