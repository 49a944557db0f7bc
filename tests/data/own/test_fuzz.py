"""Systematic damage of a bank's own files, in csv and parquet and in the mapping file: a message that says where, never a traceback.

What must be said follows from the damage alone: the file, and for a cell its line and column.
"""

import datetime as dt
import gzip
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from study.data import DataError, own
from study.errors import StudyError

CUSTOMERS = "customer_id,opened,birth_year,income,staff,sex\nA1,2020-01-31,1980,100.50,1,woman\nA2,2020-02-29,,7,0,man\nA3,2021-03-01,1990,,,\n"
MONTHS = "customer_id,month,aum,products\nA1,2022-01,1000.00,2\nA1,2022-02,1100,1\nA2,2022-02,5,\n"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDY_KEY", KEY)
    (tmp_path / "customers.csv").write_text(CUSTOMERS)
    (tmp_path / "customer_months.csv").write_text(MONTHS)
    (tmp_path / "mapping.yaml").write_text("currency: CNY\n")
    return tmp_path


def told(folder) -> list[str]:
    """The faults, or the refusal, as texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return [str(fault) for fault in own.check(folder).faults]
        except DataError as error:
            return [str(error)]


def test_the_files_are_sound(folder):
    assert told(folder) == []


BYTES = {
    "empty": (lambda b: b"", "customers.csv: is empty"),
    "a byte order mark only": (lambda b: b"\xef\xbb\xbf", "customers.csv: is empty"),
    "blank lines": (lambda b: b"\n\n\n", "customers.csv: is empty"),
    "blank first line": (lambda b: b"\n" + b, "customers.csv: has an empty first line"),
    "header only": (lambda b: b.split(b"\n")[0] + b"\n", "customers.csv: has a header and no rows"),
    "header twice": (lambda b: b.split(b"\n")[0] + b"\n" + b, "customers.csv, line 2, opened: 'opened' is not a day"),
    "a column twice": (lambda b: b.replace(b"birth_year", b"opened"), "customers.csv, opened: is the name of 2 columns"),
    "a NUL": (lambda b: b.replace(b"A2", b"A\0"), "customers.csv, line 3: holds a NUL"),
    "UTF-16": (lambda b: b.decode().encode("utf-16"), "customers.csv: is not utf-8 (byte 0 is 0xff)"),
    "UTF-16 without mark": (lambda b: b.decode().encode("utf-16-le"), "customers.csv, line 1: holds a NUL"),
    "Latin-1": (lambda b: b.replace(b"woman", "fräulein".encode("latin-1")), "customers.csv: is not utf-8 (byte "),
    "a spreadsheet": (lambda b: b"PK\x03\x04" + bytes(range(256)), "customers.csv: is not utf-8 (byte "),
    "half a gzip": (lambda b: gzip.compress(b)[:-9], "customers.csv: can not be read: "),
    "a gzip with a wrong byte": (lambda b: (p := gzip.compress(b))[:20] + bytes([p[20] ^ 255]) + p[21:], "customers.csv"),
    "a quote not closed in the last row": (lambda b: b.rstrip() + b'"never\n', "customers.csv, line 4: begins a row that does not end"),
    "a quote opened in the last cell": (lambda b: b.replace(b",man", b',"man'), "customers.csv, line 3: begins a row that does not end"),
    "text after a quote": (lambda b: b.replace(b"A2,", b'"A2"x,'), "customers.csv, line 3: has text after a closing quote"),
    "a huge cell": (lambda b: b.replace(b"man\n", b"m" * 200_000 + b"\n", 1), "customers.csv, line 2: begins a row that does not end"),
    "a cell too many": (lambda b: b.replace(b",man", b",man,x"), "customers.csv, line 3: '7' cells where the file has 6 columns"),
    "a cell too few": (lambda b: b.replace(b"7,0,man", b"7,0"), "customers.csv, line 3: '5' cells where the file has 6 columns"),
    "semicolons": (lambda b: b.replace(b",", b";"), "customers.csv: has one column; it seems to be separated by ';'"),
    "a quote sign as name": (lambda b: b.replace(b"staff", b"st\xe2\x80\x9daff"), "customers.csv, st”aff: is not in the contract"),
    "an empty name": (lambda b: b.replace(b"staff", b""), "customers.csv: is not in the contract"),
    "a second byte order mark": (lambda b: b"\xef\xbb\xbf" * 2 + b, "customers.csv, customer_id: is no column of the file"),
}


@pytest.mark.parametrize("name", BYTES)
def test_a_damaged_csv_file_is_told_with_its_place(folder, name):
    damage, message = BYTES[name]
    file = folder / "customers.csv"
    file.write_bytes(damage(file.read_bytes()))
    found = told(folder)
    assert any(message in one for one in found), found


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_and_a_byte_order_mark_are_no_damage(folder, ending):
    (folder / "customers.csv").write_bytes(b"\xef\xbb\xbf" + CUSTOMERS.replace("\n", ending).encode())
    assert told(folder) == []


CELLS = {
    "opened": [
        "31.02.2020",
        "2020-02-31",
        "2020-1-31",
        "20200131",
        "2020-01-31 00:00",
        "0000-01-01",
        "2020-13-01",
        "99999-01-01",
        "４３８６",
        "NaT",
        "0",
    ],
    "birth_year": ["1980.5", "1980,0", "1_980", "1.98e3", "nineteen", "１９８０", "+1980", "0x7bc", "1e400", "-1", "2500", "1" * 400],
    "income": ["1,5", "1.234,56", "1 000", "1'000", "1e3", "1.005", "--1", "-1", "inf", "nan", "¥5", "5¥", ".", "5.", "9" * 14, "٣"],
    "staff": ["2", "-1", "ja", "1.0.0", "0.5", "null"],
    "sex": ["F", "Woman", "woman ", "0", "?"],
    "customer_id": ["A1", " A2", "A2 ", "17.0", "1.23E+15", "1,2E+11", ""],
}


@pytest.mark.parametrize(("column", "cell"), [(column, cell) for column, cells in CELLS.items() for cell in cells], ids=lambda given: given[:12])
def test_a_damaged_cell_is_told_with_line_and_column(folder, column, cell):
    table = pd.read_csv(folder / "customers.csv", dtype=str, keep_default_na=False)
    table.loc[1, column] = cell
    table.to_csv(folder / "customers.csv", index=False)
    found = told(folder)
    assert any(one.startswith(f"customers.csv, line 3, {column}: ") for one in found), found


WRITTEN = {  # the same table as other programs store it
    "plain": lambda t: t,
    "texts": lambda t: t.assign(birth_year=["1980", None, "1990"], income=["100.50", "7", None], opened=t["opened"].dt.strftime("%Y-%m-%d")),
    "whole numbers with gaps": lambda t: t.assign(birth_year=[1980.0, None, 1990.0], staff=[1.0, 0.0, None]),
    "nullable": lambda t: t.convert_dtypes(),
    "Arrow": lambda t: t.convert_dtypes(dtype_backend="pyarrow"),
    "float32": lambda t: t.assign(income=np.array([100.5, 7, np.nan], np.float32), birth_year=np.array([1980, np.nan, 1990], np.float32)),
    "categories with unused levels": lambda t: t.assign(sex=pd.Categorical(t["sex"], categories=["woman", "man", "other"])),
    "categories of numbers": lambda t: t.assign(birth_year=pd.Categorical([1980.0, None, 1990.0])),
    "decimals": lambda t: t.assign(income=[Decimal("100.5000"), Decimal("7.0000"), None], birth_year=[Decimal(1980), None, Decimal(1990)]),
    "days as dates": lambda t: t.assign(opened=[day.date() for day in t["opened"]]),
    "days with a zone": lambda t: t.assign(opened=t["opened"].dt.tz_localize("Asia/Shanghai")),
    "days in other units": lambda t: t.assign(opened=t["opened"].astype("datetime64[s]")),
    "true and false": lambda t: t.assign(staff=[True, False, None]),
    "an index": lambda t: t.set_index(pd.Index([7, 8, 9])),
    "the identifier as index": lambda t: t.set_index("customer_id"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_table_is_the_same_however_it_is_stored(folder, name):
    right = own.read(folder)["customers"]
    table = pd.DataFrame(
        {
            "customer_id": ["A1", "A2", "A3"], "opened": pd.to_datetime(["2020-01-31", "2020-02-29", "2021-03-01"]), "birth_year": pd.array([1980, None, 1990], "Int64"),
            "income": [100.5, 7, None], "staff": pd.array([1, 0, None], "Int64"), "sex": ["woman", "man", None],
        }
    )  # fmt: skip
    (folder / "customers.csv").unlink()
    WRITTEN[name](table).to_parquet(folder / "customers.parquet")
    assert told(folder) == []
    pd.testing.assert_frame_equal(own.read(folder)["customers"][list(right)], right)


def test_months_may_be_days_and_whole_numbers_may_be_months(folder):
    right = own.read(folder)["customer_months"]
    (folder / "customer_months.csv").unlink()
    table = pd.DataFrame({"customer_id": ["A1", "A1", "A2"], "aum": [Decimal("1000.00"), Decimal(1100), Decimal(5)], "products": [2, 1, None]})
    for month, mapping in (
        (pd.to_datetime(["2022-01-01", "2022-02-01", "2022-02-01"]), ""),
        ([dt.date(2022, 1, 31), dt.date(2022, 2, 28), dt.date(2022, 2, 28)], ""),
        ([202201.0, 202202.0, 202202.0], "months: '%Y%m'\n"),
        (pd.to_datetime(["2022-01-01", "2022-02-01", "2022-02-01"]), "dates: '%d.%m.%Y'\nmonths: '%m/%Y'\n"),
    ):
        (folder / "customers.csv").write_text(
            CUSTOMERS
            if "dates" not in mapping
            else CUSTOMERS.replace("2020-01-31", "31.01.2020").replace("2020-02-29", "29.02.2020").replace("2021-03-01", "01.03.2021")
        )
        (folder / "mapping.yaml").write_text("currency: CNY\n" + mapping)
        table.assign(month=month).to_parquet(folder / "customer_months.parquet")
        assert told(folder) == []
        pd.testing.assert_frame_equal(own.read(folder)["customer_months"][list(right)], right)


@pytest.mark.parametrize(
    "stored", [[17, 18], [17.0, 18.0], [Decimal("17.00"), Decimal(18)], pd.Categorical([17, 18]), np.array([17, 18], np.int8), ["17", "18"]], ids=str
)
def test_an_identifier_has_one_pseudonym_whatever_its_type(folder, stored):
    (folder / "customer_months.csv").unlink()
    (folder / "customers.csv").write_text("customer_id,opened\n17,2020-01-31\n18,2020-01-31\n")
    right = own.read(folder)["customers"]
    (folder / "customers.csv").unlink()
    pd.DataFrame({"customer_id": stored, "opened": pd.to_datetime(["2020-01-31"] * 2)}).to_parquet(folder / "customers.parquet")
    assert own.read(folder)["customers"]["customer_id"].tolist() == right["customer_id"].tolist()


@pytest.mark.parametrize("stored", [[17.5, 18.0], [2.0**53 + 2, 18.0], [np.inf, 18.0], [1e300, 18.0]], ids=str)
def test_floats_that_are_no_identifier_exactly_are_refused(folder, stored):
    (folder / "customers.csv").unlink()
    pd.DataFrame({"customer_id": stored, "opened": pd.to_datetime(["2020-01-31"] * 2)}).to_parquet(folder / "customers.parquet")
    assert any("customers.parquet, line 1, customer_id: " in one and "can not be an identifier exactly" in one for one in told(folder))


SHANGHAI = pa.timestamp("us", "Asia/Shanghai")
STORED = {
    "a list": ("birth_year", pa.array([[1980], None, [1990]]), "birth_year: is of the type list<"),
    "a struct": ("sex", pa.array([{"a": 1}, None, {"a": 2}]), "sex: is of the type struct<"),
    "a map": ("sex", pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())), "sex: is of the type map<"),
    "a duration": ("birth_year", pa.array([1, None, 2], pa.duration("s")), "birth_year: is of the type duration[s]"),
    "a time of day": ("opened", pa.array([dt.time(1), None, dt.time(2)]), "opened: is of the type time64[us]"),
    "bytes": ("customer_id", pa.array([b"A1", b"A2", b"A3"]), "customer_id: is of the type binary"),
    "a day with a clock": ("opened", pa.array([dt.datetime(2020, 1, 31, 10), None, None]), "line 1, opened: '2020-01-31 10:00:00' is not a day"),
    "midnight of another zone": ("opened", pa.array([dt.datetime(2020, 1, 30, 10), None, None], SHANGHAI), "line 1, opened: '2020-01-30 18:00:00+08:00' is not"),
    "a year far off": ("opened", pa.array([2**62, None, None], pa.timestamp("us")), "opened: can not be read: "),
    "money with half cents": ("income", pa.array([Decimal("1.005"), None, None]), "line 1, income: '1.005' is not an amount"),
    "money from a sum of floats": ("income", pa.array([0.1 + 0.2, None, None]), "line 1, income: '0.30000000000000004' is not an amount"),
    "infinite money": ("income", pa.array([np.inf, None, None]), "line 1, income: 'inf' is not an amount"),
    "a fraction of a product": ("birth_year", pa.array([1980.5, None, None]), "line 1, birth_year: '1980.5' is not a whole number"),
    "truth for a number": ("birth_year", pa.array([True, None, None]), "line 1, birth_year: 'true' is not a whole number"),
    "a number for a day": ("opened", pa.array([20200131, None, None]), "line 1, opened: '20200131' is not a day"),
    "a day for an amount": ("income", pa.array([dt.date(2020, 1, 31), None, None]), "line 1, income: '2020-01-31' is not an amount"),
    "nothing but gaps": ("customer_id", pa.array([None, None, None]), "lines 1, 2, 3, customer_id: must not be empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", STORED)
def test_a_column_of_an_odd_type_is_told(folder, name):
    column, values, message = STORED[name]
    table = pa.table({"customer_id": ["A1", "A2", "A3"], "opened": pa.array([dt.date(2020, 1, 31)] * 3)})
    table = (
        table.set_column(table.column_names.index(column), column, values) if column in table.column_names else table.append_column(column, values)
    )
    (folder / "customers.csv").unlink()
    pq.write_table(table, folder / "customers.parquet")
    found = told(folder)
    assert any("customers.parquet" in one and message in one for one in found), found


def test_odd_types_are_fine_in_columns_that_are_not_used(folder):
    (folder / "customers.csv").unlink()
    (folder / "mapping.yaml").write_text("currency: CNY\ntables:\n  customers: {ignore: [extra]}\n")
    pq.write_table(
        pa.table({"customer_id": ["A1", "A2"], "opened": pa.array([dt.date(2020, 1, 31)] * 2), "extra": [[1], [2]]}), folder / "customers.parquet"
    )
    assert told(folder) == []


PARQUET = {
    "empty": (lambda b: b"", "customers.parquet: can not be read: "),
    "cut": (lambda b: b[: len(b) // 2], "customers.parquet: can not be read: "),
    "another file": (lambda b: CUSTOMERS.encode(), "customers.parquet: can not be read: "),
    "no rows": (lambda b: parquet(pa.table({"customer_id": pa.array([], pa.string())})), "customers.parquet: has no rows"),
    "no columns": (lambda b: parquet(pa.table({})), "customers.parquet: has no rows"),
    "a name twice": (
        lambda b: parquet(pa.table([["A1"], ["A2"]], names=["customer_id"] * 2)),
        "customers.parquet, customer_id: is the name of 2 columns",
    ),
}


def parquet(table: pa.Table) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(table, out)
    return out.getvalue().to_pybytes()


@pytest.mark.parametrize("name", PARQUET)
def test_a_damaged_parquet_file_is_told(folder, name):
    damage, message = PARQUET[name]
    (folder / "customers.csv").unlink()
    (folder / "customers.parquet").write_bytes(damage(parquet(pa.table({"customer_id": ["A1", "A2"]}))))
    assert any(message in one for one in told(folder)), told(folder)


MAPPINGS = {
    "separator: two": ("tables:\n  customers: {separator: '||'}\n", ":3: tables.customers.separator: must be one character"),
    "separator: a quote": ("tables:\n  customers: {separator: '\"'}\n", ":3: tables.customers.separator: must be one character"),
    "decimal: a letter": ("decimal: d\n", ":2: decimal: must be one character that is no letter"),
    "thousands: two": ("thousands: '..'\n", ":2: thousands"),
    "decimal and thousands alike": ("thousands: '.'\n", ":2: decimal and thousands are both '.'"),
    "dates: none": ("dates: '%Q'\n", ":2: dates: must be a form of Python's strftime"),
    "dates: no day": ("dates: '%Y-%m'\n", ":2: dates: must be a form"),
    "dates: pandas' own word": ("dates: mixed\n", ":2: dates: must be a form"),
    "months: no year": ("months: '%m'\n", ":2: months: must be a form"),
    "encoding: none": ("tables:\n  customers: {encoding: utf-9}\n", ":3: tables.customers.encoding: must be an encoding of texts"),
    "encoding: of no text": ("tables:\n  customers: {encoding: zlib}\n", ":3: tables.customers.encoding: must be an encoding of texts"),
    "a day that is none": ("as_of: 2024-02-31\n", ":2: '2024-02-31' can not be read"),
    "a key twice": ("dates: '%Y'\ndates: '%Y'\n", ":3: 'dates' is defined twice"),
    "a tag": ("as_of: !!python/object:os.system {}\n", ":2"),
    "a list as key": ("? [a, b]\n: c\n", ":2: a key must be a name"),
    "a loop": ("tables: &a\n  customers: *a\n", ": an anchor stands inside what it names"),
    "a control character": ("dates: '\x07'\n", ":2: is no text file"),
    "a NUL": ("dates: '\0'\n", ":2: is no text file"),
    "a tab": ("tables:\n\tcustomers: {}\n", ":3: "),
    "numbers for texts": ("tables:\n  customers: {columns: {opened: 5}}\n", ":3: tables.customers.columns.opened"),
    "a list for a mapping": ("tables: [customers]\n", ":2: tables"),
    "one column for two": ("tables:\n  customers: {columns: {closed: opened}}\n", "customers.csv, opened: is the column of opened, closed; map each"),
}


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_damaged_mapping_is_told_with_its_line(folder, name):
    text, message = MAPPINGS[name]
    (folder / "mapping.yaml").write_text("currency: CNY\n" + text)
    found = told(folder)
    assert any(message in one and ("mapping.yaml" in one or "customers.csv" in one) for one in found), found


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", "währung: x\n".encode("latin-1"), b"- 1\n", b"[" * 5000, b"# nothing\n"], ids=str)
def test_a_mapping_that_is_none_is_refused(folder, content):
    (folder / "mapping.yaml").write_bytes(content)
    assert told(folder)[0].count("mapping.yaml")


@pytest.mark.parametrize("seed", range(60))
def test_bytes_at_random_never_lead_to_a_traceback(folder, seed):
    random = np.random.default_rng(seed)
    name = ("customers.csv", "customer_months.csv", "mapping.yaml", "customers.parquet")[seed % 4]
    if name == "customers.parquet":
        pd.read_csv(folder / "customers.csv").to_parquet(folder / name)
        (folder / "customers.csv").unlink()
    content = bytearray((folder / name).read_bytes())
    for _ in range(random.integers(1, 4)):
        at, kind = random.integers(len(content)), random.integers(3)
        if kind == 0:
            content[at] = random.integers(256)
        elif kind == 1:
            del content[at : at + random.integers(1, 5)]
        else:
            content[at:at] = random.integers(0, 256, random.integers(1, 5), dtype=np.uint8).tobytes()
    (folder / name).write_bytes(bytes(content))
    try:
        checked = own.check(folder)
        if not checked.faults:
            own.read(folder)
    except StudyError:
        pass
