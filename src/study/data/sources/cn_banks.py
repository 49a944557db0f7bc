"""Reader of data/cn_banks/facts.csv: published facts on Chinese banks, one row per fact and page."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from study.design import Design, load, relative, root

from .. import tables
from ..errors import DataError, report, validate

COLUMNS = (
    "bank_id", "bank_zh", "bank_en", "bank_type", "year", "variable", "value", "unit",
    "value_as_printed", "bound", "doubt", "definition", "series_break", "source_kind",
    "source_title_or_note", "source_url",
)  # fmt: skip
BOUNDS = ("point", "lower", "upper")
KINDS = ("press", "filing_digest", "machine_summary", "broker", "annual_report", "other")
ONE_FACT = ["bank_id", "year", "variable", "source_url", "value"]


def path() -> Path:
    """Where the facts are."""
    return root() / "data" / "cn_banks" / "facts.csv"


def provided(files: Mapping[str, Path]) -> dict[str, pd.DataFrame]:
    """The facts, checked and typed: "facts" -> table of `facts` from the file of that name."""
    return {"facts": facts(files["facts"])}


def model(provided: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Banks, and the facts as they were collected: several pages may print one figure."""
    table = provided["facts"]
    banks = table[["bank_id", "bank_type", "bank_zh", "bank_en"]].drop_duplicates("bank_id").rename(columns={"bank_type": "type"})
    facts = table.drop(columns=["bank_type", "bank_zh", "bank_en"]).rename(columns={"year": "period"})
    first = ["bank_id", "period", "variable", "value", "line"]
    return {"banks": banks.reset_index(drop=True), "bank_periods": facts[[*first, *facts.columns.difference(first, sort=False)]]}


def figures(provided: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """The counts of SOURCE.md, from the table."""
    table = provided["facts"]
    return {"facts": len(table), "banks": table["bank_id"].nunique()}


def facts(file: Path | None = None) -> pd.DataFrame:
    """The facts, checked and typed, one row per fact and page.

    Parameters
    ----------
    file : a csv with the columns of data/cn_banks/SOURCE.md (default: the embedded file)

    Returns
    -------
    DataFrame, one row per fact: the file's columns (year int, value float in the unit of the
    codebook, series_break int, the others str) and `line`, the row's line in the file

    Raises
    ------
    DataError with the number of faults and the first twenty, worst first (no number, unknown name,
    out of range, other unit, other label, repeated): line, column, what was found, what is allowed.
    """
    file = Path(file) if file else path()
    design = load()
    if not file.is_file():
        raise DataError(f"{relative(file)} is missing; restore it with `git checkout {relative(file)}`")
    frame, faults = validate(tables.texts(file, COLUMNS), schema(design))
    report(relative(file), faults + _of_the_codebook(frame, design) + _repeated(frame))
    return frame.reset_index()


def schema(design: Design) -> pa.DataFrameSchema:
    """The columns of the facts with their types and allowed values."""
    year = design.variables["year"]
    known = {
        "bank_id": design.banks,
        "variable": [name for name, v in design.variables.items() if v.role != "key" and v.derive is None],
        "bound": BOUNDS,
        "definition": design.definitions,
        "source_kind": KINDS,
    }
    columns = {name: pa.Column(str) for name in COLUMNS}
    columns |= {name: pa.Column(str, pa.Check.isin(list(allowed))) for name, allowed in known.items()}
    columns["year"] = pa.Column(int, pa.Check.in_range(year.minimum, year.maximum), coerce=True)
    columns["value"] = pa.Column(float, coerce=True)
    columns["series_break"] = pa.Column(int, pa.Check.in_range(0, 1), coerce=True)
    return pa.DataFrameSchema(columns, index=pa.Index(int, name="line"), strict=True)


def _of_the_codebook(frame: pd.DataFrame, design: Design) -> list[str]:
    """Rows whose range, unit or bank's labels are not those of the design, in this order."""
    ranges, units, labels = [], [], []
    for row in frame.itertuples():
        variable, bank = design.variables[row.variable], design.banks[row.bank_id]
        if not variable.minimum <= row.value <= variable.maximum:
            allowed = f"{variable.minimum:g} to {variable.maximum:g} {variable.unit.zh}"
            ranges.append(f"line {row.Index}, value: {row.value:g} is outside the range of {row.variable}, {allowed}")
        if row.unit != variable.unit.zh:
            units.append(f"line {row.Index}, unit: '{row.unit}'; {row.variable} has '{variable.unit.zh}'")
        right = {"bank_zh": bank.name.zh, "bank_en": bank.name.en, "bank_type": bank.type}
        labels += [
            f"line {row.Index}, {column}: '{getattr(row, column)}'; {row.bank_id} has '{expected}'"
            for column, expected in right.items()
            if getattr(row, column) != expected
        ]
    return ranges + units + labels


def _repeated(frame: pd.DataFrame) -> list[str]:
    """The same fact from the same page twice; facts without an address can not be compared."""
    with_address = frame[frame["source_url"] != ""]
    again = with_address[with_address.duplicated(ONE_FACT)]
    first = with_address.drop_duplicates(ONE_FACT).reset_index().set_index(ONE_FACT)["line"]
    return [
        f"line {row.Index}: {row.bank_id} {row.year} {row.variable} {row.value:g} from this page is "
        f"already in line {first[tuple(getattr(row, c) for c in ONE_FACT)]}; remove one"
        for row in again.itertuples()
    ]
