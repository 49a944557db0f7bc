"""Reader of data/cn_banks/facts.csv: published facts on Chinese banks, one row per fact and page."""

import csv
import io
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from study.design import Design, load, nearest, relative, root

from .errors import DataError, report, validate

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


def read(file: Path | None = None) -> pd.DataFrame:
    """The facts, checked and typed.

    Parameters
    ----------
    file : a csv with the columns of data/cn_banks/SOURCE.md (default: the embedded file)

    Returns
    -------
    DataFrame, one row per fact: the file's columns (year int, value float in the unit of the
    codebook, series_break int, the others str) and `line`, the row's line in the file

    Raises
    ------
    DataError listing every fault with its line and column, what was found and what is allowed.
    """
    file = Path(file) if file else path()
    design = load()
    frame, faults = validate(_rows(file), schema(design))
    report(relative(file), faults)
    report(relative(file), _of_the_codebook(frame, design) + _repeated(frame))
    return frame.reset_index()


def schema(design: Design) -> pa.DataFrameSchema:
    """The columns of the facts with their types and allowed values."""
    year = design.variables["year"]
    known = {
        "bank_id": design.banks,
        "variable": design.variables,
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


def _rows(file: Path) -> pd.DataFrame:
    """The file's rows as text, indexed by their line, if encoding and columns are right."""
    name = relative(file)
    try:
        text = file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise DataError(f"{name} is missing; restore it with `git checkout {name}`") from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not UTF-8 (byte {error.start} is 0x{error.object[error.start]:02x}); "
            "save it as UTF-8"
        ) from None
    if not text.strip():
        raise DataError(f"{name} is empty; it must have the columns {', '.join(COLUMNS)}")
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), restval="")
    _check_columns(name, list(reader.fieldnames or []))
    rows = [{**row, "line": reader.line_num} for row in reader]
    if not rows:
        raise DataError(f"{name} has a header and no rows")
    long = [f"line {row['line']}: {len(row[None])} cells more than columns" for row in rows if None in row]
    report(name, long)
    return pd.DataFrame(rows).set_index("line")


def _check_columns(name: str, found: list[str]) -> None:
    missing = [column for column in COLUMNS if column not in found]
    if len(found) == 1 and len(missing) == len(COLUMNS):
        raise DataError(f"{name} has one column; separate the columns with commas, not with ; or tabs")
    if missing:
        extra = [column for column in found if column not in COLUMNS]
        hint = nearest(missing[0], extra) if extra else ""
        raise DataError(f"{name} has no column '{missing[0]}'; found {', '.join(found)}{hint}")
    unknown = [column for column in found if column not in COLUMNS]
    if unknown:
        raise DataError(f"{name} has a column '{unknown[0]}' that is not known{nearest(unknown[0], COLUMNS)}")


def _of_the_codebook(frame: pd.DataFrame, design: Design) -> list[str]:
    """Rows whose unit, range or bank's names are not those of the design."""
    faults = []
    for row in frame.itertuples():
        variable, bank = design.variables[row.variable], design.banks[row.bank_id]
        right = {
            "unit": variable.unit.zh,
            "bank_zh": bank.name.zh,
            "bank_en": bank.name.en,
            "bank_type": bank.type,
        }
        for column, expected in right.items():
            found = getattr(row, column)
            if found != expected:
                of = row.variable if column == "unit" else row.bank_id
                faults.append(f"line {row.Index}, {column}: '{found}'; {of} has '{expected}'")
        if not variable.minimum <= row.value <= variable.maximum:
            allowed = f"{variable.minimum:g} to {variable.maximum:g} {variable.unit.zh}"
            faults.append(f"line {row.Index}, value: {row.value:g} is outside the range of {row.variable}, {allowed}")
    return faults


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
